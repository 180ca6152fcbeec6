"""Rows as text: nothing is lost, whatever a row has or lacks."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suitetoken.cli.rows import write_csv, write_lines, write_table
from suitetoken.errors import InvalidInput
from suitetoken.session.paging import Row

NAMES = st.sampled_from(["a", "b", "c d", "é"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ROWS = st.lists(st.dictionaries(NAMES, TEXTS, min_size=1), max_size=5)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@SHARED
@given(rows=ROWS)
def test_csv_comes_back(capsys: pytest.CaptureFixture[str], rows: list[dict[str, str]]) -> None:
    """What is read from the CSV is what was written; what a row lacked is empty."""
    write_csv(iter(rows))
    read = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [{name: value for name, value in row.items() if value} for row in read] == [
        {name: value for name, value in row.items() if value} for row in rows
    ]


@SHARED
@given(rows=st.lists(st.dictionaries(NAMES, TEXTS | st.integers() | st.none() | st.booleans()), max_size=5))
def test_lines_come_back(capsys: pytest.CaptureFixture[str], rows: list[dict[str, object]]) -> None:
    """Each line is one row, whatever its text holds."""
    write_lines(iter(rows))
    assert [json.loads(line) for line in capsys.readouterr().out.split("\n")[:-1]] == rows


def test_late_column_is_no_lost_column(capsys: pytest.CaptureFixture[str]) -> None:
    """A column that first appears after the names are written is an error with a way out."""
    rows = [{"i": str(number)} for number in range(1000)]
    with pytest.raises(InvalidInput, match=r"late.*jsonl"):
        write_csv(iter([*rows, {"i": "1000", "late": "x"}]))
    assert len(capsys.readouterr().out.splitlines()) == 1001


def test_column_of_some_rows_is_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """NetSuite leaves out what is empty; in CSV and in a table it is an empty field."""
    rows: list[Row] = [{"a": "1"}, {"b": "2", "a": "3"}, {"b": 4, "c": None}]
    write_csv(iter(rows))
    assert capsys.readouterr().out == "a,b,c\n1,,\n3,2,\n,4,\n"
    write_table(iter(rows))
    assert capsys.readouterr().out.splitlines()[0].split() == ["a", "b", "c"]


def test_rows_are_written_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    """A row is written before the next one is asked for, so that a long result needs no memory."""
    seen: list[int] = []

    def rows() -> object:
        for number in range(3):
            seen.append(len(capsys.readouterr().out.splitlines()))
            yield {"i": number}

    write_lines(rows())  # type: ignore[arg-type]
    assert seen == [0, 1, 1]
