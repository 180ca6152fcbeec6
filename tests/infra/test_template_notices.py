"""Who is told what: the rules that turn the broker's events into messages for people."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest
from moto.events.models import EventPattern

from local.aws import corrected_moto
from local.environment import REGION
from tests.stacks.enforced import deploy_with_roles
from tests.stacks.template import Deployed, deploy
from token_broker.notices import events

FOR_PEOPLE = (
    events.AUTHORIZED,
    events.AUTHORIZATION_REQUIRED,
    events.CERTIFICATE_ENDING,
    events.CONSENT_ENDING,
    events.ROTATION_FAILED,
)
LINK = {"link": "https://api.example.com/authorize/x"}


@pytest.fixture
def deployed() -> Deployed:
    """Give a deployment with the prefix `pp`."""
    return deploy(Prefix="pp", NotifyEmail="ops@example.com")


def matching(deployed: Deployed, kind: str, prefix: str = "pp", **facts: str) -> list[str]:
    """Return the rules that an event of the broker meets, as moto's EventBridge decides."""
    detail = {
        "prefix": prefix,
        "connection": "finance-prod",
        "message": "Something happened.",
        "message_zh": "出了事。",
        **facts,
    }
    event: Any = {"source": events.SOURCE, "detail-type": kind, "detail": detail}
    return [
        name
        for name, rule in deployed.of_type("Events::Rule").items()
        if EventPattern.load(json.dumps(rule["EventPattern"])).matches_event(event)
    ]


@pytest.mark.parametrize("kind", FOR_PEOPLE)
def test_news_is_told_once(deployed: Deployed, kind: str) -> None:
    """What people must know reaches them by exactly one rule, with its link or without."""
    assert matching(deployed, kind) == ["PlainNotices"]
    assert matching(deployed, kind, **LINK) == ["LinkNotices"]


def test_a_rotation_is_no_news(deployed: Deployed) -> None:
    """A token that was rotated bothers nobody."""
    assert matching(deployed, events.ROTATED) == []


def test_another_stack_is_not_ours(deployed: Deployed) -> None:
    """The events of another prefix on the same bus are left to that stack."""
    assert matching(deployed, events.CONSENT_ENDING, prefix="pp-dev", **LINK) == []


@pytest.mark.parametrize("rule", ["LinkNotices", "PlainNotices"])
def test_message_is_made_of_what_every_such_event_has(deployed: Deployed, rule: str) -> None:
    """A message names no variable that is not there, and every line is a string of its own, as SNS wants it."""
    (target,) = deployed.properties[rule]["Targets"]
    assert target["Arn"] == "<NoticesTopic>"
    transformer = target["InputTransformer"]
    assert set(re.findall(r"<(\w+)>", transformer["InputTemplate"])) == transformer["InputPathsMap"].keys()
    assert ("link" in transformer["InputPathsMap"]) == (rule == "LinkNotices")
    for line in transformer["InputTemplate"].splitlines():
        assert isinstance(json.loads(line), str)


def test_mail_goes_to_the_address_given(deployed: Deployed) -> None:
    """The address is subscribed to the topic."""
    assert deployed.properties["EmailSubscription"] == {
        "TopicArn": "<NoticesTopic>",
        "Protocol": "email",
        "Endpoint": "ops@example.com",
    }


def test_without_an_address_nobody_is_subscribed() -> None:
    """The topic is there for others to subscribe to."""
    deployed = deploy()
    assert "EmailSubscription" not in deployed.properties
    assert "NoticesTopic" in deployed.properties


def test_topic_can_receive_events_and_alarms(deployed: Deployed) -> None:
    """No AWS-managed key stands on the topic: neither EventBridge nor CloudWatch may use alias/aws/sns."""
    assert "KmsMasterKeyId" not in deployed.properties["NoticesTopic"]


def test_a_test_notice_goes_both_ways(deployed: Deployed) -> None:
    """By the very rules that the broker's news go by, so that what it shows holds for them."""
    assert matching(deployed, "Test Notice") == ["PlainNotices"]
    assert matching(deployed, "Test Notice", **LINK) == ["LinkNotices"]


@pytest.mark.parametrize("rule", ["LinkNotices", "PlainNotices"])
def test_what_cannot_be_delivered_is_kept(deployed: Deployed, rule: str) -> None:
    """In a standard queue, which takes messages of these rules only, and which an alarm watches in any case."""
    (target,) = deployed.properties[rule]["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": "<UndeliveredQueue.Arn>"}
    assert "FifoQueue" not in deployed.properties["UndeliveredQueue"]
    (statement,) = deployed.properties["UndeliveredQueuePolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Action"], statement["Principal"]) == ("sqs:SendMessage", {"Service": "events.amazonaws.com"})
    assert f"<{rule}.Arn>" in statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    (dimension,) = deployed.properties["NoticesUndeliveredAlarm"]["Dimensions"]
    assert dimension == {"Name": "QueueName", "Value": "<UndeliveredQueue.QueueName>"}


def test_each_rule_s_failures_are_an_alarm() -> None:
    """EventBridge names its metric by the rule alone, on the default bus."""
    full = deploy(Prefix="pp", Monitoring="full").of_type("CloudWatch::Alarm").values()
    failed = [alarm for alarm in full if alarm.get("MetricName") == "FailedInvocations"]
    assert {alarm["Namespace"] for alarm in failed} == {"AWS/Events"}
    assert [alarm["Dimensions"] for alarm in failed] == [
        [{"Name": "RuleName", "Value": f"<{rule}>"}] for rule in ("LinkNotices", "PlainNotices")
    ]


@pytest.mark.parametrize("link", [LINK, {}])
def test_a_test_notice_is_seen_to_arrive(link: dict[str, str]) -> None:
    """Behind the topic, with its own words, by whoever may read the queue."""
    with corrected_moto():
        deploy_with_roles("pp")
        detail = {"prefix": "pp", "connection": "all", "message": "Test 4711.", "message_zh": "测试。", **link}
        entry: Any = {"Source": events.SOURCE, "DetailType": "Test Notice", "Detail": json.dumps(detail)}
        boto3.client("events", region_name=REGION).put_events(Entries=[entry])
        queue = boto3.client("sqs", region_name=REGION)
        url = queue.get_queue_url(QueueName="pp-notices-seen")["QueueUrl"]
        (seen,) = queue.receive_message(QueueUrl=url)["Messages"]
    assert "Test 4711." in json.loads(seen["Body"])["Message"]
