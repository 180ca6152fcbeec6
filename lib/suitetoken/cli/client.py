"""`suitetoken client`: the integration records that NetSuite made for you."""

from __future__ import annotations

from typing import Any

import click

from suitetoken.admin import clients
from suitetoken.admin.orders import order
from suitetoken.aws.records import read_client
from suitetoken.cli.again import adds_client
from suitetoken.cli.nothing import explain_nothing
from suitetoken.cli.options import Deployment, dry_run_option, json_option, takes_deployment
from suitetoken.cli.output import print_changes, print_fields, print_json, print_names, say
from suitetoken.cli.questions import is_somebody_there, read_secret
from suitetoken.documents import OVERRIDES
from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import SCOPES, parse_name


@click.group("client")
def client_command() -> None:
    """Clients: the integration records that NetSuite made for you."""


def takes_overrides(command: Any) -> Any:
    """Add an option for each endpoint that may be replaced."""
    for name in reversed(OVERRIDES):
        flag = f"--{name.replace('_', '-')}"
        command = click.option(flag, name, metavar="URL", help="Replace NetSuite's own address.")(command)
    return command


@client_command.command("add")
@click.argument("name")
@click.option("--account-id", required=True, help="For example 1234567 or 1234567_SB1.")
@click.option("--client-id", required=True, help="The record's Client ID.")
@click.option("--public", is_flag=True, help="A public client: no secret, one-time refresh tokens.")
@click.option(
    "--client-secret-stdin", is_flag=True, help="The Client Secret comes on standard input; a terminal asks for it."
)
@takes_overrides
@dry_run_option
@takes_deployment
def add(
    deployment: Deployment,
    name: str,
    account_id: str,
    client_id: str,
    public: bool,
    client_secret_stdin: bool,
    dry_run: bool,
    **overrides: str | None,
) -> None:
    """Add a client. Adding the very same one again changes nothing.

    \b
    Examples:
      suitetoken client add acme --account-id 1234567 --client-id ID --client-secret-stdin < secret
      suitetoken client add acme-public --account-id 1234567_SB1 --client-id ID --public
    """
    parse_name(name, "client")
    if public and client_secret_stdin:
        raise click.UsageError("--public and --client-secret-stdin exclude each other.")
    secret = None if public else read_client_secret(from_stdin=client_secret_stdin)
    client = clients.make_client(account_id, client_id, secret, given(overrides))
    if dry_run:
        would = clients.would_add(deployment.store, name, client)
        said = f"Would add the client {name} of account {client.account_id}."
        say(said if would else f"The client {name} is there already; nothing was changed.")
        return
    added = clients.add_client(deployment.store, name, client)
    say(f"Added the client {name}." if added else f"The client {name} is there already; nothing was changed.")
    say(f"Next: `suitetoken connection add NAME --client {name} --scope {SCOPES[1]}`, with a name of your own.")


@client_command.command("list")
@json_option
@takes_deployment
def list_all(deployment: Deployment, as_json: bool) -> None:
    """List the clients.

    \b
    Example:
      suitetoken client list --json
    """
    names = clients.list_clients(deployment.store)
    print_names(names, as_json=as_json)
    if not names:
        explain_nothing(deployment, "clients", "client add", as_json=as_json)


@client_command.command("show")
@click.argument("name")
@json_option
@takes_deployment
def show(deployment: Deployment, name: str, as_json: bool) -> None:
    """Show a client, never its secret.

    \b
    Example:
      suitetoken client show acme
    """
    values = clients.describe(read_client(deployment.store, parse_name(name, "client")))
    (print_json if as_json else print_fields)(values)


@client_command.command("update")
@click.argument("name")
@click.option("--account-id", help="Refused while a connection of this client holds a grant.")
@click.option("--client-id", help="Refused while a connection of this client holds a grant.")
@click.option(
    "--client-secret-stdin", is_flag=True, help="The new Client Secret, from standard input; a terminal asks for it."
)
@takes_overrides
@dry_run_option
@takes_deployment
def update(
    deployment: Deployment,
    name: str,
    account_id: str | None,
    client_id: str | None,
    client_secret_stdin: bool,
    dry_run: bool,
    **overrides: str | None,
) -> None:
    """Change a client, and let its connections be rotated with it at once.

    \b
    Examples:
      suitetoken client update acme --client-secret-stdin < new-secret
      suitetoken client update acme --rest-url ""
    """
    secret = read_client_secret(from_stdin=True) if client_secret_stdin else None
    change = clients.ClientChange(account_id, client_id, secret, given(overrides))
    if dry_run:
        preview_update(deployment, name, change)
        return
    updated = clients.update_client(deployment.store, name, change)
    say(f"Changed the client {name}." if updated.changed else _as_it_should_be(name))
    for connection in updated.granted:
        order(deployment.queue, deployment.store, connection, "rotate", force=True)
        say(f"Asked for a rotation of {connection} with it.")


def preview_update(deployment: Deployment, name: str, change: clients.ClientChange) -> None:
    """Say what a change would do, or raise what it would raise."""
    would = clients.preview(deployment.store, name, change)
    if not would.changed:
        say(_as_it_should_be(name))
        return
    say(f"Would change the client {name}:")
    print_changes(*clients.describe_change(read_client(deployment.store, name), would.client))
    for connection in would.granted:
        say(f"Would ask for a rotation of {connection} with it.")


def _as_it_should_be(name: str) -> str:
    return f"The client {name} is as it should be; nothing was changed."


@client_command.command("remove")
@click.argument("name")
@dry_run_option
@takes_deployment
def remove(deployment: Deployment, name: str, dry_run: bool) -> None:
    """Remove a client that no connection uses. It can be added again for 30 days and longer.

    \b
    Example:
      suitetoken client remove acme
    """
    if dry_run:
        clients.check_removal(deployment.store, name)
        say(f"Would remove the client {name}.")
        return
    held = clients.find_client(deployment.store, name)
    clients.remove_client(deployment.store, name)
    again = adds_client(name, held) if held else f"suitetoken client add {name} --account-id ID --client-id ID"
    say(f"Removed the client {name}: its secret is deleted in 30 days. Restores it until then: {again}")


def read_client_secret(*, from_stdin: bool) -> str:
    """Return the client secret: asked for at a terminal, not shown; else from standard input if that was asked for."""
    if not from_stdin and not is_somebody_there():
        raise InvalidInput(
            "a confidential client needs its secret.",
            next_step="add --client-secret-stdin and pipe it in, or say --public.",
        )
    return read_secret("Client Secret", "pipe it in: `… --client-secret-stdin < FILE`; a public client has none.")


def given(overrides: dict[str, str | None]) -> dict[str, str]:
    """Return the overrides that were given."""
    return {name: url for name, url in overrides.items() if url is not None}
