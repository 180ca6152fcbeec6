"""What docs/lessons.md and docs/security.md say is held by a test is held by one that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
LESSONS = [*map(str, range(1, 45)), "44b", *map(str, range(45, 92))]


def existing_tests() -> set[str]:
    """Return the names of all test functions."""
    texts = (page.read_text(encoding="utf-8") for page in TESTS.rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE)}


@pytest.mark.parametrize("page", ["lessons.md", "security.md"])
def test_every_test_that_is_named_exists(page: str) -> None:
    """A renamed test takes its document along."""
    named = set(re.findall(r"`(test_\w+)`", (DOCS / page).read_text(encoding="utf-8")))
    assert named - existing_tests() == set()


def test_every_lesson_is_answered() -> None:
    """Each has one row, in order, with a test or a reason."""
    rows = re.findall(
        r"^\| L(\w+) \| (.+?) \| (.+) \|$", (DOCS / "lessons.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [number for number, _, _ in rows] == LESSONS
    assert all(lesson and answer for _, lesson, answer in rows)
