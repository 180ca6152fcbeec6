"""The alarms: each watches something real, tells somebody, and has its page in the operations guide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deployed_template import Deployed, deploy
from road import NAME, make_road
from token_samples import CONFIDENTIAL

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def deployed() -> Deployed:
    """The template with its defaults."""
    return deploy(Prefix="pp")


def find_alarms(deployed: Deployed) -> dict[str, dict[str, object]]:
    """Return the alarms by the last part of their name."""
    return {
        str(properties["AlarmName"]).removeprefix("pp-"): properties
        for properties in deployed.properties.values()
        if "AlarmName" in properties
    }


def test_every_alarm_tells_the_topic(deployed: Deployed) -> None:
    """An alarm that nobody hears is none."""
    alarms = find_alarms(deployed)
    assert len(alarms) == 5
    assert all(alarm["AlarmActions"] == ["<NoticesTopic>"] for alarm in alarms.values())


def test_every_alarm_has_its_page(deployed: Deployed) -> None:
    """What it means and what to do."""
    guide = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert {name for name in find_alarms(deployed) if f"`{name}`" not in guide} == set()


def test_a_silent_sweep_is_an_alarm(deployed: Deployed) -> None:
    """No data is the very thing it watches for."""
    assert find_alarms(deployed)["sweep-silent"]["TreatMissingData"] == "breaching"


def test_the_metrics_that_are_watched_are_written(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    """Names and dimensions of our own metrics, as the broker writes them."""
    with make_road(CONFIDENTIAL) as road:
        road.authorize()
        road.world.rotate(NAME)
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    metrics = {
        (definition["Metrics"][0]["Name"], frozenset(definition["Dimensions"][0]))
        for line in written
        for definition in line["_aws"]["CloudWatchMetrics"]
    }
    alarm = find_alarms(deployed)["token-life"]
    assert (alarm["MetricName"], frozenset({"prefix"})) in metrics
    body = json.dumps(deployed.properties["Dashboard"]["DashboardBody"])
    searched = set(re.findall(r"MetricName=\\+\"(\w+)", body))
    assert searched == {"Rotations", "Authorizations"}
    assert {(name, frozenset({"prefix", "outcome"})) for name in searched} <= metrics


def test_the_dashboard_is_valid_json(deployed: Deployed) -> None:
    """CloudFormation does not look into it."""
    widgets = json.loads(str(deployed.properties["Dashboard"]["DashboardBody"]))["widgets"]
    assert len(widgets) == 4
