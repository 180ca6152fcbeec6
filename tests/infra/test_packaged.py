"""The artefact as Lambda runs it: unzipped, on Python 3.13, by AWS's own runtime client, each part under its role."""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from artefact import list_compiled, list_files
from local.functions.execution import ExecutionEnvironment
from local.functions.runtime_api import FunctionFailed
from local.parts import read_functions
from tests.samples.aws_events import HTTP_API, SCHEDULED_TIME, SQS_FIFO
from tests.stacks.iam_page import find_use, read_table
from tests.stacks.packaged import PREFIX, SCOPES, Packaged, packaged
from tests.stacks.packaged_people import Desk, told_about

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 13),
    reason="Lambda runs the artefact on Python 3.13: `make unit-3.13` runs these tests",
)
WEB, SWEEP, ROTATE = (f"{PREFIX}-{name}" for name in ("web", "sweep", "rotate"))

OF_THE_PLATFORM = {
    *(
        (f"{role}Role", action)
        for role in ("Web", "Sweep", "Rotate")
        for action in ("CreateLogStream", "PutLogEvents", "PutTraceSegments", "PutTelemetryRecords")
    ),
    ("RotateRole", "GetQueueAttributes"),
    ("ScheduleRole", "InvokeFunction"),
}
"""What Lambda and EventBridge Scheduler themselves do under the roles; that is not simulated here."""
WHEN_PUBLISHING_FAILS = {("WebRole", "SendMessage")}
UNDER_A_KEY_OF_BEFORE = {
    (role, action) for role in ("WebRole", "RotateRole") for action in ("Decrypt", "GenerateDataKey")
}
"""Used where a secret has a key: test_packaged_own_key.py and test_secrets_key.py."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packaged]:
    """Give the running deployment."""
    with packaged(tmp_path_factory.mktemp("lambda"), time.time) as stack:
        yield stack


@pytest.fixture(params=["confidential", "public"])
def desk(stack: Packaged, request: pytest.FixtureRequest) -> Desk:
    """Give a connection of its own for each test and kind of client, and an empty log."""
    integration = stack.confidential if request.param == "confidential" else stack.public
    desk = Desk(stack, f"{request.param}-{uuid.uuid4().hex[:8]}", integration)
    desk.add()
    stack.clear_log()
    return desk


def test_from_the_link_to_the_next_token(desk: Desk) -> None:
    """A person authorizes; grant and token are stored; the schedule, queue and rotation bring the next token."""
    with told_about(desk.name) as events:
        page = desk.let_authorize()
    assert page.url.startswith(f"{desk.stack.gateway.url}/result/")
    assert page.status == 200
    first, secrets = desk.token.token, set(desk.secrets())
    assert first is not None
    desk.grow_old(3000)
    events += desk.let_schedule_fire()
    second = desk.token.token
    assert second is not None
    assert second.access_token not in (first.access_token, "")
    assert second.expires_at > time.time() + 3000
    assert [event.kind for event in events] == ["Connection Authorized", "Token Rotated"]
    assert_nothing_was_denied_or_told(desk.stack, secrets | set(desk.secrets()))


def assert_nothing_was_denied_or_told(stack: Packaged, secrets: set[str]) -> None:
    """Every call of the functions was allowed, and their logs hold no secret."""
    entries = [json.loads(line) for line in stack.log]
    assert {entry["service"] for entry in entries} == {"web", "sweep", "rotate"}
    assert not [entry for entry in entries if entry.get("level", "INFO") != "INFO"]
    for secret in secrets:
        assert not any(secret in line for line in stack.log)


def test_a_grant_that_is_gone_is_told_with_a_link(desk: Desk) -> None:
    """When NetSuite has withdrawn the grant, people are told with a fresh link, which opens, and readers see why."""
    desk.let_authorize()
    desk.withdraw_at_netsuite()
    desk.grow_old(3000)
    (event,) = desk.let_schedule_fire()
    assert event.kind == "Authorization Required"
    assert desk.token.problem is not None
    assert event.detail["link"].startswith(f"{desk.stack.gateway.url}/authorize/")
    assert desk.let_authorize().status == 200
    assert desk.token.problem is None


def test_revoked_and_removed(desk: Desk) -> None:
    """What an operator orders is done by the rotate function under its role: revoking, then deleting."""
    desk.let_authorize()
    desk.type("revoke", desk.name, "--yes")
    desk.stack.queue.drain()
    assert desk.token.token is None
    desk.type("connection", "remove", desk.name, "--yes")
    desk.stack.queue.drain()
    assert not any(desk.store.exists(f"{kind}/{desk.name}") for kind in ("connection", "token"))


def make_machine_desk(stack: Packaged) -> Desk:
    """Return the desk of a connection that needs no person."""
    integration = stack.netsuite.add_integration(
        "1234567", name="machine", redirect_uris=[], scopes=SCOPES, client_credentials=True
    )
    return Desk(stack, f"machine-{uuid.uuid4().hex[:8]}", integration)


def test_a_machine_gets_its_tokens(stack: Packaged) -> None:
    """With a key in KMS the artefact needs nothing more; with one in Secrets Manager it says what it needs."""
    desk = make_machine_desk(stack)
    desk.let_certify("kms")
    first = desk.token.token
    desk.grow_old(3000)
    (event,) = desk.let_schedule_fire()
    second = desk.token.token
    assert first is not None
    assert second is not None
    assert (event.kind, second.access_token == first.access_token) == ("Token Rotated", False)
    other = make_machine_desk(stack)
    other.let_certify("secrets-manager")
    problem = other.token.problem
    assert problem is not None
    assert (problem.code, "SIGNING_LAYER=true" in problem.message) == ("signing_failed", True)


def test_no_role_has_what_no_flow_needs(stack: Packaged) -> None:
    """Every permission of the page is used on the way from the link to the removal, but for those named above."""
    for integration in (stack.confidential, stack.public):
        desk = Desk(stack, f"least-{uuid.uuid4().hex[:8]}", integration)
        desk.add()
        desk.let_authorize()
        desk.grow_old(3000)
        desk.let_schedule_fire()
        desk.withdraw_at_netsuite()
        desk.grow_old(3000)
        desk.let_schedule_fire()
        desk.let_authorize()
        for command in (("revoke",), ("connection", "remove")):
            desk.type(*command, desk.name, "--yes")
            stack.queue.drain()
    for key_store in ("kms", "secrets-manager"):
        make_machine_desk(stack).let_certify(key_store)
    used = {use for use in map(find_use, stack.decisions) if use}
    page = {(role, row, action) for row, cells in read_table().items() for role in cells for action in cells[role]}
    assert {(role, action) for role, _, action in page - used} == (
        OF_THE_PLATFORM | WHEN_PUBLISHING_FAILS | UNDER_A_KEY_OF_BEFORE
    )


def test_under_another_role_it_fails(stack: Packaged, tmp_path: Path) -> None:
    """With the sweep's role the rotate function can do nothing: it is the role that opens the doors."""
    log = tmp_path / "log"
    settings = read_functions(stack.deployed.stack)[ROTATE]
    function = ExecutionEnvironment(settings, stack.machine, stack.deployed.keys_of("SweepRole"), log)
    body = json.dumps({"connection": "any", "action": "rotate"})
    try:
        answer = function.invoke({"Records": [{**SQS_FIFO["Records"][0], "body": body}]})
    finally:
        function.close()
    assert answer == {"batchItemFailures": []}
    assert "access_denied" in log.read_text("utf-8")


