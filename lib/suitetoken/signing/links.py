"""Signed links, states and results, and what is derived from them: PKCE verifier, browser binding, grant id.

Nothing of an attempt is stored anywhere: the signed text carries it (RFC 6749 section 10.12, RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from itsdangerous import BadData, BadSignature, URLSafeSerializer, base64_decode, base64_encode

from suitetoken.errors import InvalidSignedText, SignedTextExpired

CLOCK_LEEWAY = 300
"""Seconds that the clocks of an operator's machine and of the broker may differ."""
ATTEMPT_SECONDS = 600
"""Seconds from leaving the landing page until the callback must be reached."""

_KEY_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_LONGEST = 4096

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """One signing key. `id` is the version id of the secret that holds it and travels with what it signs."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """What a hosted link says: the connection, the grant it was made against, who asked, and until when it lives.

    `series` is the connection's series of links: it changes when all links, or the grant, are revoked.
    """

    connection: str
    grant_id: str
    asked_by: str
    expires_at: int
    series: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What `state` says: the attempt's connection, what its link was made against, its nonce and when it began.

    `client` is the tag of the client that the browser was sent to NetSuite for: the code goes nowhere else (RFC 9700
    section 4.4, mix-up).
    """

    connection: str
    grant_id: str
    nonce: str = field(repr=False)
    issued_at: int
    language: str = ""
    series: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a result page shows after the callback: the outcome's code and plain facts, never a secret."""

    outcome: str
    connection: str
    issued_at: int
    facts: Mapping[str, str] = field(default_factory=dict)


FindKey = Callable[[str], Key | None]
"""Returns the key with this id while it may still verify, else None."""


def make_nonce() -> str:
    """Return a new attempt's nonce: 128 random bits."""
    return secrets.token_urlsafe(16)


def make_series() -> str:
    """Return a new series of links: 48 random bits, which no earlier link of the connection carries."""
    return secrets.token_urlsafe(6)


def sign_link(link: Link, key: Key) -> str:
    """Return the link's signed text, safe in a URL path."""
    return _sign("link", asdict(link), key)


def verify_link(text: str, find_key: FindKey, now: float) -> Link:
    """Return the link, or raise InvalidSignedText or SignedTextExpired."""
    link = _verify("link", text, find_key, Link)
    _refuse_past(link.expires_at + CLOCK_LEEWAY, now, "the link")
    return link


def sign_state(state: State, key: Key) -> str:
    """Return `state`: 22 to 1024 printable ASCII characters, as NetSuite demands (section_158081944642)."""
    return _sign("state", asdict(state), key)


def verify_state(text: str, find_key: FindKey, now: float) -> State:
    """Return the state, or raise InvalidSignedText, or SignedTextExpired when the attempt took over 10 minutes."""
    state = _verify("state", text, find_key, State)
    _refuse_past(state.issued_at + ATTEMPT_SECONDS + CLOCK_LEEWAY, now, "the attempt")
    return state


def sign_result(result: Result, key: Key) -> str:
    """Return the result's signed text, safe in a URL path."""
    return _sign("result", asdict(result), key)


def verify_result(text: str, find_key: FindKey, now: float) -> Result:
    """Return the result, or raise InvalidSignedText, or SignedTextExpired an hour after the callback."""
    result = _verify("result", text, find_key, Result)
    _refuse_past(result.issued_at + 3600, now, "the result page")
    return result


def key_id_of(text: str) -> str:
    """Return the id of the key that a signed text claims to be signed with."""
    return text.partition(".")[0]


def derive_verifier(nonce: str, key: Key) -> str:
    """Return the PKCE code verifier of an attempt: 43 characters (RFC 7636 section 4.1)."""
    return _derive("code_verifier", nonce, key)


def make_challenge(verifier: str) -> str:
    """Return the S256 code challenge (RFC 7636 section 4.2)."""
    return _base64url(hashlib.sha256(verifier.encode("ascii")).digest())


def derive_cookie(nonce: str, key: Key) -> tuple[str, str]:
    """Return name, without a prefix, and value of the cookie that binds an attempt to the browser it began in."""
    return f"suitetoken-{nonce[:8]}", _derive("cookie", nonce, key)


def derive_grant_id(nonce: str) -> str:
    """Return the id that the attempt's claim and grant carry: a digest, so that the nonce itself is never stored."""
    return hashlib.sha256(f"grant:{nonce}".encode()).hexdigest()[:32]


def is_same(ours: str, theirs: str) -> bool:
    """Compare in constant time; anything a browser may send is accepted as input."""
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))


def _sign(purpose: str, payload: dict[str, Any], key: Key) -> str:
    return f"{key.id}.{_serializer(purpose, key).dumps(payload)}"


def _verify(purpose: str, text: str, find_key: FindKey, kind: type[T]) -> T:
    key_id, _, signed = text.partition(".")
    if len(text) > _LONGEST or not text.isascii() or not _KEY_ID.fullmatch(key_id):
        raise _invalid(purpose)
    key = find_key(key_id)
    if key is None:
        raise _invalid(purpose)
    try:
        _refuse_other_spelling(signed.rpartition(".")[2])
        return kind(**_serializer(purpose, key).loads(signed))
    except (BadData, TypeError) as error:
        raise _invalid(purpose) from error


def _refuse_other_spelling(signature: str) -> None:
    """Refuse a signature that decodes to the right bytes but is not written as we write it: one text, one meaning."""
    if base64_encode(base64_decode(signature)).decode("ascii") != signature:
        raise BadSignature("not in canonical base64url")


def _serializer(purpose: str, key: Key) -> URLSafeSerializer:
    return URLSafeSerializer(
        key.secret,
        salt=f"suitetoken.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def _invalid(purpose: str) -> InvalidSignedText:
    return InvalidSignedText(f"this {purpose} was not made here, was altered, or its key has been replaced.")


def _refuse_past(end: int, now: float, what: str) -> None:
    if now > end:
        raise SignedTextExpired(f"the time of {what} is over.")


def _derive(purpose: str, nonce: str, key: Key) -> str:
    message = f"suitetoken.{purpose}:{nonce}".encode()
    return _base64url(hmac.digest(key.secret.encode(), message, "sha256"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
