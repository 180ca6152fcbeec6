"""Certificates for the client credentials flow: the list behind Setup > Integration > … (M2M) Setup, and its rules.

Oracle NetSuite Help, section_162686838198 and subsect_162755332391. A certificate belongs to one combination of
integration record, role and entity; a combination may have several, or none could ever be replaced in time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from local.netsuite.model import Integration, Mapped, Simulator

MOST_ACTIVE = 5
LONGEST_SECONDS = 730 * 86_400
"""Two years; a certificate that is valid for longer is silently cut."""
_CURVES = {256: "ES256", 384: "ES384", 521: "ES512"}
_RSA_SIZES = frozenset({3072, 4096})


@dataclass(eq=False, slots=True)
class NotTaken(Exception):
    """Why a certificate is not taken, in words."""

    reason: str


def upload(simulator: Simulator, integration: Integration, pem: str, role: str, entity: str) -> Mapped:
    """Take a certificate for a record, role and entity, or raise NotTaken."""
    certificate = _parse(pem)
    algorithm = _algorithm_of(certificate)
    now, valid_until = int(simulator.now()), int(certificate.not_valid_after_utc.timestamp())
    valid_from = int(certificate.not_valid_before_utc.timestamp())
    valid_until = min(valid_until, valid_from + LONGEST_SECONDS)
    if valid_until <= now:
        raise NotTaken("The certificate has expired.")
    if not integration.client_credentials:
        raise NotTaken("The Client Credentials (Machine to Machine) Grant box is not ticked on the integration record.")
    user = simulator.account_of(integration).users.get(entity)
    if user is None or role not in user.roles:
        raise NotTaken("The entity does not have this role.")
    thumbprint = certificate.fingerprint(hashes.SHA256()).hex()
    _refuse_again(simulator, integration, thumbprint)
    mapped = Mapped(
        id=secrets.token_urlsafe(32),
        client_id=integration.client_id,
        role=role,
        entity=entity,
        algorithm=algorithm,
        thumbprint=thumbprint,
        public_key=certificate.public_key(),
        created=now,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    simulator.certificates[mapped.id] = mapped
    return mapped


def list_of(simulator: Simulator, integration: Integration) -> list[Mapped]:
    """Return the record's certificates, revoked ones included, oldest first."""
    return [each for each in simulator.certificates.values() if each.client_id == integration.client_id]


def revoke(simulator: Simulator, mapped: Mapped) -> None:
    """Revoke a certificate for good."""
    mapped.revoked = True
    if simulator.switches.revoked_certificate_ends_tokens:
        for chain in simulator.chains.values():
            chain.revoked = chain.revoked or chain.certificate_id == mapped.id


def is_active(simulator: Simulator, mapped: Mapped) -> bool:
    """Whether a certificate is neither revoked nor expired."""
    return not mapped.revoked and simulator.now() < mapped.valid_until


def _parse(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise NotTaken("The file is not an X.509 certificate in PEM form.") from error


def _algorithm_of(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name.startswith("secp") and key.key_size in _CURVES:
        return _CURVES[key.key_size]
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_SIZES:
        return "PS256"
    raise NotTaken("Only EC keys of 256, 384 or 521 bits and RSA keys of 3072 or 4096 bits are taken.")


def _refuse_again(simulator: Simulator, integration: Integration, thumbprint: str) -> None:
    """Refuse a certificate that was uploaded before, even one that was revoked since, and a sixth active one."""
    if any(each.thumbprint == thumbprint for each in simulator.certificates.values()):
        raise NotTaken("The certificate is used already, or was revoked; a certificate is good for one mapping only.")
    if sum(is_active(simulator, each) for each in list_of(simulator, integration)) >= MOST_ACTIVE:
        raise NotTaken(f"The integration record has {MOST_ACTIVE} active certificates, which is the most.")
