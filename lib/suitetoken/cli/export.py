"""`suitetoken export`: a connection's token in the form another tool reads."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from suitetoken.cli.exports import FORMS
from suitetoken.cli.options import Deployment, takes_deployment
from suitetoken.cli.output import say
from suitetoken.cli.reading import open_reader
from suitetoken.cli.times import in_utc
from suitetoken.errors import InvalidInput


@click.command("export")
@click.argument("name")
@click.option("--format", "form", type=click.Choice(sorted(FORMS)), required=True, help="For which tool.")
@click.option("--output", metavar="FILE", help="Write a file that only you may read, instead of standard output.")
@takes_deployment
def export_command(deployment: Deployment, name: str, form: str, output: str | None) -> None:
    """Print the current token and its addresses for another tool.

    postman-collection holds no token: its requests take it from the environment that postman prints.

    \b
    Examples:
      curl --config <(suitetoken export finance-prod --format curl) "$NETSUITE_REST_URL/services/rest/record/v1/account"
      suitetoken export finance-prod --format postman --output netsuite.postman_environment.json
      suitetoken export finance-prod --format dotenv --output .env
    """
    reader = open_reader(deployment, name)
    token = reader.current()
    text = FORMS[form].write(reader.name, token)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_privately(Path(output), text)
        say(f"Wrote {output}.")
    if FORMS[form].is_secret:
        what = "this" if output is None else output
        say(f"Careful: {what} holds a token, which is a secret until {in_utc(token.expires_at)}.")


def write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner may read, at once and whole, in the place of what was there."""
    path = path.resolve()  # a link stays one
    if path.exists() and not path.is_file():
        raise InvalidInput(f"{path} is no ordinary file.", next_step="leave --output out, and redirect.")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from error
