"""Signing with a connection's private key: in AWS KMS, which never gives it away, or read from Secrets Manager."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from suitetoken.aws.errors import get_code, translated
from suitetoken.aws.store import Store
from suitetoken.documents import Certificate
from suitetoken.errors import AccessDenied, NotFound, SuiteTokenError
from suitetoken.netsuite.machine import ALGORITHMS, is_kms_key
from token_broker.netsuite.assertion import MalformedSignature, to_raw

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_KMS_WORDS = {
    "AccessDeniedException": (
        "AWS KMS refuses the rotate function the signing key",
        "the key needs the tag suitetoken with the stack's prefix, and no key policy that denies it",
    ),
    "DisabledException": ("the signing key is disabled", "enable it in AWS KMS"),
    "IncorrectKeyException": ("the signing key is another one than the certificate's", "make a new certificate"),
    "InvalidKeyUsageException": ("the key in AWS KMS is not for signing", "make a new certificate"),
    "KMSInvalidStateException": (
        "the signing key is scheduled for deletion or not ready",
        "cancel its deletion in AWS KMS and enable it, or make a new certificate",
    ),
    "NotFoundException": ("the signing key is gone from AWS KMS", "make a new certificate"),
    "UnsupportedOperationException": ("the key in AWS KMS cannot sign", "make a new certificate"),
}


class SigningFailed(SuiteTokenError):
    """The assertion could not be signed: the key is gone, disabled, denied or not the certificate's."""

    code = "signing_failed"


class Signers:
    """Signs with whatever key a certificate has. `make_kms` is called when a key of KMS is first used."""

    def __init__(self, make_kms: Callable[[], KMSClient], store: Store) -> None:
        """Reach nothing yet."""
        self._make_kms = make_kms
        self._store = store

    @cached_property
    def _kms(self) -> KMSClient:
        return self._make_kms()

    def sign(self, certificate: Certificate, message: bytes) -> bytes:
        """Return the signature as JWS has it. Raises SigningFailed, or Unavailable where a later try may succeed."""
        sign = self._sign_with_kms if is_kms_key(certificate.key) else self._sign_with_secret
        signature, spec = sign(certificate, message), ALGORITHMS[certificate.algorithm]
        if not spec.number_bytes:
            return signature
        try:
            return to_raw(signature, spec.number_bytes)
        except MalformedSignature as error:
            raise _failed(certificate, f"the signature does not fit {spec.algorithm} ({error})") from error

    def _sign_with_kms(self, certificate: Certificate, message: bytes) -> bytes:
        algorithm = ALGORITHMS[certificate.algorithm].kms_algorithm
        try:
            with translated("signing with the key", certificate.key):
                answer = self._kms.sign(
                    KeyId=certificate.key,
                    Message=message,
                    MessageType="RAW",
                    SigningAlgorithm=algorithm,  # type: ignore[arg-type] # one of KMS's names, from our table
                )
        except SuiteTokenError as error:
            code = get_code(error.__cause__) if isinstance(error.__cause__, ClientError) else ""
            if code not in _KMS_WORDS:
                raise
            raise _failed(certificate, *_KMS_WORDS[code]) from error
        return answer["Signature"]

    def _sign_with_secret(self, certificate: Certificate, message: bytes) -> bytes:
        from token_broker.netsuite.private_keys import CannotSign, sign

        try:
            pem = self._store.read(certificate.key).body
            return sign(pem, certificate.algorithm, message)
        except NotFound as error:
            raise _failed(certificate, "the secret of the signing key is gone", "make a new certificate") from error
        except AccessDenied as error:
            raise _failed(certificate, "the rotate function may not read the secret of the signing key") from error
        except CannotSign as error:
            raise _failed(certificate, error.reason, error.fix) from None


def _failed(certificate: Certificate, what: str, fix: str = "deploy the template again") -> SigningFailed:
    return SigningFailed(f"{what}.", subject=certificate.key, next_step=f"{fix}.")
