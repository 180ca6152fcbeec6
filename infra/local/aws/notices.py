"""EventBridge's delivery to an SNS topic, which moto does not know: there such a rule makes PutEvents fail.

Source: Amazon EventBridge User Guide, "Amazon EventBridge input transformation".
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from moto.events.models import Rule
from moto.sns.models import sns_backends

_send_elsewhere = Rule.send_to_targets


def send_to_targets(rule: Rule, event: Any, transform_input: bool = True) -> None:
    """Publish an event that the rule matches to its topics, and leave its other targets to moto."""
    if rule.state != "ENABLED" or not rule.event_pattern.matches_event(event):
        return
    others = copy.copy(rule)
    others.targets = [target for target in rule.targets if not _is_topic(target)]
    for target in filter(_is_topic, rule.targets):
        topic = sns_backends[rule.account_id][rule.region_name].topics[target["Arn"]]
        topic.publish(make_input(event, target.get("InputTransformer")))
    if others.targets:
        _send_elsewhere(others, event, transform_input)


def make_input(event: Mapping[str, Any], transformer: Mapping[str, Any] | None) -> str:
    """Return what a target gets: the event, or the transformer's template with its variables put in."""
    if transformer is None:
        return json.dumps(event)
    found = {name: _find(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}

    def put(match: re.Match[str]) -> str:
        value = found.get(match.group(1), "")
        return value if isinstance(value, str) else json.dumps(value)

    return re.sub(r"<([A-Za-z0-9_.-]+)>", put, transformer["InputTemplate"])


def _is_topic(target: Mapping[str, Any]) -> bool:
    return str(target["Arn"]).split(":")[2] == "sns"


def _find(event: Any, path: str) -> Any:
    for step in path.removeprefix("$").strip(".").split("."):
        event = event.get(step, "") if isinstance(event, Mapping) else ""
    return event
