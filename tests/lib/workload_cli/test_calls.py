"""`call`, `suiteql` and `restlet` against a NetSuite that checks the token."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from suitetoken.cli.suiteql import watch
from suitetoken.session.paging import Page
from tests.terminals.workload import Command, Office

COUNT_TO = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n"
ECHO = ("--script", "customscript_echo", "--deploy", "customdeploy_echo")


def test_call_prints_the_answer(suitetoken: Command) -> None:
    """A call goes to the connection's own account, with its token."""
    ended = suitetoken("call", "finance-prod", "GET", "record/v1/account?limit=2")
    assert ended.code == 0
    assert len(json.loads(ended.out)["items"]) == 2


def test_rows_are_lines_of_json(suitetoken: Command) -> None:
    """Away from a terminal each row is one JSON object on a line, and nothing else is said."""
    ended = suitetoken("suiteql", "finance-prod", "SELECT id, acctnumber FROM account ORDER BY id", "--limit", "3")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert (ended.code, ended.err, len(rows)) == (0, "", 3)
    assert all(row.keys() == {"id", "acctnumber"} for row in rows)


def test_all_pages_are_printed_in_order(suitetoken: Command) -> None:
    """A result of several pages comes whole."""
    ended = suitetoken("suiteql", "finance-prod", COUNT_TO.format(2500))
    assert [int(json.loads(line)["i"]) for line in ended.out.splitlines()] == list(range(1, 2501))


@pytest.mark.parametrize("limit", [1, 999, 1000, 1001, 2000, 9999])
def test_limit_is_that_of_all_rows(suitetoken: Command, limit: int) -> None:
    """At most so many rows are printed, whatever a page holds."""
    ended = suitetoken("suiteql", "finance-prod", COUNT_TO.format(2100), "--limit", str(limit))
    assert len(ended.out.splitlines()) == min(limit, 2100)


def test_csv(suitetoken: Command) -> None:
    """CSV has a line of names and one for every row, whatever the pages; lines end as other tools end them."""
    ended = suitetoken("suiteql", "finance-prod", COUNT_TO.format(1500), "--format", "csv")
    assert "\r" not in ended.out
    assert ended.out.splitlines() == ["i", *map(str, range(1, 1501))]


def test_table(suitetoken: Command) -> None:
    """A table has a title for every column and shows text as it is, without a terminal's commands."""
    query = "SELECT '[red]' || char(27) || '[2J' AS odd, 1 AS one"
    ended = suitetoken("suiteql", "finance-prod", query, "--format", "table")
    titles, row = ended.out.splitlines()
    assert titles.split() == ["odd", "one"]
    assert row.split() == ["[red]", "[2J", "1"]
    assert "\x1b" not in ended.out
    assert ended.err == "1 rows\n"


def test_no_rows(suitetoken: Command) -> None:
    """A query without rows prints nothing, in every form."""
    for form in ("csv", "jsonl", "table"):
        ended = suitetoken("suiteql", "finance-prod", "SELECT id FROM account WHERE 1 = 0", "--format", form)
        assert (ended.code, ended.out) == (0, "")


def test_params_take_their_places(suitetoken: Command) -> None:
    """Values are given beside the query, not inside it."""
    ended = suitetoken("suiteql", "finance-prod", "SELECT ? AS a, ? AS b", "--param", "x'; --", "--param", "y")
    assert json.loads(ended.out) == {"a": "x'; --", "b": "y"}


def test_query_from_a_file(suitetoken: Command, tmp_path: Path) -> None:
    """A query may be in a file; one that cannot be read is a mistake of the caller's."""
    (tmp_path / "query.sql").write_text("SELECT 1 AS one", encoding="utf-8")
    assert json.loads(suitetoken("suiteql", "finance-prod", f"@{tmp_path}/query.sql").out) == {"one": "1"}
    assert suitetoken("suiteql", "finance-prod", f"@{tmp_path}/nothing.sql").code == 2


