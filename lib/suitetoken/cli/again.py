"""The command that adds again what is about to be removed: nobody can read its settings afterwards."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from suitetoken.documents import DEFAULT_ROTATION_HOURS, Client, Connection
from suitetoken.netsuite.machine import AUTHORIZATION_CODE


def adds_connection(name: str, connection: Connection) -> str:
    """Return the whole command that adds a connection with its present settings."""
    return shlex.join(["suitetoken", "connection", "add", name, *_list_settings(connection)])


def adds_client(name: str, client: Client) -> str:
    """Return the whole command that adds a client; its secret is asked for."""
    told = ["--account-id", client.account_id, "--client-id", client.client_id]
    secret = ["--public"] if client.is_public else ["--client-secret-stdin"]
    urls = [part for field, url in client.overrides.items() for part in (f"--{field.replace('_', '-')}", url)]
    return shlex.join(["suitetoken", "client", "add", name, *told, *secret, *urls])


def _list_settings(connection: Connection) -> Iterator[str]:
    yield from ("--client", connection.client)
    for scope in connection.scope:
        yield from ("--scope", scope)
    for flag, pin in (("--role", connection.role), ("--entity", connection.entity)):
        yield from (flag, pin) if pin is not None else ()
    if connection.rotation_hours != DEFAULT_ROTATION_HOURS:
        yield from ("--rotation-hours", str(connection.rotation_hours))
    if connection.grant_type != AUTHORIZATION_CODE:
        yield from ("--grant-type", connection.grant_type)
