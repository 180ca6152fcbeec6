"""The troubleshooting guide leaves nothing out, in either language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from suitetoken import errors
from token_broker.pages.messages import STATUSES

ROOT = Path(__file__).parents[2]
GUIDES = ["docs/troubleshooting.md", "docs/troubleshooting.zh-CN.md"]
ERRORS = {
    kind.code: kind.exit_code
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.SuiteTokenError)
}


def read_rows(guide: str) -> list[list[str]]:
    """Return the cells of every row of every table."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:3] == "| `"]


def find_details() -> set[str]:
    """Return every detail that the simulator's audit trail can show, from its sources."""
    sources = (ROOT / "infra/local/netsuite").glob("*.py")
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    refused = re.findall(r'(?:Refused|NotAsked)\(\s*"\w+",\s*"(\w+)"', text)
    returned = re.findall(r'return "([A-Z]\w+)", \d', text) + re.findall(r'refuse\([^"]*"([A-Z]\w+)"\)', text)
    return {*refused, *returned} - {"LoginRequired"}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_page_is_explained(guide: str) -> None:
    """Cause and fix of each outcome."""
    explained = {row[0].strip("`") for row in read_rows(guide) if len(row) == 3}
    assert set(STATUSES) <= explained


@pytest.mark.parametrize("guide", GUIDES)
def test_every_error_is_explained_with_its_exit_code(guide: str) -> None:
    """Each class of the error tree."""
    rows = {row[0].strip("`"): row for row in read_rows(guide) if len(row) == 4}
    assert set(rows) == set(ERRORS)
    assert all(rows[code][1].startswith(str(exit_code)) for code, exit_code in ERRORS.items())


@pytest.mark.parametrize("guide", GUIDES)
def test_every_detail_of_the_audit_trail_is_explained(guide: str) -> None:
    """What an administrator finds in NetSuite."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    details = find_details()
    assert len(details) > 15
    assert {detail for detail in details if f"`{detail}`" not in text} == set()


def test_both_languages_explain_the_same() -> None:
    """Row for row."""
    english, chinese = ([row[0] for row in read_rows(guide)] for guide in GUIDES)
    assert english == chinese


@pytest.mark.parametrize("guide", GUIDES)
def test_no_cell_is_empty(guide: str) -> None:
    """A row without a fix helps nobody."""
    assert all(all(row) and len(row) >= 3 for row in read_rows(guide))