def test_netsuite_s_refusal_is_told(suitetoken: Command) -> None:
    """What NetSuite says is wrong with a query is told on stderr."""
    ended = suitetoken("suiteql", "finance-prod", "SELECT nonsense")
    assert (ended.code, ended.out) == (1, "")
    assert "INVALID_PARAMETER" in ended.err


@pytest.mark.parametrize(
    "command", [("suiteql", "tired", "SELECT 1"), ("restlet", "tired", *ECHO), ("exec", "tired", "true")]
)
def test_a_person_must_act(suitetoken: Command, command: tuple[str, ...]) -> None:
    """Without a token the document's own message is told."""
    ended = suitetoken(*command)
    assert ended.code == (125 if command[0] == "exec" else 3)
    assert "Authorize it again." in ended.err


def test_progress_between_pages() -> None:
    """Progress is told after every page but the last, and cleared before rows are given and at the end."""
    told: list[str] = []
    pages = [Page([{"i": 1}] * 2, 0, 5, True), Page([{"i": 1}] * 2, 2, None, True), Page([{"i": 1}], 4, 5, False)]
    assert len(list(watch(iter(pages), told.append))) == 5
    assert told == ["", "2 rows of 5 …", "", "4 rows …", "", ""]


def test_progress_is_cleared_when_a_page_fails() -> None:
    """An error is not written behind progress."""
    told: list[str] = []

    def pages() -> Iterator[Page]:
        yield Page([{"i": 1}], 0, 2, True)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        list(watch(pages(), told.append))
    assert told[-2:] == ["1 rows of 2 …", ""]


def test_restlet(suitetoken: Command) -> None:
    """A RESTlet gets method, parameters and body, and its answer is printed."""
    ended = suitetoken("restlet", "finance-prod", *ECHO, "--param", "since=2026-11-01", "--param", "a=b=c")
    assert json.loads(ended.out) == {"method": "GET", "arguments": {"since": "2026-11-01", "a": "b=c"}, "body": None}
    posted = suitetoken("restlet", "finance-prod", "post", *ECHO, "--data", '{"x": [1]}')
    assert json.loads(posted.out) == {"method": "POST", "arguments": {}, "body": {"x": [1]}}


@pytest.mark.parametrize("wrong", [("--data", "{"), ("--data", "@/nowhere"), ("--param", "since"), ("--param", "=x")])
def test_restlet_s_arguments_are_checked(suitetoken: Command, wrong: tuple[str, str]) -> None:
    """What cannot be sent is refused before anything is."""
    ended = suitetoken("restlet", "finance-prod", *ECHO, *wrong)
    assert ended.code == 2
    assert wrong[0] in ended.err


def test_unknown_restlet(suitetoken: Command) -> None:
    """NetSuite's own word is told."""
    ended = suitetoken("restlet", "finance-prod", "--script", "9", "--deploy", "9")
    assert (ended.code, "INVALID_RESTLET" in ended.err) == (1, True)


@pytest.mark.parametrize(
    "command",
    [("call", "lost", "GET", "record/v1/account"), ("suiteql", "lost", "SELECT 1"), ("restlet", "lost", *ECHO)],
)
def test_netsuite_out_of_reach(suitetoken: Command, command: tuple[str, ...]) -> None:
    """Where NetSuite does not answer, the same call may succeed later, and the exit code says so."""
    ended = suitetoken(*command)
    assert (ended.code, ended.out) == (6, "")
    assert "NetSuite did not answer" in ended.err


def test_token_is_on_no_stream(suitetoken: Command, office: Office) -> None:
    """None of these commands shows the token."""
    for command in (
        ("call", "finance-prod", "GET", "record/v1/account?limit=1"),
        ("suiteql", "finance-prod", "SELECT nonsense"),
        ("restlet", "finance-prod", *ECHO),
    ):
        ended = suitetoken(*command)
        assert office.token not in ended.out + ended.err
