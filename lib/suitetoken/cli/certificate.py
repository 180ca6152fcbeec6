"""`suitetoken certificate`: what connections without a person prove themselves with."""

from __future__ import annotations

import time
from typing import Any

import click

from suitetoken.admin import certificates
from suitetoken.admin.certificate_handover import Handover
from suitetoken.admin.certificate_proof import wait_for_proof
from suitetoken.admin.connections import list_connections
from suitetoken.admin.orders import order
from suitetoken.aws.records import read_connection
from suitetoken.cli.certificate_words import print_to_upload, say_unheeded, tell_plan
from suitetoken.cli.nothing import explain_nothing
from suitetoken.cli.options import Deployment, dry_run_option, json_option, takes_deployment
from suitetoken.cli.output import print_fields, print_json, say
from suitetoken.cli.patience import WAIT_SECONDS, timeout_option, waiting
from suitetoken.cli.times import in_utc, in_words
from suitetoken.documents import Certificate
from suitetoken.errors import SuiteTokenError
from suitetoken.netsuite.machine import KEY_SPECS, MOST_DAYS, parse_days, parse_key_spec


def takes_key(command: Any) -> Any:
    """Add the options that say what kind of certificate to make."""
    for option in (
        click.option("--days", type=int, default=MOST_DAYS, show_default=True, help="How long it is valid; two years."),
        click.option(
            "--key-store",
            type=click.Choice(certificates.KEY_STORES),
            default="kms",
            show_default=True,
            help="AWS KMS never gives the key away.",
        ),
        click.option(
            "--key-spec",
            type=click.Choice([spec.name for spec in KEY_SPECS]),
            default=KEY_SPECS[0].name,
            show_default=True,
            help="Kind of key.",
        ),
    ):
        command = option(command)
    return command


@click.group("certificate")
def certificate_command() -> None:
    """Certificates of connections that no person authorizes (machine to machine)."""


@certificate_command.command("create")
@click.argument("name")
@takes_key
@json_option
@dry_run_option
@takes_deployment
def create(
    deployment: Deployment, name: str, key_spec: str, key_store: str, days: int, as_json: bool, dry_run: bool
) -> None:
    """Make a key and a certificate, and print the certificate to upload. Once made, it is printed again.

    \b
    Examples:
      suitetoken certificate create nightly
      suitetoken certificate create nightly --key-spec RSA_4096 --days 365 > nightly.pem
      suitetoken certificate create nightly --key-store secrets-manager
    """
    wanted = certificates.Wanted(parse_key_spec(key_spec), key_store, parse_days(days))
    if dry_run:
        tell_plan(name, wanted, certificates.read_machine(deployment.store, name).certificates.current, as_json=as_json)
        return
    made, new = certificates.create(_handover(deployment, name).keys, name, wanted, time.time())
    say(f"Made a certificate for {name}." if new else f"{name} has a certificate already; nothing was changed.")
    if not new:
        say_unheeded(name, made)
    print_to_upload(name, made, as_json=as_json)


@certificate_command.command("register")
@click.argument("name")
@click.option("--certificate-id", required=True, metavar="ID", help="The id that NetSuite's list shows for it.")
@timeout_option
@dry_run_option
@takes_deployment
def register(deployment: Deployment, name: str, certificate_id: str, timeout: int, dry_run: bool) -> None:
    """Tell us NetSuite's id of the newest certificate, and prove it with a first token.

    \b
    Example:
      suitetoken certificate register nightly --certificate-id NPMnRyPg-WDWhPiAbisjKiH0fqnBpjOZ367wDTe0pqA
    """
    if dry_run:
        new = certificates.preview_registration(deployment.store, name, certificate_id)
        would = f"Would register the certificate {certificate_id} for {name}."
        say(would if new else f"The certificate is registered and works; nothing would be changed for {name}.")
        return
    if not _handover(deployment, name, timeout).register(certificate_id):
        say(f"The certificate is registered and works; nothing was changed for {name}.")


