"""`suitetoken restlet`: one call of a RESTlet with the current token."""

from __future__ import annotations

import sys

import click

from suitetoken.cli.call import show_body
from suitetoken.cli.given import parse_pair, read_json
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.reading import open_reader
from suitetoken.session.netsuite_session import NetSuiteSession
from suitetoken.session.reaching import reaching_netsuite

_METHODS = click.Choice(["GET", "POST", "PUT", "DELETE"], case_sensitive=False)


@click.command("restlet")
@click.argument("name")
@click.argument("method", type=_METHODS, default="GET")
@click.option("--script", required=True, metavar="ID", help="The script's id, such as customscript_orders or 42.")
@click.option("--deploy", required=True, metavar="ID", help="The deployment's id, such as customdeploy_orders or 1.")
@click.option("--data", metavar="JSON|@FILE", help="The body, or the file that holds it; @- is standard input.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the script; repeatable.")
@takes_deployment
def restlet_command(
    deployment: Deployment,
    name: str,
    method: str,
    script: str,
    deploy: str,
    data: str | None,
    params: tuple[str, ...],
) -> None:
    """Call a RESTlet and print its answer. METHOD is GET unless given.

    \b
    Examples:
      suitetoken restlet finance-prod --script 42 --deploy 1 --param since=2026-11-01
      suitetoken restlet finance-prod POST --script customscript_orders --deploy customdeploy_orders --data @order.json
    """
    body = None if data is None else read_json(data, "--data")
    query = dict(parse_pair(each, "--param") for each in params)
    with NetSuiteSession(open_reader(deployment, name)) as session, reaching_netsuite(name):
        answer = session.restlet(script, deploy, method.upper(), params=query, json=body)
    click.echo(show_body(answer.text, pretty=sys.stdout.isatty()), nl=bool(answer.text))
