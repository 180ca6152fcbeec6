"""`make emulator`: deploys into an AWS emulator on this machine and goes the whole road there, with a time limit."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import click

from tests.emulator.deployment import PREFIX, REGION, Deployment
from tests.emulator.lacking import ROOT, TooMuchIsLacking, copy_project
from tests.emulator.person import RoadEnds
from tests.emulator.processes import ProgramFailed, Programs, find_port
from tests.emulator.road import go
from tests.emulator.servers import serve_authorization, serve_emulator

SCRIPTS = ROOT / ".build" / "emulator" / "bin"
_PASSED_ON = ("HOME", "LANG", "LC_", "TMPDIR", "XDG_", "UV_", "PIP_", "PYENV_", "SSL_", "HTTPS_PROXY", "https_proxy")
"""Beginnings of names: what finds the package registries, for `make deploy` builds the artefact."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--minutes", type=click.IntRange(1), default=30, show_default=True, help="The most that it may take.")
@click.option("--stay", is_flag=True, help="Deploy, add a connection, print how to use it, and wait for Ctrl-C.")
def main(minutes: int, stay: bool) -> None:
    """Deploy into an AWS emulator on this machine, and go the whole road there.

    \b
    Examples:
      make emulator
      make emulator ARGS=--stay
    """
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGALRM, _end)
    if not stay:
        signal.alarm(minutes * 60)
    deadline = time.monotonic() + minutes * 60
    try:
        with (
            tempfile.TemporaryDirectory(prefix="suitetoken-emulator-") as folder,
            running(Path(folder), deadline) as it,
        ):
            if stay:
                rest(it)
            else:
                go(it, step)
                click.echo("The whole road was gone in an AWS of others.")
    except (AssertionError, ProgramFailed, RoadEnds, TooMuchIsLacking) as error:
        click.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(1) from error


@contextmanager
def running(folder: Path, deadline: float) -> Iterator[Deployment]:
    """Give a deployment that is still to be made: servers run, and the project is copied beside them."""
    project = folder / "project"
    project.mkdir()
    for name, kind in sorted(copy_project(project).items()):
        click.echo(f"Taken out of the template's copy, which the emulator lacks: {name} ({kind})", err=True)
    port, oauth_port = find_port(), find_port()
    programs = Programs(make_environ(os.environ, port, folder), project, deadline)
    with ExitStack() as servers:
        try:
            servers.enter_context(serve_emulator(programs, SCRIPTS, port, folder))
            netsuite = servers.enter_context(serve_authorization(programs, SCRIPTS, oauth_port, folder))
            yield Deployment(programs, ROOT / ".venv" / "bin" / "suitetoken", netsuite)
        except (AssertionError, ProgramFailed, RoadEnds):
            for log in ("ministack.log", "oauth.log"):
                _show_end(folder / log)
            raise


def make_environ(base: Mapping[str, str], port: int, folder: Path) -> dict[str, str]:
    """Return the environment of every program: this emulator, and nothing of this machine's own AWS settings."""
    return {
        **{name: value for name, value in base.items() if name.startswith(_PASSED_ON)},
        "PATH": f"{SCRIPTS}:{base['PATH']}",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(folder / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SUITETOKEN_PREFIX": PREFIX,
    }


def rest(deployment: Deployment) -> None:
    """Deploy and wait: the emulator is there to be played with."""
    redirect_uri = deployment.deploy()
    deployment.add("try-me", redirect_uri, public=True)
    click.echo("It runs until Ctrl-C. In another terminal, in this folder:", err=True)
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "SUITETOKEN_PREFIX"):
        click.echo(f"  export {name}={deployment.programs.environ[name]}")
    click.echo("  .venv/bin/suitetoken link try-me")
    click.echo(
        f"The person who consents is {deployment.netsuite.user}, password {deployment.netsuite.password}", err=True
    )
    signal.pause()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    click.echo(f"{name} … ", nl=False, err=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        click.echo("here it ends", err=True)
        raise
    click.echo(f"done ({time.monotonic() - begun:.0f} s)", err=True)


def _show_end(log: Path) -> None:
    if log.exists():
        click.echo(f"The end of {log.name}:\n{log.read_text('utf-8', 'replace')[-3000:]}", err=True)


def _end(number: int, _frame: object) -> NoReturn:
    raise ProgramFailed("The time that the test has is over." if number == signal.SIGALRM else "It was ended.")


if __name__ == "__main__":
    sys.exit(main())
