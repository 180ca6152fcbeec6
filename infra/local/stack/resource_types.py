"""The resource types: how each is made on moto by ordinary calls, or what stands for it on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Client = Callable[[str], Any]
"""Makes a boto3 client of a service."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the stack is: AWS's names for it, and the origin the HTTP API has here."""

    region: str
    account: str
    public_url: str

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def pseudo_parameters(self) -> dict[str, str]:
        """Return what CloudFormation knows by itself."""
        return {
            "AWS::AccountId": self.account,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackName": "local",
            "AWS::URLSuffix": "amazonaws.com",
        }


Identity = tuple[str, dict[str, str]]


def _make_secret(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    secrets = client("secretsmanager")
    details = {key: properties[key] for key in ("Name", "Description", "Tags", "KmsKeyId") if key in properties}
    value = secrets.get_random_password(**properties["GenerateSecretString"])["RandomPassword"]
    arn = secrets.create_secret(SecretString=value, **details)["ARN"]
    return arn, {"Id": arn}


def _make_key(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    keys, tags = client("kms"), [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties["Tags"]]
    policy = json.dumps(properties["KeyPolicy"])
    made = keys.create_key(Description=properties["Description"], Policy=policy, Tags=tags)["KeyMetadata"]
    if properties["EnableKeyRotation"]:
        keys.enable_key_rotation(KeyId=made["KeyId"])
    return made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]}


def _make_parameter(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    client("ssm").put_parameter(**properties)
    return properties["Name"], {"Type": properties["Type"], "Value": properties["Value"]}


def _make_queue(properties: Mapping[str, Any], place: Place, client: Client) -> Identity:
    name = properties["QueueName"]
    attributes = {key: _text(value) for key, value in properties.items() if key != "QueueName"}
    url = client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, {"Arn": place.arn("sqs", name), "QueueName": name, "QueueUrl": url}


def _make_queue_policy(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    policy = json.dumps(properties["PolicyDocument"])
    for queue in properties["Queues"]:
        client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    return "", {}


def _make_topic(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    attributes = {key: properties[key] for key in ("DisplayName",) if key in properties}
    arn = client("sns").create_topic(Name=properties["TopicName"], Attributes=attributes)["TopicArn"]
    return arn, {"TopicArn": arn, "TopicName": properties["TopicName"]}


def _make_topic_policy(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    policy = json.dumps(properties["PolicyDocument"])
    for topic in properties["Topics"]:
        client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return "", {}


def _make_subscription(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    return client("sns").subscribe(**properties, ReturnSubscriptionArn=True)["SubscriptionArn"], {}


def _make_rule(properties: Mapping[str, Any], _: Place, client: Client) -> Identity:
    events, name = client("events"), properties["Name"]
    pattern = json.dumps(properties["EventPattern"])
    arn = events.put_rule(Name=name, EventPattern=pattern, State=properties.get("State", "ENABLED"))["RuleArn"]
    events.put_targets(Rule=name, Targets=properties["Targets"])
    return name, {"Arn": arn}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _named(key: str, service: str, form: str) -> Callable[[str, Mapping[str, Any], Place], Identity]:
    """Return what Ref and GetAtt Arn are for a type whose ARN is made of its name."""

    def stand(logical: str, properties: Mapping[str, Any], place: Place) -> Identity:
        name = str(properties.get(key, logical))
        return name, {"Arn": place.arn(service, form.format(name))}

    return stand


def _stand_for_role(logical: str, properties: Mapping[str, Any], place: Place) -> Identity:
    name = str(properties.get("RoleName", logical))
    return name, {"Arn": f"arn:aws:iam::{place.account}:role/{name}", "RoleId": name}


def _stand_for_api(_: str, __: Mapping[str, Any], place: Place) -> Identity:
    return "local", {"ApiEndpoint": place.public_url, "ApiId": "local"}


def _stand_for_version(_: str, properties: Mapping[str, Any], place: Place) -> Identity:
    return place.arn("lambda", f"function:{properties['FunctionName']}:1"), {"Version": "1"}


def _stand_for_alias(_: str, properties: Mapping[str, Any], place: Place) -> Identity:
    return place.arn("lambda", f"function:{properties['FunctionName']}:{properties['Name']}"), {}


def _stand_for_nothing(logical: str, _: Mapping[str, Any], __: Place) -> Identity:
    return logical, {}


_QUEUE_ATTRIBUTES = {
    "ContentBasedDeduplication",
    "FifoQueue",
    "MessageRetentionPeriod",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
}
MADE: dict[str, tuple[set[str], Callable[[Mapping[str, Any], Place, Client], Identity]]] = {
    "AWS::SecretsManager::Secret": ({"Name", "Description", "GenerateSecretString", "KmsKeyId", "Tags"}, _make_secret),
    "AWS::KMS::Key": ({"Description", "EnableKeyRotation", "KeyPolicy", "Tags"}, _make_key),
    "AWS::SSM::Parameter": ({"Name", "Type", "Value", "Description"}, _make_parameter),
    "AWS::SQS::Queue": ({"QueueName"} | _QUEUE_ATTRIBUTES, _make_queue),
    "AWS::SQS::QueuePolicy": ({"Queues", "PolicyDocument"}, _make_queue_policy),
    "AWS::SNS::Topic": ({"TopicName", "DisplayName"}, _make_topic),
    "AWS::SNS::TopicPolicy": ({"Topics", "PolicyDocument"}, _make_topic_policy),
    "AWS::SNS::Subscription": ({"TopicArn", "Protocol", "Endpoint"}, _make_subscription),
    "AWS::Events::Rule": ({"Name", "Description", "EventPattern", "State", "Targets"}, _make_rule),
}
"""The types made on moto, with the properties that are made; any other property is refused rather than dropped."""
STOOD_FOR: dict[str, Callable[[str, Mapping[str, Any], Place], Identity]] = {
    "AWS::ApiGatewayV2::Api": _stand_for_api,
    "AWS::ApiGatewayV2::Integration": _stand_for_nothing,
    "AWS::ApiGatewayV2::Route": _stand_for_nothing,
    "AWS::ApiGatewayV2::Stage": _stand_for_nothing,
    "AWS::CloudWatch::Alarm": _named("AlarmName", "cloudwatch", "alarm:{}"),
    "AWS::CloudWatch::Dashboard": _stand_for_nothing,
    "AWS::IAM::Role": _stand_for_role,
    "AWS::Lambda::Alias": _stand_for_alias,
    "AWS::Lambda::EventInvokeConfig": _stand_for_nothing,
    "AWS::Lambda::EventSourceMapping": _stand_for_nothing,
    "AWS::Lambda::Function": _named("FunctionName", "lambda", "function:{}"),
    "AWS::Lambda::Permission": _stand_for_nothing,
    "AWS::Lambda::Version": _stand_for_version,
    "AWS::Logs::LogGroup": _named("LogGroupName", "logs", "log-group:{}:*"),
    "AWS::Logs::MetricFilter": _stand_for_nothing,
    "AWS::Logs::QueryDefinition": _stand_for_nothing,
    "AWS::Scheduler::Schedule": _stand_for_nothing,
    "AWS::Scheduler::ScheduleGroup": _named("Name", "scheduler", "schedule-group/{}"),
}
"""What the twin runs itself (functions, HTTP API, schedule, queue mapping) and what has no effect on this machine."""
