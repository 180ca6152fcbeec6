"""Self-signed X.509 certificates for keys that may be out of reach: in AWS KMS, which signs without giving them away.

The only file of the command that needs `cryptography` (the extra `m2m`); it is imported when a certificate is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from suitetoken.netsuite.machine import KeySpec

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Sign = Callable[[bytes], bytes]
BACKDATED_SECONDS = 300
"""How far back a certificate begins, for clocks that differ."""
_CURVES: dict[str, tuple[ec.EllipticCurve, hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "ECC_NIST_P256": (ec.SECP256R1(), hashes.SHA256()),
    "ECC_NIST_P384": (ec.SECP384R1(), hashes.SHA384()),
    "ECC_NIST_P521": (ec.SECP521R1(), hashes.SHA512()),
}
_BITS = {"RSA_3072": 3072, "RSA_4096": 4096}


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate in PEM form, its SHA-256 digest, and its time in epoch seconds."""

    pem: str
    thumbprint: str
    valid_from: int
    valid_until: int


def generate_key(spec: KeySpec) -> str:
    """Return a new private key in PEM form (PKCS #8, not encrypted: it goes into Secrets Manager and nowhere else)."""
    if spec.name in _CURVES:
        key: PrivateKey = ec.generate_private_key(_CURVES[spec.name][0])
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS[spec.name])
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def open_key(pem: str) -> PrivateKey:
    """Return a private key that `generate_key` made."""
    key: PrivateKey = load_pem_private_key(pem.encode(), None)  # type: ignore[assignment] # of our own making
    return key


def stand_in(public_key: bytes, sign: Sign) -> PrivateKey:
    """Return what passes for a private key where only its public part and somebody who signs are at hand."""
    key: Any = load_der_public_key(public_key)
    if isinstance(key, rsa.RSAPublicKey):
        return _RemoteRsa(key, sign)
    return _RemoteEc(key, sign)


def make(key: PrivateKey, spec: KeySpec, names: tuple[str, str], days: int, now: float) -> Made:
    """Return a certificate that the key signs itself; `names` are those of the organization and of the holder."""
    begin = datetime.fromtimestamp(int(now) - BACKDATED_SECONDS, UTC)
    organization, common = names
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, _CURVES[spec.name][1] if spec.name in _CURVES else hashes.SHA256())
    )
    return Made(
        certificate.public_bytes(Encoding.PEM).decode(),
        certificate.fingerprint(hashes.SHA256()).hex(),
        int(certificate.not_valid_before_utc.timestamp()),
        int(certificate.not_valid_after_utc.timestamp()),
    )


def _keep_secret(*_: Any, **__: Any) -> Any:
    raise UnsupportedAlgorithm("this private key never leaves the place where it signs")


class _RemoteEc(ec.EllipticCurvePrivateKey):
    """An EC key of which only the public part is here."""

    def __init__(self, public_key: ec.EllipticCurvePublicKey, sign: Sign) -> None:
        self._public_key = public_key
        self._sign = sign

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:  # noqa: ARG002 (its signer knows the algorithm)
        return self._sign(bytes(data))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public_key

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public_key.curve

    @property
    def key_size(self) -> int:
        return self._public_key.key_size

    def __copy__(self) -> _RemoteEc:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> _RemoteEc:
        return self

    exchange = private_numbers = private_bytes = _keep_secret


class _RemoteRsa(rsa.RSAPrivateKey):
    """An RSA key of which only the public part is here."""

    def __init__(self, public_key: rsa.RSAPublicKey, sign: Sign) -> None:
        self._public_key = public_key
        self._sign = sign

    def sign(self, data: Any, padding: Any, algorithm: Any) -> bytes:  # noqa: ARG002 (its signer knows both)
        return self._sign(bytes(data))

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public_key

    @property
    def key_size(self) -> int:
        return self._public_key.key_size

    def __copy__(self) -> _RemoteRsa:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> _RemoteRsa:
        return self

    decrypt = private_numbers = private_bytes = _keep_secret
