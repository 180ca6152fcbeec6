"""The door of the command: help, usage, errors that are not ours."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from suitetoken.cli import main
from suitetoken.cli.main import run, suitetoken
from tests.terminals.operator import Desk


def every_command(group: click.Group = suitetoken, *above: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from every_command(command, *above, name)
        else:
            yield (*above, name)


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """What to type, not only what there is."""
    assert run([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert f"suitetoken {' '.join(words)}" in shown


def test_wrong_usage_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command, a missing argument."""
    assert [run(["nonsense"]), run(["link"]), run(["client", "add"])] == [2, 2, 2]
    assert capsys.readouterr().out == ""


def test_without_credentials_access_is_denied(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 5, and what to set."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    assert run(["client", "list", "--region", "eu-west-1"]) == 5
    assert "there are no AWS credentials" in capsys.readouterr().err


def test_an_unexpected_error_shows_its_kind_and_nothing_else(desk: Desk) -> None:
    """Its text may hold anything."""

    class Surprise(click.Command):
        def invoke(self, ctx: click.Context) -> None:
            raise ValueError("canary")

    class Group(main.LazyGroup):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            return Surprise(cmd_name)

    desk.monkeypatch.setattr(main, "suitetoken", Group("suitetoken"))
    answer = desk.type("token")
    assert (answer.code, answer.out) == (1, "")
    assert "ValueError" in answer.err
    assert "canary" not in answer.err


@pytest.mark.parametrize("prefix", ["BAD P", "a", "aws-x", "x/", "", "x" * 33, "é"])
def test_a_prefix_that_no_deployment_can_have_is_refused(office: Desk, prefix: str) -> None:
    """Before anything is written below it; the form is the template's."""
    assert office.type("client", "list", "--prefix", prefix).code == 2
    assert office.type("--prefix", prefix, "status").code == 2
