"""The private keys of connections without a person: made in AWS KMS, or made here and kept in Secrets Manager only."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from suitetoken.aws.errors import translated
from suitetoken.aws.store import Store
from suitetoken.errors import AccessDenied, AlreadyExists, BeingDeleted, InvalidInput, NotFound
from suitetoken.netsuite.machine import KeySpec, is_kms_key

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

    from suitetoken.admin.certificate_maker import PrivateKey

DELETION_DAYS = 30
"""How long a key that was given up can be had back."""
PAUSES = (0.5, 1, 2, 4, 8, 16, 30)
"""Seconds between tries of what KMS does not know yet: a minute in all."""

Sleep = Callable[[float], None]
_T = TypeVar("_T")


def until_known(act: Callable[[], _T], sleep: Sleep) -> _T:
    """Do something with a key that was just made, again while KMS does not know its tags or its alias yet.

    Permissions go by the tags, so a key without them is denied. The last try's error is raised as it is.
    Source: AWS KMS Developer Guide, "AWS KMS eventual consistency".
    """
    for pause in PAUSES:
        try:
            return act()
        except (AccessDenied, NotFound):
            sleep(pause)
    return act()


def make_alias(prefix: str, name: str, *, following: bool) -> str:
    """Return the alias by which people find a connection's key; names hold no slash, so the two never meet."""
    return f"alias/{prefix}-{name}{'/next' if following else ''}"


def make_kms_key(
    kms: KMSClient,
    tags: Mapping[str, str],
    name: str,
    spec: KeySpec,
    alias: str,
    used: Collection[str],
    sleep: Sleep = time.sleep,
) -> str:
    """Return the ARN of a new key in KMS, or of one that an earlier try made and did not come to use.

    One key for each certificate: CloudTrail then tells by the key which connection signed. `tags` are the store's: the
    rotate function's permission goes by them.
    """
    left = _find_unused(kms, alias, spec, used)
    if left is not None:
        return left
    all_tags: Any = [{"TagKey": key, "TagValue": value} for key, value in {**tags, "connection": name}.items()]
    with translated("creating the signing key", alias):
        made = kms.create_key(
            KeyUsage="SIGN_VERIFY",
            KeySpec=spec.name,  # type: ignore[arg-type] # one of KMS's names, from our table
            Description=f"Signs the assertions of the NetSuite connection {name}",
            Tags=all_tags,
        )
    arn = made["KeyMetadata"]["Arn"]
    until_known(lambda: point_alias(kms, alias, arn), sleep)
    return arn


def open_kms_key(kms: KMSClient, arn: str, spec: KeySpec, sleep: Sleep = time.sleep) -> PrivateKey:
    """Return what signs a certificate with a key of KMS (RSA: PKCS #1 v1.5, as certificates have it)."""
    from suitetoken.admin.certificate_maker import stand_in

    algorithm: Any = spec.kms_algorithm if spec.number_bytes else "RSASSA_PKCS1_V1_5_SHA_256"

    def sign_now(data: bytes) -> bytes:
        with translated("signing the certificate", arn):
            return kms.sign(KeyId=arn, Message=data, MessageType="RAW", SigningAlgorithm=algorithm)["Signature"]

    def read_public_key() -> bytes:
        with translated("reading the public key", arn):
            return kms.get_public_key(KeyId=arn)["PublicKey"]

    def sign(data: bytes) -> bytes:
        return until_known(lambda: sign_now(data), sleep)

    public_key = until_known(read_public_key, sleep)
    return stand_in(public_key, sign)


def point_alias(kms: KMSClient, alias: str, arn: str) -> None:
    """Let an alias lead to a key, whether or not it is there already, or comes to be there meanwhile."""
    with translated("naming the signing key", alias):
        try:
            kms.update_alias(AliasName=alias, TargetKeyId=arn)
        except kms.exceptions.NotFoundException:
            try:
                kms.create_alias(AliasName=alias, TargetKeyId=arn)
            except kms.exceptions.AlreadyExistsException:
                kms.update_alias(AliasName=alias, TargetKeyId=arn)


def make_secret_key(store: Store, name: str, spec: KeySpec, used: Collection[str]) -> str:
    """Return the name of a secret with a new private key, which is nowhere else.

    A secret that is there already is left alone, and the next number taken: its key may be that of a certificate which
    another operator is about to keep.
    """
    from suitetoken.admin.certificate_maker import generate_key

    body = generate_key(spec)
    numbers = [int(key.rpartition("/")[2]) if key.count("/") == 2 else 1 for key in used if not is_kms_key(key)]
    for number in itertools.count(max(numbers, default=0) + 1):
        secret = f"key/{name}" if number == 1 else f"key/{name}/{number}"
        with contextlib.suppress(AlreadyExists, BeingDeleted):
            store.create_new(secret, body, f"Private key of the NetSuite connection {name}")
            break
    return secret


def open_secret_key(store: Store, secret: str) -> PrivateKey:
    """Return the private key that a secret holds."""
    from suitetoken.admin.certificate_maker import open_key

    return open_key(store.read(secret).body)


def give_up(kms: KMSClient, store: Store, key: str) -> None:
    """Schedule a key for deletion; it can be restored for 30 days. A key that is gone already is not an error."""
    if not is_kms_key(key):
        store.delete(key)
        return
    with contextlib.suppress(NotFound), translated("deleting the signing key", key):
        found = kms.describe_key(KeyId=key)["KeyMetadata"]
        if found.get("KeyState") != "PendingDeletion":
            kms.schedule_key_deletion(KeyId=found["KeyId"], PendingWindowInDays=DELETION_DAYS)


def refuse_without_cryptography() -> None:
    """Raise InvalidInput where the library that makes certificates is not installed."""
    from importlib.util import find_spec

    if find_spec("cryptography") is None:
        raise InvalidInput(
            "making certificates needs the library cryptography, which is not installed.",
            next_step="install suitetoken with its extra m2m: in its folder, `python3 -m pip install '.[cli,m2m]'`.",
        )


def _find_unused(kms: KMSClient, alias: str, spec: KeySpec, used: Collection[str]) -> str | None:
    try:
        with translated("looking for the signing key", alias):
            found = kms.describe_key(KeyId=alias)["KeyMetadata"]
    except NotFound:
        return None
    fits = found.get("KeyState") == "Enabled" and found.get("KeySpec") == spec.name and found.get("Arn") not in used
    return found["Arn"] if fits else None
