"""Clients: add, list, show, update, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from suitetoken.aws.records import client_secret, parse_client, read_client, read_connection
from suitetoken.aws.store import Store, Version
from suitetoken.documents import Client
from suitetoken.errors import AlreadyExists, InvalidDocument, InvalidInput, NotFound, StillInUse
from suitetoken.netsuite.rules import (
    make_endpoints,
    parse_account_id,
    parse_client_id,
    parse_client_secret,
    parse_name,
    parse_url,
    refuse_placeholder,
)


@dataclass(frozen=True, slots=True)
class ClientChange:
    """What to change of a client; None leaves a value as it is. An override given as "" is taken away."""

    account_id: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClientUpdate:
    """What a change makes of a client, and the connections whose grants should be tried with it at once."""

    client: Client
    changed: bool
    granted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Users:
    """The connections that use a client, those of them that hold a grant, and those that nobody can tell of."""

    connections: tuple[str, ...]
    granted: tuple[str, ...]
    unreadable: tuple[str, ...]

    @property
    def doubt(self) -> str:
        """Words for the connections whose documents are damaged, or none."""
        return f" (and perhaps {', '.join(self.unreadable)}, which cannot be read)" if self.unreadable else ""


def make_client(
    account_id: str, client_id: str, client_secret: str | None, overrides: Mapping[str, str] | None = None
) -> Client:
    """Return a client from what a person typed, or raise InvalidInput. `client_secret` None: a public client."""
    refuse_placeholder(account_id, "an account id")
    refuse_placeholder(client_id, "a client id")
    checked = {name: parse_url(url, name) for name, url in (overrides or {}).items()}
    make_endpoints(account_id, checked)
    secret = None if client_secret is None else parse_client_secret(client_secret)
    return Client(parse_account_id(account_id), parse_client_id(client_id), secret, checked)


def add_client(store: Store, name: str, client: Client) -> bool:
    """Add a client; False where the very same one is there already. Raises AlreadyExists where another one is.

    A damaged document under this name is replaced: everything in it is given anew.
    """
    if not would_add(store, name, client):
        return False
    secret = client_secret(name)
    try:
        store.create(secret, client.to_json(), f"NetSuite client {name} of account {client.account_id}")
    except AlreadyExists:
        store.update(secret, lambda version: _in_place_of(store, name, version, client))
    return True


def describe(client: Client) -> dict[str, Any]:
    """Return what may be shown of a client."""
    return {
        "account_id": client.account_id,
        "client_id": client.client_id,
        "kind": "public" if client.is_public else "confidential",
        **client.overrides,
    }


def describe_change(held: Client, changed: Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what may be shown of a client before and after a change; of another secret only that it is one."""
    before, after = describe(held), describe(changed)
    if changed.client_secret != held.client_secret:
        before["client_secret"], after["client_secret"] = "(the present one)", "(another one)"
    return before, after


def would_add(store: Store, name: str, client: Client) -> bool:
    """Whether adding would change anything. Raises AlreadyExists where another client has the name."""
    try:
        held = read_client(store, parse_name(name, "client"))
    except (NotFound, InvalidDocument):
        return True
    _refuse_another(store, name, held, client)
    return False


def list_clients(store: Store) -> list[str]:
    """Return the names of all clients, sorted."""
    return sorted(store.list_names("client"))


def preview(store: Store, name: str, change: ClientChange) -> ClientUpdate:
    """Return what a change would do, or raise what the change would raise."""
    return _prepare_update(store, name, change, read_client(store, parse_name(name, "client")))


def update_client(store: Store, name: str, change: ClientChange) -> ClientUpdate:
    """Change a client by compare-and-swap.

    Raises StillInUse where account or client id would change under a grant: NetSuite would refuse it from then on.
    """
    decided: list[ClientUpdate] = []

    def decide(version: Version) -> str | None:
        update = _prepare_update(store, name, change, parse_client(store, version))
        decided.append(update)
        return update.client.to_json() if update.changed else None

    store.update(client_secret(parse_name(name, "client")), decide)
    return decided[-1]


def remove_client(store: Store, name: str) -> None:
    """Schedule a client for deletion, a damaged one too. Raises StillInUse while connections use it, or NotFound."""
    check_removal(store, name)
    store.delete(client_secret(name))


def find_client(store: Store, name: str) -> Client | None:
    """Return a client; None where its document is missing or damaged."""
    try:
        return read_client(store, parse_name(name, "client"))
    except (NotFound, InvalidDocument):
        return None


def check_removal(store: Store, name: str) -> None:
    """Raise what removing the client would raise: NotFound, or StillInUse."""
    if not store.exists(client_secret(parse_name(name, "client"))):
        raise NotFound(
            "there is no such client.",
            subject=store.secret_id(client_secret(name)),
            next_step="see `suitetoken client list`.",
        )
    users = find_users(store, name)
    if users.connections or users.unreadable:
        raise StillInUse(
            f"the client is used by {', '.join(users.connections) or 'none that can be read'}{users.doubt}; "
            "nothing was changed.",
            subject=store.secret_id(client_secret(name)),
            next_step="remove these connections first.",
        )


def find_users(store: Store, client: str) -> Users:
    """Return who uses a client. A connection that cannot be read may be one of them."""
    connections, granted, unreadable = [], [], []
    for name in store.list_names("connection"):
        try:
            connection = read_connection(store, name).document
        except NotFound:  # removed since it was listed
            continue
        except InvalidDocument:
            unreadable.append(name)
            continue
        if connection.client == client:
            connections.append(name)
            granted.extend([name] if connection.is_granted else [])
    return Users(tuple(connections), tuple(granted), tuple(unreadable))


def _prepare_update(store: Store, name: str, change: ClientChange, old: Client) -> ClientUpdate:
    new = _changed(old, change)
    if new == old:
        return ClientUpdate(new, changed=False)
    users = find_users(store, name)
    other_record = (new.account_id, new.client_id) != (old.account_id, old.client_id)
    if other_record and (users.granted or users.unreadable):
        raise StillInUse(
            f"the grants of {', '.join(users.granted) or 'none that can be read'}{users.doubt} "
            "belong to this account and client id; nothing was changed.",
            subject=store.secret_id(client_secret(name)),
            next_step="add a new client and connections, or revoke these connections first.",
        )
    return ClientUpdate(new, changed=True, granted=users.granted)


def _in_place_of(store: Store, name: str, version: Version, client: Client) -> str | None:
    try:
        held = parse_client(store, version)
    except InvalidDocument:
        return client.to_json()
    _refuse_another(store, name, held, client)
    return None


def _refuse_another(store: Store, name: str, held: Client, client: Client) -> None:
    if held != client:
        raise AlreadyExists(
            "a client of this name exists with other settings; nothing was changed.",
            subject=store.secret_id(client_secret(name)),
            next_step=f"change it with `suitetoken client update {name}`, or choose another name.",
        )


def _changed(old: Client, change: ClientChange) -> Client:
    if change.client_secret is not None and old.is_public:
        raise InvalidInput(
            "a public client has no secret; nothing was changed.",
            next_step="add a confidential client under another name.",
        )
    overrides = {**old.overrides, **change.overrides}
    made = make_client(
        change.account_id or old.account_id,
        change.client_id or old.client_id,
        change.client_secret or old.client_secret,
        {name: url for name, url in overrides.items() if url},
    )
    return replace(made, others=old.others)
