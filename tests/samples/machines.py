"""Private keys, self-signed certificates and assertions, as a machine without a person has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.samples.tokens import NOW

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CURVES: dict[str, ec.EllipticCurve] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


@cache
def make_key(algorithm: str = "ES256", number: int = 0, bits: int = 3072) -> PrivateKey:
    """Return a private key for an algorithm, the same one for the same arguments."""
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm])
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def make_certificate(key: PrivateKey, days: int = 365, now: float = NOW) -> str:
    """Return a self-signed certificate in PEM form, the same one for the same arguments."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "finance")])
    begin = datetime.fromtimestamp(now, UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def export(key: PrivateKey) -> str:
    """Return the private key in PEM form."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def make_assertion(key: PrivateKey, kid: str, algorithm: str = "ES256", **claims: Any) -> str:
    """Return a signed assertion; a claim given as None is left out."""
    known = {"scope": ["rest_webservices"], "iat": NOW, "exp": NOW + 300, **claims}
    kept = {name: value for name, value in known.items() if value is not None}
    return jwt.encode(kept, key, algorithm, {"kid": kid, "typ": "JWT"})
