"""Is what AWS runs as it should be? Pure functions over facts."""

from __future__ import annotations

from suitetoken.admin.doctor.aws_facts import LOOK_BACK_SECONDS, Activity, Alarm, Listeners, Stack
from suitetoken.admin.doctor.finding import Finding, right, warning, wrong
from suitetoken.shared_names import CALLBACK_PATH

OLDEST_MESSAGE_SECONDS = 300
"""A message older than this was left over by the sweep before."""
_DEPLOY = "run `make deploy` with the same PREFIX and REGION."
_DEPLOY_UNLESS_TWIN = "run `make deploy`, unless this is the local twin, which does without."


def judge_stack(stack: Stack) -> list[Finding]:
    """Whether the stack is there and whole; its name is the prefix, as `make deploy` names it."""
    check, status = "stack", stack.status
    if not stack.is_there:
        message = f"There is no stack named {stack.name} in this account and region."
        return [warning(check, message, f"give another --prefix, --region or --profile, or {_DEPLOY_UNLESS_TWIN}")]
    if status.endswith("_IN_PROGRESS"):
        return [warning(check, f"The stack {stack.name} is {status}.", "wait until that is done, and look again.")]
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return [warning(check, f"The last update of {stack.name} failed; the one before it stands.", _DEPLOY)]
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
        return [
            wrong(
                check,
                f"The stack {stack.name} is {status}.",
                "see its events in CloudFormation, mend it, then " + _DEPLOY,
            )
        ]
    return [right(check, f"The stack {stack.name} is {status}.")]


def judge_address(stack: Stack, public_url: str) -> list[Finding]:
    """Whether the stack and the parameter name the same address, and which redirect URI NetSuite must know."""
    check, redirect_uri = "redirect URI", public_url + CALLBACK_PATH
    outputs = stack.outputs or {}
    differing = sorted(
        name
        for name, ours in (("PublicUrl", public_url), ("RedirectUri", redirect_uri))
        if outputs.get(name, ours) != ours
    )
    if differing:
        message = f"The stack's {' and '.join(differing)} and the parameter public-url name different addresses."
        return [wrong(check, message, _DEPLOY)]
    return [right(check, f"Each integration record must have exactly {redirect_uri}")]


def judge_schedule(state: str, stack: Stack) -> list[Finding]:
    """Whether the schedule is switched on."""
    check = "schedule"
    if state == "ENABLED":
        return [right(check, "The schedule is ENABLED.")]
    if state:
        return [wrong(check, f"The schedule is {state}: no token is rotated.", "deploy with ScheduleState=ENABLED.")]
    return [_missing(check, "There is no schedule of this deployment.", stack)]


def judge_sweeps(activity: Activity, stack: Stack, now: float) -> list[Finding]:
    """Whether the schedule really fires."""
    check, minutes = "sweep", LOOK_BACK_SECONDS // 60
    if activity.sweeps:
        return [right(check, f"The sweep ran {activity.sweeps} times in the last {minutes} minutes.")]
    message = f"The sweep did not run in the last {minutes} minutes."
    if stack.is_there and now - stack.made_at < LOOK_BACK_SECONDS:
        return [warning(check, message, "look again in a few minutes: the stack is new.")]
    if not stack.is_there:
        return [_missing(check, message, stack)]
    return [wrong(check, message, "see the alarm sweep-silent in docs/operations.md.")]


def judge_queue_age(activity: Activity) -> list[Finding]:
    """Whether the queue is worked off from sweep to sweep."""
    check, age = "queue", activity.oldest_message
    if age <= OLDEST_MESSAGE_SECONDS:
        return [right(check, f"No message waited longer than {OLDEST_MESSAGE_SECONDS} s.")]
    return [wrong(check, f"A message waited {age} s.", "see the alarm queue-age in docs/operations.md.")]


def judge_dead_letters(count: int) -> list[Finding]:
    """Whether the rotate function has crashed on messages."""
    check = "dead letters"
    if not count:
        return [right(check, "There are none.")]
    return [wrong(check, f"About {count} messages are there.", "see the alarm dead-letters in docs/operations.md.")]


def judge_alarms(alarms: list[Alarm], stack: Stack) -> list[Finding]:
    """Whether there are alarms, none of them fires, and each would be heard."""
    check, page = "alarms", "see this alarm in docs/operations.md."
    if not alarms:
        return [_missing(check, "There are no alarms of this deployment.", stack)]
    fire = [wrong(check, f"{alarm.name} fires.", page) for alarm in alarms if alarm.fires]
    mute = [
        warning(check, f"{alarm.name} tells nobody.", "enable its actions in CloudWatch.")
        for alarm in alarms
        if not alarm.tells
    ]
    return [*fire, *mute] or [right(check, f"None of {len(alarms)} fires.")]


def judge_listeners(listeners: Listeners) -> list[Finding]:
    """Whether anybody gets the notices: reminders, links, alarms."""
    check, unconfirmed = "notices", f"{listeners.pending} more have not confirmed yet"
    if listeners.confirmed and not listeners.pending:
        return [right(check, f"Subscribers: {listeners.confirmed}.")]
    if listeners.confirmed:
        return [warning(check, f"Subscribers: {listeners.confirmed}; {unconfirmed}.", "open the mail of AWS.")]
    if listeners.pending:
        return [wrong(check, "Nobody is told: no subscriber has confirmed yet.", "open the mail of AWS and confirm.")]
    next_step = "deploy with NOTIFY_EMAIL, unless EventBridge tells somebody another way."
    return [warning(check, "Nobody is subscribed to reminders and alarms.", next_step)]


def _missing(check: str, message: str, stack: Stack) -> Finding:
    """Return a line about what a stack would have made: an error only where there is a stack."""
    if stack.is_there:
        return wrong(check, message, _DEPLOY)
    return warning(check, f"{message} There is no stack that would make it.", _DEPLOY_UNLESS_TWIN)
