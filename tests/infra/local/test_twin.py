"""The twin runs what the template says, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests

from local.aws.notices import make_input
from local.aws.observed import observed_messages
from local.parts import read_functions, read_mapping, read_routes, read_schedule
from local.stack.intrinsics import TemplateError
from local.stack.resource_types import Place
from local.stack.stack import make_stack
from local.stack.template import Template
from local.twin import Twin
from tests.browser.security_headers import HEADERS


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    """Give a running twin."""
    with Twin() as twin:
        yield twin


def put_event(twin: Twin, kind: str, **detail: str) -> None:
    """Put an event as the broker does."""
    body = json.dumps({"prefix": "suitetoken", "connection": "c", "message": "m", "message_zh": "消息", **detail})
    twin.client("events").put_events(Entries=[{"Source": "suitetoken", "DetailType": kind, "Detail": body}])


def test_routes_lead_to_the_function(twin: Twin) -> None:
    """A request goes through the template's route to the broker's own handler."""
    assert requests.get(f"{twin.public_url}/health", timeout=10).json() == {"status": "ok"}
    for method, path in (("GET", "/"), ("GET", "/nothing"), ("DELETE", "/health"), ("OPTIONS", "/oauth/callback")):
        answer = requests.request(method, f"{twin.public_url}{path}", timeout=10)
        assert answer.status_code == 404
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_message_that_is_sent_is_noticed(twin: Twin) -> None:
    """One at a time or several at once: the queue's driver rests until then."""
    sqs = twin.client("sqs")
    url = sqs.get_queue_url(QueueName="suitetoken-rotate.fifo")["QueueUrl"]
    noticed: list[None] = []
    entries = [{"Id": each, "MessageBody": each, "MessageGroupId": each} for each in ("a", "b")]
    with observed_messages(lambda: noticed.append(None)):
        sqs.send_message(QueueUrl=url, MessageBody="c", MessageGroupId="c", MessageDeduplicationId="c")
        sqs.send_message_batch(
            QueueUrl=url, Entries=[{**entry, "MessageDeduplicationId": entry["Id"]} for entry in entries]
        )
    assert len(noticed) == 3
    twin.drain()


def test_public_url_is_where_the_command_looks_for_it(twin: Twin) -> None:
    """The SSM parameter holds the gateway's address, as the template makes it."""
    found = twin.client("ssm").get_parameter(Name="/suitetoken/public-url")
    assert found["Parameter"]["Value"] == twin.public_url


def test_parts_are_the_template_s(twin: Twin) -> None:
    """Handlers, timeouts, routes, queue and schedule are read from the template."""
    functions = read_functions(twin.stack)
    assert {name: (each.handler, each.timeout) for name, each in functions.items()} == {
        "suitetoken-web": ("token_broker.web.handler", 60),
        "suitetoken-sweep": ("token_broker.sweep.handler", 60),
        "suitetoken-rotate": ("token_broker.rotate.handler", 90),
    }
    assert functions["suitetoken-web"].environment["SUITETOKEN_PUBLIC_URL"] == twin.public_url
    assert {(route.key, route.function) for route in read_routes(twin.stack)} == {
        ("GET /authorize/{link}", "suitetoken-web"),
        ("HEAD /authorize/{link}", "suitetoken-web"),
        ("POST /authorize/{link}", "suitetoken-web"),
        ("GET /oauth/callback", "suitetoken-web"),
        ("GET /result/{result}", "suitetoken-web"),
        ("GET /health", "suitetoken-web"),
        ("$default", "suitetoken-web"),
    }
    mapped, function = read_mapping(twin.stack, "us-east-1")
    assert (mapped.batch_size, mapped.reports_failures, function) == (1, True, "suitetoken-rotate")
    schedule = read_schedule(twin.stack)
    assert (schedule.every, schedule.function, schedule.enabled) == (300, "suitetoken-sweep", True)


def test_queue_is_the_template_s(twin: Twin) -> None:
    """The queue has the template's times and its dead-letter queue."""
    url = twin.stack.resources["RotateQueue"].ref
    found = twin.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    written = twin.stack.resources["RotateQueue"].properties
    assert found["VisibilityTimeout"] == str(written["VisibilityTimeout"])
    assert found["MessageRetentionPeriod"] == str(written["MessageRetentionPeriod"])
    dead = json.loads(found["RedrivePolicy"])
    assert dead["deadLetterTargetArn"].endswith(":suitetoken-rotate-dead.fifo")


def test_signing_keys_are_generated(twin: Twin) -> None:
    """Each signing key has the length and the letters the template asks for."""
    keys = [
        twin.client("secretsmanager").get_secret_value(SecretId=f"suitetoken/signing-key/{name}")["SecretString"]
        for name in ("link", "state")
    ]
    assert all(len(key) == 64 and key.isalnum() for key in keys)
    assert keys[0] != keys[1]


def test_sweep_and_rotate_run_on_a_tick(twin: Twin) -> None:
    """A tick invokes the sweep, and what it puts on the queue is rotated; a message nobody knows is dropped."""
    url = twin.stack.resources["RotateQueue"].ref
    twin.client("sqs").send_message(
        QueueUrl=url, MessageBody="?", MessageGroupId="g", MessageDeduplicationId="test-sweep"
    )
    assert twin.tick() == 1
    assert "message dropped" in twin.function_log
    assert twin.drain() == 0


def test_events_become_notices(twin: Twin) -> None:
    """The rule with a link and the one without each publish their own form of notice; other kinds are not news."""
    put_event(twin, "Authorization Required", link="https://example.com/authorize/x")
    put_event(twin, "Rotation Failed")
    put_event(twin, "Token Rotated")
    put_event(twin, "Rotation Failed", prefix="another")
    kinds = [event.kind for event in twin.events]
    assert kinds == ["Authorization Required", "Rotation Failed", "Token Rotated", "Rotation Failed"]
    with_link, plain = twin.notices
    assert "https://example.com/authorize/x" in with_link
    assert "消息" in with_link
    assert "suitetoken: Rotation Failed: c" in plain


def test_input_transformer_puts_values_in() -> None:
    """A variable takes what its path finds, an object as JSON (EventBridge User Guide, "Input transformation")."""
    transformer = {"InputPathsMap": {"a": "$.detail.a", "b": "$.detail"}, "InputTemplate": '"<a>" <b> <unknown>'}
    assert make_input({"detail": {"a": "x"}}, transformer) == '"x" {"a": "x"} '


def test_nothing_is_left_behind(twin: Twin) -> None:
    """After the twin: no thread, the same environment; a second one at the same time is refused."""
    before = set(threading.enumerate())
    environ = dict(os.environ)
    with pytest.raises(RuntimeError), Twin():
        pass
    assert set(threading.enumerate()) <= before
    assert dict(os.environ) == environ


def make(resource: str) -> Any:
    """Make a template of one resource, without AWS."""
    template = Template.from_text(f"Resources:\n  Thing: {resource}")
    return make_stack(template, {}, Place("r", "a", "u"), boto3.client)


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ("{Type: 'AWS::S3::Bucket'}", "AWS::S3::Bucket"),
        ("{Type: 'AWS::SQS::Queue', Properties: {QueueName: q, KmsMasterKeyId: k}}", "KmsMasterKeyId"),
        ("{Type: 'AWS::SecretsManager::Secret', Properties: {Name: s, SecretString: v}}", "SecretString"),
    ],
)
def test_what_is_not_made_here_is_named(resource: str, named: str) -> None:
    """An unknown type or property is an error that names it, so that template and twin cannot drift apart."""
    with pytest.raises(TemplateError, match=named):
        make(resource)
