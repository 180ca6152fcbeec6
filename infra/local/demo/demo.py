"""`python -m local demo`: the whole story on this machine, headless, with the real command line and real HTTP."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from local.demo.stage import Stage
from local.demo.story import Story
from local.netsuite.clock import MovableClock
from local.twin import Twin

CONFIDENTIAL, PUBLIC, MACHINE = "finance", "warehouse", "nightly"
COMMAND = Path(sys.executable).parent / "suitetoken"
READ_AGAIN_SECONDS = 360
"""So long after a rotation was due every reader has looked again (suitetoken.reader.timing)."""


def tell_story(say: Callable[[str], object], command: Path = COMMAND) -> None:
    """Tell the story to `say`, or raise StepFailed at the first step that breaks; `command` is `suitetoken`."""
    story, clock = Story(say), MovableClock()
    with ExitStack() as running:
        with story.step("Start AWS, NetSuite and suitetoken's own functions on this machine"):
            twin = running.enter_context(Twin(now=clock))
            story.tell(f"hosted links {twin.public_url}\nAWS {twin.aws_url}\nNetSuite {twin.netsuite_url}")
        _play(story, Stage(story, twin, clock, command))
    story.end("All of it worked.")


def _play(story: Story, stage: Stage) -> None:
    with story.step("An engineer adds two NetSuite clients, the client secret on standard input"):
        stage.add_client(CONFIDENTIAL, stage.twin.confidential)
        stage.add_client(PUBLIC, stage.twin.public)
    with story.step("… and a connection for each"):
        for name in (CONFIDENTIAL, PUBLIC):
            stage.add_connection(name)
    with story.step("A person opens each hosted link, logs in to NetSuite and allows"):
        for name in (CONFIDENTIAL, PUBLIC):
            stage.let_authorize(name)
    with story.step("A third connection needs no person: it has a certificate, whose key never leaves AWS KMS"):
        stage.add_client(MACHINE, stage.twin.machine)
        stage.add_machine(MACHINE)
    with story.step("The tokens are in Secrets Manager, for whoever may read them"):
        first = {name: stage.show_token(name) for name in (CONFIDENTIAL, PUBLIC, MACHINE)}
    with story.step("A workload lists the first accounts of the chart"):
        workload = stage.open_workload(CONFIDENTIAL)
        stage.list_accounts(workload)
    with story.step("Time passes, and the schedule comes round before the tokens end"):
        stage.pass_time(max(token.refresh_at for token in first.values()))
        stage.let_schedule_fire()
    with story.step("All tokens are new"):
        for name, token in first.items():
            stage.compare(name, token)
    with story.step("The workload goes on as before, and has the new token by itself"):
        stage.pass_time(first[CONFIDENTIAL].refresh_at + READ_AGAIN_SECONDS)
        stage.list_accounts(workload)
        stage.await_token(workload, stage.read_token(CONFIDENTIAL))
    with story.step("What an operator sees"):
        stage.show_status()
    with story.step("No token, client secret or refresh token has been printed by any function"):
        twin = stage.twin
        stage.check_logs({CONFIDENTIAL: twin.confidential, PUBLIC: twin.public, MACHINE: twin.machine})
