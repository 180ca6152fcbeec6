"""Lambda's Runtime API on 127.0.0.1 for one execution environment: it asks for events and hands back answers.

Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

_ROOT = "/2018-06-01/runtime"
_TRACE = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"


class FunctionFailed(Exception):
    """What the function raised, or that it could not start; the text is what its runtime says."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way; `timeout` is the function's, in seconds."""

    event: Any = field(repr=False)
    function_arn: str
    timeout: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answer: Future[Any] = field(default_factory=Future, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What the runtime is told about the invocation."""
        return {
            "Lambda-Runtime-Aws-Request-Id": self.id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + self.timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": _TRACE,
        }


class RuntimeApi:
    """The server. An execution environment handles one event at a time, so events wait their turn."""

    def __init__(self) -> None:
        """Serve on a free port."""
        self.ready = Event()
        self.start_error: FunctionFailed | None = None
        self._waiting: SimpleQueue[Invocation | None] = SimpleQueue()
        self._running: dict[str, Invocation] = {}
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, name="runtime-api", args=(0.05,), daemon=True)
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def invoke(self, invocation: Invocation) -> Future[Any]:
        """Let an event be handled; the future has the answer, or FunctionFailed."""
        self._waiting.put(invocation)
        return invocation.answer

    def close(self) -> None:
        """Stop; what was not answered fails."""
        self._waiting.put(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for invocation in (*self._running.values(), *self._left_waiting()):
            invocation.answer.set_exception(FunctionFailed("the function's process ended"))

    def _left_waiting(self) -> Iterator[Invocation]:
        while not self._waiting.empty():
            invocation = self._waiting.get()
            if invocation is not None:
                yield invocation

    def next(self) -> Invocation | None:
        """Return the next event as soon as there is one, or None at the end."""
        self.ready.set()
        invocation = self._waiting.get()
        if invocation is not None:
            self._running[invocation.id] = invocation
        return invocation

    def settle(self, path: str, body: bytes) -> None:
        """Take what the runtime posts: an answer, an error, or that the function could not start."""
        if path == "init/error":
            self.start_error = FunctionFailed(_describe(body))
            self.ready.set()
            return
        _, invocation_id, kind = path.split("/")
        answer = self._running.pop(invocation_id).answer
        if kind == "response":
            answer.set_result(json.loads(body))
        else:
            answer.set_exception(FunctionFailed(_describe(body)))


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Front)
        self.api = api


class _Front(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        invocation = self.server.api.next()
        if invocation is None:
            self.close_connection = True
            return
        self._send(200, invocation.headers, json.dumps(invocation.event).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.api.settle(self.path.removeprefix(f"{_ROOT}/"), body)
        self._send(202, {}, b'{"status":"OK"}')

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-type": "application/json", "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Say nothing."""


def _describe(body: bytes) -> str:
    error = json.loads(body)
    return f"{error['errorType']}: {error['errorMessage']}"
