"""Which ARN a call is about, where moto passes `*`: a policy that names one secret would deny it, `*` allow every one.

Source: AWS Service Authorization Reference, the tables of resource types of each service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse
from moto.secretsmanager.responses import SecretsManagerResponse


def resource_of_secret_call(call: SecretsManagerResponse) -> str:
    """Return the secret's ARN; of one that does not exist, an ARN with a suffix no secret has."""
    name = call._get_param("SecretId") or call._get_param("Name")
    if not name:
        return "*"
    secrets = call.backend.secrets
    if name in secrets:
        return str(secrets[name].arn)
    if str(name).startswith("arn:"):
        return str(name)
    return f"arn:aws:secretsmanager:{call.region}:{call.current_account}:secret:{name}-000000"


def resource_of_key_call(call: KmsResponse) -> str:
    """Return the key's ARN; an alias stands for the key it points at."""
    asked = call._get_param("KeyId")
    return resource_of_key(str(asked), call.region, call.current_account) if asked else "*"


def resource_of_key(asked: str, region: str, account: str) -> str:
    """Return the ARN of a key that is named by its id, its ARN or an alias; an alias of nothing has its own."""
    keys = kms_backends[account][region]
    if asked.startswith("alias/") and keys.get_key_id_from_alias(asked) is None:
        return f"arn:aws:kms:{region}:{account}:{asked}"
    key_id = keys.any_id_to_key_id(asked)
    key = keys.keys.get(key_id)
    return str(key.arn) if key else f"arn:aws:kms:{region}:{account}:key/{key_id}"


def tags_of_key(arn: str, region: str, account: str) -> Iterator[tuple[str, str]]:
    """Yield the tags of a key that exists; an alias of nothing has none."""
    if ":alias/" in arn:
        return
    keys = kms_backends[account][region]
    key_id = keys.any_id_to_key_id(arn)
    if key_id in keys.keys:
        yield from ((tag["TagKey"], tag["TagValue"]) for tag in keys.list_resource_tags(key_id)["Tags"])


def resource_of_event(entry: Mapping[str, Any], region: str, account: str) -> str:
    """Return the ARN of the bus that an entry of PutEvents names by its name or ARN."""
    bus = str(entry.get("EventBusName", "default"))
    return bus if bus.startswith("arn:") else f"arn:aws:events:{region}:{account}:event-bus/{bus}"


def resource_of_log_call(body: Mapping[str, Any], region: str, account: str) -> str:
    """Return the ARN of the log stream, which is below its group's."""
    group, stream = body.get("logGroupName", "*"), body.get("logStreamName", "")
    return f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}"


def resource_of_parameter_call(body: Mapping[str, Any], region: str, account: str) -> str:
    """Return the ARN of the parameter of Systems Manager, whose name begins with a slash."""
    return f"arn:aws:ssm:{region}:{account}:parameter{body.get('Name', '*')}"


def resource_of_queue_name(body: Mapping[str, Any], region: str, account: str) -> str:
    """Return the ARN of a queue that is asked for by its name (GetQueueUrl)."""
    return f"arn:aws:sqs:{region}:{account}:{body['QueueName']}"


def resource_of_topic_call(form: Mapping[str, Any]) -> str:
    """Return the ARN of the topic that a form for SNS names; moto gives each field as a list."""
    (topic,) = form.get("TopicArn", ["*"])
    return str(topic)


def resource_of_invocation(path: str, region: str, account: str) -> str:
    """Return the ARN of the function, with an alias where there is one, that a path of Lambda's Invoke names."""
    return f"arn:aws:lambda:{region}:{account}:function:{unquote(path.split('/')[3])}"
