"""The examination: what is looked at, in which order; what depends on something unseen is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from suitetoken.admin.addresses import read_public_url
from suitetoken.admin.deployment import Deployment
from suitetoken.admin.doctor import aws_facts, judgements
from suitetoken.admin.doctor import secrets as documents
from suitetoken.admin.doctor.aws_facts import Identity, Listeners, Stack
from suitetoken.admin.doctor.drift import CHECK, detect_drift, judge_drift
from suitetoken.admin.doctor.finding import Attempt, Finding, Mark, attempt, right
from suitetoken.admin.doctor.hosts import (
    Fetch,
    fetch,
    fetch_all,
    find_origins,
    judge_clock,
    judge_health,
    judge_hosts,
)
from suitetoken.admin.doctor.replicas import judge_replicas, read_all_replicas
from suitetoken.admin.signing_keys import KEYS
from suitetoken.errors import AccessDenied
from suitetoken.signing.keys import STATE_KEY

CREDENTIALS = "credentials"
_ASKED_WITHOUT_PERMISSION = frozenset({CREDENTIALS, "clock"})


def examine(
    deployment: Deployment, now: Callable[[], float], fetch: Fetch = fetch, *, drift: bool = False
) -> list[Finding]:
    """Look at everything and change nothing. `now` is this machine's clock in epoch seconds, `fetch` GETs a URL.

    `drift` has CloudFormation compare the stack with its template now, which takes a minute or so.
    """
    try:
        identity = aws_facts.read_identity(deployment.client("sts"))
    except AccessDenied as error:
        return [Finding(CREDENTIALS, Mark.DENIED, error.message, error.next_step or "")]
    found: list[Iterator[Finding] | list[Finding]] = [
        [right(CREDENTIALS, f"You are {identity.arn}.")],
        judge_clock("AWS", identity.seconds, now()),
        _examine_stack(deployment, identity, now, fetch, drift=drift),
        _examine_secrets(deployment, now, fetch),
    ]
    return list(chain.from_iterable(found))


def is_nothing_seen(findings: list[Finding]) -> bool:
    """Whether AWS refused every single look."""
    seen = {finding.mark for finding in findings if finding.check not in _ASKED_WITHOUT_PERMISSION}
    return not seen - {Mark.DENIED}


def _examine_stack(
    deployment: Deployment, identity: Identity, now: Callable[[], float], fetch: Fetch, *, drift: bool
) -> Iterator[Finding]:
    prefix, client = deployment.prefix, deployment.client
    seen = attempt(
        "stack", "cloudformation:DescribeStacks", lambda: aws_facts.read_stack(client("cloudformation"), prefix)
    )
    yield from seen.judged(judgements.judge_stack)
    stack = seen.value or Stack(prefix)
    if stack.is_there:
        yield from _examine_drift(deployment) if drift else judge_drift(stack.drift)
    url = attempt("public URL", "ssm:GetParameter", lambda: read_public_url(client("ssm"), prefix))
    yield from url.judged(lambda it: judgements.judge_address(stack, it))
    if url.value is not None:
        health = fetch(f"{url.value}/health")
        yield from judge_health(health)
        yield from judge_clock(url.value, health.seconds, now())
    yield from _examine_work(deployment, identity, stack, now())


def _examine_drift(deployment: Deployment) -> list[Finding]:
    permission = "cloudformation:DetectStackDrift, and to read every resource of the stack (ReadOnlyAccess)"
    compared = attempt(CHECK, permission, lambda: detect_drift(deployment.client("cloudformation"), deployment.prefix))
    return compared.judged(judge_drift)


def _examine_work(deployment: Deployment, identity: Identity, stack: Stack, now: float) -> Iterator[Finding]:
    prefix, client = deployment.prefix, deployment.client
    schedule = attempt(
        "schedule", "scheduler:GetSchedule", lambda: aws_facts.read_schedule(client("scheduler"), prefix)
    )
    yield from schedule.judged(lambda state: judgements.judge_schedule(state, stack))
    activity = attempt(
        "sweep", "cloudwatch:GetMetricData", lambda: aws_facts.read_activity(client("cloudwatch"), prefix, now)
    )
    yield from activity.judged(lambda it: judgements.judge_sweeps(it, stack, now))
    if activity.value is not None:
        yield from judgements.judge_queue_age(activity.value)
    dead = attempt(
        "dead letters",
        "sqs:GetQueueUrl and sqs:GetQueueAttributes",
        lambda: aws_facts.count_dead_letters(client("sqs"), prefix),
    )
    yield from dead.judged(judgements.judge_dead_letters)
    yield from _examine_watch(deployment, identity, stack)


def _examine_watch(deployment: Deployment, identity: Identity, stack: Stack) -> Iterator[Finding]:
    prefix, client = deployment.prefix, deployment.client
    alarms = attempt("alarms", "cloudwatch:DescribeAlarms", lambda: aws_facts.read_alarms(client("cloudwatch"), prefix))
    yield from alarms.judged(lambda it: judgements.judge_alarms(it, stack))

    def listen() -> Listeners:
        topics = client("sns")
        return aws_facts.count_listeners(topics, identity.topic_of(prefix, topics.meta.region_name))

    yield from attempt("notices", "sns:ListSubscriptionsByTopic", listen).judged(judgements.judge_listeners)


def _examine_secrets(deployment: Deployment, now: Callable[[], float], fetch: Fetch) -> Iterator[Finding]:
    for which, name in KEYS.items():
        yield from _examine_key(deployment, which, name, now())
    seen: Attempt[documents.Secrets] = attempt(
        "documents", "secretsmanager:ListSecrets", lambda: documents.read_secrets(deployment.store)
    )
    yield from seen.judged(documents.judge_documents)
    yield from seen.judged(lambda it: documents.judge_tokens(it, int(now()))) if seen.value else ()
    if seen.value is not None:
        yield from _examine_replicas(deployment, seen.value.tokens.names)
        answers = fetch_all(find_origins(seen.value.clients.documents.values()), fetch)
        yield from judge_hosts(answers)
        for answer in answers:
            yield from judge_clock(answer.url, answer.seconds, now())


def _examine_replicas(deployment: Deployment, names: set[str]) -> list[Finding]:
    seen = attempt("replicas", "secretsmanager:DescribeSecret", lambda: read_all_replicas(deployment.store, names))
    return seen.judged(judge_replicas)


def _examine_key(deployment: Deployment, which: str, name: str, now: float) -> list[Finding]:
    key = attempt(
        "signing keys",
        f"secretsmanager:{'DescribeSecret' if name == STATE_KEY else 'GetSecretValue'} on {name}",
        lambda: documents.read_key(deployment.store, deployment.client("secretsmanager"), name),
    )
    return key.judged(lambda it: documents.judge_key(which, it, now))
