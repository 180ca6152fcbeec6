"""The artefact as Lambda runs it: unzipped, on Python 3.13, by AWS's own runtime client, each part under its role."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from artefact import list_compiled, list_files
from documented_events import HTTP_API, SCHEDULED_TIME, SQS_FIFO
from enforced_stack import operating_as
from local.aws.observed import observed_events
from local.browser import Browser, Page, authorize
from local.execution import ExecutionEnvironment
from local.parts import read_functions
from local.runtime_api import FunctionFailed
from local.twin import NETSUITE_ACCOUNT, override_endpoints
from packaged_stack import PREFIX, SCOPES, Packaged, packaged
from suitetoken.cli.main import run
from suitetoken.documents import TokenDocument
from suitetoken.records import read_connection, read_token, token_secret
from suitetoken.store import Store, Version

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 13),
    reason="Lambda runs the artefact on Python 3.13: `make unit-3.13` runs these tests",
)
NAME = "finance"
Type = Callable[..., str]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packaged]:
    """Give the running deployment."""
    with packaged(tmp_path_factory.mktemp("lambda"), time.time) as stack:
        yield stack


@pytest.fixture(autouse=True)
def fresh_log(stack: Packaged) -> None:
    """Begin each test with an empty log."""
    stack.log.clear()


@pytest.fixture
def operate(stack: Packaged, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Type]:
    """Give the `suitetoken` command, typed with an operator's own credentials."""

    def operate(*words: str, stdin: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        assert run(list(words)) == 0, capsys.readouterr().err
        return capsys.readouterr().out.strip()

    with operating_as(stack.operator, aws_endpoint_url=str(stack.deployed.endpoint)):
        yield operate


def store_of(stack: Packaged) -> Store:
    """Return the secrets, as an operator may see them."""
    return Store(stack.client_of_operator("secretsmanager"), PREFIX)


def add_connection(stack: Packaged, operate: Type, name: str) -> None:
    """Add a client that leads to the simulator, and a connection, as an operator does."""
    urls = override_endpoints(stack.netsuite_url).items()
    overrides = [word for field, url in urls for word in (f"--{field.replace('_', '-')}", url)]
    ids = ("--account-id", NETSUITE_ACCOUNT, "--client-id", stack.integration.client_id)
    secret = stack.integration.client_secret or ""
    operate("client", "add", name, *ids, "--client-secret-stdin", *overrides, stdin=secret)
    operate("connection", "add", name, "--client", name, *(word for scope in SCOPES for word in ("--scope", scope)))


def let_authorize(operate: Type, name: str) -> Page:
    """Let a person open a fresh link, consent at NetSuite and come back."""
    with Browser() as browser:
        return authorize(browser, operate("link", name))


def grow_old(stack: Packaged, name: str, seconds: int) -> None:
    """Let a token have been given that long ago: the functions live in real time."""

    def older(version: Version) -> str:
        document: dict[str, Any] = json.loads(version.body)
        return json.dumps({key: value - seconds if key.endswith("_at") else value for key, value in document.items()})

    store_of(stack).update(token_secret(name), older)


def read(stack: Packaged, name: str) -> TokenDocument:
    """Return the token document that readers get."""
    return read_token(store_of(stack), name).document


def test_from_the_link_to_the_next_token(stack: Packaged, operate: Type) -> None:
    """A person authorizes; grant and token are stored; the schedule, queue and rotation bring the next token."""
    add_connection(stack, operate, NAME)
    with observed_events() as events:
        page = let_authorize(operate, NAME)
        assert page.url.startswith(f"{stack.gateway.url}/result/")
        assert page.status == 200
        grant, first = read_connection(store_of(stack), NAME).document.grant, read(stack, NAME).token
        assert grant is not None
        assert first is not None
        grow_old(stack, NAME, 3000)
        assert stack.schedule.tick() == {"connections": 1}
        assert stack.queue.drain() == 1
    second = read(stack, NAME).token
    assert second is not None
    assert second.access_token not in (first.access_token, "")
    assert second.expires_at > time.time() + 3000
    assert [event.kind for event in events] == ["Connection Authorized", "Token Rotated"]
    assert_nothing_was_denied_or_told(stack, first.access_token, second.access_token, grant.refresh_token)


def assert_nothing_was_denied_or_told(stack: Packaged, *secrets: str) -> None:
    """Every call of the functions was allowed, and neither their logs nor their traces hold a secret."""
    entries, traces = [json.loads(line) for line in stack.log], stack.traces.text
    assert {entry["service"] for entry in entries} == {"web", "sweep", "rotate"}
    assert not [entry for entry in entries if entry.get("level", "INFO") != "INFO"]
    assert {f'"operation": "{name}"' in traces for name in ("GetSecretValue", "PutEvents", "SendMessageBatch")} == {
        True
    }
    keys = [store_of(stack).read(f"signing-key/{key}").body for key in ("link", "state")]
    for secret in (*secrets, *keys, str(stack.integration.client_secret)):
        assert secret not in traces
        assert not any(secret in line for line in stack.log)


def test_revoked_and_removed(stack: Packaged, operate: Type) -> None:
    """What an operator orders is done by the rotate function under its role: revoking, then deleting."""
    add_connection(stack, operate, "leaving")
    let_authorize(operate, "leaving")
    stack.queue.drain()
    operate("revoke", "leaving", "--yes")
    stack.queue.drain()
    assert read(stack, "leaving").token is None
    operate("connection", "remove", "leaving", "--yes")
    stack.queue.drain()
    assert not any(store_of(stack).exists(f"{kind}/leaving") for kind in ("connection", "token"))


def test_under_another_role_it_fails(stack: Packaged, operate: Type) -> None:
    """With the sweep's role the rotate function can do nothing: it is the role that opens the doors."""
    add_connection(stack, operate, "locked")
    settings = read_functions(stack.deployed.stack)[f"{PREFIX}-rotate"]
    log: list[str] = []
    function = ExecutionEnvironment(settings, stack.machine, stack.deployed.keys_of("SweepRole"), log.append)
    body = json.dumps({"connection": "locked", "action": "rotate"})
    try:
        answer = function.invoke({"Records": [{**SQS_FIFO["Records"][0], "body": body}]})
    finally:
        function.close()
    assert answer == {"batchItemFailures": []}
    assert "access_denied" in "".join(log)


def test_documented_events_are_understood(stack: Packaged) -> None:
    """The very events of AWS's guides are taken: an address without a page, a message of others, a scheduled time."""
    page = stack.functions[f"{PREFIX}-web"].invoke(HTTP_API)
    assert page["statusCode"] == 404
    assert "text/html" in page["headers"]["Content-Type"]
    assert stack.functions[f"{PREFIX}-rotate"].invoke(SQS_FIFO) == {"batchItemFailures": []}
    assert "message dropped" in "".join(stack.log)
    swept = stack.functions[f"{PREFIX}-sweep"].invoke({"scheduled_time": SCHEDULED_TIME})
    assert swept["connections"] >= 0
    stack.queue.drain()


def test_what_a_function_raises_is_its_runtime_s_error(stack: Packaged) -> None:
    """An event that cannot be one comes back as the error that Lambda would report, and the function lives on."""
    with pytest.raises(FunctionFailed, match="Error"):
        stack.functions[f"{PREFIX}-rotate"].invoke({"Records": [{"eventSource": "aws:sqs"}]})
    assert stack.functions[f"{PREFIX}-rotate"].invoke(SQS_FIFO) == {"batchItemFailures": []}


def test_handler_that_is_not_there_does_not_start(stack: Packaged) -> None:
    """A handler missing in the artefact is a failed start, not a hanging one."""
    settings = read_functions(stack.deployed.stack)[f"{PREFIX}-web"]
    wrong = type(settings)(settings.name, settings.arn, "token_broker.none.handler", 1, 128, {})
    with pytest.raises(FunctionFailed, match=r"No module named 'token_broker\.none'"):
        ExecutionEnvironment(wrong, stack.machine, {}, lambda _: None)


def test_it_is_python_alone(stack: Packaged) -> None:
    """Nothing in the artefact is machine code, so what runs here is what runs on Lambda's arm64."""
    assert list_compiled(stack.machine.task_root) == []


def test_nothing_is_written_beside_the_code(stack: Packaged) -> None:
    """All byte code is there already, for Lambda's folder is read-only: running leaves it as it was unpacked."""
    packed = {name for name, _ in list_files(Path(stack.machine.task_root))}
    assert packed == set(stack.archived)
    assert sum(name.endswith(".pyc") for name in packed) == sum(name.endswith(".py") for name in packed)


def test_every_function_starts(stack: Packaged) -> None:
    """Each function is ready for events; how long its start took is printed (`pytest -rP` shows it)."""
    for name, function in stack.functions.items():
        sys.stdout.write(f"{name}: init {function.init_seconds * 1000:.0f} ms\n")
    assert set(stack.functions) == {f"{PREFIX}-{name}" for name in ("web", "sweep", "rotate")}