def test_documented_events_are_understood(stack: Packaged) -> None:
    """The very events of AWS's guides are taken: an address without a page, a message of others, a scheduled time."""
    page = stack.functions[WEB].invoke(HTTP_API)
    assert page["statusCode"] == 404
    assert "text/html" in page["headers"]["Content-Type"]
    assert stack.functions[ROTATE].invoke(SQS_FIFO) == {"batchItemFailures": []}
    assert "message dropped" in "".join(stack.log)
    assert stack.functions[SWEEP].invoke({"scheduled_time": SCHEDULED_TIME})["connections"] >= 0
    stack.queue.drain()


def test_what_a_function_raises_is_its_runtime_s_error(stack: Packaged) -> None:
    """An event that cannot be one comes back as the error that Lambda would report, and the function lives on."""
    with pytest.raises(FunctionFailed, match="Error"):
        stack.functions[ROTATE].invoke({"Records": [{"eventSource": "aws:sqs"}]})
    assert stack.functions[ROTATE].invoke(SQS_FIFO) == {"batchItemFailures": []}


def test_handler_that_is_not_there_does_not_start(stack: Packaged, tmp_path: Path) -> None:
    """A handler missing in the artefact is a failed start, not a hanging one."""
    settings = replace(read_functions(stack.deployed.stack)[WEB], handler="token_broker.none.handler")
    with pytest.raises(FunctionFailed, match=r"No module named 'token_broker\.none'"):
        ExecutionEnvironment(settings, stack.machine, {}, tmp_path / "log")


def test_it_is_python_alone(stack: Packaged) -> None:
    """Nothing in the artefact is machine code, so what runs here is what runs on Lambda's arm64."""
    assert list_compiled(stack.machine.task_root) == []


def test_nothing_is_written_beside_the_code(stack: Packaged) -> None:
    """All byte code is there already, for Lambda's folder is read-only: running leaves it as it was unpacked."""
    packed = {name for name, _ in list_files(stack.machine.task_root)}
    assert packed == set(stack.archived)
    assert sum(name.endswith(".pyc") for name in packed) == sum(name.endswith(".py") for name in packed)


def test_every_function_starts(stack: Packaged) -> None:
    """Each function is ready for events; how long its start took is printed (`pytest -rP` shows it)."""
    for name, function in stack.functions.items():
        sys.stdout.write(f"{name}: init {function.init_seconds * 1000:.0f} ms\n")
    assert set(stack.functions) == {WEB, SWEEP, ROTATE}
