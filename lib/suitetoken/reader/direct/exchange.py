"""One HTTP request and its answer with the standard library: no redirects, no retries, no proxies."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from importlib.util import find_spec
from urllib.parse import urlsplit

_LONGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `date` is the Date header, "" where there is none."""

    status: int
    date: str
    body: bytes = field(repr=False)


Send = Callable[[str, str, Mapping[str, str], bytes, float], Answer]
"""Takes method, URL, headers, body and a time limit in seconds for each step; raises OSError and HTTPException."""


def send(method: str, url: str, headers: Mapping[str, str], body: bytes, timeout: float) -> Answer:
    """Send one request and return its answer, or raise OSError, HTTPException or ValueError."""
    parts = urlsplit(url)
    connection = _connect(parts.scheme, parts.hostname or "", parts.port, timeout)
    try:
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheader("Date", ""), answer.read(_LONGEST_ANSWER))
    finally:
        connection.close()


def _connect(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=timeout)
    if scheme != "https":
        raise ValueError("this is not an address of HTTP")
    import ssl

    return HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context(cafile=_find_authorities()))


def _find_authorities() -> str:
    """Return the file of the authorities that boto3 trusts here."""
    given = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    if given:
        return given
    for package in ("certifi", "botocore"):
        spec = find_spec(package)  # finds it without importing it
        if spec and spec.submodule_search_locations:
            return f"{spec.submodule_search_locations[0]}/cacert.pem"
    raise OSError("there is no file of certificate authorities")
