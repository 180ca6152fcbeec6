"""What may be typed before a command: where the deployment is, and `--debug`."""

from __future__ import annotations

import platform
from importlib.metadata import version

import click
import pytest

from suitetoken.cli import main
from tests.terminals.operator import ADD_CLIENT, Desk


def test_the_place_may_stand_before_or_after_the_command(desk: Desk) -> None:
    """Both lead to the same deployment, and neither to the default one."""
    assert desk.type("--prefix", "other", *ADD_CLIENT, "--public").code == 0
    assert desk.type("client", "list", "--prefix", "other").out == "acme\n"
    assert desk.type("--prefix", "other", "client", "list").out == "acme\n"
    assert desk.type("client", "list").out == ""


def test_what_is_typed_stands_over_the_environment(desk: Desk) -> None:
    """Before the command as well as after it; of two, the later one counts."""
    desk.type(*ADD_CLIENT, "--public", "--prefix", "other")
    desk.monkeypatch.setenv("SUITETOKEN_PREFIX", "elsewhere")
    assert desk.type("client", "list").out == ""
    assert desk.type("--prefix", "other", "client", "list").out == "acme\n"
    assert desk.type("--prefix", "elsewhere", "client", "list", "--prefix", "other").out == "acme\n"


def test_region_and_profile_reach_aws(desk: Desk) -> None:
    """Another region is another place; an unknown profile is wrong usage."""
    desk.type(*ADD_CLIENT, "--public")
    assert desk.type("--region", "us-east-1", "client", "list").out == ""
    assert desk.type("--profile", "nobody-of-that-name", "client", "list").code == 2


class Surprise(click.Command):
    """A command that fails as nobody thought of, with a cause, and with secrets in the texts of both."""

    def invoke(self, ctx: click.Context) -> None:
        """Fail."""
        secret = "-".join(["canary", "5d1f"])
        try:
            dict[str, str]()[secret]
        except KeyError as error:
            raise ValueError(secret) from error


def test_debug_says_where_and_not_what(desk: Desk) -> None:
    """The code that an error and its cause went through, their kinds, and nothing that they carried."""
    desk.monkeypatch.setattr(main.suitetoken, "get_command", lambda _, name: Surprise(name))
    quiet, loud = desk.type("token"), desk.type("--debug", "token")
    assert (quiet.code, loud.code, quiet.out + loud.out) == (1, 1, "")
    assert "suitetoken --debug" in quiet.err
    assert __file__ not in quiet.err
    assert all(word in loud.err for word in (__file__, "ValueError", "KeyError"))
    assert "canary-5d1f" not in quiet.err + loud.err


@pytest.mark.parametrize("words", [("--debug", "--version"), ("--version", "--debug"), ("--debug", "-V")])
def test_the_version_with_debug_says_what_it_runs_on(desk: Desk, words: tuple[str, ...]) -> None:
    """Python and boto3, in either order; without --debug the version alone."""
    plain, told = desk.type("--version"), desk.type(*words)
    assert (plain.code, told.code, told.err) == (0, 0, "")
    assert plain.out == f"suitetoken, version {version('suitetoken')}\n"
    assert told.out.startswith(plain.out)
    assert f"\nPython {platform.python_version()} (" in told.out
    assert f"\nboto3 {version('boto3')}\n" in told.out


def test_debug_changes_nothing_where_nothing_fails(desk: Desk) -> None:
    """Help, usage and results stay as they are."""
    desk.type(*ADD_CLIENT, "--public")
    assert desk.type("--debug", "client", "list").out == "acme\n"
    assert desk.type("--debug", "client", "nonsense").err == desk.type("client", "nonsense").err
    assert desk.type("--debug", "--help").code == 0


def test_errors_of_ours_stay_one_sentence_without_debug(desk: Desk) -> None:
    """With it they also say where AWS refused."""
    quiet, loud = desk.type("client", "show", "nobody"), desk.type("--debug", "client", "show", "nobody")
    assert (quiet.code, loud.code) == (4, 4)
    assert "Traceback" not in quiet.err
    assert "File" not in quiet.err
    assert "ResourceNotFoundException" in loud.err
    assert quiet.err in loud.err
