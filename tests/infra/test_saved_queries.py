"""The saved queries ask for what the functions really write."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.samples.tokens import CONFIDENTIAL
from tests.stacks.template import deploy
from tests.worlds.printed import keep_log, read_log
from tests.worlds.steps import NAME, make_road

QUERIES = {
    str(query["Name"]).removeprefix("pp/"): str(query["QueryString"])
    for query in deploy(Prefix="pp").of_type("Logs::QueryDefinition").values()
}
WORDS = frozenset({"and", "in", "ispresent", "like", "or"})


@pytest.fixture(scope="module")
def log() -> list[dict[str, Any]]:
    """What is logged while a connection is authorized, swept and rotated, and while NetSuite and the clock fail."""
    with make_road(CONFIDENTIAL) as road:
        kept = keep_log(road.world)
        road.authorize()
        road.world.sweep()
        road.pass_time(1800)
        road.netsuite.before = [(503, "")]
        road.pass_time(1800)
        whole = road.world.store.read(f"connection/{NAME}").body
        road.world.store.update(f"connection/{NAME}", lambda _: "{")
        road.pass_time(3600)
        road.world.store.update(f"connection/{NAME}", lambda _: whole)
        road.world.clock.now = float("nan")
        road.world.rotate(NAME)
    return read_log(kept.getvalue())


@pytest.mark.parametrize("name", QUERIES)
def test_every_field_is_written(name: str, log: list[dict[str, Any]]) -> None:
    """A field that no line has would be an empty column, or a filter that finds nothing."""
    without_values = re.sub(r"\"[^\"]*\"|/[^/]*/", "", QUERIES[name])
    asked = re.findall(r"^(?:fields|\| (?:filter|sort)) (.*)$", without_values, re.MULTILINE)
    fields = {field for line in asked for field in re.findall(r"[@a-z_]+", line)} - WORDS - {"asc", "desc"}
    known = {key for line in log for key in line} | {"@timestamp", "@message"}
    assert len(fields) >= 4
    assert fields <= known


def test_the_words_that_are_filtered_by_are_written(log: list[dict[str, Any]]) -> None:
    """Messages and levels."""
    messages = {line["message"] for line in log}
    assert messages >= {*re.findall(r"message = \"([^\"]+)\"", "".join(QUERIES.values()))}
    assert {line["level"] for line in log} >= {"WARNING", "ERROR"}
    assert all(isinstance(line.get("milliseconds", 0), int) for line in log)


def test_one_connection_s_story_has_everything_about_it(log: list[dict[str, Any]]) -> None:
    """Pages, requests to NetSuite, rotations, errors and crashes carry its name; other lines are about none."""
    assert 'filter connection = "NAME"' in QUERIES["one-connection"]
    story = [line["message"] for line in log if line.get("connection") == NAME]
    assert {"authorization", "token request", "rotate", "unexpected error"} <= set(story)
    assert any(NAME in message for message in story)
    assert {line["message"] for line in log if "connection" not in line} == {"swept"}


def test_a_field_named_like_a_command_is_quoted() -> None:
    """`where` is a word of Logs Insights's own; between backquotes it is a field."""
    asked = " ".join(QUERIES.values())
    assert "`where`" in asked
    assert not re.search(r"(?<!`)\bwhere\b(?!`)", asked)
