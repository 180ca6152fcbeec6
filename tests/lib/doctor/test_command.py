"""`suitetoken doctor` against the twin: a line for everything, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.twin import NETSUITE_ACCOUNT, Twin
from suitetoken.admin.deployment import _open_session
from suitetoken.cli.main import run
from suitetoken.documents import Client, Connection, Grant, TokenDocument
from tests.samples.tokens import make_access_token, make_grant

CANARY = "client-secret-canary"


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    """Give a twin with a connection that is as it should be."""
    _open_session.cache_clear()
    with Twin() as twin:
        client = Client(NETSUITE_ACCOUNT, twin.confidential.client_id, CANARY, twin.overrides())
        now = int(twin.now())
        grant: Grant = make_grant(expires_at=now + 604_800, authorized_at=now)
        token = make_access_token(issued_at=now, refresh_at=now + 1800, expires_at=now + 3600)
        put(twin, "client/acme", client.to_json())
        put(twin, "connection/finance", Connection("acme", ("restlets",), grant=grant).to_json())
        put(twin, "token/finance", TokenDocument(token).to_json())
        yield twin
    _open_session.cache_clear()


def put(twin: Twin, name: str, body: str) -> None:
    """Create a secret."""
    twin.client("secretsmanager").create_secret(Name=f"suitetoken/{name}", SecretString=body)


@pytest.fixture
def doctor(twin: Twin, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the command: it gives its exit code, its data and its talk."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def type_it(*arguments: str) -> tuple[int, str, str]:
        code = run(["doctor", *arguments])
        return (code, *capsys.readouterr())

    return type_it


def test_a_whole_deployment_is_well(doctor: Any) -> None:
    """Every line of the twin's deployment, and a word about the stack that a twin does not have."""
    code, out, _ = doctor("--json")
    findings = json.loads(out)
    faults = {finding["check"]: finding["mark"] for finding in findings if finding["mark"] != "right"}
    assert (code, faults) == (0, dict.fromkeys(["stack", "schedule", "sweep", "alarms", "notices"], "warning"))
    assert {finding["check"] for finding in findings} - faults.keys() == {
        "credentials",
        "clock",
        "redirect URI",
        "public URL",
        "queue",
        "dead letters",
        "signing keys",
        "clients",
        "connections",
        "tokens",
        "good tokens",
        "NetSuite",
    }
    assert sum(finding["check"] == "clock" for finding in findings) == 3
    assert "canary" not in out


@pytest.mark.parametrize("guide", ["troubleshooting.md", "troubleshooting.zh-CN.md"])
def test_every_line_is_explained(doctor: Any, guide: str) -> None:
    """In both languages; `documents` is there only where listing is denied, `replicas` only where there are any."""
    text = (Path(__file__).parents[3] / "docs" / guide).read_text(encoding="utf-8")
    checks = {finding["check"] for finding in json.loads(doctor("--json")[1])} | {"documents", "replicas"}
    assert {check for check in checks if f"| `{check}` |" not in text} == set()


def test_people_get_a_line_each(doctor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its next step; signs and colours on a terminal only."""
    code, out, err = doctor()
    assert code == 0
    lines = out.splitlines()
    (about_stack,) = [line for line in lines if line.startswith("warning stack ")]
    assert "There is no stack named suitetoken" in about_stack
    assert "Next: " in about_stack
    assert "\x1b" not in out
    assert err.startswith(f"{len(lines) - 5} right, 5 warning")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "✓" in doctor()[1]


def test_what_is_wrong_is_said(doctor: Any, twin: Twin) -> None:
    """A deployment that is not there."""
    code, out, err = doctor("--prefix", "another")
    assert code == 1
    assert "make deploy" in out
    assert "wrong" in err


def test_credentials_that_are_nobody_s(doctor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, not the same one for each check; a profile that is not there is wrong usage."""
    code, out, err = doctor("--profile", "nobody")
    assert (code, out, err.count("\n")) == (2, "", 1)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    _open_session.cache_clear()
    code, out, _ = doctor()
    _open_session.cache_clear()
    assert (code, len(out.splitlines())) == (5, 1)
    assert out.startswith("denied")
