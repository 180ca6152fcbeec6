"""`suitetoken call`: one request to NetSuite's REST API with the current token."""

from __future__ import annotations

import json
import sys

import click

from suitetoken.cli.given import read_json
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.reading import open_reader
from suitetoken.errors import InvalidInput
from suitetoken.session.netsuite_session import NetSuiteSession
from suitetoken.session.reaching import reaching_netsuite

_METHODS = click.Choice(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"], case_sensitive=False)


@click.command("call")
@click.argument("name")
@click.argument("method", type=_METHODS)
@click.argument("path")
@click.option("--data", metavar="JSON|@FILE", help="The body, or the file that holds it; @- is standard input.")
@click.option("-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header more; repeatable.")
@takes_deployment
def call_command(
    deployment: Deployment, name: str, method: str, path: str, data: str | None, headers: tuple[str, ...]
) -> None:
    """Call NetSuite's REST API and print the answer.

    \b
    Examples:
      suitetoken call finance-prod GET record/v1/account?limit=10
      suitetoken call finance-prod POST query/v1/suiteql -H "Prefer: transient" --data '{"q": "SELECT id FROM account"}'
    """
    body = None if data is None else read_json(data, "--data")
    with NetSuiteSession(open_reader(deployment, name)) as session, reaching_netsuite(name):
        answer = session.rest(method.upper(), path, json=body, headers=dict(map(parse_header, headers)))
    click.echo(show_body(answer.text, pretty=sys.stdout.isatty()), nl=bool(answer.text))


def parse_header(text: str) -> tuple[str, str]:
    """Return name and value of `Name: value`."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise InvalidInput("a header is written NAME:VALUE.")
    if name.strip().lower() == "authorization":
        raise InvalidInput("the Authorization header is suitetoken's own.", next_step="leave it out.")
    return name.strip(), value.strip()


def show_body(text: str, *, pretty: bool) -> str:
    """Return an answer as it came, or for a terminal indented where it is JSON."""
    if not pretty:
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
