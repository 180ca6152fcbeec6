"""What AWS says, read from its answers: moto's where it has them, recorded shapes where it has none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.aws import corrected_moto
from suitetoken.admin.doctor import aws_facts
from suitetoken.admin.doctor.aws_facts import Activity, Alarm, Identity, Listeners, Stack
from suitetoken.errors import AccessDenied, NotFound
from tests.worlds.world import REGION, session

NOW = 1_800_000_000


@pytest.fixture
def aws() -> Iterator[Any]:
    """Give what makes clients of an empty AWS."""
    with corrected_moto():
        yield session().client


def stacks_that_answer(**answer: Any) -> Any:
    """Return a CloudFormation client that gives one answer, checked against AWS's description of it."""
    client = boto3.client("cloudformation", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
    stub = Stubber(client)
    add = stub.add_client_error if "service_error_code" in answer else stub.add_response
    add("describe_stacks", **answer)
    stub.activate()
    return client


def test_a_stack_with_its_outputs() -> None:
    """Status, age and outputs."""
    described = {
        "StackName": "suitetoken",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": datetime.fromtimestamp(NOW, UTC),
        "Outputs": [{"OutputKey": "PublicUrl", "OutputValue": "https://broker.example"}],
    }
    stacks = stacks_that_answer(service_response={"Stacks": [described]}, expected_params={"StackName": "suitetoken"})
    wanted = Stack("suitetoken", "CREATE_COMPLETE", NOW, {"PublicUrl": "https://broker.example"})
    assert aws_facts.read_stack(stacks, "suitetoken") == wanted


def test_no_stack_and_no_permission() -> None:
    """A name that CloudFormation does not know is no error; a denial stays one."""
    assert not aws_facts.read_stack(stacks_that_answer(service_error_code="ValidationError"), "nothing").is_there
    with pytest.raises(AccessDenied):
        aws_facts.read_stack(stacks_that_answer(service_error_code="AccessDenied"), "nothing")


def test_the_schedule_s_state(aws: Any) -> None:
    """In the group named after the prefix."""
    schedules = aws("scheduler", region_name=REGION)
    assert aws_facts.read_schedule(schedules, "suitetoken") == ""
    schedules.create_schedule_group(Name="suitetoken")
    schedules.create_schedule(
        Name="suitetoken-sweep",
        GroupName="suitetoken",
        ScheduleExpression="cron(0/5 * * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        State="DISABLED",
        Target={"Arn": "arn:aws:lambda:eu-central-1:1:function:f", "RoleArn": "arn:aws:iam::1:role/r"},
    )
    assert aws_facts.read_schedule(schedules, "suitetoken") == "DISABLED"


def put_metric(metrics: Any, namespace: str, name: str, dimension: tuple[str, str], value: int, at: float) -> None:
    """Put one value of a metric."""
    metrics.put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
                "Timestamp": datetime.fromtimestamp(at, UTC),
                "Value": value,
            }
        ],
    )


def test_activity_is_of_the_last_quarter_of_an_hour(aws: Any) -> None:
    """Runs are added up, of the ages the highest counts, and other functions and times do not."""
    metrics = aws("cloudwatch", region_name=REGION)
    assert aws_facts.read_activity(metrics, "suitetoken", NOW) == Activity(0, 0)
    for name, ago in (("suitetoken-sweep", 100), ("suitetoken-sweep", 500), ("suitetoken-sweep", 5000), ("web", 100)):
        put_metric(metrics, "AWS/Lambda", "Invocations", ("FunctionName", name), 1, NOW - ago)
    queue, age = ("QueueName", "suitetoken-rotate.fifo"), "ApproximateAgeOfOldestMessage"
    for seconds in (20, 400):
        put_metric(metrics, "AWS/SQS", age, queue, seconds, NOW - 200)
    assert aws_facts.read_activity(metrics, "suitetoken", NOW) == Activity(2, 400)


def test_dead_letters_are_counted(aws: Any) -> None:
    """And a deployment without that queue is not found."""
    queues = aws("sqs", region_name=REGION)
    with pytest.raises(NotFound):
        aws_facts.count_dead_letters(queues, "suitetoken")
    url = queues.create_queue(QueueName="suitetoken-rotate-dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    assert aws_facts.count_dead_letters(queues, "suitetoken") == 0
    queues.send_message(QueueUrl=url, MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d")
    assert aws_facts.count_dead_letters(queues, "suitetoken") == 1


def test_only_the_deployment_s_own_alarms_count(aws: Any) -> None:
    """Another deployment's name may begin with this one's."""
    metrics = aws("cloudwatch", region_name=REGION)
    for name, topic, state in (
        ("suitetoken-token-life", "suitetoken-notices", "ALARM"),
        ("suitetoken-dead-letters", "suitetoken-notices", "OK"),
        ("suitetoken-dev-token-life", "suitetoken-dev-notices", "ALARM"),
    ):
        metrics.put_metric_alarm(
            AlarmName=name,
            AlarmActions=[f"arn:aws:sns:{REGION}:123456789012:{topic}"],
            Namespace="suitetoken",
            MetricName="m",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="LessThanThreshold",
        )
        metrics.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")
    wanted = [Alarm("suitetoken-dead-letters", False, True), Alarm("suitetoken-token-life", True, True)]
    assert aws_facts.read_alarms(metrics, "suitetoken") == wanted


def test_who_is_told(aws: Any) -> None:
    """Who has confirmed, without the stack's own queue; the topic's name follows from prefix and account."""
    topics, identity = aws("sns", region_name=REGION), Identity("arn:aws:sts::123456789012:user/me", None)
    topic = identity.topic_of("suitetoken", REGION)
    with pytest.raises(NotFound):
        aws_facts.count_listeners(topics, topic)
    assert topics.create_topic(Name="suitetoken-notices")["TopicArn"] == topic
    assert aws_facts.count_listeners(topics, topic) == Listeners(0, 0)
    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    assert aws_facts.count_listeners(topics, topic).confirmed == 1
    seen = "arn:aws:sqs:eu-central-1:123456789012:suitetoken-notices-seen"
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=seen)
    assert aws_facts.count_listeners(topics, topic).confirmed == 1


def test_who_has_not_confirmed_is_not_told() -> None:
    """As SNS answers for a subscription that waits (SNS API Reference, ListSubscriptionsByTopic); moto confirms all."""
    client = boto3.client("sns", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
    topic = "arn:aws:sns:eu-central-1:123456789012:suitetoken-notices"
    with Stubber(client) as stub:
        waiting = {"SubscriptionArn": "PendingConfirmation", "TopicArn": topic, "Endpoint": "ops@example.com"}
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [waiting]})
        assert aws_facts.count_listeners(client, topic) == Listeners(0, 1)


def test_who_is_asking(aws: Any) -> None:
    """And what time it is at AWS, where the answer says so."""
    assert aws_facts.read_identity(aws("sts", region_name=REGION)).arn.startswith("arn:aws:")
    assert aws_facts.parse_date("Fri, 15 Jan 2027 08:00:00 GMT") == NOW
    assert aws_facts.parse_date(None) is None
    assert aws_facts.parse_date("yesterday") is None
