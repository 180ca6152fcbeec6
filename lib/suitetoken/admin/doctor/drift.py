"""Whether what runs is what the template says: CloudFormation's drift, as last seen or looked for now.

Source: AWS CloudFormation User Guide, "Detect unmanaged configuration changes … with drift detection".
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suitetoken.admin.doctor.finding import Finding, right, warning, wrong
from suitetoken.aws.errors import translated

CHECK = "drift"
_LONGEST_SECONDS = 300
_PAUSE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Drift:
    """How a stack differs from its template. `status` is CloudFormation's: IN_SYNC, DRIFTED, NOT_CHECKED or UNKNOWN.

    `resources` names what differs, and how (MODIFIED or DELETED); `seconds` is when that was seen (epoch).
    """

    status: str
    seconds: float | None = None
    resources: tuple[str, ...] = ()
    failure: str = ""


NOT_CHECKED = Drift("NOT_CHECKED")


def read_drift(described: dict[str, Any]) -> Drift:
    """Return what CloudFormation saw when somebody last looked, from its description of the stack."""
    seen = described.get("DriftInformation", {})
    at = seen.get("LastCheckTimestamp")
    return Drift(str(seen.get("StackDriftStatus", "NOT_CHECKED")), at.timestamp() if at else None)


def detect_drift(stacks: Any, name: str, pause: Callable[[float], None] = time.sleep) -> Drift:
    """Have CloudFormation compare the stack with its template, which takes a minute or so; five at most."""
    with translated("comparing the stack with its template", name):
        detection = stacks.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
        for _ in range(_LONGEST_SECONDS // _PAUSE_SECONDS):
            seen = stacks.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
            if seen["DetectionStatus"] != "DETECTION_IN_PROGRESS":
                return _read_detection(stacks, name, seen)
            pause(_PAUSE_SECONDS)
    return Drift("UNKNOWN", failure=f"it was not done after {_LONGEST_SECONDS} s")


def judge_drift(drift: Drift) -> list[Finding]:
    """Whether anything was changed by other means than a deployment."""
    if drift.status == "IN_SYNC":
        return [right(CHECK, f"Everything is as the template says{_when(drift)}.")]
    if drift.status == "DRIFTED":
        names = f": {', '.join(drift.resources)}" if drift.resources else ""
        message = f"Something was changed by other means than `make deploy`{_when(drift)}{names}."
        return [warning(CHECK, message, _next_step(drift))]
    if drift.failure:
        return [wrong(CHECK, f"It could not be compared with the template: {drift.failure}.", "try again.")]
    return [right(CHECK, "Not looked at; `suitetoken doctor --drift` compares everything with the template.")]


def _read_detection(stacks: Any, name: str, seen: dict[str, Any]) -> Drift:
    status = str(seen.get("StackDriftStatus", "UNKNOWN"))
    if seen["DetectionStatus"] == "DETECTION_FAILED" and status != "DRIFTED":
        return Drift("UNKNOWN", failure=str(seen.get("DetectionStatusReason", "CloudFormation gives no reason")))
    differing = _list_differing(stacks, name) if status == "DRIFTED" else ()
    return Drift(status, seen["Timestamp"].timestamp(), differing)


def _list_differing(stacks: Any, name: str) -> tuple[str, ...]:
    found: list[str] = []
    further: dict[str, str] = {}
    while True:  # botocore has no paginator for it
        page = stacks.describe_stack_resource_drifts(
            StackName=name, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"], **further
        )
        differing = page["StackResourceDrifts"]
        found += [f"{each['LogicalResourceId']} {each['StackResourceDriftStatus']}" for each in differing]
        if not page.get("NextToken"):
            return tuple(sorted(found))
        further = {"NextToken": page["NextToken"]}


def _next_step(drift: Drift) -> str:
    if drift.resources:
        return "change it back by hand, or in the template; a deployment changes only what differs from the one before."
    return "`suitetoken doctor --drift` says what."


def _when(drift: Drift) -> str:
    return f" (seen {time.strftime('%Y-%m-%d %H:%M', time.gmtime(drift.seconds))} UTC)" if drift.seconds else ""
