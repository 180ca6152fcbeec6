"""Connections: add, list, update. Removing and revoking is the broker's work: it alone speaks to NetSuite."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from suitetoken.admin.replicas import refuse_while_replicated
from suitetoken.aws.records import connection_secret, read_client, read_connection, token_secret, update_connection
from suitetoken.aws.store import Store
from suitetoken.documents import (
    DEFAULT_ROTATION_HOURS,
    REMOVE,
    REVOKE,
    Connection,
    TokenDocument,
    never_authorized,
    no_certificate,
)
from suitetoken.errors import AlreadyExists, InvalidDocument, InvalidInput, NotFound, Unavailable
from suitetoken.netsuite.machine import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    parse_grant_type,
    refuse_scope,
)
from suitetoken.netsuite.rules import parse_internal_id, parse_name, parse_scope
from suitetoken.signing.links import make_series

MOST_ROTATION_HOURS = 720
_ENDED = {REVOKE: "revoked", REMOVE: "removed"}


@dataclass(frozen=True, slots=True)
class ConnectionChange:
    """What to change of a connection; None leaves a value as it is, "" takes a pin away."""

    scope: Sequence[str] | None = None
    role: str | None = None
    entity: str | None = None
    rotation_hours: int | None = None


@dataclass(frozen=True, slots=True)
class ConnectionUpdate:
    """What a change makes of a connection, and whether somebody must authorize again for it to hold."""

    connection: Connection
    changed: bool
    consent_needed: bool


def make_connection(
    client: str,
    scope: Sequence[str],
    role: str | None = None,
    entity: str | None = None,
    rotation_hours: int | None = None,
    grant_type: str = AUTHORIZATION_CODE,
) -> Connection:
    """Return a connection from what a person typed, or raise InvalidInput."""
    if parse_grant_type(grant_type) == CLIENT_CREDENTIALS:
        refuse_scope(parse_scope(" ".join(scope)))
    return Connection(
        grant_type=grant_type,
        client=parse_name(client, "client"),
        scope=parse_scope(" ".join(scope)),
        role=parse_internal_id(role, "role") if role else None,
        entity=parse_internal_id(entity, "entity") if entity else None,
        rotation_hours=_parse_rotation_hours(rotation_hours),
    )


def add_connection(store: Store, name: str, connection: Connection, now: int) -> bool:
    """Add a connection and its token document; False where both are there already with the same settings.

    A crash between the two is mended by adding it again. Raises NotFound for an unknown client and AlreadyExists
    where the connection has other settings.
    """
    if not would_add(store, name, connection):
        return False
    secret = connection_secret(name)
    connection = replace(connection, link_series=make_series())  # of another one by this name no link lives on
    try:
        store.create(secret, connection.to_json(), f"NetSuite connection {name} through client {connection.client}")
    except AlreadyExists:
        held = update_connection(store, name, lambda held: connection if _is_left_over(held) else None).document
        _refuse_another(store, name, held, connection)
    problem = no_certificate(name, now) if connection.is_machine else never_authorized(name, now)
    with contextlib.suppress(AlreadyExists):
        store.create(token_secret(name), TokenDocument(problem=problem).to_json(), f"NetSuite access token of {name}")
    return True


def describe(connection: Connection) -> dict[str, Any]:
    """Return what may be shown of a connection."""
    grant = connection.grant
    return {
        "client": connection.client,
        "scope": " ".join(connection.scope),
        "role": connection.role,
        "entity": connection.entity,
        "rotation_hours": connection.rotation_hours,
        "authorized_at": grant.authorized_at if grant else None,
        "consent_ends_at": grant.expires_at if grant else None,
        "grant_id": grant.id if grant else None,
        "grant_type": connection.grant_type,
        "certificate_ends_at": connection.certificate_ends_at,
        "problem": connection.problem.message if connection.problem else None,
    }


def would_add(store: Store, name: str, connection: Connection) -> bool:
    """Whether adding would change anything. Raises what adding would raise: NotFound, AlreadyExists."""
    read_client(store, connection.client)
    try:
        held = read_connection(store, parse_name(name, "connection")).document
    except NotFound:
        return True
    if _is_left_over(held):
        return True
    if held.ending == REMOVE:
        refuse_ending(name, held)
    _refuse_another(store, name, held, connection)
    return not store.exists(token_secret(name))


def refuse_ending(name: str, connection: Connection) -> None:
    """Raise Unavailable while the connection is being revoked or removed."""
    if connection.ending is None:
        return
    raise Unavailable(
        f"it is being {_ENDED[connection.ending]}, and NetSuite has not confirmed that yet.",
        subject=name,
        next_step=f"wait for the broker: see `suitetoken status {name}`.",
    )


def list_connections(store: Store) -> list[str]:
    """Return the names of all connections, sorted."""
    return sorted(store.list_names("connection"))


def preview(store: Store, name: str, change: ConnectionChange) -> ConnectionUpdate:
    """Return what a change would do, or raise what the change would raise."""
    connection = read_connection(store, parse_name(name, "connection")).document
    changed = _changed(connection, change)
    return _weigh(changed or connection, changed=changed is not None)


def update_settings(store: Store, name: str, change: ConnectionChange) -> ConnectionUpdate:
    """Change a connection's settings by compare-and-swap; its grant stays."""
    changed: Connection | None = None

    def decide(connection: Connection) -> Connection | None:
        nonlocal changed
        changed = _changed(connection, change)
        return changed

    stored = update_connection(store, parse_name(name, "connection"), decide).document
    return _weigh(stored, changed=changed is not None)


