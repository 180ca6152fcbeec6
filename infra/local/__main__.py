"""`python -m local`: suitetoken on this machine, without AWS and without NetSuite."""

from __future__ import annotations

from pathlib import Path

import click

from local.demo.demo import tell_story
from local.demo.story import StepFailed
from local.run import DEFAULT_FOLDER, DEFAULT_SECONDS, Ports, run
from suitetoken.cli.written import explain_system_error
from suitetoken.errors import SuiteTokenError

_PORT = click.IntRange(0, 65535)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    """Run suitetoken on this machine: AWS by moto, NetSuite by a strict simulator, the broker's own handlers.

    \b
    Examples:
      python -m local demo               the whole story, headless, in seconds
      python -m local run                to click through, until Ctrl-C
      python -m local run --for 600      at most ten minutes
    """


@main.command("run")
@click.option("--port", type=_PORT, default=0, help="Port of the hosted links.  [default: a free one]")
@click.option("--aws-port", type=_PORT, default=0, help="Port of the simulated AWS.  [default: a free one]")
@click.option("--netsuite-port", type=_PORT, default=0, help="Port of the simulated NetSuite.  [default: a free one]")
@click.option("--for", "seconds", type=click.IntRange(1), default=DEFAULT_SECONDS, show_default=True, metavar="SECONDS")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_FOLDER,
    help="Where `env` and the functions' log are written.  [default: .local of the project]",
)
def run_command(port: int, aws_port: int, netsuite_port: int, seconds: int, folder: Path) -> None:
    """Run the local twin in the foreground; it ends on Ctrl-C, and by itself after the given time.

    \b
    Examples:
      python -m local run
      python -m local run --port 8080 --aws-port 5000 --for 3600
    """
    try:
        run(Ports(port, aws_port, netsuite_port), folder, seconds, click.echo)
    except SuiteTokenError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        next_step = "Next: name a folder that you may write to, with --folder."
        raise click.ClickException(f"{explain_system_error(error)} {next_step}") from error


@main.command("demo")
def demo_command() -> None:
    """Tell the whole story, headless: link, consent, token, rotation. Ends with 1 and the step that broke.

    \b
    Example:
      python -m local demo
    """
    try:
        tell_story(click.echo)
    except StepFailed as failure:
        cause = failure.__cause__
        raise click.ClickException(f"{failure}\n  {type(cause).__name__}: {cause}") from failure


if __name__ == "__main__":
    main(prog_name="python -m local")
