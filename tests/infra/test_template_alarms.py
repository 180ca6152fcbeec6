"""The alarms: each watches something real, tells somebody, and has its page in the operations guide."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit

from tests.samples.tokens import CONFIDENTIAL
from tests.stacks.template import Deployed, as_list, deploy
from tests.worlds.machine_world import make_machine_road
from tests.worlds.printed import Written, read_metrics
from tests.worlds.steps import NAME, Road, make_road
from token_broker.notices.metrics import Measure, is_exceptional

ROOT = Path(__file__).parents[2]
OPERATORS = {
    "LessThanThreshold": float.__lt__,
    "GreaterThanThreshold": float.__gt__,
    "GreaterThanOrEqualToThreshold": float.__ge__,
}


@pytest.fixture(scope="module")
def deployed() -> Deployed:
    """The template with full monitoring."""
    return deploy(Prefix="pp", Monitoring="full")


def find_alarms(deployed: Deployed) -> dict[str, dict[str, Any]]:
    """Return the alarms by the last part of their name."""
    return {
        str(properties["AlarmName"]).removeprefix("pp-"): properties
        for properties in deployed.properties.values()
        if "AlarmName" in properties
    }


def list_metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what an alarm watches: one metric, or several that it computes with."""
    if "MetricName" in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


def test_every_alarm_tells_the_topic(deployed: Deployed) -> None:
    """An alarm that nobody hears is none."""
    alarms = find_alarms(deployed)
    assert len(alarms) >= 10
    assert all(alarm["AlarmActions"] == ["<NoticesTopic>"] for alarm in alarms.values())


def test_basic_monitoring_keeps_what_a_person_must_act_on(deployed: Deployed) -> None:
    """The same alarms as with full monitoring, and no metric that basic does not write."""
    basic = find_alarms(deploy(Prefix="pp"))
    assert basic.keys() >= {"without-token", "consent-ending", "sweep-silent", "dead-letters"}
    assert {name: find_alarms(deployed)[name] for name in basic} == basic
    own = [metric for alarm in basic.values() for metric in list_metrics(alarm) if metric["Namespace"] == "suitetoken"]
    for metric in own:
        breaching = float(metric["Threshold"]) + {"LessThanThreshold": -1}.get(metric["ComparisonOperator"], 0)
        assert is_exceptional(Measure(metric["MetricName"], MetricUnit.NoUnit, breaching))


def test_the_sweep_alarm_fires_where_none_succeeds(deployed: Deployed) -> None:
    """Each invocation counts as 0 or 1 error: the least of a period is 1 where all failed, missing where none ran."""
    alarm = find_alarms(deployed)["sweep-silent"]
    assert (alarm["MetricName"], alarm["Statistic"], alarm["TreatMissingData"]) == ("Errors", "Minimum", "breaching")
    breaches = OPERATORS[alarm["ComparisonOperator"]]
    outcomes = {(0,): False, (1, 0): False, (1,): True, (1, 1): True}
    assert {of: breaches(float(min(of)), float(alarm["Threshold"])) for of in outcomes} == outcomes


def test_every_alarm_has_its_section(deployed: Deployed) -> None:
    """What it means, how to look, what to do; and the table and the metrics leave none out."""
    guide = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### `([\w-]+)`\n(.*?)(?=^##)", guide, re.MULTILINE | re.DOTALL))
    assert sections.keys() == find_alarms(deployed).keys()
    for name, section in sections.items():
        assert re.findall(r"^\*\*(\w+)\.\*\*", section, re.MULTILINE) == ["Means", "Look", "Do"], name
        assert f"| [`{name}`](#{name}) |" in guide


def test_every_saved_query_is_explained(deployed: Deployed) -> None:
    """By the name it has below the prefix, over logs of this stack."""
    guide = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    queries = deployed.of_type("Logs::QueryDefinition")
    assert len(queries) == 5
    for query in queries.values():
        assert f"| `{query['Name'].removeprefix('pp/')}` |" in guide
        assert set(query["LogGroupNames"]) <= {"<WebLog>", "<SweepLog>", "<RotateLog>"}


def put_through_everything(road: Road) -> Iterator[str]:
    """Do what makes each function measure all that it can; yields the function before each act."""
    yield "Web"
    road.authorize()
    parameters = road.press_button()
    crash(road, lambda: road.come_back(parameters))
    yield "Sweep"
    road.world.sweep()
    yield "Rotate"
    road.pass_time(3000)
    crash(road, lambda: road.world.rotate(NAME))
    road.world.clock.advance(8 * 86_400)
    road.world.rotate(NAME)


def crash(road: Road, act: Callable[[], object]) -> None:
    """Do something at a time that no clock has."""
    now, road.world.clock.now = road.world.clock.now, float("nan")
    act()
    road.world.clock.now = now


