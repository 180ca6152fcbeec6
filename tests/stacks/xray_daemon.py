"""X-Ray's daemon as far as a function knows it: an address that segments are sent to (UDP), kept for the test."""

from __future__ import annotations

import socket
from collections import deque
from threading import Thread
from types import TracebackType
from typing import Self


class XRayDaemon:
    """Listens on 127.0.0.1 while it is entered."""

    def __init__(self) -> None:
        """Take a free port."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._received: deque[bytes] = deque()
        self._thread = Thread(target=self._listen, name="xray-daemon", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        host, _, port = self.address.rpartition(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (host, int(port)))
        self._thread.join()
        self._socket.close()

    @property
    def text(self) -> str:
        """Everything that was sent so far."""
        return b"\n".join(self._received).decode()

    def _listen(self) -> None:
        while datagram := self._socket.recv(65_536):
            self._received.append(datagram)
