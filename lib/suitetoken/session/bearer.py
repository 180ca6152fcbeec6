"""The Authorization header: who may see the token, and what NetSuite says of it. Pure."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any, Protocol

from suitetoken.documents import AccessToken
from suitetoken.errors import NetSuiteError
from suitetoken.session.addresses import is_own
from suitetoken.session.rest_errors import make_error

_INVALID_TOKEN = re.compile(r'\bBearer\b.*\berror\s*=\s*"?invalid_token\b', re.IGNORECASE | re.DOTALL)
_SCHEME = "Bearer "
_REFUSED = (
    "this is the newest token: look up the reason in NetSuite's Login Audit Trail (Setup > Users/Roles), and have the "
    "connection authorized again if its grant was revoked."
)


class Request(Protocol):
    """What a request of requests and one of httpx have in common."""

    @property
    def url(self) -> Any:
        """Its whole address."""

    @property
    def headers(self) -> MutableMapping[str, str]:
        """Its headers."""


class Response(Protocol):
    """What a response of requests and one of httpx have in common."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Any:
        """Its headers."""

    @property
    def text(self) -> str:
        """Its body, once read."""


def put_token(request: Request, token: AccessToken) -> bool:
    """Put the token on the request and return True, if its address is one of the token's own."""
    if not is_own(str(request.url), token):
        return False
    request.headers["Authorization"] = _SCHEME + token.access_token
    return True


def find_token(request: Request) -> str | None:
    """Return the token that is on the request."""
    header = request.headers.get("Authorization") or ""
    return header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else None


def is_token_refused(response: Response) -> bool:
    """Whether the answer means: another token, please (RFC 6750 section 3.1)."""
    challenge = response.headers.get("WWW-Authenticate") or ""
    return response.status_code == 401 and _INVALID_TOKEN.search(challenge) is not None


def explain_refusal(response: Response, connection: str, next_step: str | None = None) -> NetSuiteError:
    """Return the error for a refused token; without another `next_step`, for one that is the newest there is."""
    return make_error(response.status_code, response.text, subject=connection, next_step=next_step or _REFUSED)
