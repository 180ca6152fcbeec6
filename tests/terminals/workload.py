"""A workload's place of work: AWS with a token in it, NetSuite that gave that token, and the command."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from local.netsuite import Simulator, SimulatorAdapter, create_app, default_world, serve
from local.netsuite.clock import MovableClock
from suitetoken.cli.main import run
from suitetoken.documents import Problem, TokenDocument
from tests.readers.aws import REGION, Aws, running_aws
from tests.samples.tokens import make_access_token
from tests.worlds.netsuite import REDIRECT_URI, Stage

KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": REGION}


@dataclass(frozen=True)
class Office:
    """Where a workload works. `finance-prod` has `token`; `tired` has none; the NetSuite of `lost` is gone."""

    aws: Aws
    simulator: Simulator
    netsuite_url: str
    token: str

    @property
    def environ(self) -> dict[str, str]:
        """The variables that lead here."""
        return {**KEYS, "AWS_ENDPOINT_URL": self.aws.url}


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Open it, with what a broker would have published."""
    simulator = default_world(time.time)
    with ExitStack() as open_until:
        url = open_until.enter_context(serve(simulator)).url
        aws = open_until.enter_context(running_aws())
        token = get_token(simulator)
        aws.put_token("finance-prod", make_document(token, url))
        aws.put_token("lost", make_document(token, "http://127.0.0.1:9"))
        problem = Problem("consent_ended", "Authorize it again.", int(time.time()))
        aws.put_token("tired", TokenDocument(None, problem).to_json())
        yield Office(aws, simulator, url, token)


def make_document(token: str, url: str) -> str:
    """Return what a broker publishes of a token given just now by the NetSuite at `url`."""
    now = int(time.time())
    published = make_access_token(
        access_token=token,
        issued_at=now,
        refresh_at=now + 1800,
        expires_at=now + 3600,
        account_id="1234567",
        rest_url=f"{url}/1234567.suitetalk.api",
        restlet_url=f"{url}/1234567.restlets.api/app/site/hosting/restlet.nl",
    )
    return TokenDocument(published).to_json()


def get_token(simulator: Simulator) -> str:
    """Return an access token that NetSuite really gave."""
    scopes = ["restlets", "rest_webservices"]
    integration = simulator.add_integration("1234567", name="c", redirect_uris=[REDIRECT_URI], scopes=scopes)
    with requests.Session() as http:
        http.mount("https://", SimulatorAdapter(create_app(simulator)))
        stage = Stage(simulator, MovableClock(time.time), http, integration, integration)
        return stage.authorize(integration)["access_token"]


@pytest.fixture
def at_work(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let this process work there, without anything of the machine's own."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SUITETOKEN_")) or "proxy" in name.lower()]:
        monkeypatch.delenv(name)
    for name, value in {**office.environ, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def suitetoken(at_work: None, capfd: pytest.CaptureFixture[str]) -> Command:
    """Return the command, run in this process."""

    def command(*arguments: str) -> Ended:
        code = run(list(arguments))
        captured = capfd.readouterr()
        return Ended(code, captured.out, captured.err)

    return command
