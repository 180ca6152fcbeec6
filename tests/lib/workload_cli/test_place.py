"""Where a command looks for the deployment: what is wrong there has a sentence and an exit code of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from suitetoken.admin.deployment import _open_session
from tests.terminals.workload import Command

COMMANDS = [["token", "finance-prod"], ["status"]]
"""One that reads a token, by the fastest road to AWS; one that looks at the deployment with boto3."""


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Let no session of before know other settings."""
    _open_session.cache_clear()
    yield
    _open_session.cache_clear()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["--region", "eu west"], 2, "'eu west' is not an AWS region"),
        (["--profile", "nobody"], 2, "there is no AWS profile 'nobody'"),
    ],
    ids=["region", "profile"],
)
def test_a_wrong_option(suitetoken: Command, command: list[str], given: list[str], code: int, says: str) -> None:
    """Before or after the command, in one line with the next step."""
    for arguments in ([*given, *command], [*command, *given]):
        ended = suitetoken(*arguments)
        assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1)
        assert says in ended.err
        assert "Next: " in ended.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("without", "given", "code", "says"),
    [
        (["AWS_REGION"], {}, 2, "no AWS region is set"),
        (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], {}, 5, "there are no AWS credentials"),
        (["AWS_SECRET_ACCESS_KEY"], {}, 5, "a part of the AWS credentials is missing"),
        ([], {"AWS_ENDPOINT_URL": "127.0.0.1:5000"}, 2, "the AWS endpoint that is set is not a URL"),
        ([], {"AWS_ENDPOINT_URL": "https://127.0.0.1:nine"}, 2, "the AWS endpoint that is set is not a URL"),
        ([], {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, 6, "AWS did not answer"),
    ],
    ids=["region", "credentials", "half", "host", "port", "nobody"],
)
def test_a_wrong_environment(
    suitetoken: Command,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    without: list[str],
    given: dict[str, str],
    code: int,
    says: str,
) -> None:
    """Each is told from the others, in one line with the next step."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name in without:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ended = suitetoken(*command)
    assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1)
    assert says in ended.err
    assert "Next: " in ended.err
