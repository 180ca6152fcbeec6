"""The alarms: each watches something real, tells somebody, and has its page in the operations guide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deployed_template import Deployed, as_list, deploy
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


def test_the_metrics_that_are_watched_are_written(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names and dimensions of our own metrics, as the functions write them in the template's environment."""
    with make_road(CONFIDENTIAL) as road:
        for function, act in (("Web", road.authorize), ("Rotate", lambda: road.world.rotate(NAME))):
            variables = deployed.properties[f"{function}Function"]["Environment"]["Variables"]
            monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", variables["POWERTOOLS_SERVICE_NAME"])
            act()
    written = read_metrics(capsys.readouterr().out.splitlines())
    alarm = find_alarms(deployed)["token-life"]
    watched = {str(it["Name"]): str(it["Value"]) for it in as_list(alarm["Dimensions"])}
    assert (alarm["MetricName"], frozenset((watched | {"prefix": "suitetoken"}).items())) in written
    body = json.dumps(deployed.properties["Dashboard"]["DashboardBody"])
    searched = set(re.findall(r"SEARCH\('{suitetoken,([\w,]+)} MetricName=\\+\"(\w+)", body))
    assert {name for _, name in searched} == {"Rotations", "Authorizations"}
    names = {(name, frozenset(key for key, _ in dimensions)) for name, dimensions in written}
    assert {(name, frozenset(keys.split(","))) for keys, name in searched} <= names


def read_metrics(log: list[str]) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Return the metrics in a log, with the values of their dimensions (CloudWatch's embedded metric format)."""
    lines = [json.loads(line) for line in log if '"_aws"' in line]
    return {
        (definition["Metrics"][0]["Name"], frozenset((key, line[key]) for key in definition["Dimensions"][0]))
        for line in lines
        for definition in line["_aws"]["CloudWatchMetrics"]
    }


def test_the_dashboard_is_valid_json(deployed: Deployed) -> None:
    """CloudFormation does not look into it."""
    widgets = json.loads(str(deployed.properties["Dashboard"]["DashboardBody"]))["widgets"]
    assert len(widgets) == 4