def check_removal(store: Store, name: str, *, replicas_go_first: bool = False) -> Connection | None:
    """Return the connection to remove; None where it is damaged: it goes too, but its grant cannot be revoked.

    Raises NotFound where there is none, and StillInUse while its token has replicas in other regions, unless the
    caller takes them away first.
    """
    held: Connection | None = None
    with contextlib.suppress(InvalidDocument):
        held = read_connection(store, parse_name(name, "connection")).document
    if not replicas_go_first:
        with contextlib.suppress(NotFound):  # a crash may have left no token document
            refuse_while_replicated(store, name)
    return held


def _is_left_over(held: Connection) -> bool:
    """Whether it was removed, and is there only because somebody began to restore it."""
    return held.ending == REMOVE and not held.is_granted and not held.open_claims


def _weigh(connection: Connection, *, changed: bool) -> ConnectionUpdate:
    grant = connection.grant
    if grant is None:
        return ConnectionUpdate(connection, changed, consent_needed=False)
    outgrown = not set(connection.scope) <= set(grant.scope)
    pins = ((connection.role, grant.role), (connection.entity, grant.entity))
    other = any(pin is not None and pin != given for pin, given in pins)
    return ConnectionUpdate(connection, changed, consent_needed=outgrown or other)


def _refuse_another(store: Store, name: str, held: Connection, connection: Connection) -> None:
    if _settings(held, connection) != _settings(connection, connection):
        raise AlreadyExists(
            "a connection of this name exists with other settings; nothing was changed.",
            subject=store.secret_id(connection_secret(name)),
            next_step=f"change it with `suitetoken connection update {name}`, or choose another name.",
        )


def _settings(held: Connection, asked: Connection) -> tuple[object, ...]:
    """Return what adding sets. A pin that the first grant made counts only where one was asked for."""
    pins = (held.role if asked.role else None, held.entity if asked.entity else None)
    return held.client, held.scope, held.rotation_hours, held.grant_type, *pins


def _changed(connection: Connection, change: ConnectionChange) -> Connection | None:
    scope = connection.scope if change.scope is None else parse_scope(" ".join(change.scope))
    if connection.is_machine:
        refuse_scope(scope)
    hours = connection.rotation_hours if change.rotation_hours is None else _parse_rotation_hours(change.rotation_hours)
    changed = replace(
        connection,
        scope=scope,
        role=_pin(connection.role, change.role, "role"),
        entity=_pin(connection.entity, change.entity, "entity"),
        rotation_hours=hours,
    )
    return None if changed == connection else changed


def _pin(held: str | None, change: str | None, field: str) -> str | None:
    if change is None:
        return held
    return parse_internal_id(change, field) if change else None


def _parse_rotation_hours(hours: int | None) -> int:
    if hours is None:
        return DEFAULT_ROTATION_HOURS
    if not 1 <= hours <= MOST_ROTATION_HOURS:
        raise InvalidInput(
            f"the rotation limit is {hours} hours; NetSuite allows 1 to {MOST_ROTATION_HOURS}.",
            next_step="copy Maximum Time For Token Rotation from the integration record.",
        )
    return hours
