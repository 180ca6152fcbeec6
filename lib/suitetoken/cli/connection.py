"""`suitetoken connection`: what your teams may do in NetSuite, each by its own consent."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from suitetoken.admin import connections
from suitetoken.admin.orders import UNCONFIRMED_IS_ENOUGH, order
from suitetoken.admin.readers import ReaderChange, read_readers
from suitetoken.admin.replicas import read_replicas
from suitetoken.admin.waiting import wait_for_removal
from suitetoken.aws.records import read_connection
from suitetoken.cli.again import adds_connection
from suitetoken.cli.endings import force_end_option
from suitetoken.cli.nothing import explain_nothing
from suitetoken.cli.options import Deployment, dry_run_option, json_option, takes_deployment
from suitetoken.cli.output import print_fields, print_json, print_names, say
from suitetoken.cli.patience import takes_patience, waiting
from suitetoken.cli.questions import confirm
from suitetoken.cli.readers import update_readers
from suitetoken.cli.replicas import update_replicas
from suitetoken.cli.settings import preview_settings, update_settings
from suitetoken.cli.shares import Shares
from suitetoken.cli.times import in_utc
from suitetoken.documents import Connection
from suitetoken.netsuite.machine import AUTHORIZATION_CODE, GRANT_TYPES
from suitetoken.netsuite.rules import parse_name


@click.group("connection")
def connection_command() -> None:
    """Connections: one authorization each that a team needs."""


@connection_command.command("add")
@click.argument("name")
@click.option("--client", "client", required=True, help="The client it authorizes.")
@click.option("--scope", "scope", required=True, multiple=True, help="One or more, repeated or separated by spaces.")
@click.option("--role", metavar="ID", help="The role's internal id; another one is refused.")
@click.option("--entity", metavar="ID", help="The user's internal id; another one is refused.")
@click.option("--rotation-hours", type=int, help="Public clients: the record's Maximum Time For Token Rotation.")
@click.option(
    "--grant-type",
    type=click.Choice(GRANT_TYPES),
    default=AUTHORIZATION_CODE,
    show_default=True,
    help="By a person's consent, or by a certificate without any person.",
)
@click.option("--reader", metavar="ARN", multiple=True, help="A role or user who may read the token; repeatable.")
@click.option("--replica-region", metavar="REGION", multiple=True, help="Have the token there too; repeatable.")
@dry_run_option
@takes_deployment
def add(
    deployment: Deployment,
    name: str,
    client: str,
    scope: tuple[str, ...],
    role: str | None,
    entity: str | None,
    rotation_hours: int | None,
    grant_type: str,
    reader: tuple[str, ...],
    replica_region: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Add a connection. Adding the very same one again changes nothing.

    \b
    Examples:
      suitetoken connection add finance-prod --client acme --scope rest_webservices --scope restlets
      suitetoken connection add audit --client acme --scope rest_webservices --role 1023
      suitetoken connection add nightly --client acme --scope rest_webservices --grant-type client_credentials
      suitetoken connection add shared --client acme --scope restlets --replica-region eu-west-3
    """
    parse_name(name, "connection")
    connection = connections.make_connection(client, scope, role, entity, rotation_hours, grant_type)
    shares = Shares(reader, replica_region)
    shares.check(deployment)
    if dry_run:
        would = connections.would_add(deployment.store, name, connection)
        said = f"Would add the connection {name} for the scopes {' '.join(connection.scope)}."
        say(said if would else f"The connection {name} is there already; nothing was changed.")
        shares.announce(name)
        return
    added = connections.add_connection(deployment.store, name, connection, int(time.time()))
    say(f"Added the connection {name}." if added else f"The connection {name} is there already; nothing was changed.")
    shares.keep(deployment, name)
    if connection.is_machine:
        say(f"Next: `suitetoken certificate create {name}`.")
    else:
        say(f"Next: `suitetoken link {name}`, and send the link to whoever may authorize it.")


@connection_command.command("list")
@json_option
@takes_deployment
def list_all(deployment: Deployment, as_json: bool) -> None:
    """List the connections; `suitetoken status` says how they are.

    \b
    Example:
      suitetoken connection list --json
    """
    names = connections.list_connections(deployment.store)
    print_names(names, as_json=as_json)
    if not names:
        explain_nothing(deployment, "connections", "connection add", as_json=as_json)


