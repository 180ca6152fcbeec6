"""Asking hosts for any answer at all, to see whether they can be reached from here and what time it is there.

Nothing is sent but `GET /` (our own: `/health`): no credentials, no redirects followed. What is reached is told from
this machine; the broker's own way to NetSuite may be another.
"""

from __future__ import annotations

import socket
import ssl
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from suitetoken.admin.doctor.aws_facts import parse_date
from suitetoken.admin.doctor.finding import Finding, right, warning, wrong
from suitetoken.documents import Client

TIMEOUT_SECONDS = 5
MOST_AT_ONCE = 8
_LONGEST_BODY = 1000
_SKEW_WARNING, _SKEW_WRONG = 30, 300
"""Seconds; AWS refuses signatures, and links lose their leeway, at five minutes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking. `failure` says in words why there was no HTTP answer; `seconds` is the host's own time."""

    url: str
    status: int = 0
    seconds: float | None = None
    body: str = ""
    failure: str = ""


Fetch = Callable[[str], Answer]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Take the redirect itself as the answer."""


def fetch(url: str) -> Answer:
    """GET the URL (https, or http on this machine), through the proxy of the environment if there is one."""
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(url, timeout=TIMEOUT_SECONDS) as answer:
            return _answered(url, answer.status, answer.headers, answer.read(_LONGEST_BODY))
    except HTTPError as error:
        with error:
            return _answered(url, error.code, error.headers, b"")
    except URLError as error:
        return Answer(url, failure=describe(error.reason))
    except (OSError, HTTPException) as error:
        return Answer(url, failure=describe(error))


def _answered(url: str, status: int, headers: Message, body: bytes) -> Answer:
    return Answer(url, status, parse_date(headers.get("Date")), body.decode("utf-8", "replace"))


def describe(reason: object) -> str:
    """Return why a host could not be asked, in words that hold nothing of the request."""
    if isinstance(reason, socket.gaierror):
        return "its name is not known (DNS)"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "its certificate is not trusted here (TLS)"
    if isinstance(reason, ssl.SSLError):
        return "no secure connection came about (TLS)"
    if isinstance(reason, TimeoutError):
        return f"it did not answer within {TIMEOUT_SECONDS} s"
    return f"no connection ({type(reason).__name__})"


def fetch_all(urls: Iterable[str], fetch: Fetch) -> list[Answer]:
    """Ask each URL once, a few at the same time."""
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        return list(pool.map(fetch, sorted(set(urls))))


def find_origins(clients: Iterable[Client]) -> set[str]:
    """Return the hosts that these clients' authorizations and token requests go to."""
    origins = set()
    for client in clients:
        for url in (client.endpoints.authorization_endpoint, client.endpoints.token_endpoint):
            parts = urlsplit(url)
            origins.add(f"{parts.scheme}://{parts.netloc}/")
    return origins


def judge_hosts(answers: Iterable[Answer]) -> list[Finding]:
    """Whether each host answered; any status will do."""
    return [_judge_host(answer) for answer in answers]


def _judge_host(answer: Answer) -> Finding:
    host = urlsplit(answer.url).netloc
    if answer.failure:
        next_step = "check the account id of its client, and DNS, firewall and proxy between here and NetSuite."
        return wrong("NetSuite", f"{host} cannot be reached from here: {answer.failure}.", next_step)
    return right("NetSuite", f"{host} answers (HTTP {answer.status}).")


def judge_health(answer: Answer) -> list[Finding]:
    """Whether the web function answers under the public address, and can read its key."""
    check, next_step = "public URL", "see the web function's log, and whether the domain leads to the HTTP API."
    if answer.failure:
        return [wrong(check, f"{answer.url} cannot be reached from here: {answer.failure}.", next_step)]
    if answer.status != 200 or '"ok"' not in answer.body:
        return [wrong(check, f"{answer.url} does not say that it is well (HTTP {answer.status}).", next_step)]
    return [right(check, f"{answer.url} says that it is well.")]


def judge_clock(whose: str, theirs: float | None, ours: float) -> list[Finding]:
    """Whether this machine's clock agrees with another (both in epoch seconds); nothing where the other told none."""
    if theirs is None:
        return []
    check, apart = "clock", int(abs(theirs - ours))
    message = f"This machine and {whose} are {apart} s apart."
    next_step = "have this machine's clock set by NTP: AWS refuses signatures, and links end early or late."
    if apart >= _SKEW_WRONG:
        return [wrong(check, message, next_step)]
    return [warning(check, message, next_step) if apart >= _SKEW_WARNING else right(check, message)]
