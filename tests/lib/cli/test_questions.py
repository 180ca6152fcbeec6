"""What a command asks at a terminal: secrets are never shown, and where it ends at a question nothing was changed."""

from __future__ import annotations

import ast
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from suitetoken.cli import questions
from suitetoken.cli.patience import waiting
from tests.terminals.operator import ADD_CLIENT, CANARY, Desk

QUESTIONS = [
    ("revoke", "finance"),
    ("revoke", "finance", "--force", "--wait"),
    ("connection", "remove", "finance"),
    ("connection", "remove", "finance", "--wait"),
]
SECRETS = [
    (*ADD_CLIENT[:2], "other", *ADD_CLIENT[3:]),
    (*ADD_CLIENT[:2], "other", *ADD_CLIENT[3:], "--client-secret-stdin"),
    ("client", "update", "acme", "--client-secret-stdin"),
]
COMMANDS = Path(questions.__file__).parent


class Terminal(io.StringIO):
    """Standard input at which a person sits."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def at_terminal(office: Desk) -> Desk:
    """A desk with a client and a connection, whose standard input is a terminal."""
    office.monkeypatch.setattr("tests.terminals.operator.io", SimpleNamespace(StringIO=Terminal))
    return office


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["n\n", "no\n", "\n", ""], ids=["n", "no", "Enter", "Ctrl-D"])
@pytest.mark.parametrize("command", QUESTIONS, ids=" ".join)
def test_no_says_that_nothing_was_changed(at_terminal: Desk, command: tuple[str, ...], answer: str) -> None:
    """However it is said; and it is true."""
    before = at_terminal.secrets()
    typed = at_terminal.type(*command, stdin=answer)
    assert (typed.code, typed.err.endswith("Nothing was changed.\n")) == (130, True)
    assert (at_terminal.secrets(), at_terminal.world.take_messages()) == (before, [])


def interrupt(*_: object, **__: object) -> str:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.parametrize("command", [*QUESTIONS, *SECRETS], ids=" ".join)
def test_ctrl_c_at_a_question_says_that_nothing_was_changed(at_terminal: Desk, command: tuple[str, ...]) -> None:
    """At a yes or no, and at a secret."""
    before = at_terminal.secrets()
    for prompt in ("visible_prompt_func", "hidden_prompt_func"):
        at_terminal.monkeypatch.setattr(f"click.termui.{prompt}", interrupt)
    typed = at_terminal.type(*command)
    assert (typed.code, typed.err.splitlines()[-1]) == (130, "Nothing was changed.")
    assert (at_terminal.secrets(), at_terminal.world.take_messages()) == (before, [])


@pytest.mark.parametrize("command", QUESTIONS, ids=" ".join)
def test_where_nobody_can_be_asked_the_way_out_is_named(office: Desk, command: tuple[str, ...]) -> None:
    """A script hears of --yes."""
    typed = office.type(*command)
    assert (typed.code, "Nothing was changed." in typed.err, "--yes" in typed.err) == (130, True, True)


@pytest.mark.parametrize("command", SECRETS, ids=" ".join)
def test_at_a_terminal_every_secret_is_asked_for_and_not_shown(at_terminal: Desk, command: tuple[str, ...]) -> None:
    """Enter ends it; what is read comes from the hidden prompt and from nowhere else."""
    asked: list[str] = []

    def answer(text: str) -> str:
        asked.append(text)
        return f"new-{CANARY}"

    at_terminal.monkeypatch.setattr("click.termui.hidden_prompt_func", answer)
    typed = at_terminal.type(*command, stdin="what a person would type in clear")
    assert (typed.code, [text.strip() for text in asked]) == (0, ["Client Secret:"])
    assert CANARY not in typed.out + typed.err


@pytest.mark.parametrize("given", ["", "\n", "  \r\n"])
@pytest.mark.parametrize("command", SECRETS[1:], ids=" ".join)
def test_a_secret_that_does_not_come_is_told_as_such(office: Desk, command: tuple[str, ...], given: str) -> None:
    """An empty file, or a variable of a job that is not set."""
    before = office.secrets()
    typed = office.type(*command, stdin=given)
    assert (typed.code, "no Client Secret came on standard input" in typed.err) == (2, True)
    assert office.secrets() == before


def test_nothing_is_asked_but_here() -> None:
    """One place asks, so that every question of tomorrow keeps to this too; and none is asked with a visible secret."""
    asking = {
        path.name
        for path in COMMANDS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"confirm", "prompt", "getpass", "confirmation_option"}
    }
    assert asking == {"questions.py"}
    reading = {path.name for path in COMMANDS.rglob("*.py") if "sys.stdin.read" in path.read_text()}
    assert reading == {"questions.py", "given.py"}


def test_a_person_who_is_to_type_a_file_is_told_so(at_terminal: Desk) -> None:
    """A command that waits for standard input at a terminal seems to hang."""
    typed = at_terminal.type("call", "finance", "POST", "record/v1/customer", "--data", "@-", stdin="{")
    assert "Type --data here; Ctrl-D on an empty line ends it." in typed.err
    assert (typed.code, "--data is not JSON" in typed.err) == (2, True)


def test_ctrl_c_while_waiting_says_that_the_order_stands(capsys: pytest.CaptureFixture[str]) -> None:
    """The broker has it already; that is not the same as nothing changed."""
    with pytest.raises(click.exceptions.Exit) as ended, waiting("Waiting", 60):
        interrupt()
    assert (ended.value.exit_code, "What was asked of the broker stands" in capsys.readouterr().err) == (130, True)


def test_closed_standard_input_is_nobody(office: Desk) -> None:
    """As after `<&-`: no secret comes, and nobody can be asked."""
    office.monkeypatch.setattr(sys, "stdin", None)
    assert questions.is_somebody_there() is False
