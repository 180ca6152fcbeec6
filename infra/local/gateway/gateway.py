"""The HTTP front of the twin: takes requests on 127.0.0.1 and calls the function that the template's route names."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from local.gateway.http_events import Answer, Request, Route, find_route, make_event, make_message, read_answer

LARGEST_BODY = 10 * 1024 * 1024
LONGEST_WAIT = 30.0
"""Seconds after which API Gateway answers 503; the function goes on (its quota page: integration timeout 30 s)."""

Start = Callable[[str, dict[str, Any]], Future[Any]]


class Gateway:
    """An HTTP API: its routes, its functions, and the server in front of them."""

    def __init__(
        self, start: Start, *, now: Callable[[], float], port: int = 0, patience: float = LONGEST_WAIT
    ) -> None:
        """Bind the port (0: a free one) without serving yet; `start` begins an invocation."""
        self._routes: tuple[Route, ...] = ()
        self._start = start
        self._now = now
        self._patience = patience
        self._server = _Server(("127.0.0.1", port), self.receive)
        self._thread = Thread(target=self._server.serve_forever, name="gateway", args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, routes: Iterable[Route]) -> None:
        """Answer requests, in threads of its own, until closed; a template has its routes once it has the address."""
        self._routes = tuple(routes)
        self._thread.start()

    def close(self) -> None:
        """Stop, and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def answer(self, request: Request) -> Answer:
        """Return what API Gateway would answer."""
        if len(request.body) > LARGEST_BODY:
            return make_message(413, "Request Entity Too Large")
        match = find_route(self._routes, request.method, request.path)
        if match is None:
            return make_message(404, "Not Found")
        route, parameters = match
        event = make_event(request, route, parameters, api_id="local")
        try:
            return read_answer(self._start(route.function, event).result(self._patience))
        except NotYet:
            return make_message(503, "Service Unavailable")
        except Exception:  # noqa: BLE001 (whatever a function raises, its caller sees this and no more)
            return make_message(500, "Internal Server Error")

    def receive(self, front: BaseHTTPRequestHandler, body: bytes) -> Answer:
        """Answer a request of the HTTP server."""
        return self.answer(
            Request(
                method=front.command,
                target=front.path,
                headers=(*front.headers.items(), *self._added_headers(front)),
                body=body,
                source_ip=front.client_address[0],
                protocol=front.request_version,
                request_id=uuid.uuid4().hex,
                seconds=self._now(),
            )
        )

    def _added_headers(self, front: BaseHTTPRequestHandler) -> tuple[tuple[str, str], ...]:
        trace = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
        return (
            ("x-amzn-trace-id", trace),
            ("x-forwarded-for", front.client_address[0]),
            ("x-forwarded-port", str(self._server.server_port)),
            ("x-forwarded-proto", "http"),
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, address: tuple[str, int], receive: Callable[[BaseHTTPRequestHandler, bytes], Answer]) -> None:
        super().__init__(address, _Front)
        self.receive = receive


class _Front(BaseHTTPRequestHandler):
    """One connection. Every method comes here: which ones exist is for the routes to say."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True
    wbufsize = -1

    def _receive(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(min(length, LARGEST_BODY + 1))
        answer = self.server.receive(self, body)
        self.close_connection = True
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _receive  # noqa: N815 (http.server's names)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Say nothing: addresses hold codes and links."""
