"""Which server an authorization response says it is from: its `iss`, where there is one (RFC 9207 section 2.4).

NetSuite sends none and documents no issuer to compare with, so an `iss` that comes must lead to where the client was
sent: a host of NetSuite's, or the host of the endpoint that an operator put in its place.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from suitetoken.documents import Client
from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_url

_NETSUITE = ".netsuite.com"


def is_issuer(client: Client, issuer: str | None) -> bool:
    """Whether this may be the authorization server that the client's attempts are sent to; none at all may."""
    if issuer is None:
        return True
    try:
        host = urlsplit(parse_url(issuer, "iss")).netloc.lower()
    except InvalidInput:
        return False
    own = urlsplit(client.endpoints.authorization_endpoint).netloc.lower()
    return host == own or (own.endswith(_NETSUITE) and host.endswith(_NETSUITE))
