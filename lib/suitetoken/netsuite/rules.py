"""NetSuite's own rules: account ids and their hosts, endpoints, scopes, and the form of names and ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from suitetoken.errors import InvalidInput

SCOPES = ("restlets", "rest_webservices", "suite_analytics", "mcp")
"""Every scope NetSuite knows (Oracle NetSuite Help, section_158081944642)."""

_ACCOUNT_ID = re.compile(r"[A-Z0-9]{1,30}(?:[_-][A-Z0-9]{1,15})?", re.IGNORECASE | re.ASCII)
_PREFIX = re.compile(r"(?!aws|ssm)[a-z][a-z0-9-]{0,30}[a-z0-9]", re.ASCII)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?", re.ASCII)
_INTERNAL_ID = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_CLIENT_ID = re.compile(r"[\x21-\x39\x3b-\x7e]{1,255}", re.ASCII)
_CLIENT_SECRET = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
_TOKEN = re.compile(r"[\x20-\x7e]{1,16383}", re.ASCII)
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LOCALHOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*localhost", re.IGNORECASE | re.ASCII)
_PLACEHOLDER = re.compile(r"<.*>|(?:[A-Z]+_){0,3}ID", re.ASCII)
_SECRETS_MANAGER_SUFFIX = re.compile(r".*-[A-Za-z0-9]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where one NetSuite account is reached. Full URLs, except `rest_url`, the base that `/services/rest` follows."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    rest_url: str
    restlet_url: str


def parse_account_id(text: str) -> str:
    """Return the canonical account id, such as `1234567_SB1`, for any form a person may type.

    Raises InvalidInput before any URL can be built from it: an account id is the only part of a host name that comes
    from outside. Source: Oracle NetSuite Help, section_1498251763.
    """
    if not _ACCOUNT_ID.fullmatch(text):
        raise InvalidInput(
            "the account id does not look like a NetSuite account id.",
            next_step="copy it from Setup > Company > Company Information, for example 1234567 or 1234567_SB1.",
        )
    return text.upper().replace("-", "_")


def make_host_id(account_id: str) -> str:
    """Return the account id as host names have it: lower case, `_` as `-`."""
    return parse_account_id(account_id).lower().replace("_", "-")


def make_endpoints(account_id: str, overrides: Mapping[str, str] | None = None) -> Endpoints:
    """Return the account's endpoints, each replaced where `overrides` names another (checked) URL.

    The token endpoint is on the suitetalk host, never on the app host. Source: Oracle NetSuite Help,
    section_158081944642, section_158081952044 and section_161071224088.
    """
    host = make_host_id(account_id)
    rest_url = f"https://{host}.suitetalk.api.netsuite.com"
    own = {
        "authorization_endpoint": f"https://{host}.app.netsuite.com/app/login/oauth2/authorize.nl",
        "token_endpoint": f"{rest_url}/services/rest/auth/oauth2/v1/token",
        "revocation_endpoint": f"{rest_url}/services/rest/auth/oauth2/v1/revoke",
        "rest_url": rest_url,
        "restlet_url": f"https://{host}.restlets.api.netsuite.com/app/site/hosting/restlet.nl",
    }
    checked = {name: parse_url(url, name) for name, url in (overrides or {}).items()}
    return Endpoints(**{**own, **checked})


def parse_url(text: str, field: str) -> str:
    """Return the URL without a trailing slash; only https, or http to this very machine, is accepted."""
    try:
        parts = urlsplit(text)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        plain = not any(char in parts.netloc for char in "@\\") and not any(char in text for char in "?#")
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        safe = plain = whole = False
    if not (safe and plain and whole) or any(c.isspace() or not c.isprintable() for c in text):
        raise InvalidInput(
            f"{field} is not a usable URL.",
            next_step="give an https:// URL without user, query or fragment (http:// only for this machine: 127.0.0.1, "
            "localhost, NAME.localhost).",
        )
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a URL's host is this very machine: a loopback address, `localhost`, or a name below it.

    Source: RFC 6761 section 6.3 (`localhost.` and every name within it).
    """
    return host in _LOOPBACK or _LOCALHOST.fullmatch(host) is not None


