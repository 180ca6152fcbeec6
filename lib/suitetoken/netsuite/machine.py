"""Rules for connections without a person: grant types, and which keys, algorithms and certificates NetSuite takes.

Oracle NetSuite Help, section_162790605110 (assertion), subsect_162755332391 (certificates). Everything here is pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from suitetoken.errors import InvalidInput

AUTHORIZATION_CODE = "authorization_code"
CLIENT_CREDENTIALS = "client_credentials"
GRANT_TYPES = (AUTHORIZATION_CODE, CLIENT_CREDENTIALS)
"""How a connection gets its tokens (RFC 6749 sections 4.1 and 4.4): by a person's consent, or by a certificate."""

CERTIFICATE_SETUP = "Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup"
"""NetSuite's menu where certificates are uploaded and revoked."""

MOST_DAYS = 730
"""Two years: NetSuite silently cuts a certificate that is valid for longer."""
MOST_ACTIVE = 5
"""Certificates of one integration record that may be active at the same time."""

_KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]{1,40}:[0-9]{12}:key/[A-Za-z0-9-]{1,128}", re.ASCII)
_KEY_SECRET = re.compile(r"key/[a-z0-9][a-z0-9_-]{0,63}(?:/[1-9][0-9]{0,5})?", re.ASCII)
_CERTIFICATE_ID = re.compile(r"[A-Za-z0-9._~-]{1,255}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeySpec:
    """One kind of key: AWS KMS's name for it, the JWS algorithm it signs with, KMS's name for that algorithm.

    `number_bytes` is how long each of the two numbers of an ECDSA signature is (RFC 7518 section 3.4); 0 for RSA.
    """

    name: str
    algorithm: str
    kms_algorithm: str
    number_bytes: int = 0


KEY_SPECS = (
    KeySpec("ECC_NIST_P256", "ES256", "ECDSA_SHA_256", 32),
    KeySpec("ECC_NIST_P384", "ES384", "ECDSA_SHA_384", 48),
    KeySpec("ECC_NIST_P521", "ES512", "ECDSA_SHA_512", 66),
    KeySpec("RSA_3072", "PS256", "RSASSA_PSS_SHA_256"),
    KeySpec("RSA_4096", "PS256", "RSASSA_PSS_SHA_256"),
)
"""What NetSuite takes: EC keys of 256, 384 and 521 bits, RSA keys of 3072 and 4096. RS256 it does not take."""

ALGORITHMS = {spec.algorithm: spec for spec in KEY_SPECS}


def parse_grant_type(text: str) -> str:
    """Return the grant type, or raise InvalidInput."""
    if text not in GRANT_TYPES:
        raise InvalidInput(
            f"there is no grant type {text[:40]!r} for a connection.",
            next_step=f"use {AUTHORIZATION_CODE} (a person consents) or {CLIENT_CREDENTIALS} (a certificate).",
        )
    return text


def parse_key_spec(text: str) -> KeySpec:
    """Return the kind of key of this name, or raise InvalidInput."""
    for spec in KEY_SPECS:
        if spec.name == text:
            return spec
    raise InvalidInput(
        f"NetSuite takes no certificate of a key of the kind {text[:40]!r}.",
        next_step=f"use one of {', '.join(spec.name for spec in KEY_SPECS)}.",
    )


def parse_algorithm(text: str) -> str:
    """Return the JWS algorithm, or raise InvalidInput."""
    if text not in ALGORITHMS:
        raise InvalidInput(f"{text[:20]!r} is no algorithm of ours.", next_step=f"use {', '.join(ALGORITHMS)}.")
    return text


def parse_key(text: str) -> str:
    """Return the reference to a private key: the ARN of a KMS key, or the name of a secret without the prefix."""
    if not (_KEY_ARN.fullmatch(text) or _KEY_SECRET.fullmatch(text)):
        raise InvalidInput(
            "this is no reference to a private key.",
            next_step="give the ARN of a KMS key, or key/NAME for a secret below the prefix.",
        )
    return text


def is_kms_key(key: str) -> bool:
    """Whether the reference leads to AWS KMS, which never gives the private key away."""
    return key.startswith("arn:")


def parse_certificate_id(text: str) -> str:
    """Return the id that NetSuite gave a certificate, which every assertion names as its `kid`."""
    if not _CERTIFICATE_ID.fullmatch(text):
        raise InvalidInput(
            "this does not look like a certificate id.",
            next_step="copy the Certificate ID from the list under Setup > Integration > Manage Authentication > "
            "OAuth 2.0 Client Credentials (M2M) Setup.",
        )
    return text


def parse_thumbprint(text: str) -> str:
    """Return a certificate's SHA-256 digest in hexadecimal."""
    if not _HEX.fullmatch(text):
        raise InvalidInput("this is no SHA-256 thumbprint.")
    return text


def parse_days(days: int) -> int:
    """Return how long a certificate shall be valid, or raise InvalidInput."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(
            f"a certificate cannot be made for {days} days; NetSuite takes 1 to {MOST_DAYS} (two years).",
            next_step=f"give --days from 1 to {MOST_DAYS}.",
        )
    return days


def refuse_scope(scope: tuple[str, ...]) -> None:
    """Raise InvalidInput for a scope that only a person can grant (Oracle NetSuite Help, section_162790605110)."""
    if "mcp" in scope:
        raise InvalidInput(
            "the scope mcp is not given to machines.",
            next_step="use restlets, rest_webservices or suite_analytics, or let a person authorize the connection.",
        )
