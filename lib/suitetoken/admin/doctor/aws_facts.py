"""What AWS says about a deployment: one small call a fact, each answer as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from suitetoken.admin.doctor.drift import NOT_CHECKED, Drift, read_drift
from suitetoken.aws.errors import get_code, translated
from suitetoken.errors import NotFound
from suitetoken.shared_names import name_queue

LOOK_BACK_SECONDS = 900
"""Over how long the sweep's runs are counted; it runs every five minutes."""
_PERIOD_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, and what time it was at AWS (epoch seconds; None where the answer did not say)."""

    arn: str
    seconds: float | None

    def topic_of(self, prefix: str, region: str) -> str:
        """Return the ARN of the deployment's topic in this caller's account."""
        _, partition, _, _, account, *_ = self.arn.split(":")
        return f"arn:{partition}:sns:{region}:{account}:{prefix}-notices"


@dataclass(frozen=True, slots=True)
class Stack:
    """The CloudFormation stack. `status` is "" where there is none of this name."""

    name: str
    status: str = ""
    made_at: float = 0
    outputs: Mapping[str, str] | None = None
    drift: Drift = NOT_CHECKED

    @property
    def is_there(self) -> bool:
        """Whether there is such a stack."""
        return bool(self.status)


@dataclass(frozen=True, slots=True)
class Activity:
    """What CloudWatch counted in the last LOOK_BACK_SECONDS; an age is in seconds."""

    sweeps: int
    oldest_message: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: whether it fires, and whether it would tell anybody."""

    name: str
    fires: bool
    tells: bool


@dataclass(frozen=True, slots=True)
class Listeners:
    """How many get the notices, and how many have not confirmed yet that they want them."""

    confirmed: int
    pending: int


def read_identity(identities: Any) -> Identity:
    """Ask AWS who these credentials are; that needs no permission."""
    with translated("asking who you are", "AWS"):
        answer = identities.get_caller_identity()
    return Identity(str(answer["Arn"]), parse_date(answer["ResponseMetadata"]["HTTPHeaders"].get("date")))


def parse_date(header: str | None) -> float | None:
    """Return the epoch seconds of a Date header (RFC 9110 section 6.6.1), or None where it is absent or odd."""
    try:
        return parsedate_to_datetime(header).timestamp() if header else None
    except ValueError:
        return None


def read_stack(stacks: Any, name: str) -> Stack:
    """Return the stack of this name, also where there is none."""
    with translated("looking at the stack", name):
        try:
            found = stacks.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            # What CloudFormation answers for a name that is well-formed and unknown.
            if get_code(error) == "ValidationError":
                return Stack(name)
            raise
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    return Stack(name, found["StackStatus"], found["CreationTime"].timestamp(), outputs, read_drift(found))


def read_schedule(schedules: Any, prefix: str) -> str:
    """Return the schedule's state, ENABLED or DISABLED, or "" where there is none."""
    name = f"{prefix}-sweep"
    try:
        with translated("looking at the schedule", name):
            return str(schedules.get_schedule(Name=name, GroupName=prefix)["State"])
    except NotFound:
        return ""


def read_activity(metrics: Any, prefix: str, now: float) -> Activity:
    """Return how often the sweep ran, and how old the oldest message got (`now` in epoch seconds)."""
    wanted = [
        _query("sweeps", "AWS/Lambda", "Invocations", "FunctionName", f"{prefix}-sweep", "Sum"),
        _query("age", "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name_queue(prefix), "Maximum"),
    ]
    with translated("reading metrics", prefix):
        answer = metrics.get_metric_data(
            MetricDataQueries=wanted,
            StartTime=datetime.fromtimestamp(now - LOOK_BACK_SECONDS, UTC),
            EndTime=datetime.fromtimestamp(now, UTC),
        )
    values = {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}
    return Activity(int(sum(values.get("sweeps", ()))), int(max(values.get("age", ()), default=0)))


def _query(name: str, namespace: str, metric: str, dimension: str, value: str, statistic: str) -> dict[str, Any]:
    which = {"Namespace": namespace, "MetricName": metric, "Dimensions": [{"Name": dimension, "Value": value}]}
    return {"Id": name, "MetricStat": {"Metric": which, "Period": _PERIOD_SECONDS, "Stat": statistic}}


def count_dead_letters(queues: Any, prefix: str) -> int:
    """Return how many messages lie in the dead-letter queue, about. Raises NotFound where there is no queue."""
    name = f"{prefix}-rotate-dead.fifo"
    with translated("looking at the dead-letter queue", name):
        url = queues.get_queue_url(QueueName=name)["QueueUrl"]
        answer = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def read_alarms(metrics: Any, prefix: str) -> list[Alarm]:
    """Return the deployment's alarms by name: those that tell its own topic."""
    pages = metrics.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{prefix}-")
    with translated("looking at the alarms", prefix):
        found = [alarm for page in pages for alarm in page["MetricAlarms"]]
    topic = f":{prefix}-notices"
    own = [alarm for alarm in found if any(str(action).endswith(topic) for action in alarm.get("AlarmActions", []))]
    alarms = [Alarm(alarm["AlarmName"], alarm["StateValue"] == "ALARM", alarm["ActionsEnabled"]) for alarm in own]
    return sorted(alarms, key=lambda alarm: alarm.name)


def count_listeners(topics: Any, topic: str) -> Listeners:
    """Return who gets the notices of a topic (its ARN). Raises NotFound where there is none.

    The stack's own queue, which shows that a test notice arrived, is nobody.
    """
    own_queue = f":{topic.rpartition(':')[2]}-seen"
    pages = topics.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    with translated("looking at who is told", topic):
        everything = [each for page in pages for each in page["Subscriptions"]]
    found = [str(each["SubscriptionArn"]) for each in everything if not each["Endpoint"].endswith(own_queue)]
    confirmed = sum(arn.startswith("arn:") for arn in found)
    return Listeners(confirmed, len(found) - confirmed)
