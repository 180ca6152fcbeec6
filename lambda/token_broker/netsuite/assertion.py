"""Client assertions: the signed text by which a machine asks for a token (RFC 7523 section 2.2, RFC 7515).

As Oracle NetSuite Help, section_162790605110 has them. Everything here is pure: who signs is another file's matter.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

SKEW_SECONDS = 60
"""How far back an assertion is dated: NetSuite refuses one from the future, and clocks differ."""
LIFE_SECONDS = 300
"""How long an assertion is good; NetSuite takes up to 3600 seconds."""
_SEQUENCE, _INTEGER = 0x30, 0x02


class MalformedSignature(ValueError):
    """The signature is not the DER that X9.62 describes."""


def make_claims(client_id: str, token_endpoint: str, scope: Sequence[str], now: int, jti: str) -> dict[str, Any]:
    """Return the claims. `scope` is a list, as in Oracle's sample; `jti` tells assertions apart in traces."""
    return {
        "iss": client_id,
        "aud": token_endpoint,
        "scope": list(scope),
        "iat": now - SKEW_SECONDS,
        "exp": now - SKEW_SECONDS + LIFE_SECONDS,
        "jti": jti,
    }


def make_signing_input(algorithm: str, certificate_id: str, claims: Mapping[str, Any]) -> str:
    """Return header and claims as they are signed (RFC 7515 section 5.1)."""
    header = {"typ": "JWT", "alg": algorithm, "kid": certificate_id}
    return ".".join(_encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))


def finish(signing_input: str, signature: bytes) -> str:
    """Return the assertion."""
    return f"{signing_input}.{_encode(signature)}"


def to_raw(der: bytes, number_bytes: int) -> bytes:
    """Return an ECDSA signature as JWS has it, both numbers at full length (RFC 7518 section 3.4).

    AWS KMS and OpenSSL give `SEQUENCE { r INTEGER, s INTEGER }` in DER (RFC 3279 section 2.2.3). Raises
    MalformedSignature for anything else.
    """
    numbers, rest = _take(der, _SEQUENCE)
    r, numbers = _take(numbers, _INTEGER)
    s, numbers = _take(numbers, _INTEGER)
    if rest or numbers or not r or not s:
        raise MalformedSignature("there is more or less in it than two numbers")
    try:
        return b"".join(int.from_bytes(number, "big", signed=True).to_bytes(number_bytes, "big") for number in (r, s))
    except OverflowError:
        raise MalformedSignature("a number does not belong to this curve") from None


def _take(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the first DER element and what follows it; lengths are below 256 in every signature."""
    long = len(data) > 2 and data[1] == 0x81
    start = 3 if long else 2
    if len(data) < start or data[0] != tag or (data[1] >= 0x80 and not long):
        raise MalformedSignature("it is not DER")
    end = start + data[start - 1]
    if end > len(data):
        raise MalformedSignature("it is cut off")
    return data[start:end], data[end:]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
