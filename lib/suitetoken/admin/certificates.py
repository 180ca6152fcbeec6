"""Certificates of connections without a person: made, registered, followed by another, given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from suitetoken.admin import machine_keys
from suitetoken.aws.records import read_connection, update_connection
from suitetoken.aws.store import Store
from suitetoken.documents import REGISTERED, Certificate, Certificates, Connection
from suitetoken.errors import Conflict, InvalidInput, NotFound
from suitetoken.netsuite.machine import KeySpec, is_kms_key, parse_certificate_id
from suitetoken.netsuite.rules import parse_name, refuse_placeholder

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

KEY_STORES = ("kms", "secrets-manager")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of certificate to make: its key, where that is kept, how many days it is valid."""

    spec: KeySpec
    key_store: str
    days: int


@dataclass(frozen=True, slots=True)
class Keys:
    """Where keys are made and kept."""

    kms: KMSClient
    store: Store


def read_machine(store: Store, name: str) -> Connection:
    """Return a connection without a person, or raise InvalidInput for one that a person authorizes."""
    connection = read_connection(store, parse_name(name, "connection")).document
    if not connection.is_machine:
        raise InvalidInput(
            "this connection is authorized by a person; it has no certificates.",
            subject=name,
            next_step=f"`suitetoken link {name}`; or add another connection with --grant-type client_credentials.",
        )
    return connection


def create(keys: Keys, name: str, wanted: Wanted, now: float) -> tuple[Certificate, bool]:
    """Return the connection's certificate, and whether it was made just now: there is one at most to begin with."""
    held = read_machine(keys.store, name).certificates
    if held.current is not None:
        return held.current, False
    made = _make(keys, name, wanted, held, now, following=False)

    def place(held: Certificates) -> Certificates | None:
        return replace(held, current=made) if held.current is None else None

    return _keep(keys, name, place, made), True


def follow(keys: Keys, name: str, wanted: Wanted, now: float) -> tuple[Certificate, bool]:
    """Make the certificate that shall follow the one in use; one that is under way already is kept.

    One that NetSuite or its key refused is replaced. Raises InvalidInput where there is none in use, or where the one
    before has not been retired.
    """
    held = read_machine(keys.store, name).certificates
    _refuse_rotation(name, held)
    under_way = _find_under_way(held)
    if under_way is not None:
        return under_way, False
    made = _make(keys, name, wanted, held, now, following=True)

    def place(now_held: Certificates) -> Certificates | None:
        return replace(now_held, next=made) if now_held.next == held.next else None

    kept = _keep(keys, name, place, made)
    if held.next is not None:
        machine_keys.give_up(keys.kms, keys.store, held.next.key)
    return kept, True


def register(store: Store, name: str, certificate_id: str) -> tuple[Certificate, bool]:
    """Record NetSuite's id of the newest certificate; False where it is recorded and has worked already.

    Raises NotFound where no certificate has been made yet, InvalidInput where it works under another id.
    """
    wanted = _parse_typed_id(certificate_id)
    done: tuple[Certificate, bool] | None = None

    def change(connection: Connection) -> Connection | None:
        nonlocal done
        held = connection.certificates
        newest = _newest(name, held)
        _refuse_id(name, connection, newest, wanted)
        if _works(connection, newest):
            done = newest, False
            return None
        registered = replace(newest, certificate_id=wanted, proved_at=None, problem=None)
        done = registered, True
        with_it = replace(held, next=registered) if held.next is not None else replace(held, current=registered)
        return replace(connection, certificates=with_it, problem=None)

    read_machine(store, name)
    update_connection(store, name, change)
    if done is None:
        raise NotFound("the connection is gone.", subject=name)
    return done


def preview_registration(store: Store, name: str, certificate_id: str) -> bool:
    """Raise what registering would raise, and return whether it would change anything."""
    connection = read_machine(store, name)
    newest = _newest(name, connection.certificates)
    _refuse_id(name, connection, newest, _parse_typed_id(certificate_id))
    return not _works(connection, newest)


def preview_rotation(store: Store, name: str) -> Certificate | None:
    """Return the next certificate that is under way already, or None where one would be made.

    Raises what making it would raise, once the one before is retired.
    """
    held = replace(read_machine(store, name).certificates, old=None)
    _refuse_rotation(name, held)
    return _find_under_way(held)


def retire(keys: Keys, name: str) -> Certificate | None:
    """Forget the certificate that another has followed, and give its key up; None where there is none.

    Revoke it in NetSuite before.
    """
    held = read_machine(keys.store, name).certificates
    old = held.old
    if old is None:
        return None
    machine_keys.give_up(keys.kms, keys.store, old.key)
    if held.current is not None and is_kms_key(held.current.key):
        alias = machine_keys.make_alias(keys.store.prefix, name, following=False)
        machine_keys.point_alias(keys.kms, alias, held.current.key)

    def change(connection: Connection) -> Connection | None:
        same = connection.certificates.old == old
        return replace(connection, certificates=replace(connection.certificates, old=None)) if same else None

    update_connection(keys.store, name, change)
    return old


