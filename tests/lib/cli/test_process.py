"""What other people on the machine can see of the command while it works: its command line and environment in /proc."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

CODE = "from suitetoken.cli.main import main; main()"
SECRET = "client-secret-canary-9c41"
ADD = ["client", "add", "acme", "--account-id", "1234567", "--client-id", "a" * 64]


@dataclass
class Aws:
    """An AWS in which no secret exists yet; it looks at /proc at each call, when the command knows its secret."""

    url: str = ""
    group: int = 0
    bodies: list[str] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)

    def answer(self, target: str, body: str) -> tuple[int, dict[str, str]]:
        """Note what is to be seen of the command and its children, and answer."""
        self.bodies.append(body)
        for process in Path("/proc").glob("[0-9]*"):
            if _group_of(process) == self.group:
                self.seen += [(process / name).read_bytes() for name in ("cmdline", "environ")]
                self.limits.append((process / "limits").read_text())
        created = target.endswith("CreateSecret")
        return (200, {"Name": "any"}) if created else (400, {"__type": "ResourceNotFoundException"})


def _group_of(process: Path) -> int:
    try:
        return os.getpgid(int(process.name))
    except ProcessLookupError:
        return 0


@contextmanager
def serving(aws: Aws) -> Iterator[None]:
    """Serve it on 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            target = self.headers.get("X-Amz-Target", "")
            status, answer = aws.answer(target, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    aws.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def start(aws: Aws, arguments: list[str], stdin: int) -> subprocess.Popen[str]:
    """Begin the command in a process group of its own."""
    environ = {
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "key",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": aws.url,
        "HOME": "/nonexistent",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, "-c", CODE, *arguments],
        env=environ,
        text=True,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    aws.group = process.pid
    return process


@pytest.fixture
def aws() -> Iterator[Aws]:
    """An AWS that looks."""
    aws = Aws()
    with serving(aws):
        yield aws


def assert_kept(aws: Aws, process: subprocess.Popen[str], told: str) -> None:
    """The secret went to Secrets Manager, and nobody else could see it anywhere."""
    assert process.returncode == 0, told
    assert any(SECRET in body for body in aws.bodies)
    assert len(aws.seen) >= 2
    assert any(b"--account-id" in text for text in aws.seen)
    assert not any(SECRET.encode() in text for text in aws.seen)
    assert SECRET not in told


def test_a_secret_that_is_piped_in_is_on_no_command_line(aws: Aws) -> None:
    """Nor in an environment, nor in what the command prints."""
    with start(aws, [*ADD, "--client-secret-stdin"], subprocess.PIPE) as process:
        out, err = process.communicate(SECRET, timeout=60)
    assert_kept(aws, process, out + err)


def test_a_command_that_knows_a_secret_leaves_no_core_dump(aws: Aws) -> None:
    """Its memory holds the secret, and a crash would write that to a disk."""
    with start(aws, [*ADD, "--client-secret-stdin"], subprocess.PIPE) as process:
        process.communicate(SECRET, timeout=60)
    assert len(aws.limits) >= 2
    assert all(re.search(r"^Max core file size +0 ", limits, re.MULTILINE) for limits in aws.limits)


def test_a_secret_that_is_typed_is_not_shown(aws: Aws) -> None:
    """The terminal does not repeat it either."""
    ours, theirs = pty.openpty()
    with start(aws, ADD, theirs) as process:
        assert process.stderr is not None
        while process.stderr.read(1) != ":":
            assert process.poll() is None
        os.write(ours, f"{SECRET}\n".encode())
        out, err = process.communicate(timeout=60)
    os.close(theirs)
    os.set_blocking(ours, False)
    try:
        echoed = os.read(ours, 4096).decode()
    except (BlockingIOError, OSError):
        echoed = ""
    os.close(ours)
    assert_kept(aws, process, out + err + echoed)
