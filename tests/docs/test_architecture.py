"""docs/architecture.md shows the house as it is: its files, its floors, its states."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from suitetoken.admin.status import State

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def _section(heading: str) -> str:
    """Return what stands below a heading, up to the next one of any level."""
    return next(
        part.partition("\n")[2] for part in re.split(r"^#+ ", PAGE, flags=re.MULTILINE) if part.startswith(heading)
    )


def _rows(heading: str) -> list[list[str]]:
    """Return the tables' rows below a heading, cell by cell, without head and ruler."""
    lines = [line for line in _section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not re.match(r"\|[-|]+$", line)]


def _names(cell: str) -> list[str]:
    return [name.removesuffix("/").removesuffix(".py") for name in re.findall(r"`([^`]+)`", cell)]


def test_every_file_that_is_named_exists() -> None:
    """Nothing on the page leads to a file that was moved or renamed."""
    named = set(re.findall(r"`((?:lib|lambda|infra|tests)/[\w/.-]+)`", PAGE))
    assert len(named) > 25
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize(("heading", "contract"), [("The broker", "broker"), ("The library", "library")])
def test_the_floors_are_those_of_the_law_of_imports(heading: str, contract: str) -> None:
    """The page's table and import-linter's contract name the same rooms in the same order."""
    law = configparser.ConfigParser()
    law.read(ROOT / ".importlinter", encoding="utf-8")
    floors = law[f"importlinter:contract:{contract}"]["layers"].strip().splitlines()
    shown = [_names(row[1]) for row in _rows(heading)[1:]]
    assert shown == [[name.strip(" ()") for name in floor.split("|")] for floor in floors]


@pytest.mark.parametrize("folder", ["lambda/token_broker", "lib/suitetoken", "infra/local"])
def test_every_room_has_its_sign(folder: str) -> None:
    """Each folder of code says in its `__init__.py` what happens in it."""
    rooms = {file.parent for file in (ROOT / folder).glob("*/*.py")}
    assert len(rooms) > 5
    unsigned = {room for room in rooms if not (room / "__init__.py").read_text(encoding="utf-8").startswith('"""')}
    assert unsigned == set()


def test_the_states_are_those_of_the_code() -> None:
    """Every state that `suitetoken status` can say has its place in the life of a connection, and no other has."""
    said = {
        word for row in _rows("The life of a connection") if len(row) == 2 for word in re.findall(r"`([^`]+)`", row[1])
    }
    assert said - {"status"} == {state.value for state in State}


def test_every_arrow_has_a_file() -> None:
    """What the diagram's states are named, the table of their changes explains, with the file that makes them."""
    arrows = re.findall(r"^  (\S+) --> (\S+): ", PAGE, re.MULTILINE)
    drawn = {state for arrow in arrows for state in arrow} - {"[*]"}
    explained = [row for row in _rows("The life of a connection")[1:] if len(row) == 4 and row[0] != "From"]
    assert all("/" in row[3] for row in explained)
    named = {state.strip() for row in explained for cell in row[:2] for state in cell.split(",")}
    assert drawn <= named


def test_no_helper_lies_at_the_top_of_the_tests() -> None:
    """What tests are made of lives in folders that say what they build."""
    assert {file.name for file in (ROOT / "tests").glob("*.py")} == {"__init__.py", "conftest.py"}
    rooms = {file.name for file in (ROOT / "tests").iterdir() if file.is_dir() and any(file.glob("**/*.py"))}
    shown = set(re.findall(r"^\| `(\w+)/`", (ROOT / "tests/README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert rooms == shown
