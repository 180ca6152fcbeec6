"""Writes what is asked of CloudFormation for a change set, as JSON: `python infra/change_set.py --help`.

A parameter that is not said keeps the stack's value; so do the tags and the role, which are left out then. The release
is a digest of the template and of all that it puts into the bucket.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.stack.template import load_document

TEMPLATE = Path(__file__).parent / "template.yaml"
_UPLOADED = {"Code": ("S3Bucket", "S3Key"), "Content": ("S3Bucket", "S3Key")}
"""The properties that name a file of this machine in the template, and an object in the bucket when it is deployed."""


def make_request(
    said: Mapping[str, str],
    *,
    declared: Sequence[str],
    existing: Sequence[str],
    tags: Mapping[str, str] | None = None,
    role: str = "",
    alarms: Sequence[str] = (),
    watch: int = 0,
) -> dict[str, Any]:
    """Return the request without its template: parameters, tags, role, capabilities, and what takes it back.

    `said` has parameters' new values; `declared` names the template's parameters, `existing` those that the stack has.
    `tags` None leaves the stack's as they are. CloudFormation goes back to what was there when one of `alarms` (ARNs)
    fires meanwhile or within `watch` minutes after. Raises ValueError for a parameter that the template does not have.
    """
    if unknown := sorted(set(said) - set(declared)):
        raise ValueError(f"The template has no parameter {', '.join(unknown)}; it has {', '.join(sorted(declared))}.")
    kept = [name for name in declared if name in existing and name not in said]
    request: dict[str, Any] = {
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            *({"ParameterKey": name, "ParameterValue": value} for name, value in said.items()),
            *({"ParameterKey": name, "UsePreviousValue": True} for name in kept),
        ],
    }
    # Said even when there are none: CloudFormation would else take those of the time before.
    request["RollbackConfiguration"] = {
        "RollbackTriggers": [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in alarms],
        "MonitoringTimeInMinutes": watch if alarms else 0,
    }
    if tags is not None:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    if role:
        request["RoleARN"] = role
    return request


def make_small_template(bucket: str) -> str:
    """Return the template as it would be deployed, as JSON without comments, so that it needs no bucket to be shown.

    Files of this machine have the names that they would have in the bucket; nothing is uploaded.
    """
    document = _read_template()
    for resource in document["Resources"].values():
        properties = resource.get("Properties", {})
        for key in _UPLOADED.keys() & properties.keys():
            if isinstance(properties[key], str):
                digest = _find_digest((TEMPLATE.parent / properties[key]).resolve())
                properties[key] = dict(zip(_UPLOADED[key], (bucket, f"broker/{digest}"), strict=True))
    return json.dumps(document, separators=(",", ":"))


def find_release() -> str:
    """Return the name of what would be deployed: 16 characters of a digest of the template and the files it names."""
    digest = hashlib.sha256(TEMPLATE.read_bytes())
    for resource in _read_template()["Resources"].values():
        for key in _UPLOADED.keys() & resource.get("Properties", {}).keys():
            if isinstance(resource["Properties"][key], str):
                digest.update(_find_digest((TEMPLATE.parent / resource["Properties"][key]).resolve()).encode())
    return digest.hexdigest()[:16]


def _read_template() -> dict[str, Any]:
    return load_document(TEMPLATE.read_text("utf-8"))


def _find_digest(path: Path) -> str:
    """Return the name that `aws cloudformation package` gives a file. A layer that is not built has none yet."""
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() if path.is_file() else "not-built"


def read_pairs(words: Sequence[str]) -> dict[str, str]:
    """Return `key=value` words as a mapping, or raise ValueError naming one that has no key."""
    pairs = [word.partition("=") for word in words]
    if wrong := [key + sign + value for key, sign, value in pairs if not key or not sign]:
        raise ValueError(f"{wrong[0]} is not of the form KEY=VALUE.")
    return {key: value for key, _, value in pairs}


def main() -> str:
    """Return the request that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--template-url", help="where the template is; without it the template goes along, small")
    parser.add_argument("--bucket", required=True, help="the bucket of the artefacts")
    parser.add_argument("--existing", default="", help="the parameters that the stack has, by spaces")
    parser.add_argument("--released", default="", help="the release that the stack has")
    parser.add_argument("--alarms", default="", help="ARNs of the alarms that take the deployment back, by spaces")
    parser.add_argument("--watch", type=int, default=0, help="minutes to watch them after a release")
    parser.add_argument("--tags", help="key=value, by spaces; none for no tags; left out, they stay as they are")
    parser.add_argument("--role", default="", help="the ARN of the role that CloudFormation takes")
    parser.add_argument("parameters", nargs="*", help="NAME=VALUE")
    given = parser.parse_args()
    try:
        tags = None if given.tags is None else read_pairs(given.tags.split() if given.tags != "none" else ())
        said = {"Release": find_release(), **read_pairs(given.parameters)}
        watch = given.watch if said["Release"] != given.released else 0
        declared = list(_read_template()["Parameters"])
        request = make_request(
            said,
            declared=declared,
            existing=given.existing.split(),
            tags=tags,
            role=given.role,
            alarms=given.alarms.split(),
            watch=watch,
        )
    except ValueError as error:
        parser.exit(2, f"{error}\n")
    if given.template_url:
        request["TemplateURL"] = given.template_url
    else:
        request["TemplateBody"] = make_small_template(given.bucket)
    return json.dumps(request)


if __name__ == "__main__":
    print(main())  # noqa: T201
