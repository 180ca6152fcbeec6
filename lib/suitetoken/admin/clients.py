"""Clients: add, list, show, update, remove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from suitetoken.documents import Client
from suitetoken.errors import AlreadyExists, InvalidInput, NotFound, StillInUse
from suitetoken.netsuite import (
    make_endpoints,
    parse_account_id,
    parse_client_id,
    parse_client_secret,
    parse_name,
    parse_url,
)
from suitetoken.records import client_secret, read_client, read_connection
from suitetoken.store import Store


@dataclass(frozen=True, slots=True)
class ClientChange:
    """What to change of a client; None leaves a value as it is. An override given as "" is taken away."""

    account_id: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    overrides: Mapping[str, str] = field(default_factory=dict)


def make_client(
    account_id: str, client_id: str, client_secret: str | None, overrides: Mapping[str, str] | None = None
) -> Client:
    """Return a client from what a person typed, or raise InvalidInput. `client_secret` None: a public client."""
    checked = {name: parse_url(url, name) for name, url in (overrides or {}).items()}
    make_endpoints(account_id, checked)
    secret = None if client_secret is None else parse_client_secret(client_secret)
    return Client(parse_account_id(account_id), parse_client_id(client_id), secret, checked)


def add_client(store: Store, name: str, client: Client) -> bool:
    """Add a client; False where the very same one is there already. Raises AlreadyExists where another one is."""
    secret = client_secret(parse_name(name, "client"))
    try:
        store.create(secret, client.to_json(), f"NetSuite client {name} of account {client.account_id}")
    except AlreadyExists as error:
        if read_client(store, name) == client:
            return False
        raise AlreadyExists(
            "a client of this name exists with other settings; nothing was changed.",
            subject=store.secret_id(secret),
            next_step=f"change it with `suitetoken client update {name}`, or choose another name.",
        ) from error
    return True


def list_clients(store: Store) -> list[str]:
    """Return the names of all clients, sorted."""
    return sorted(store.list_names("client"))


def preview(store: Store, name: str, change: ClientChange) -> Client:
    """Return what the client would be after a change, or raise what the change would raise."""
    return _prepare_update(store, name, change)[1]


def update_client(store: Store, name: str, change: ClientChange) -> tuple[Client, list[str]]:
    """Change a client; returns it and the connections whose grants should be tried with it at once.

    Raises StillInUse where account or client id would change under a grant: NetSuite would refuse it from then on.
    """
    old, new, granted = _prepare_update(store, name, change)
    store.update(client_secret(name), lambda _: None if new == old else new.to_json())
    return new, granted if new != old else []


def _prepare_update(store: Store, name: str, change: ClientChange) -> tuple[Client, Client, list[str]]:
    old = read_client(store, name)
    new = _changed(old, change)
    granted = list(list_granted(store, name))
    if (new.account_id, new.client_id) != (old.account_id, old.client_id) and granted:
        raise StillInUse(
            f"the grants of {', '.join(granted)} belong to this account and client id; nothing was changed.",
            subject=store.secret_id(client_secret(name)),
            next_step="add a new client and connections, or revoke these connections first.",
        )
    return old, new, granted


def remove_client(store: Store, name: str) -> None:
    """Schedule a client for deletion. Raises StillInUse while connections use it, NotFound where there is none."""
    read_client(store, name)
    users = list(list_connections_of(store, name))
    if users:
        raise StillInUse(
            f"the client is used by {', '.join(users)}; nothing was changed.",
            subject=store.secret_id(client_secret(name)),
            next_step="remove these connections first.",
        )
    store.delete(client_secret(name))


def list_connections_of(store: Store, client: str) -> Iterator[str]:
    """Yield the names of the connections that use a client."""
    for name in store.list_names("connection"):
        if _uses(store, name, client):
            yield name


def list_granted(store: Store, client: str) -> Iterator[str]:
    """Yield the names of the client's connections that hold a grant."""
    for name in list_connections_of(store, client):
        if read_connection(store, name).document.grant is not None:
            yield name


def _uses(store: Store, name: str, client: str) -> bool:
    try:
        return read_connection(store, name).document.client == client
    except NotFound:
        return False


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