@pytest.fixture
def written(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, set[frozenset[tuple[str, str]]]]:
    """The dimensions with which our own metrics are written, by name, in the environment that the template gives."""
    with make_road(CONFIDENTIAL) as road:
        for function in put_through_everything(road):
            variables = deployed.properties[f"{function}Function"]["Environment"]["Variables"]
            monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", variables["POWERTOOLS_SERVICE_NAME"])
    with make_machine_road() as machine:
        machine.hold(current=replace(machine.upload(machine.make_secret_certificate()), key="key/gone"))
        machine.world.rotate(NAME)
    found: dict[str, set[frozenset[tuple[str, str]]]] = {}
    for each in read_metrics(capsys.readouterr().out):
        assert each.namespace == "suitetoken"
        found.setdefault(each.name, set()).add(each.dimensions)
    return found


def test_the_metrics_of_alarms_are_written(deployed: Deployed, written: Any) -> None:
    """With exactly these dimensions: CloudWatch does not find a metric by some of them."""
    watched = [metric for alarm in find_alarms(deployed).values() for metric in list_metrics(alarm)]
    own = [metric for metric in watched if metric["Namespace"] == "suitetoken"]
    assert len(own) >= 6
    for metric in own:
        dimensions = {str(it["Name"]): str(it["Value"]) for it in as_list(metric["Dimensions"])}
        assert dimensions["prefix"] == "pp"
        assert frozenset((dimensions | {"prefix": "suitetoken"}).items()) in written[metric["MetricName"]]


def test_the_metrics_of_the_dashboard_are_written(deployed: Deployed, written: Any) -> None:
    """Those that are named, and those that are searched for by their dimensions."""
    widgets = json.loads(str(deployed.properties["Dashboard"]["DashboardBody"]))["widgets"]
    shown = [metric for widget in widgets for metric in widget["properties"]["metrics"]]
    named = [metric for metric in shown if metric[0] == "suitetoken"]
    expressions = " ".join(metric[0]["expression"] for metric in shown if isinstance(metric[0], dict))
    searched = re.findall(r"SEARCH\('{suitetoken,([\w,]+)} MetricName=\"(\w+)", expressions)
    assert {metric[1] for metric in named} | {name for _, name in searched} == set(written)
    for _, name, *dimensions in named:
        pairs = dict(zip(dimensions[::2], dimensions[1::2], strict=True)) | {"prefix": "suitetoken"}
        assert frozenset(pairs.items()) in written[name]
    for keys, name in searched:
        assert frozenset(keys.split(",")) in {frozenset(key for key, _ in each) for each in written[name]}


def test_every_metric_is_explained(written: Any) -> None:
    """In the operator's table."""
    guide = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert {name for name in written if f"| `{name}` |" not in guide} == set()


def find_breaches(deployed: Deployed, printed: str) -> set[str]:
    """Return our own alarms that some printed value would count towards."""
    own = {name: alarm for name, alarm in find_alarms(deployed).items() if alarm.get("Namespace") == "suitetoken"}
    values = list(read_metrics(printed))
    return {name for name, alarm in own.items() if any(_is_breach(alarm, each) for each in values)}


def _is_breach(alarm: dict[str, Any], each: Written) -> bool:
    compare = OPERATORS[alarm["ComparisonOperator"]]
    return each.name == alarm["MetricName"] and compare(float(each.value), float(alarm["Threshold"]))


def test_alarms_follow_what_happens(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    """Healthy hours are silent; an outage of NetSuite is told by age, then life, then by the readers' loss."""
    with make_road(CONFIDENTIAL) as road:
        road.authorize()
        road.pass_time(4 * 3600)
        assert find_breaches(deployed, capsys.readouterr().out) == set()
        road.netsuite.before += [(503, "")] * 14
        steps = []
        for _ in range(14):
            road.pass_time(300)
            steps.append(find_breaches(deployed, capsys.readouterr().out))
        told = [step for step, before in zip(steps, [set(), *steps], strict=False) if step != before]
        assert told == [{"token-age"}, {"token-age", "token-life"}, {"token-life", "without-token"}]


def test_the_end_of_consent_is_an_alarm(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    """In its last day, before readers notice, and until somebody authorizes again."""
    with make_road(CONFIDENTIAL) as road:
        road.authorize()
        road.world.clock.advance(5.9 * 86_400)
        road.pass_time(3600)
        assert find_breaches(deployed, capsys.readouterr().out) == set()
        road.world.clock.advance(0.2 * 86_400)
        road.pass_time(3600)
        assert find_breaches(deployed, capsys.readouterr().out) == {"consent-ending"}
        road.world.clock.advance(86_400)
        road.world.rotate(NAME)
        assert {"consent-ending", "without-token"} <= find_breaches(deployed, capsys.readouterr().out)
        road.authorize()
        road.pass_time(3000)
        assert find_breaches(deployed, capsys.readouterr().out) == set()


def test_a_connection_that_nobody_has_authorized_yet_is_no_alarm(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator who just added it knows."""
    with make_road(CONFIDENTIAL) as road:
        road.pass_time(3600)
    assert find_breaches(deployed, capsys.readouterr().out) == set()


def test_the_dashboard_is_valid_json(deployed: Deployed) -> None:
    """CloudFormation does not look into it; no widget hides another."""
    widgets = json.loads(str(deployed.properties["Dashboard"]["DashboardBody"]))["widgets"]
    assert len({(widget["x"], widget["y"]) for widget in widgets}) == len(widgets) == 9