def describe(certificate: Certificate, place: str) -> dict[str, Any]:
    """Return what may be shown of a certificate: everything, for its private key is not in it."""
    return {
        "place": place,
        "state": certificate.state,
        "certificate_id": certificate.certificate_id,
        "algorithm": certificate.algorithm,
        "key": certificate.key,
        "thumbprint": certificate.thumbprint,
        "valid_from_at": certificate.valid_from,
        "valid_until_at": certificate.valid_until,
        "in_use_since_at": certificate.proved_at,
        "problem": certificate.confirmed_problem.message if certificate.confirmed_problem else None,
    }


def describe_all(held: Certificates) -> list[dict[str, Any]]:
    """Return all certificates of a connection, the one in use first."""
    places = (("current", held.current), ("next", held.next), ("old", held.old))
    return [describe(each, place) for place, each in places if each is not None]


def _parse_typed_id(text: str) -> str:
    refuse_placeholder(text, "a certificate id")
    return parse_certificate_id(text)


def _make(keys: Keys, name: str, wanted: Wanted, held: Certificates, now: float, *, following: bool) -> Certificate:
    machine_keys.refuse_without_cryptography()
    from suitetoken.admin import certificate_maker

    used = [each.key for each in (held.current, held.next, held.old) if each is not None]
    if wanted.key_store == "kms":
        alias = machine_keys.make_alias(keys.store.prefix, name, following=following)
        reference = machine_keys.make_kms_key(keys.kms, keys.store.tags, name, wanted.spec, alias, used)
        key = machine_keys.open_kms_key(keys.kms, reference, wanted.spec)
    else:
        reference = machine_keys.make_secret_key(keys.store, name, wanted.spec, used)
        key = machine_keys.open_secret_key(keys.store, reference)
    made = certificate_maker.make(key, wanted.spec, (keys.store.prefix, name), wanted.days, now)
    algorithm = wanted.spec.algorithm
    return Certificate(reference, algorithm, made.pem, made.thumbprint, made.valid_from, made.valid_until)


def _keep(
    keys: Keys, name: str, place: Callable[[Certificates], Certificates | None], made: Certificate
) -> Certificate:
    """Put the certificate that was made into its place, or raise Conflict where another is there by now."""

    def change(connection: Connection) -> Connection | None:
        placed = place(connection.certificates)
        return None if placed is None else replace(connection, certificates=placed)

    kept = update_connection(keys.store, name, change).document.certificates
    if made.thumbprint not in [each.thumbprint for each in (kept.current, kept.next, kept.old) if each is not None]:
        if not is_kms_key(made.key):  # nobody else has a secret made here; a key of KMS they find by its alias
            machine_keys.give_up(keys.kms, keys.store, made.key)
        raise Conflict(
            "somebody else made a certificate meanwhile; nothing was changed.",
            subject=name,
            next_step=f"see `suitetoken certificate show {name}`.",
        )
    return made


def _refuse_rotation(name: str, held: Certificates) -> None:
    if held.current is None:
        raise InvalidInput(
            "there is no certificate to be followed by another.",
            subject=name,
            next_step=f"run `suitetoken certificate create {name}`.",
        )
    if held.current.state != REGISTERED:
        raise InvalidInput(
            "the present certificate has not been registered yet.",
            subject=name,
            next_step=f"run `suitetoken certificate register {name} --certificate-id ID`.",
        )
    if held.old is not None:
        raise InvalidInput(
            f"the certificate before, {held.old.certificate_id}, has not been retired yet.",
            subject=name,
            next_step=f"run `suitetoken certificate retire {name}`.",
        )


def _find_under_way(held: Certificates) -> Certificate | None:
    """Return the certificate that shall follow, unless NetSuite or its key refused it."""
    return held.next if held.next is not None and held.next.confirmed_problem is None else None


def _newest(name: str, held: Certificates) -> Certificate:
    newest = held.next or held.current
    if newest is None:
        raise NotFound(
            "this connection has no certificate to register.",
            subject=name,
            next_step=f"run `suitetoken certificate create {name}`.",
        )
    return newest


def _works(connection: Connection, newest: Certificate) -> bool:
    return newest.proved_at is not None and connection.problem is None


def _refuse_id(name: str, connection: Connection, newest: Certificate, wanted: str) -> None:
    """Raise InvalidInput for an id that is another certificate's, or that would replace one which works."""
    held = connection.certificates
    others = [each for each in (held.current, held.old) if each is not None and each is not newest]
    if any(each.certificate_id == wanted for each in others):
        raise InvalidInput(
            "this is the id of the certificate before.",
            subject=name,
            next_step=f"upload what `suitetoken certificate show {name} --pem` prints, and give its id.",
        )
    if newest.certificate_id != wanted and _works(connection, newest):
        raise InvalidInput(
            f"the certificate in use is registered as {newest.certificate_id} and works; nothing was changed.",
            subject=name,
            next_step=f"leave it as it is. If NetSuite has it under another id now, as after a sandbox refresh, run "
            f"`suitetoken rotate {name} --force`, which finds that out, then register the other id.",
        )
