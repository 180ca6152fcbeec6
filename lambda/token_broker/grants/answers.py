"""Reading a token response: from the raw answer to tokens, life, scope and identity.

NetSuite's own pages disagree on types, so both are taken: `expires_in` as number or string, `token_type` in any case
(Oracle NetSuite Help, section_158081952044 and section_160855590788). What other servers and proxies send is taken
where it is safe: an empty refresh token is none, a missing token type is Bearer, a byte order mark is passed over.
Signatures are not verified: the tokens came over TLS from the token endpoint itself, and their claims serve as facts
about time and identity only.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from suitetoken.netsuite.rules import SCOPES, is_token
from token_broker.netsuite.endpoint_errors import UnreadableAnswer, UnusableAnswer
from token_broker.netsuite.token_endpoint import BYTE_ORDER_MARK

CAUTIOUS_LIFE_SECONDS = 600
"""The life assumed of an access token whose end can be read nowhere."""
_LONGEST_LIFE = 86_400
_FRACTION = re.compile(r"(?<=\d)\.\d+\s*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A token response (RFC 6749 section 5.1); `life` is the access token's, in seconds."""

    access_token: str = field(repr=False)
    life: int
    refresh_token: str | None = field(default=None, repr=False)
    scope: tuple[str, ...] | None = None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an access token acts as: internal ids of role and entity, the account id as NetSuite writes it; or ""."""

    role: str
    entity: str
    account_id: str


def parse_answer(raw: str) -> TokenAnswer:
    """Return the token response, or raise UnreadableAnswer; nothing of the answer is in the error."""
    try:
        values = json.loads(raw.removeprefix(BYTE_ORDER_MARK))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise UnreadableAnswer(
            "NetSuite's answer is not a JSON object: a maintenance page, or one of something between.",
            next_step="look at NetSuite's status page, at the client's endpoints, and at what stands between.",
        )
    access_token, refresh_token = values.get("access_token"), values.get("refresh_token") or None
    if not _is_token(access_token) or not (refresh_token is None or _is_token(refresh_token)):
        raise UnusableAnswer("NetSuite's answer holds no usable token.")
    if str(values.get("token_type") or "Bearer").lower() != "bearer":
        raise UnusableAnswer("NetSuite's answer is of a token type other than Bearer.")
    claims = read_claims(access_token)
    return TokenAnswer(
        access_token,
        _read_life(values.get("expires_in"), claims),
        refresh_token,
        _read_scope(values.get("scope") or claims.get("scope")),
        _read_identity(claims),
    )


def refuse_hopeless(raw: str) -> str:
    """Return an answer that is worth saving, or raise UnreadableAnswer.

    Worth it is a token response, and anything in which a refresh token may be, however damaged.
    """
    if "refresh_token" not in raw:
        parse_answer(raw)
    return raw


def read_claims(token: str) -> Mapping[str, Any]:
    """Return a JWT's claims without verifying it, or no claims where it is not a JWT (RFC 7519 section 3)."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _is_token(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and is_token(value)


def _read_life(expires_in: object, claims: Mapping[str, Any]) -> int:
    issued, expires = read_number(claims.get("iat")), read_number(claims.get("exp"))
    by_claims = expires - issued if issued is not None and expires is not None else None
    for life in (read_number(expires_in), by_claims):
        if life is not None and 0 < life <= _LONGEST_LIFE:
            return life
    return CAUTIOUS_LIFE_SECONDS


def _read_scope(value: object) -> tuple[str, ...] | None:
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        return None
    return tuple(word for word in SCOPES if word in words) or None


def _read_identity(claims: Mapping[str, Any]) -> Identity | None:
    """Read `sub` ("role;entity") and the account in `aud` ("application id;account id").

    A token got by certificate has another layout: its `sub` is "account id;0;role;entity;N".
    """
    subject = claims.get("sub")
    parts = subject.split(";") if isinstance(subject, str) else []
    if len(parts) == 5:
        return Identity(parts[2], parts[3], parts[0])
    if len(parts) != 2:
        return None
    audience = claims.get("aud")
    entries = [entry for entry in audience if isinstance(entry, str)] if isinstance(audience, list) else []
    account_id = next((account for entry in entries if (account := entry.partition(";")[2])), "")
    return Identity(parts[0], parts[1], account_id)


def read_number(value: object) -> int | None:
    """Return a whole number that came as a number or as a string, with a fraction or without, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(_FRACTION.sub("", value) if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
