"""Documents by name: which secret holds which type, read and changed as that type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from suitetoken.aws.marks import mark_connection, mark_token
from suitetoken.aws.store import CURRENT, Store, Version
from suitetoken.documents import Client, Connection, TokenDocument
from suitetoken.errors import BeingDeleted, InvalidDocument, NotFound

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Stored(Generic[D]):
    """A document and the version of the secret it was read from, which compare-and-swap must name."""

    version: Version
    document: D


def client_secret(name: str) -> str:
    """Return the name of the secret that holds a client document."""
    return f"client/{name}"


def connection_secret(name: str) -> str:
    """Return the name of the secret that holds a connection document."""
    return f"connection/{name}"


def token_secret(name: str) -> str:
    """Return the name of the secret that holds a token document."""
    return f"token/{name}"


def read_client(store: Store, name: str) -> Client:
    """Return a client, or raise NotFound or InvalidDocument."""
    with _naming(store, "client", name):
        return parse_client(store, store.read(client_secret(name)))


def parse_client(store: Store, version: Version) -> Client:
    """Return the client that a version holds, or raise InvalidDocument."""
    return Client.from_json(version.body, store.secret_id(version.secret))


def read_connection(store: Store, name: str, label: str = CURRENT) -> Stored[Connection]:
    """Return a connection, or raise NotFound or InvalidDocument."""
    if label != CURRENT:
        return parse_connection(store, store.read(connection_secret(name), label))
    with _naming(store, "connection", name):
        return parse_connection(store, store.read(connection_secret(name), label))


def parse_connection(store: Store, version: Version) -> Stored[Connection]:
    """Return the connection that a version holds, or raise InvalidDocument."""
    return Stored(version, Connection.from_json(version.body, store.secret_id(version.secret)))


def read_token(store: Store, name: str) -> Stored[TokenDocument]:
    """Return a token document, or raise NotFound or InvalidDocument."""
    version = store.read(token_secret(name))
    return Stored(version, TokenDocument.from_json(version.body, store.secret_id(version.secret)))


def update_connection(
    store: Store,
    name: str,
    change: Callable[[Connection], Connection | None],
    seen: Version | None = None,
) -> Stored[Connection]:
    """Change a connection by compare-and-swap; `change` is asked again whenever somebody was faster.

    `change` returns the new document, or None to leave it. Returns what is current afterwards. `seen`, a version that
    the caller has just written, is believed in the place of a reading, which may be older than that.
    """
    changed: Connection | None = None

    def decide(version: Version) -> str | None:
        nonlocal changed
        changed = change(parse_connection(store, version).document)
        return None if changed is None else changed.to_json()

    def name_version(_: str) -> str | None:
        return mark_connection(changed)

    secret = connection_secret(name)
    if seen is None:
        with _naming(store, "connection", name):
            seen = store.read(secret)
    return parse_connection(store, store.update(secret, decide, seen, name_version))


def update_token(
    store: Store,
    name: str,
    change: Callable[[TokenDocument | None], TokenDocument | None],
    seen: Version | None = None,
) -> TokenDocument | None:
    """Change a token document by compare-and-swap; `change` gets None where the stored one is damaged.

    `seen`, a version read before, saves the first reading. Returns the document written last, or None when `change`
    left everything as it was. A damaged token document is replaced rather than kept: everything in it can be made
    again from the grant.
    """
    written: TokenDocument | None = None

    def decide(version: Version) -> str | None:
        nonlocal written
        written = change(_parse_token_or_none(store, version))
        return None if written is None else written.to_json()

    def name_version(_: str) -> str | None:
        return mark_token(written)

    store.update(token_secret(name), decide, seen, name_version)
    return written


def find_token(store: Store, name: str) -> Stored[TokenDocument | None]:
    """Return the token document, None in its place where it is damaged, or raise NotFound."""
    version = store.read(token_secret(name))
    return Stored(version, _parse_token_or_none(store, version))


@contextmanager
def _naming(store: Store, kind: str, name: str) -> Iterator[None]:
    """Let a NotFound name the document as the person did who asked for it, and not the secret that was read."""
    try:
        yield
    except BeingDeleted:
        raise
    except NotFound as error:
        raise NotFound(
            f"there is no {kind} {name} with the prefix {store.prefix}.",
            next_step=f"see `suitetoken {kind} list`, or give another --prefix, --region or --profile.",
        ) from error


def _parse_token_or_none(store: Store, version: Version) -> TokenDocument | None:
    try:
        return TokenDocument.from_json(version.body, store.secret_id(version.secret))
    except InvalidDocument:
        return None