@connection_command.command("show")
@click.argument("name")
@json_option
@takes_deployment
def show(deployment: Deployment, name: str, as_json: bool) -> None:
    """Show a connection and its grant, never a token.

    \b
    Example:
      suitetoken connection show finance-prod
    """
    values = connections.describe(read_connection(deployment.store, parse_name(name, "connection")).document)
    values["readers"] = list(read_readers(deployment.store, name))
    replicas = read_replicas(deployment.store, name)
    if as_json:
        regions = [replica.region for replica in replicas]
        print_json({**values, "replica_regions": regions, "replicas": [asdict(replica) for replica in replicas]})
    else:
        values["replica_regions"] = [str(replica) for replica in replicas]
        print_fields({key: in_utc(value) if key.endswith("_at") else value for key, value in values.items()})


@connection_command.command("update")
@click.argument("name")
@click.option("--scope", "scope", multiple=True, help="The new scopes, all of them.")
@click.option("--role", metavar="ID", help='The role it must be; "" lets the next grant decide.')
@click.option("--entity", metavar="ID", help='The user it must be; "" lets the next grant decide.')
@click.option("--rotation-hours", type=int, help="Public clients: the record's Maximum Time For Token Rotation.")
@click.option("--reader", metavar="ARN", multiple=True, help="A role or user who may read the token; repeatable.")
@click.option("--remove-reader", metavar="ARN", multiple=True, help="A reader named before; repeatable.")
@click.option("--replica-region", metavar="REGION", multiple=True, help="Have the token there too; repeatable.")
@click.option("--remove-replica-region", metavar="REGION", multiple=True, help="And there no more; repeatable.")
@dry_run_option
@takes_deployment
def update(
    deployment: Deployment,
    name: str,
    scope: tuple[str, ...],
    role: str | None,
    entity: str | None,
    rotation_hours: int | None,
    reader: tuple[str, ...],
    remove_reader: tuple[str, ...],
    replica_region: tuple[str, ...],
    remove_replica_region: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Change a connection's settings; its grant goes on until somebody authorizes again.

    \b
    Examples:
      suitetoken connection update finance-prod --role 1017
      suitetoken connection update finance-prod --scope "restlets rest_webservices"
      suitetoken connection update finance-prod --reader arn:aws:iam::111122223333:role/nightly
    """
    if reader or remove_reader:
        update_readers(deployment, name, ReaderChange(reader, remove_reader), dry_run=dry_run)
    if replica_region or remove_replica_region:
        update_replicas(deployment, name, replica_region, remove_replica_region, dry_run=dry_run)
    shares = reader or remove_reader or replica_region or remove_replica_region
    if shares and (scope, role, entity, rotation_hours) == ((), None, None, None):
        return
    change = connections.ConnectionChange(scope or None, role, entity, rotation_hours)
    (preview_settings if dry_run else update_settings)(deployment, name, change)


@connection_command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@force_end_option
@takes_patience
@dry_run_option
@takes_deployment
def remove(deployment: Deployment, name: str, yes: bool, force: bool, wait: bool, timeout: int, dry_run: bool) -> None:
    """Revoke the grant at NetSuite, then delete the connection; its secrets can be restored for 30 days.

    Readers lose their token at once. Where NetSuite cannot be reached, it is asked again, and the connection
    stays until it confirms.

    \b
    Examples:
      suitetoken connection remove finance-prod --wait
      suitetoken connection remove finance-prod --force
    """
    held = connections.check_removal(deployment.store, name)
    if held is None:
        say(f"The document of {name} is damaged: nobody can read its grant, so NetSuite cannot be told to revoke it.")
    if held is not None and held.is_machine:
        say(f"NetSuite is told nothing: revoke the certificate of {name} there; `suitetoken certificate show {name}`.")
    if dry_run:
        revokes = held is not None and not held.is_machine
        say(f"Would {f'revoke {name} at NetSuite and ' if revokes else ''}schedule the secrets of {name} for deletion.")
        return
    if not yes:
        confirm(f"Readers of {name} lose their token at once. Remove it?")
    order(deployment.queue, deployment.store, name, "remove", force=force)
    say(f"Asked the broker to revoke and remove {name}; `suitetoken connection list` has it until NetSuite confirms.")
    if force:
        say(UNCONFIRMED_IS_ENOUGH)
    if wait:
        with waiting(f"Waiting for the broker to remove {name}", timeout) as patience:
            wait_for_removal(deployment.store, name, patience, force=force)
        say(f"Removed {name}.")
    say(f"Restores it for 30 days, without its grant: {_adds_again(name, held)}")


def _adds_again(name: str, held: Connection | None) -> str:
    return adds_connection(name, held) if held else f"suitetoken connection add {name} --client CLIENT --scope SCOPE"
