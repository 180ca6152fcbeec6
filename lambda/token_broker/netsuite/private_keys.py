"""Signing with a private key in PEM form; the only file of the broker that needs `cryptography`, from its layer."""

from __future__ import annotations

from dataclasses import dataclass

_LAYER = "deploy with SIGNING_LAYER=true, which adds it to the rotate function, or make a certificate of a KMS key"


@dataclass(eq=False, slots=True)
class CannotSign(Exception):
    """Why a key cannot sign, and what to do; nothing of the key is in it."""

    reason: str
    fix: str = "make a new certificate"


def sign(pem: str, algorithm: str, message: bytes) -> bytes:
    """Return the signature: DER for EC keys, as it is for RSA (PSS with a salt as long as the hash, RFC 7518 3.5).

    Raises CannotSign. `cryptography` is imported here, so that no function pays for it that does not sign.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise CannotSign("the rotate function has no library for private keys", _LAYER) from None
    kinds: dict[str, tuple[int, hashes.HashAlgorithm]] = {
        "ES256": (256, hashes.SHA256()),
        "ES384": (384, hashes.SHA384()),
        "ES512": (521, hashes.SHA512()),
    }
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise CannotSign("the secret of the signing key holds no private key in PEM form") from None
    if isinstance(key, ec.EllipticCurvePrivateKey) and kinds.get(algorithm, (0, None))[0] == key.key_size:
        return key.sign(message, ec.ECDSA(kinds[algorithm][1]))
    if isinstance(key, rsa.RSAPrivateKey) and algorithm == "PS256":
        digest = hashes.SHA256()
        return key.sign(message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    raise CannotSign(f"the private key is not of the kind that signs {algorithm}")
