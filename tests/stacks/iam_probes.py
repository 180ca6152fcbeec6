"""One real call for each action that anybody may want to do here, and what it is done to."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_xray_sdk.core import xray_recorder

atexit.register(xray_recorder.emitter._socket.close)  # moto loads the SDK, which would leave its socket open

Call = Callable[[Any, Any], object]
"""Makes one call with a client, about a target."""


@dataclass(frozen=True)
class Probed:
    """A secret to try an action on, and a version of it."""

    name: str
    version: str = "11111111-2222-4333-8444-555555555555"


def _put_event(client: Any, target: tuple[str, str]) -> object:
    bus, source = target
    entry = {"Source": source, "DetailType": "Probe", "Detail": "{}", "EventBusName": bus}
    return client.put_events(Entries=[entry])


def _invoke(client: Any, function: str) -> None:
    try:
        client.invoke(FunctionName=function, Payload=b"{}")
    except client.exceptions.ResourceNotFoundException:  # allowed, but moto has no such function to run
        return


SECRET: Mapping[str, Call] = {
    "GetSecretValue": lambda client, it: client.get_secret_value(SecretId=it.name),
    "PutSecretValue": lambda client, it: client.put_secret_value(
        SecretId=it.name, SecretString="x", VersionStages=["PROBE"]
    ),
    "UpdateSecretVersionStage": lambda client, it: client.update_secret_version_stage(
        SecretId=it.name, VersionStage="LABEL", MoveToVersionId=it.version
    ),
    "DescribeSecret": lambda client, it: client.describe_secret(SecretId=it.name),
    "ListSecretVersionIds": lambda client, it: client.list_secret_version_ids(SecretId=it.name),
    "CreateSecret": lambda client, it: client.create_secret(Name=f"{it.name}-new", SecretString="x"),
    "UpdateSecret": lambda client, it: client.update_secret(SecretId=it.name, SecretString="x"),
    "PutResourcePolicy": lambda client, it: client.put_resource_policy(SecretId=it.name, ResourcePolicy="{}"),
    "TagResource": lambda client, it: client.tag_resource(SecretId=it.name, Tags=[{"Key": "a", "Value": "b"}]),
    "RestoreSecret": lambda client, it: client.restore_secret(SecretId=it.name),
    "DeleteSecret": lambda client, it: client.delete_secret(SecretId=it.name, RecoveryWindowInDays=30),
}
SECRETS: Mapping[str, Call] = {
    "ListSecrets": lambda client, _: client.list_secrets(),
    "BatchGetSecretValue": lambda client, names: client.batch_get_secret_value(SecretIdList=names),
}
SEALED: Mapping[str, Call] = {
    "Decrypt": SECRET["GetSecretValue"],
    "GenerateDataKey": SECRET["PutSecretValue"],
}
"""What Secrets Manager asks of KMS in its caller's name, by what has it ask."""
QUEUE: Mapping[str, Call] = {
    "SendMessage": lambda client, url: client.send_message_batch(
        QueueUrl=url, Entries=[{"Id": "0", "MessageBody": "{}", "MessageGroupId": "g", "MessageDeduplicationId": "d"}]
    ),
    "ReceiveMessage": lambda client, url: client.receive_message(QueueUrl=url),
    "DeleteMessage": lambda client, url: client.delete_message_batch(
        QueueUrl=url, Entries=[{"Id": "0", "ReceiptHandle": "none"}]
    ),
    "GetQueueAttributes": lambda client, url: client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]),
    "SetQueueAttributes": lambda client, url: client.set_queue_attributes(
        QueueUrl=url, Attributes={"VisibilityTimeout": "1"}
    ),
    "PurgeQueue": lambda client, url: client.purge_queue(QueueUrl=url),
}
EVENTS: Mapping[str, Call] = {"PutEvents": _put_event}
LOGS: Mapping[str, Call] = {
    "CreateLogStream": lambda client, it: client.create_log_stream(logGroupName=it[0], logStreamName=it[1]),
    "PutLogEvents": lambda client, it: client.put_log_events(
        logGroupName=it[0], logStreamName="there", logEvents=[{"timestamp": 0, "message": "m"}]
    ),
    "GetLogEvents": lambda client, it: client.get_log_events(logGroupName=it[0], logStreamName="there"),
}
XRAY: Mapping[str, Call] = {
    "PutTraceSegments": lambda client, segment: client.put_trace_segments(TraceSegmentDocuments=[segment]),
    "PutTelemetryRecords": lambda client, _: client.put_telemetry_records(TelemetryRecords=[{"Timestamp": 0}]),
    "GetTraceSummaries": lambda client, _: client.get_trace_summaries(StartTime=0, EndTime=1),
}
KEYS: Mapping[str, Call] = {
    "Decrypt": lambda client, key: client.decrypt(KeyId=key, CiphertextBlob=b"x"),
    "GenerateDataKey": lambda client, key: client.generate_data_key(KeyId=key, KeySpec="AES_256"),
    "Sign": lambda client, key: client.sign(KeyId=key, Message=b"x", SigningAlgorithm="ECDSA_SHA_256"),
}
PARAMETERS: Mapping[str, Call] = {
    "GetParameter": lambda client, name: client.get_parameter(Name=name),
    "PutParameter": lambda client, name: client.put_parameter(Name=name, Value="x", Type="String", Overwrite=True),
}
FUNCTION: Mapping[str, Call] = {"InvokeFunction": _invoke}
CALLS: Mapping[str, tuple[str, Mapping[str, Call]]] = {
    "secret": ("secretsmanager", SECRET),
    "secrets": ("secretsmanager", SECRETS),
    "sealed": ("secretsmanager", SEALED),
    "queue": ("sqs", QUEUE),
    "bus": ("events", EVENTS),
    "log": ("logs", LOGS),
    "traces": ("xray", XRAY),
    "key": ("kms", KEYS),
    "function": ("lambda", FUNCTION),
    "parameter": ("ssm", PARAMETERS),
}
"""The service and the actions that are tried on each sort of target."""
