"""What `suitetoken certificate` tells of a certificate: one to upload, one that would be made, one made before."""

from __future__ import annotations

import click

from suitetoken.admin import certificates
from suitetoken.cli.options import list_typed
from suitetoken.cli.output import print_json, say
from suitetoken.cli.times import in_utc
from suitetoken.documents import Certificate
from suitetoken.netsuite.machine import CERTIFICATE_SETUP, is_kms_key


def print_to_upload(name: str, certificate: Certificate, *, as_json: bool) -> None:
    """Print a certificate that somebody must upload, and say where, and what comes after."""
    if as_json:
        print_json({"connection": name, "pem": certificate.pem, **certificates.describe(certificate, "newest")})
    else:
        click.echo(certificate.pem, nl=False)
    say(f"Upload it in NetSuite under {CERTIFICATE_SETUP} > Create New, for the user, role and application.")
    say(f"Next: `suitetoken certificate register {name} --certificate-id ID`, with the id that the list then shows.")


def tell_plan(name: str, wanted: certificates.Wanted, kept: Certificate | None, *, as_json: bool) -> None:
    """Tell what a dry run found: the key and certificate to be made, or that none would be, for one is there."""
    kind = {"key_spec": wanted.spec.name, "key_store": wanted.key_store, "days": wanted.days}
    if as_json:
        print_json({"connection": name, "would_make": kind if kept is None else None})
    if kept is None:
        say(f"Would make a key {wanted.spec.name} in {wanted.key_store} and a certificate for {wanted.days} days.")
    else:
        say(f"Would make nothing: {name} has that certificate already.")
        say_unheeded(name, kept)


def say_unheeded(name: str, kept: Certificate) -> None:
    """Say which options have no effect on a certificate that is there already, what it is, and how to get another."""
    typed = list_typed("key_spec", "key_store", "days")
    if typed:
        store = certificates.KEY_STORES[0 if is_kms_key(kept.key) else 1]
        until = in_utc(kept.valid_until)
        say(f"No effect: {', '.join(typed)}. It signs {kept.algorithm} with a key in {store}, until {until}.")
        say(f"Next, for another one: {_tell_way_to_another(name, kept)}")


def _tell_way_to_another(name: str, kept: Certificate) -> str:
    if kept.proved_at is not None:
        return f"`suitetoken certificate rotate {name}` with these options."
    return f"register it, then `suitetoken certificate rotate {name}` with these options."
