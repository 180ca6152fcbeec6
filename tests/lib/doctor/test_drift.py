"""Drift: what CloudFormation saw, and what it sees now; its answers are recorded shapes, checked against its API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from suitetoken.admin.doctor.drift import Drift, detect_drift, judge_drift, read_drift
from suitetoken.admin.doctor.finding import Mark
from tests.worlds.world import REGION

NOW = datetime(2026, 11, 27, 10, 5, tzinfo=UTC)
STACK_ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/suitetoken/1"
BEGUN = {"StackDriftDetectionId": "d-1"}


def seen(detection: str, **more: Any) -> dict[str, Any]:
    """Return what CloudFormation says about a detection."""
    return {"StackId": STACK_ID, "DetectionStatus": detection, "Timestamp": NOW, **BEGUN, **more}


def differing(name: str, status: str) -> dict[str, Any]:
    """Return one resource that differs."""
    return {
        "StackId": STACK_ID,
        "LogicalResourceId": name,
        "ResourceType": "AWS::Lambda::Alias",
        "StackResourceDriftStatus": status,
        "Timestamp": NOW,
    }


def detect(*answers: tuple[str, dict[str, Any]]) -> tuple[Drift, list[float]]:
    """Detect with these answers in their order, all of them; returns the pauses too."""
    client = boto3.client("cloudformation", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
    pauses: list[float] = []
    with Stubber(client) as stub:
        for operation, answer in (("detect_stack_drift", BEGUN), *answers):
            stub.add_response(operation, answer)
        found = detect_drift(client, "suitetoken", pauses.append)
        stub.assert_no_pending_responses()
    return found, pauses


STATUS, RESOURCES = "describe_stack_drift_detection_status", "describe_stack_resource_drifts"


def test_a_stack_that_is_as_it_was_deployed() -> None:
    """It is waited for, and is a line that all is right."""
    found, pauses = detect(
        (STATUS, seen("DETECTION_IN_PROGRESS")), (STATUS, seen("DETECTION_COMPLETE", StackDriftStatus="IN_SYNC"))
    )
    assert (found, pauses) == (Drift("IN_SYNC", NOW.timestamp()), [5])
    (line,) = judge_drift(found)
    assert (line.mark, line.message) == (Mark.RIGHT, "Everything is as the template says (seen 2026-11-27 10:05 UTC).")


def test_what_was_changed_by_hand_is_named() -> None:
    """All pages of it."""
    found, _ = detect(
        (STATUS, seen("DETECTION_COMPLETE", StackDriftStatus="DRIFTED")),
        (RESOURCES, {"StackResourceDrifts": [differing("WebLive", "MODIFIED")], "NextToken": "more"}),
        (RESOURCES, {"StackResourceDrifts": [differing("SweepRole", "DELETED")]}),
    )
    assert found.resources == ("SweepRole DELETED", "WebLive MODIFIED")
    (line,) = judge_drift(found)
    assert line.mark is Mark.WARNING
    assert "SweepRole DELETED, WebLive MODIFIED" in line.message


def test_a_detection_that_fails_says_why() -> None:
    """Mostly a permission to read some resource."""
    found, _ = detect((STATUS, seen("DETECTION_FAILED", DetectionStatusReason="no permission for lambda:GetAlias")))
    (line,) = judge_drift(found)
    assert line.mark is Mark.WRONG
    assert "lambda:GetAlias" in line.message


def test_a_detection_is_not_waited_for_longer_than_five_minutes() -> None:
    """It is told that it was not done."""
    found, pauses = detect(*[(STATUS, seen("DETECTION_IN_PROGRESS"))] * 60)
    assert sum(pauses) == 300
    (line,) = judge_drift(found)
    assert (line.mark, "300 s" in line.message) == (Mark.WRONG, True)


@pytest.mark.parametrize(
    ("status", "mark", "words"),
    [
        ("NOT_CHECKED", Mark.RIGHT, "doctor --drift"),
        ("IN_SYNC", Mark.RIGHT, "as the template says (seen 2026-11-27"),
        ("DRIFTED", Mark.WARNING, "by other means than `make deploy`"),
    ],
)
def test_what_was_seen_last_is_said_without_looking(status: str, mark: Mark, words: str) -> None:
    """From the description of the stack, which doctor reads anyway."""
    described = {"DriftInformation": {"StackDriftStatus": status, "LastCheckTimestamp": NOW}}
    (line,) = judge_drift(read_drift(described))
    assert (line.mark, words in line.message) == (mark, True)


def test_a_stack_that_says_nothing_about_drift() -> None:
    """As emulators do: nobody has looked."""
    assert read_drift({}) == Drift("NOT_CHECKED")
