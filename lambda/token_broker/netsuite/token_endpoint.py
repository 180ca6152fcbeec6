"""The token endpoint: the only file that sends codes, refresh tokens and client secrets, and only to NetSuite.

What is sent is made in `token_requests`; what comes back is judged here, by RFC 6749 section 5.2. Every request uses
a connection of its own: one kept alive through a Lambda freeze breaks in a way that looks as if the answer were lost.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, SSLError

from token_broker.netsuite import endpoint_errors as errors
from token_broker.netsuite.time_limits import CONNECT_SECONDS
from token_broker.netsuite.token_requests import TokenRequest

BYTE_ORDER_MARK = "\ufeff"
"""What some servers put before their JSON (RFC 8259 section 8.1 lets a parser pass over it)."""
_LONGEST_ANSWER = 60_000
_SUCCESSES = frozenset({200, 201})
_TIMED_OUT = 408
_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one request took, with connecting; `outcome` is `answered` or the code of the error."""

    request: str
    outcome: str
    milliseconds: int


def judge(status: int, body: str) -> str:
    """Return the body of a success, or raise the error that the status and body mean.

    Some servers say with HTTP 200 what RFC 6749 section 5.2 says with 400. A server that timed out (408) may have
    looked at the request.
    """
    error = _error_code(body)
    if status in _SUCCESSES and error is None:
        return body
    if status in (429, 503):
        raise errors.Throttled(f"NetSuite is busy (HTTP {status}).", next_step="nothing: it is tried again.")
    if status == 500 and error == "server_error":
        raise errors.ServerRefused("NetSuite's token endpoint failed (HTTP 500 server_error).")
    if error is None and 400 <= status < 500 and status != _TIMED_OUT:
        raise errors.Unexplained(
            f"the token endpoint refused the request without saying why (HTTP {status}).",
            next_step="look at the client's endpoints, and at what stands between: a firewall, a proxy.",
        )
    if error is None or status == _TIMED_OUT or not (status in _SUCCESSES or 400 <= status < 500):
        raise errors.ServerFailed(f"NetSuite's token endpoint failed (HTTP {status}).")
    if error == "invalid_grant":
        raise errors.GrantRefused(
            "NetSuite refused the grant (invalid_grant): it has expired, was revoked, or belongs to another client.",
            next_step="authorize again; the Login Audit Trail in NetSuite says why (column Detail).",
        )
    if error in _CLIENT_ERRORS:
        raise errors.ClientRefused(
            f"NetSuite refused the client ({error}).",
            next_step="check the client id and secret and that the integration record is enabled, "
            "then run `suitetoken client update`.",
        )
    raise errors.RequestRefused(f"NetSuite refused the request ({error}).")


class TokenEndpoint:
    """Posts token requests. `make_session` makes a fresh requests session for each of them."""

    def __init__(
        self,
        make_session: Callable[[], requests.Session] = requests.Session,
        monotonic: Callable[[], float] = time.monotonic,
        observe: Callable[[Timing], object] = lambda _: None,
    ) -> None:
        """Send nothing yet; `monotonic` gives seconds, for bounding an answer that only trickles.

        `observe` is told of every request once it is over.
        """
        self._observe = observe
        self._make_session = make_session
        self._monotonic = monotonic

    def send(self, request: TokenRequest, read_seconds: float) -> str:
        """Post once, without redirects and retries, and return the raw body of a success.

        Raises a TokenRequestFailed that says whether what was sent may be spent. Its text and causes hold nothing of
        the request: what requests raises carries the form, so the chain is cut here.
        """
        began, outcome = self._monotonic(), "answered"
        try:
            return self._send(request, read_seconds)
        except errors.TokenRequestFailed as error:
            outcome = error.code
            raise
        finally:
            self._observe(Timing(request.kind, outcome, round((self._monotonic() - began) * 1000)))

    def _send(self, request: TokenRequest, read_seconds: float) -> str:
        with self._make_session() as session:
            session.trust_env = False
            try:
                status, body = self._post(session, request, read_seconds)
            except requests.RequestException as error:
                raise _from_transport(error) from None
        return judge(status, body)

    def _post(self, session: requests.Session, request: TokenRequest, read_seconds: float) -> tuple[int, str]:
        deadline = self._monotonic() + CONNECT_SECONDS + read_seconds
        with session.post(
            request.url,
            data=request.form,
            auth=request.auth,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            timeout=(CONNECT_SECONDS, read_seconds),
            allow_redirects=False,
            hooks={"response": _forget_where_to},
            stream=True,
        ) as answer:
            body = b""
            for chunk in answer.iter_content(16_384):
                body += chunk
                if len(body) > _LONGEST_ANSWER or self._monotonic() > deadline:
                    raise requests.exceptions.ContentDecodingError
            return answer.status_code, body.decode("utf-8", "replace")


def _forget_where_to(answer: requests.Response, **_: object) -> None:
    """Drop a redirect's address: requests would read the whole body and parse the address, to have it at hand."""
    answer.headers.pop("Location", None)


def _error_code(body: str) -> str | None:
    """Return the error that the body names; None where it is a token response, or names none."""
    try:
        values = json.loads(body.removeprefix(BYTE_ORDER_MARK))
        error = values["error"]
        if "access_token" in values:
            return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    known = isinstance(error, str) and error.isascii() and error.replace("_", "").isalpha() and len(error) <= 40
    return error if known else None


def _from_transport(error: requests.RequestException) -> errors.TokenRequestFailed:
    """Tell what never left this machine from what may have arrived; the text names the kind of failure only."""
    kind = type(error).__name__
    if isinstance(error, requests.ConnectTimeout) or _never_left(error):
        return errors.NotReached(f"NetSuite could not be reached ({kind}).", next_step="nothing: it is tried again.")
    return errors.AnswerLost(f"NetSuite's answer did not arrive whole ({kind}).")


def _never_left(error: requests.RequestException) -> bool:
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    if isinstance(reason, SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, ConnectTimeoutError | NameResolutionError | NewConnectionError)
