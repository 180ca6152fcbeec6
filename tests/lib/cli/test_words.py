"""What commands say to people: next steps, names of what is missing, lists as words, and a table for every width."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from suitetoken.admin.status import ConnectionStatus, State
from suitetoken.cli.output import in_words
from suitetoken.cli.status_table import draw
from suitetoken.netsuite.machine import KEY_SPECS
from tests.terminals.operator import ADD_CLIENT, CANARY, Desk

ROOT = Path(__file__).parents[3]
NOW = 1_800_000_000
ROWS = [
    ConnectionStatus(
        "finance-prod", State.HEALTHY, "", "acme", "1234567_SB1", "1017", NOW - 3000, NOW + 600, NOW + 600_000
    ),
    ConnectionStatus("warehouse", State.AUTHORIZATION_REQUIRED, "suitetoken link warehouse", "acme", "1234567_SB1"),
    ConnectionStatus(
        "x" * 40, State.CERTIFICATE_ENDING, f"suitetoken certificate rotate {'x' * 40}", "acme", "7654321"
    ),
]


def show(rows: list[ConnectionStatus], width: int) -> str:
    """Return what a terminal of this width shows."""
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=True, no_color=True, color_system=None)
    console.print(draw(rows, NOW, console))
    return out.getvalue()


@pytest.mark.parametrize("width", range(60, 201, 10))
@pytest.mark.parametrize("rows", [ROWS[:1], ROWS[:2], ROWS], ids=len)
def test_status_is_readable_at_any_width(rows: list[ConnectionStatus], width: int) -> None:
    """No word is broken, nothing is left out, and no line is longer than the terminal is wide."""
    shown = show(rows, width)
    assert max(len(line) for line in shown.splitlines()) <= width
    words = {word for row in rows for word in f"{row.connection} {row.state.value} {row.next_step}".split()}
    assert words | {row.account_id for row in rows} <= set(shown.split())


def test_status_is_a_table_where_there_is_room() -> None:
    """One line for each connection at 200 columns, a denser table at 80, a block for each at 60."""
    assert len(show(ROWS, 200).splitlines()) == 1 + len(ROWS)
    assert show(ROWS[:2], 80).splitlines()[1].split()[:3] == ["connection", "account", "role"]
    assert show(ROWS[:2], 60).splitlines()[0].strip() == "finance-prod"


def test_a_client_that_is_not_there_is_named(office: Desk) -> None:
    """Not how a secret was read; nor a connection."""
    typed = office.type("connection", "add", "other", "--client", "prod", "--scope", "restlets")
    assert (typed.code, "there is no client prod with the prefix suitetoken" in typed.err) == (4, True)
    assert "reading the secret" not in typed.err
    for command in (["client", "show"], ["connection", "show"], ["link"], ["status"], ["rotate"]):
        typed = office.type(*command, "nobody")
        assert typed.code == 4
        assert re.search(r"there is no (client|connection) nobody with the prefix suitetoken", typed.err), command
        assert "list`" in typed.err


def test_adding_a_client_names_the_next_step(desk: Desk) -> None:
    """Each time, and not where nothing was added; the command that is named can be typed."""
    dry = desk.type(*ADD_CLIENT, "--client-secret-stdin", "--dry-run", stdin=CANARY)
    assert "Next" not in dry.err
    for _ in range(2):
        typed = desk.type(*ADD_CLIENT, "--client-secret-stdin", stdin=CANARY)
        assert "Next: `suitetoken connection add NAME --client acme --scope " in typed.err
    step = re.search(r"`suitetoken (.*?)`", typed.err)
    assert step is not None
    assert desk.type(*step[1].replace("NAME", "finance").split()).code == 0


def test_nothing_shown_to_people_is_python(office: Desk) -> None:
    """No brackets, quotes or None of a list, a dictionary or a missing value."""
    for command in (["connection", "show", "finance"], ["client", "show", "acme"]):
        assert not re.search(r"[\[\]{}']|None|True|False", office.type(*command).out)
    assert in_words(["eu-west-1", "us-east-1"]) == "eu-west-1, us-east-1"
    assert in_words({"state": "failed", "regions": ("a", "b")}) == "state failed, regions a, b"
    values: tuple[object, ...] = (None, [], (), "", True, False, 0)
    assert [in_words(value) for value in values] == ["", "", "", "", "yes", "no", "0"]


def find_placeholders() -> list[tuple[str, str]]:
    """Return the option and the placeholder of each example in our own words."""
    pages = [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"), *(ROOT / "lib/suitetoken/cli").glob("*.py")]
    found = {
        match
        for page in pages
        for match in re.findall(
            r"--(client-id|account-id|certificate-id) ([A-Z_]*ID)\b", page.read_text(encoding="utf-8")
        )
    }
    return sorted(found)


@pytest.mark.parametrize(("option", "placeholder"), [*find_placeholders(), ("client-id", "<client-id>")])
def test_a_placeholder_of_an_example_is_refused(office: Desk, option: str, placeholder: str) -> None:
    """Whoever copies a line and forgets to put the value in is told so before anything is written."""
    known = {"account-id": "1234567", "client-id": "b" * 64}
    if option == "certificate-id":
        office.type(
            "connection",
            "add",
            "nightly",
            "--client",
            "acme",
            "--scope",
            "restlets",
            "--grant-type",
            "client_credentials",
        )
        typed = office.type("certificate", "register", "nightly", "--certificate-id", placeholder)
    else:
        ids = {**known, option: placeholder}
        told = [part for name, value in ids.items() for part in (f"--{name}", value)]
        typed = office.type("client", "add", "other", *told, "--public")
    assert (typed.code, f"{placeholder!r} is the placeholder of an example" in typed.err) == (2, True)


def test_choices_are_listed_in_the_help(desk: Desk) -> None:
    """Kinds of keys, and what the two signing keys are."""
    for command in ("create", "rotate"):
        shown = desk.type("certificate", command, "--help").out
        assert all(spec.name in shown for spec in KEY_SPECS)
    shown = " ".join(desk.type("key", "rotate", "--help").out.split())
    assert all(word in shown for word in ("`link` signs the hosted links", "`state` signs what accompanies a person"))
