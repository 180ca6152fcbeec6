"""What a person at a terminal sees of `suiteql`, and a pipe does not."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass

import pytest

CODE = "import sys; from suitetoken.cli.main import run; sys.exit(run(sys.argv[1:]))"
COUNT_TO_2500 = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n"


@dataclass(frozen=True)
class Seen:
    """What was written to the terminal, and what into a pipe."""

    terminal: str
    pipe: str


def look(*arguments: str, at: str) -> Seen:
    """Run the command with `stdout` or `stderr` at a terminal, and the other one in a pipe."""
    ours, theirs = pty.openpty()
    ends = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, at: theirs}
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "COLUMNS": "80"}
    command = [sys.executable, "-c", CODE, *arguments]
    with subprocess.Popen(command, env=environ, text=True, **ends) as process:  # type: ignore[call-overload]  # noqa: S603
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # how Linux says that nobody writes there any more
            pass
        os.close(ours)
        out, err = process.communicate(timeout=30)
    return Seen(shown.decode(), out or err or "")


@pytest.mark.usefixtures("at_work")
def test_person_sees_a_table() -> None:
    """At a terminal rows are a table unless another form is asked for."""
    query = "SELECT id, acctnumber FROM account ORDER BY id"
    assert "acctnumber" in look("suiteql", "finance-prod", query, at="stdout").terminal.splitlines()[0]
    lines = look("suiteql", "finance-prod", query, "--format", "jsonl", "--limit", "1", at="stdout").terminal
    assert json.loads(lines).keys() == {"id", "acctnumber"}


@pytest.mark.usefixtures("at_work")
def test_person_sees_how_far_it_is() -> None:
    """While rows go into a pipe, progress is drawn on the terminal and wiped at the end; the pipe has rows only."""
    seen = look("suiteql", "finance-prod", COUNT_TO_2500, at="stderr")
    assert "1000 rows of 2500 …" in seen.terminal
    assert "2000 rows of 2500 …" in seen.terminal
    assert seen.terminal.endswith("\r\x1b[K")
    assert [int(json.loads(line)["i"]) for line in seen.pipe.splitlines()] == list(range(1, 2501))


@pytest.mark.usefixtures("at_work")
def test_short_results_have_no_progress() -> None:
    """One page needs none."""
    seen = look("suiteql", "finance-prod", "SELECT 1 AS one", at="stderr")
    assert "rows" not in seen.terminal


@pytest.mark.parametrize(
    "arguments",
    [
        ("call", "finance-prod", "GET", "record/v1/account?limit=2"),
        ("restlet", "finance-prod", "--script", "customscript_echo", "--deploy", "customdeploy_echo"),
    ],
    ids=["call", "restlet"],
)
@pytest.mark.usefixtures("at_work")
def test_json_is_indented_at_a_terminal_and_untouched_in_a_pipe(arguments: tuple[str, ...]) -> None:
    """A person reads it line by line; a program gets what NetSuite sent."""
    person, program = look(*arguments, at="stdout").terminal, look(*arguments, at="stderr").pipe
    assert json.loads(person) == json.loads(program)
    assert '\n  "' in person.replace("\r\n", "\n")
    assert '\n  "' not in program
