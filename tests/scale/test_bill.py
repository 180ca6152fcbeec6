"""The bill: what docs/cost-and-scale.md says is what the template makes, and a small deployment stays cheap."""

from __future__ import annotations

from pathlib import Path

import pytest
from aws_lambda_powertools.metrics import MetricUnit

from tests.samples.tokens import CONFIDENTIAL
from tests.scale.bill import HEALTHY_METRICS, count_metrics, make_bill, make_bill_table
from tests.stacks.template import deploy
from tests.worlds.printed import read_metrics
from tests.worlds.steps import NAME, make_road
from token_broker.notices.metrics import Measure, is_exceptional

PAGE = (Path(__file__).parents[2] / "docs/cost-and-scale.md").read_text(encoding="utf-8")


def test_one_connection_costs_less_than_three_dollars() -> None:
    """At list prices, with the template's defaults, without any free tier."""
    assert sum(line.listed for line in make_bill(1)) < 3


def test_the_page_has_every_line_of_the_bill() -> None:
    """Basic and full, at list prices and after the free tier, to the cent."""
    assert make_bill_table() in PAGE


def test_every_type_of_the_template_is_in_the_bill_or_costs_nothing() -> None:
    """A resource that is added to the template is given its line, or a reason why it has none."""
    free = {
        "ApiGatewayV2::Api", "ApiGatewayV2::ApiMapping", "ApiGatewayV2::DomainName", "ApiGatewayV2::Integration",
        "ApiGatewayV2::Route", "ApiGatewayV2::Stage", "Events::Rule", "IAM::Role", "Lambda::Alias",
        "Lambda::EventInvokeConfig", "Lambda::EventSourceMapping", "Lambda::LayerVersion", "Lambda::Permission",
        "Lambda::Version", "Logs::QueryDefinition", "Route53::RecordSet", "SNS::Subscription", "SNS::TopicPolicy",
        "SQS::QueuePolicy", "SSM::Parameter", "Scheduler::ScheduleGroup",
    }  # fmt: skip
    charged = {
        "CloudWatch::Alarm", "CloudWatch::Dashboard", "KMS::Key", "Lambda::Function", "Logs::LogGroup", "SNS::Topic",
        "SQS::Queue", "Scheduler::Schedule", "SecretsManager::Secret",
    }  # fmt: skip
    everything = deploy(
        Monitoring="full", SecretsKey="own", SigningLayer="true", NotifyEmail="a@example.com", ReaderAccounts="1" * 12,
        DomainName="n.example.com", CertificateArn="c", HostedZoneId="Z1",
    )  # fmt: skip
    assert {kind.removeprefix("AWS::") for kind in everything.types.values()} <= free | charged


def test_an_alarm_is_charged_by_its_metrics() -> None:
    """One that computes with two metrics costs twice as much as one that watches a single one."""
    full = deploy(Monitoring="full").of_type("CloudWatch::Alarm")
    assert count_metrics(full["WebErrorsAlarm"]) == 2
    assert count_metrics(full["SweepSilentAlarm"]) == 1


def test_the_free_tier_takes_off_what_it_covers() -> None:
    """And never more than what is used."""
    for line in make_bill(1) + make_bill(1000, "full"):
        assert 0 <= line.after_free_tier <= line.listed


def test_a_healthy_hour_writes_the_metrics_that_are_charged(capsys: pytest.CaptureFixture[str]) -> None:
    """Basic monitoring writes none of them, for CloudWatch charges by the hour in which a metric is written."""
    with make_road(CONFIDENTIAL) as road:
        road.authorize()
        road.pass_time(3600)
        capsys.readouterr()
        road.world.sweep()
        road.pass_time(3600)
    written = list(read_metrics(capsys.readouterr().out))
    named = {(each.name, frozenset(it for it in each.dimensions if it[1] != "fresh")) for each in written}
    assert len({name for name, _ in named}) == HEALTHY_METRICS
    assert not any(is_exceptional(_measure(each.name, each.value)) for each in written)


def test_what_is_wrong_is_written_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    """A consent in its last day, and readers without a token."""
    with make_road(CONFIDENTIAL) as road:
        road.authorize()
        for days in (6.5, 1):
            road.world.clock.advance(days * 86_400)
            road.world.rotate(NAME)
    written = read_metrics(capsys.readouterr().out)
    kept = {each.name for each in written if is_exceptional(_measure(each.name, each.value))}
    assert {"HoursUntilConsentEnds", "ConnectionsWithoutToken"} <= kept


def _measure(name: str, value: float) -> Measure:
    return Measure(name, MetricUnit.NoUnit, value)
