"""The simulator on 127.0.0.1, in threads of this process, until it is closed."""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from threading import Thread
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.netsuite.app import FAULT_HEADER, create_app
from local.netsuite.model import Simulator


@dataclass(frozen=True, slots=True)
class Server:
    """A running simulator; `url` is its origin."""

    url: str
    _server: BaseWSGIServer
    _thread: Thread

    def close(self) -> None:
        """Stop, and leave no thread behind."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> Server:
    """Serve on a free port, or the one named."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(host, port, create_app(simulator), threaded=True, request_handler=_Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="netsuite", daemon=True)
    thread.start()
    return Server(f"http://{host}:{server.server_port}", server, thread)


class _Handler(WSGIRequestHandler):
    """Breaks the connection where a fault asks for it: a client then sees what a broken network shows."""

    def send_header(self, keyword: str, value: Any) -> None:
        """Hang up at the header that asks for it."""
        if keyword == FAULT_HEADER:
            self.connection.shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError("simulated")
        super().send_header(keyword, value)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: addresses hold codes."""