def parse_scope(scope: str | Iterable[str]) -> tuple[str, ...]:
    """Return the scopes in NetSuite's own order, each once, from a space-separated string or several words.

    Raises InvalidInput for no scope, an unknown one, or `mcp` beside others (Oracle NetSuite Help,
    section_158081944642: `mcp` may only be requested alone).
    """
    asked = set(scope.split() if isinstance(scope, str) else scope)
    known = ", ".join(SCOPES)
    if not asked:
        raise InvalidInput("no scope is given.", next_step=f"ask for one or more of {known}.")
    if unknown := sorted(asked - set(SCOPES)):
        shown = ", ".join(repr(word[:40]) for word in unknown)
        raise InvalidInput(f"NetSuite has no scope {shown}.", next_step=f"use only {known}, separated by spaces.")
    if "mcp" in asked and len(asked) > 1:
        raise InvalidInput(
            "the scope mcp can only be requested alone.",
            next_step="make a connection of its own for mcp.",
        )
    return tuple(word for word in SCOPES if word in asked)


def parse_name(text: str, kind: str) -> str:
    """Return the name of a client or connection, or raise InvalidInput.

    A connection's name may not end in a hyphen and six characters: Secrets Manager appends just that to a secret's
    ARN, and a partial ARN could then open another secret.
    """
    if not _NAME.fullmatch(text):
        raise InvalidInput(
            f"the {kind} name {text[:70]!r} cannot be used.",
            next_step="use 1 to 64 lower-case letters, digits, hyphens and underscores, first and last no hyphen.",
        )
    if kind == "connection" and _SECRETS_MANAGER_SUFFIX.fullmatch(text):
        raise InvalidInput(
            f"the connection name {text!r} ends in a hyphen and six characters, as Secrets Manager's own suffix does.",
            next_step="choose a name with a shorter or longer last part.",
        )
    return text


def parse_prefix(text: str) -> str:
    """Return a deployment's prefix, or raise InvalidInput: the form is the template's."""
    if not _PREFIX.fullmatch(text):
        raise InvalidInput(
            f"the prefix {text[:40]!r} cannot be a deployment's.",
            next_step="give the one that it was deployed with: 2 to 32 lower-case letters, digits and hyphens.",
        )
    return text


def refuse_placeholder(text: str, field: str) -> None:
    """Raise InvalidInput for what an example has in the place of an id, such as CLIENT_ID or <id>."""
    if _PLACEHOLDER.fullmatch(text):
        raise InvalidInput(
            f"{text[:40]!r} is the placeholder of an example, not {field}.",
            next_step="put in the value that NetSuite shows.",
        )


def parse_internal_id(text: str, field: str) -> str:
    """Return a role's or entity's internal id: a whole number as text, which may be negative."""
    if not _INTERNAL_ID.fullmatch(text):
        raise InvalidInput(
            f"{field} is not a NetSuite internal id.",
            next_step=f"give the {field}'s number, as the NetSuite list shows it with Show Internal IDs on.",
        )
    return text


def parse_client_secret(text: str) -> str:
    """Return the client secret: printable ASCII without space. The error never shows it."""
    if not _CLIENT_SECRET.fullmatch(text):
        raise InvalidInput(
            "the client secret does not look like one.",
            next_step="copy the Client Secret that NetSuite showed once, without spaces or line ends.",
        )
    return text


def is_token(text: str) -> bool:
    """Whether this may be an access or refresh token: what can stand in a header or form (RFC 6749 appendix A.12)."""
    return _TOKEN.fullmatch(text) is not None


def parse_token(text: str) -> str:
    """Return the token. The error never shows it."""
    if not is_token(text):
        raise InvalidInput("the token cannot be sent.", next_step="rotate the connection, which brings another one.")
    return text


def parse_client_id(text: str) -> str:
    """Return the client id: printable ASCII without space or colon, since Basic authentication joins with a colon."""
    if not _CLIENT_ID.fullmatch(text):
        raise InvalidInput(
            "the client id does not look like one.",
            next_step="copy the Consumer Key / Client ID that NetSuite showed when the integration record was saved.",
        )
    return text
