"""One call of the store at a time: for a thousand threads, for a thousand tasks, over a rotation, after a fork."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from suitetoken.errors import Unavailable
from suitetoken.reader import TokenReader
from tests.readers.fake_secret import LIFE, FakeSecret, Time, Workload

MANY = 1000


def _run_at_once(secret: FakeSecret, ask: Callable[[], object], many: int) -> None:
    """Let many threads ask while the first reading hangs, so that every one of them finds it under way."""
    gate = secret.hold()
    threads = [threading.Thread(target=ask) for _ in range(many)]
    for thread in threads:
        thread.start()
    assert gate.reached.wait(30)
    gate.open()
    for thread in threads:
        thread.join(30)


def _ask_at_once(reader: TokenReader, secret: FakeSecret) -> list[str]:
    answers: list[str] = []
    _run_at_once(secret, lambda: answers.append(reader.token()), MANY)
    return answers


def test_a_thousand_cold_threads_cost_one_reading(secret: FakeSecret, reader: TokenReader) -> None:
    """1,000 threads that ask a reader without a token get the same one from exactly one call of the store."""
    assert _ask_at_once(reader, secret) == [f"access-token-canary-{int(secret.time.true)}"] * MANY
    assert len(secret.reads) == 1


def test_a_thousand_threads_with_an_ended_token_cost_one_reading(
    workload: Workload, time: Time, secret: FakeSecret
) -> None:
    """1,000 threads that ask when the held token has ended get the new one from exactly one call of the store."""
    workload.ask()
    time.advance(LIFE)
    new = secret.rotate()
    assert _ask_at_once(workload.reader, secret) == [new] * MANY
    assert len(secret.reads) == 2


def test_a_thousand_threads_over_a_rotation_never_wait(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Over a rotation 1,000 threads get the old token while the one reading hangs, and none of them waits."""
    old = workload.ask()
    time.advance(LIFE / 2)
    new = secret.rotate()
    time.advance(360)
    gate = secret.hold()
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lambda _: workload.reader.token(), range(MANY))) == {old}
        gate.open()
        workload.settle()
        assert set(pool.map(lambda _: workload.reader.token(), range(MANY))) == {new}
    assert len(secret.reads) == 2


def test_a_thousand_tasks_cost_one_reading(secret: FakeSecret, reader: TokenReader) -> None:
    """1,000 asyncio tasks that ask a reader without a token get the same one from exactly one call of the store."""

    async def ask() -> list[str]:
        return await asyncio.gather(*(reader.atoken() for _ in range(MANY)))

    assert set(asyncio.run(ask())) == {f"access-token-canary-{int(secret.time.true)}"}
    assert len(secret.reads) == 1


def test_the_event_loop_is_not_blocked(secret: FakeSecret, reader: TokenReader) -> None:
    """While a task waits for a reading, other tasks go on: one of them is what lets the reading end."""
    gate = secret.hold()

    async def ask() -> str:
        asking = asyncio.create_task(reader.atoken())
        while not gate.reached.is_set():
            await asyncio.sleep(0)
        gate.open()
        return await asking

    assert asyncio.run(ask())


def test_a_cancelled_task_cancels_nobody_else(secret: FakeSecret, reader: TokenReader) -> None:
    """Where one of two tasks is cancelled, the other one gets the token of the reading that both waited for."""
    gate = secret.hold()

    async def ask() -> str:
        first, second = asyncio.create_task(reader.atoken()), asyncio.create_task(reader.atoken())
        while not gate.reached.is_set():
            await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        gate.open()
        return await second

    assert asyncio.run(ask())
    assert len(secret.reads) == 1


def test_a_loop_that_ends_before_its_reading_leaves_nothing(
    workload: Workload, secret: FakeSecret, caplog: pytest.LogCaptureFixture
) -> None:
    """When an event loop is closed while a reading is under way, the reading still ends and its token is kept."""
    gate = secret.hold()

    async def give_up() -> None:
        asking = asyncio.create_task(workload.reader.atoken())
        while not gate.reached.is_set():
            await asyncio.sleep(0)
        asking.cancel()

    asyncio.run(give_up())
    gate.open()
    workload.settle()
    assert workload.reader.token()
    assert len(secret.reads) == 1
    assert caplog.text == ""


def test_threads_and_tasks_share_one_reading(secret: FakeSecret, reader: TokenReader) -> None:
    """Threads and tasks that ask at the same time wait for the same call of the store."""
    gate = secret.hold()

    async def ask() -> list[str]:
        loop = asyncio.get_running_loop()
        threads = [loop.run_in_executor(None, reader.token) for _ in range(4)]
        tasks = [asyncio.create_task(reader.atoken()) for _ in range(4)]
        while not gate.reached.is_set():
            await asyncio.sleep(0)
        gate.open()
        return await asyncio.gather(*threads, *tasks)

    assert len(set(asyncio.run(ask()))) == 1
    assert len(secret.reads) == 1


def test_all_who_wait_hear_of_a_failure(secret: FakeSecret, reader: TokenReader) -> None:
    """When the one reading fails, every waiting thread gets an error of its own that says so, and none reads again."""
    secret.go_down()
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            reader.token()
        except Unavailable as error:
            errors.append(error)

    _run_at_once(secret, ask, 100)
    assert len(secret.reads) == 1
    assert len({id(error) for error in errors}) == 100


def test_an_interrupted_reading_is_taken_over(secret: FakeSecret, reader: TokenReader) -> None:
    """When the thread that reads is interrupted, it hears of that and the next caller reads instead."""

    def interrupt() -> None:
        secret.before_answer = None
        raise KeyboardInterrupt

    secret.before_answer = interrupt
    with pytest.raises(KeyboardInterrupt):
        reader.token()
    assert reader.token()
    assert len(secret.reads) == 2


@pytest.mark.parametrize("fails", [False, True])
def test_a_lost_reading_is_not_waited_for_any_more(
    workload: Workload, time: Time, secret: FakeSecret, fails: bool
) -> None:
    """A reading that was frozen with its function counts as lost after thawing: the next caller reads for itself.

    When the lost one comes to an end at last, good or bad, it changes nothing.
    """
    workload.ask()
    time.advance(LIFE / 2 + 360)
    gate = secret.hold()
    workload.reader.token()
    assert gate.reached.wait(30)
    lost = workload.reader._keeper._flight
    time.freeze(2 * LIFE)
    secret.before_answer = None
    new = secret.rotate()
    assert workload.reader.token() == new
    if fails:
        secret.go_down()
    known = workload.reader._keeper.state
    gate.open()
    assert lost is not None
    lost.wait()
    assert workload.reader._keeper.state == known


def test_lesson_objects_that_come_and_go_share_one_reading(secret: FakeSecret, reader: TokenReader) -> None:
    """Lesson: the lock is not on an object made for each request: many that use one reader cost one reading."""
    from suitetoken import NetSuiteAuth

    _run_at_once(secret, lambda: NetSuiteAuth(reader).reader.token(), 50)
    assert len(secret.reads) == 1


def test_lesson_nobody_sees_half_a_token(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Lesson: threads that ask during many rotations each get a whole token, its text and end from one document."""
    enough = threading.Event()

    def ask() -> set[bool]:
        seen = set()
        while not enough.is_set():
            token = workload.reader.current()
            seen.add(token.access_token == f"access-token-canary-{token.issued_at}")
        return seen

    workload.ask()
    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        for _ in range(50):
            time.advance(LIFE / 2)
            secret.rotate()
            time.advance(360)
            workload.ask()
        enough.set()
    assert [task.result() for task in asking] == [{True}, {True}]