@certificate_command.command("rotate")
@click.argument("name")
@takes_key
@timeout_option
@json_option
@dry_run_option
@takes_deployment
def rotate(
    deployment: Deployment,
    name: str,
    key_spec: str,
    key_store: str,
    days: int,
    timeout: int,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Make the next certificate beside the one in use, and move over once it works; nobody is interrupted.

    Where the connection's role may manage its certificates in NetSuite all is done here. Otherwise the certificate to
    upload is printed, and `register` goes on.

    \b
    Example:
      suitetoken certificate rotate nightly
    """
    wanted = certificates.Wanted(parse_key_spec(key_spec), key_store, parse_days(days))
    under_way = certificates.preview_rotation(deployment.store, name)
    if dry_run:
        tell_plan(name, wanted, under_way, as_json=as_json)
        return
    if under_way is not None:
        say_unheeded(name, under_way)
    to_upload = _handover(deployment, name, timeout).rotate(wanted, time.time())
    if to_upload is not None:
        print_to_upload(name, to_upload, as_json=as_json)


@certificate_command.command("retire")
@click.argument("name")
@click.option("--revoked", is_flag=True, help="It has been revoked in NetSuite by hand.")
@takes_deployment
def retire(deployment: Deployment, name: str, revoked: bool) -> None:
    """Revoke the certificate that another has followed, and schedule its key for deletion.

    \b
    Examples:
      suitetoken certificate retire nightly
      suitetoken certificate retire nightly --revoked
    """
    if not _handover(deployment, name).retire(revoked=revoked):
        say(f"{name} has no certificate to retire.")


@certificate_command.command("show")
@click.argument("name")
@click.option("--pem", is_flag=True, help="Print the newest certificate alone, to upload it.")
@json_option
@takes_deployment
def show(deployment: Deployment, name: str, pem: bool, as_json: bool) -> None:
    """Show a connection's certificates; their private keys are never shown.

    \b
    Examples:
      suitetoken certificate show nightly
      suitetoken certificate show nightly --pem > nightly.pem
    """
    held = certificates.read_machine(deployment.store, name).certificates
    newest = held.next or held.current
    if pem and newest is not None:
        click.echo(newest.pem, nl=False)
    elif as_json:
        print_json(certificates.describe_all(held))
    else:
        for each in certificates.describe_all(held):
            print_fields({key: in_utc(value) if key.endswith("_at") else value for key, value in each.items()})
    if newest is None:
        say(f"{name} has no certificate yet. Next: `suitetoken certificate create {name}`.")


@certificate_command.command("list")
@json_option
@takes_deployment
def list_all(deployment: Deployment, as_json: bool) -> None:
    """List the certificates of all connections, and how long each is still valid.

    \b
    Example:
      suitetoken certificate list --json
    """
    now, rows = int(time.time()), []
    for name in list_connections(deployment.store):
        try:
            held = read_connection(deployment.store, name).document.certificates
        except SuiteTokenError as error:
            say(f"{name} is left out: {error.message}")
            continue
        rows += [{"connection": name, **each} for each in certificates.describe_all(held)]
    if as_json:
        print_json(rows)
    for row in () if as_json else rows:
        left = in_words(row["valid_until_at"] - now)
        click.echo(f"{row['connection']}  {row['place']}  {row['state']}  {row['certificate_id'] or '-'}  {left}")
    if not rows:
        explain_nothing(deployment, "certificates", "certificate create NAME", as_json=as_json)


def _handover(deployment: Deployment, name: str, timeout: int = WAIT_SECONDS) -> Handover:
    def prove(registered: Certificate) -> None:
        order(deployment.queue, deployment.store, name, "rotate", force=True)
        say(f"Asked the broker for a token with the certificate {registered.certificate_id}.")
        with waiting(f"Waiting for the first token of {name}", timeout) as patience:
            wait_for_proof(deployment.store, name, registered, patience)
        say(f"The certificate works: {name} gets its tokens with it, until {in_utc(registered.valid_until)}.")

    return Handover(deployment, name, prove, say)
