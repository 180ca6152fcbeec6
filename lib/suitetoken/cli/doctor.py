"""`suitetoken doctor`: what is right and what is wrong in a deployment, and the next step for each wrong."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from suitetoken.admin.doctor import Finding, Mark, examine
from suitetoken.admin.doctor.examination import is_nothing_seen
from suitetoken.cli.consoles import open_console
from suitetoken.cli.options import Deployment, json_option, takes_deployment
from suitetoken.cli.output import print_json, say

_SIGNS = {
    Mark.RIGHT: ("✓", "green"),
    Mark.WARNING: ("!", "yellow"),
    Mark.WRONG: ("✗", "red"),
    Mark.DENIED: ("?", "magenta"),
}


@click.command("doctor")
@click.option("--drift", is_flag=True, help="Compare everything with the template now; takes a minute or so.")
@json_option
@takes_deployment
def doctor_command(deployment: Deployment, as_json: bool, drift: bool) -> int:
    """Say what is right and what is wrong in a deployment, and the next step for each. Changes nothing.

    Ends with 0 where nothing is wrong, with 1 where something is or may not be looked at, with 5 where these
    credentials may look at nothing. NetSuite's hosts are asked from this machine, without credentials.

    \b
    Examples:
      suitetoken doctor
      suitetoken doctor --json
      suitetoken doctor --drift
      suitetoken doctor --prefix suitetoken-dev --region eu-west-1
    """
    findings = examine(deployment, time.time, drift=drift)
    if as_json:
        print_json([{**asdict(finding), "mark": finding.mark.value} for finding in findings])
    else:
        print_lines(findings)
        say(summarize(findings))
    return exit_code(findings)


def exit_code(findings: list[Finding]) -> int:
    """Return what the command ends with; a warning is not a failure."""
    if is_nothing_seen(findings):
        return 5
    return 1 if any(finding.mark in (Mark.WRONG, Mark.DENIED) for finding in findings) else 0


def summarize(findings: list[Finding]) -> str:
    """Return how many lines there are of each mark."""
    marks = [finding.mark for finding in findings]
    return ", ".join(f"{marks.count(mark)} {mark.value}" for mark in Mark if mark in marks) + "."


def print_lines(findings: list[Finding]) -> None:
    """Print one line each, with signs and colours on a terminal."""
    from rich.text import Text

    console = open_console(soft_wrap=True)
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        sign, colour = _SIGNS[finding.mark]
        head = sign if console.is_terminal else f"{finding.mark.value:<7}"
        line = Text(f"{head} ", style=colour).append(f"{finding.check:<{width}}  ", style="bold")
        line.append(finding.message, style="default")
        if finding.next_step:
            line.append(f" Next: {finding.next_step}", style="default")
        console.print(line)
