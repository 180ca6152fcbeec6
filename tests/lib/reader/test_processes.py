"""Forks, exits and pickles: a reader belongs to one process at a time, and never keeps one alive."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from suitetoken.reader import TokenReader
from tests.readers.fake_secret import LIFE, FakeSecret, Time, Workload

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _allow_forks() -> Iterator[None]:
    """Forking with threads alive is what these tests are about; Python 3.12 and later warn of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _in_child(act: Callable[[], object]) -> object:
    """Return what `act` returns in a forked child process."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=lambda: sender.send(act()), daemon=True)
    child.start()
    assert receiver.poll(30), "the child process gives no answer"
    child.join(30)
    return receiver.recv()


def _run(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a Python of its own, which must end within half a minute."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'lib'}{os.pathsep}{ROOT}"}
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=30, check=True
    )


def test_a_child_keeps_what_its_parent_had_read(workload: Workload, secret: FakeSecret) -> None:
    """A forked process serves the token that was held, without a reading of its own."""
    token = workload.ask()
    assert _in_child(lambda: (workload.reader.token(), len(secret.reads))) == (token, 1)


def test_a_child_does_not_wait_for_a_reading_of_its_parent(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """A process that is forked while its parent reads gets its token from a reading of its own."""
    gate = secret.hold()
    asking = threading.Thread(target=workload.reader.token)
    asking.start()
    assert gate.reached.wait(30)

    def ask() -> str:
        secret.before_answer = None
        return workload.reader.token()

    assert _in_child(ask) == f"access-token-canary-{int(time.true)}"
    gate.open()
    asking.join(30)


def test_a_child_does_not_wait_for_a_lock_of_its_parent(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """A process that is forked while another thread is inside the reader is not stuck for ever."""
    workload.ask()
    time.advance(LIFE)
    new = secret.rotate()
    entered, leave = threading.Event(), threading.Event()

    def hold_lock() -> None:
        with workload.reader._keeper._lock:
            entered.set()
            leave.wait(30)

    holding = threading.Thread(target=hold_lock)
    holding.start()
    assert entered.wait(30)
    assert _in_child(workload.reader.token) == new
    leave.set()
    holding.join(30)


def test_lesson_eight_processes_share_no_file(workload: Workload) -> None:
    """Lesson: there is no cache file that processes could spoil: eight forked ones read, and none opens a file."""
    opened: list[object] = []

    def ask() -> object:
        sys.addaudithook(lambda event, values: opened.append(values[0]) if event == "open" else None)
        return workload.reader.token(), opened

    token = workload.secret.document.token
    assert token is not None
    assert [_in_child(ask) for _ in range(8)] == [(token.access_token, [])] * 8


def test_an_exit_does_not_wait_for_a_reading() -> None:
    """A process whose reading in the background hangs ends at once when its work is done."""
    done = _run(
        "import threading\n"
        "from tests.readers.fake_secret import make_workload, LIFE\n"
        "w = make_workload(); w.ask(); w.time.advance(LIFE / 2 + 360)\n"
        "reached = threading.Event()\n"
        "w.secret.before_answer = lambda: (reached.set(), threading.Event().wait())\n"
        "w.reader.token(); reached.wait(); print('done')\n"
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_a_token_is_served_where_no_thread_can_be_started() -> None:
    """On a machine that is out of threads the token that is held is served, and a task reads in its own thread."""
    done = _run(
        "import asyncio, threading\n"
        "from tests.readers.fake_secret import make_workload, LIFE\n"
        "w = make_workload(); threading.stack_size(1 << 46)\n"
        "print(asyncio.run(w.reader.atoken())[:12])\n"
        "w.time.advance(LIFE / 2 + 360); print(w.reader.token()[:12])\n"
        "w.time.advance(LIFE / 2); w.secret.rotate(); print(w.reader.token()[:12], len(w.secret.reads))\n"
    )
    assert (done.stdout, done.stderr) == ("access-token\naccess-token\naccess-token 2\n", "")


def test_a_token_is_served_while_the_interpreter_shuts_down() -> None:
    """When no thread can be started any more, the token that is held is served all the same, and without noise."""
    done = _run(
        "import atexit\n"
        "from tests.readers.fake_secret import make_workload, LIFE\n"
        "w = make_workload(); w.ask(); w.time.advance(LIFE / 2 + 360)\n"
        "atexit.register(lambda: print(w.reader.token()[:12]))\n"
    )
    assert (done.stdout, done.stderr) == ("access-token\n", "")


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_reader_is_not_copied(way: Callable[[object], object], workload: Workload) -> None:
    """Pickling or copying a reader is refused in words, so that no token travels unseen."""
    token = workload.ask()
    with pytest.raises(TypeError, match="finance-prod") as caught:
        way(workload.reader)
    assert token not in str(caught.value)


def test_a_forgotten_reader_is_freed(secret: FakeSecret) -> None:
    """A reader that nobody uses any more is freed with all that it held."""
    import gc
    import weakref

    reader = TokenReader("finance-prod", read=secret, now=lambda: secret.time.wall)
    reader.token()
    gone = weakref.ref(reader._keeper)
    del reader
    gc.collect()
    assert gone() is None
