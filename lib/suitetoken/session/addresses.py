"""Where a connection's requests go, and which addresses may see its token. Pure."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from suitetoken.documents import AccessToken
from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_url

REST_PATH = "/services/rest/"
_RESTLET_PATH = "/app/site/hosting/"
_DEFAULT_PORTS = {"https": 443, "http": 80}

Origin = tuple[str, str, int | None]
"""Scheme, host and port (RFC 6454)."""


def find_origin(url: str) -> Origin | None:
    """Return a URL's origin, or None where it has none, or names a user, or could be read in two ways."""
    if "\\" in url:  # browsers and urllib3 take it for a slash, urlsplit does not
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    is_plain = parts.hostname and "@" not in parts.netloc
    return (parts.scheme, parts.hostname, port) if is_plain and parts.hostname else None


def is_own(url: str, token: AccessToken) -> bool:
    """Whether the token may be sent to `url`: to the account's REST and RESTlet hosts only, and never in the clear."""
    return find_origin(url) in _find_own_origins(token.rest_url, token.restlet_url)


@lru_cache(maxsize=64)
def _find_own_origins(rest_url: str, restlet_url: str) -> frozenset[Origin | None]:
    urls = (parse_url(rest_url, "rest_url"), parse_url(restlet_url, "restlet_url"))
    return frozenset(find_origin(url) for url in urls)


def is_whole(url: str) -> bool:
    """Whether it is a whole URL and not a path."""
    return "://" in url.partition("?")[0]


def resolve(url: str, token: AccessToken) -> str:
    """Return the whole address: `record/v1/account` and `/services/rest/record/v1/account` are the same.

    `/app/site/hosting/…` is on the RESTlet host. A whole URL stays as it is.
    """
    if is_whole(url):
        return url
    if url.startswith(_RESTLET_PATH):
        return token.restlet_url.partition(_RESTLET_PATH)[0] + url
    return token.rest_url + (url if url.startswith("/") else REST_PATH + url)


def resolve_own(path: str, token: AccessToken) -> str:
    """Return the whole address, or raise InvalidInput where that is not one of the connection's own."""
    url = resolve(path, token)
    if not is_own(url, token):
        raise InvalidInput(
            "this address is not on the connection's NetSuite account.",
            next_step="give a path such as record/v1/account, or use another connection.",
        )
    return url
