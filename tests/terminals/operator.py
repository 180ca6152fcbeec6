"""An operator's desk: a deployment in this process and the command, typed as a person types it."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from suitetoken.aws.store import Store
from suitetoken.cli.main import run
from tests.worlds.world import ORIGIN, REGION, Clock, World, make_world, session

CANARY = "client-secret-canary-5d1f"
ADD_CLIENT = ["client", "add", "acme", "--account-id", "1234567-sb1", "--client-id", "a" * 64]
ADD_CONNECTION = ["connection", "add", "finance", "--client", "acme", "--scope", "restlets rest_webservices"]


@dataclass(frozen=True)
class Typed:
    """What one command did: its exit code, its data and its talk."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The data, as a machine reads it."""
        return json.loads(self.out)


@dataclass
class Desk:
    """Types commands against a deployment."""

    world: World
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def store(self) -> Store:
        """The secrets."""
        return self.world.store

    def type(self, *arguments: str, stdin: str = "") -> Typed:
        """Type one command, with this on standard input."""
        self.capsys.readouterr()
        self.monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run(list(arguments))
        out, err = self.capsys.readouterr()
        return Typed(code, out, err)

    def set_up(self) -> None:
        """Add a confidential client and a connection."""
        assert self.type(*ADD_CLIENT, "--client-secret-stdin", stdin=CANARY).code == 0
        assert self.type(*ADD_CONNECTION).code == 0

    def secrets(self) -> dict[str, str]:
        """Return every secret's current version, to see whether anything changed."""
        names = [f"{kind}/{name}" for kind in ("client", "connection", "token") for name in self.store.list_names(kind)]
        return {name: self.store.read(name).id for name in names}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A desk in front of an empty deployment."""
    with make_world(requests.Session, Clock(time.time())) as world:
        session().client("ssm").put_parameter(Name="/suitetoken/public-url", Value=ORIGIN, Type="String")
        monkeypatch.setenv("AWS_REGION", REGION)
        for name in ("AWS_PROFILE", "SUITETOKEN_PREFIX", "SUITETOKEN_PUBLIC_URL"):
            monkeypatch.delenv(name, raising=False)
        yield Desk(world, monkeypatch, capsys)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with a client and a connection."""
    desk.set_up()
    return desk
