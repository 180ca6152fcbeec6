"""Programs of the test: run to their end within the time that is left, or served on 127.0.0.1 until the test ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_WAIT_SECONDS = 60


class ProgramFailed(Exception):
    """A program of the test ended as it should not; the text has its last words."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Starts programs with one environment in one folder. `deadline` is in seconds of the steady clock."""

    environ: Mapping[str, str]
    folder: Path
    deadline: float

    def run(self, *words: str, given: str = "", code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and return what it wrote; raise ProgramFailed for another exit code than `code`."""
        left = self.deadline - time.monotonic()
        try:
            done = subprocess.run(  # noqa: S603 (the test's own programs)
                words,
                cwd=self.folder,
                env={**self.environ, **more},
                input=given,
                text=True,
                capture_output=True,
                timeout=max(1.0, left),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ProgramFailed(f"`{' '.join(words)}` was not done in the time that the test has.") from error
        if done.returncode != code:
            raise ProgramFailed(f"`{' '.join(words)}` ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    @contextmanager
    def serve(self, log: Path, port: int, *words: str, **more: str) -> Iterator[None]:
        """Run a server on 127.0.0.1 with everything that it starts, its output in a file, until the block ends."""
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(  # noqa: S603 (the test's own programs)
                words,
                cwd=self.folder,
                env={**self.environ, **more},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                _await_port(process, port, log)
                yield
            finally:
                _stop(process)


def find_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(_WAIT_SECONDS * 10):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise ProgramFailed(f"Nothing listens on 127.0.0.1:{port}:\n{log.read_text('utf-8')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
