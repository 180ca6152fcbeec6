"""What the template makes behind the API: functions, logs, queue, schedule, keys."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.stacks.template import PATH, Deployed, deploy, read_document

API = "<HttpApi.ApiEndpoint>"
COMMON = {
    "SUITETOKEN_PREFIX": "pp",
    "SUITETOKEN_MONITORING": "full",
    "POWERTOOLS_METRICS_NAMESPACE": "suitetoken",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}
ENVIRONMENTS = {
    "web": {
        "SUITETOKEN_PUBLIC_URL": API,
        "SUITETOKEN_QUEUE_URL": "<RotateQueue>",
        "SUITETOKEN_EVENT_BUS": "default",
    },
    "sweep": {"SUITETOKEN_QUEUE_URL": "<RotateQueue>"},
    "rotate": {"SUITETOKEN_PUBLIC_URL": API, "SUITETOKEN_EVENT_BUS": "default"},
}


@pytest.fixture
def deployed() -> Deployed:
    """Give a deployment with the prefix `pp` and full monitoring."""
    return deploy(Prefix="pp", Monitoring="full")


@pytest.mark.parametrize(("name", "timeout"), [("web", 60), ("sweep", 60), ("rotate", 90)])
def test_function(deployed: Deployed, name: str, timeout: int) -> None:
    """Each function runs its handler from the one artefact, traced, with exactly its environment and its own log."""
    function = deployed.properties[f"{name.capitalize()}Function"]
    assert function["FunctionName"] == f"pp-{name}"
    assert function["Handler"] == f"token_broker.{name}.handler"
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    assert function["Code"] == "../.build/broker.zip"
    assert function["Timeout"] == timeout
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["LoggingConfig"] == {"LogGroup": f"<{name.capitalize()}Log>"}
    expected = {**COMMON, **ENVIRONMENTS[name], "POWERTOOLS_SERVICE_NAME": name}
    assert function["Environment"]["Variables"] == expected


@pytest.mark.parametrize("name", ["Web", "Sweep", "Rotate"])
def test_what_is_released_is_one_version(deployed: Deployed, name: str) -> None:
    """Code and configuration go live together: everything that is started from outside goes by the alias."""
    alias, version = deployed.properties[f"{name}Live"], deployed.properties[f"{name}Version"]
    assert alias == {"Name": "live", "FunctionName": f"<{name}Function>", "FunctionVersion": f"<{name}Version.Version>"}
    assert version["FunctionName"] == f"<{name}Function>"


@pytest.mark.parametrize(
    "change",
    [
        {"Release": "r2"},
        {"Monitoring": "full"},
        {"DomainName": "n.example.com", "CertificateArn": "c"},
        {"SigningLayer": "true"},
        {"LogRetentionDays": 7},
        {"RotateConcurrency": 9},
        {"SecretsKey": "own"},
        {"NotifyEmail": "a@example.com"},
        {"PermissionsBoundary": "arn:aws:iam::123456789012:policy/b"},
        {"ScheduleState": "DISABLED"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_function_that_changes_has_another_version(change: dict[str, Any]) -> None:
    """And only then: Lambda publishes no version of what it has published, and an old one would stay live."""
    before, after = deploy(Prefix="pp"), deploy(Prefix="pp", **change)
    for name in ("Web", "Sweep", "Rotate"):
        is_changed = before.properties[f"{name}Function"] != after.properties[f"{name}Function"]
        has_another = before.properties[f"{name}Version"] != after.properties[f"{name}Version"]
        assert has_another is is_changed, name


def test_a_release_changes_every_function() -> None:
    """Its name is in each, for what only changes the template would else leave a function as it was published."""
    before, after = deploy(Release="r1"), deploy(Release="r2")
    functions = before.of_type("Lambda::Function")
    assert all(functions[name] != after.properties[name] for name in functions)


def test_no_function_reserves_concurrency(deployed: Deployed) -> None:
    """A new account has ten concurrent executions in all; reserving any of them would make the deployment fail."""
    assert not any("ReservedConcurrentExecutions" in it for it in deployed.of_type("Lambda::Function").values())


def test_every_log_is_kept_as_long_as_the_parameter_says() -> None:
    """Each function and the API have a log group with the retention asked for; no log is kept for ever."""
    logs = deploy(Prefix="pp", LogRetentionDays=7).of_type("Logs::LogGroup").values()
    assert {it["LogGroupName"]: it["RetentionInDays"] for it in logs} == {
        "/aws/lambda/pp-web": 7,
        "/aws/lambda/pp-sweep": 7,
        "/aws/lambda/pp-rotate": 7,
        "/aws/vendedlogs/pp-api": 7,
    }


def test_queues(deployed: Deployed) -> None:
    """Both queues are FIFO by name, encrypted, and leave deduplication to the senders."""
    queues = {name: deployed.properties[name] for name in ("RotateQueue", "DeadLetterQueue")}
    assert [it["QueueName"] for it in queues.values()] == ["pp-rotate.fifo", "pp-rotate-dead.fifo"]
    for queue in queues.values():
        assert queue["FifoQueue"] is True
        assert queue["ContentBasedDeduplication"] is False
        assert queue["SqsManagedSseEnabled"] is True
    assert queues["DeadLetterQueue"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_message_that_crashes_the_function_reaches_the_dead_letter_queue(deployed: Deployed) -> None:
    """A message outlives every attempt made with it, or it would expire unseen; an attempt is over before the next."""
    queue, function = deployed.properties["RotateQueue"], deployed.properties["RotateFunction"]
    redrive = queue["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == "<DeadLetterQueue.Arn>"
    assert queue["VisibilityTimeout"] == 6 * function["Timeout"]
    assert queue["MessageRetentionPeriod"] > redrive["maxReceiveCount"] * queue["VisibilityTimeout"]


def test_rotations_come_one_by_one_and_bounded() -> None:
    """The rotate function gets one message at a time, reports it by itself, and runs as often at once as asked."""
    (mapping,) = deploy(RotateConcurrency=7).of_type("Lambda::EventSourceMapping").values()
    assert mapping == {
        "EventSourceArn": "<RotateQueue.Arn>",
        "FunctionName": "<RotateLive>",
        "BatchSize": 1,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 7},
    }


def test_schedule() -> None:
    """Every five minutes, with the scheduled time as input; the next sweep is the only retry; may be switched off."""
    deployed = deploy(ScheduleState="DISABLED")
    schedule, invocations = deployed.properties["SweepSchedule"], deployed.properties["SweepInvocations"]
    assert (schedule["ScheduleExpression"], schedule["State"]) == ("cron(0/5 * * * ? *)", "DISABLED")
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    target = schedule["Target"]
    assert (target["Arn"], target["RoleArn"]) == ("<SweepLive>", "<ScheduleRole.Arn>")
    assert json.loads(target["Input"]) == {"scheduled_time": "<aws.scheduler.scheduled-time>"}
    for retries in (target["RetryPolicy"], invocations):
        assert (retries["MaximumRetryAttempts"], retries["MaximumEventAgeInSeconds"]) == (0, 60)


def test_the_only_secrets_of_the_stack_are_its_signing_keys(deployed: Deployed) -> None:
    """Keys are long and generated; clients, connections and tokens are no resources, so no update touches them."""
    secrets = deployed.of_type("SecretsManager::Secret").values()
    assert sorted(it["Name"] for it in secrets) == ["pp/signing-key/link", "pp/signing-key/state"]
    for secret in secrets:
        assert secret["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}


def test_a_stack_can_be_made_again_with_its_old_name() -> None:
    """Nothing with a fixed name outlives its stack, for the next one with that prefix could not take the name."""
    resources = read_document()["Resources"].values()
    staying = [it for it in resources if it.get("DeletionPolicy", "Delete") != "Delete"]
    assert [it["Type"] for it in staying] == ["AWS::KMS::Key"]  # which has no name
    assert [it["DeletionPolicy"] for it in staying] == [
        "RetainExceptOnCreate"
    ]  # a failed deployment leaves none behind


def test_template_is_deployed_as_it_is_linted() -> None:
    """No transform stands between what is tested here and what CloudFormation makes."""
    assert "Transform" not in read_document()
    assert PATH.stat().st_size < 1_000_000, "CloudFormation takes no larger template from a bucket"


def test_the_contents_at_the_top_name_the_parts_in_their_order() -> None:
    """Who opens the template sees at its top which parts it has, under the very headings that stand further down."""
    head, _, rest = PATH.read_text(encoding="utf-8").partition("\nParameters:\n")
    contents = re.findall(r"^#     (.+)$", head, re.MULTILINE)
    headings = re.findall(r"^  # ---- (.+) ----$", rest, re.MULTILINE)
    assert contents == headings
    assert len(headings) > 5
