"""An operator's desk with a broker that works off each order at once, and the simulator as its NetSuite."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from local.netsuite import Integration, Simulator, default_world, serve
from local.netsuite.certificates import upload
from suitetoken.admin.deployment import Deployment
from suitetoken.documents import Certificates
from tests.terminals.operator import Desk, Typed
from tests.worlds.world import ORIGIN, REGION, Clock, make_world, session

NAME = "nightly"


@dataclass
class MachineDesk:
    """A desk, and the NetSuite of the connection `nightly`."""

    desk: Desk
    simulator: Simulator
    integration: Integration
    url: str

    def type(self, *arguments: str) -> Typed:
        """Type one command."""
        return self.desk.type(*arguments)

    @property
    def held(self) -> Certificates:
        """The connection's certificates as they are stored."""
        return self.desk.world.connection(NAME).certificates

    def add(self) -> None:
        """Add the client and the connection, as the manual says."""
        host = f"{self.url}/1234567"
        overrides = (
            *("--token-endpoint", f"{host}.suitetalk.api/services/rest/auth/oauth2/v1/token"),
            *("--rest-url", f"{host}.suitetalk.api"),
            *("--restlet-url", f"{host}.restlets.api/app/site/hosting/restlet.nl"),
        )
        client = ("client", "add", "acme", "--account-id", "1234567", "--client-id", self.integration.client_id)
        assert self.type(*client, "--public", *overrides).code == 0
        added = self.type(
            *("connection", "add", NAME, "--client", "acme", "--scope", "rest_webservices"),
            *("--grant-type", "client_credentials"),
        )
        assert (added.code, "suitetoken certificate create nightly" in added.err) == (0, True)

    def upload(self, pem: str, role: str = "1017") -> str:
        """Upload as the administrator does, in the browser; returns the certificate's id."""
        return upload(self.simulator, self.integration, pem, role, "12").id

    def start(self, *options: str) -> None:
        """Let the connection have a certificate that works."""
        made = self.type("certificate", "create", NAME, *options)
        assert made.code == 0, made.err
        registered = self.type("certificate", "register", NAME, "--certificate-id", self.upload(made.out))
        assert registered.code == 0, registered.err


@pytest.fixture
def machine_desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[MachineDesk]:
    """A desk with a connection that needs no person and has no certificate yet."""
    clock = Clock(float(int(time.time())))
    simulator = default_world(clock)
    integration = simulator.add_integration(
        "1234567", name="machine", redirect_uris=[], scopes=["rest_webservices"], client_credentials=True
    )
    monkeypatch.setenv("AWS_REGION", REGION)
    for name in ("AWS_PROFILE", "SUITETOKEN_PREFIX", "SUITETOKEN_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as until:
        url = until.enter_context(serve(simulator)).url
        world = until.enter_context(make_world(requests.Session, clock))
        session().client("ssm").put_parameter(Name="/suitetoken/public-url", Value=ORIGIN, Type="String")

        def deliver(**_: Any) -> None:
            clock.advance(1)
            queue = session().client("sqs")
            for waiting in queue.receive_message(QueueUrl=world.queue_url).get("Messages", []):
                queue.delete_message(QueueUrl=world.queue_url, ReceiptHandle=waiting["ReceiptHandle"])
                message = json.loads(waiting["Body"])
                world.rotate(message["connection"], action=message["action"], force=message.get("force", False))

        events = Deployment("suitetoken", REGION, None).session.events
        events.register("after-call.sqs.SendMessage", deliver)
        until.callback(events.unregister, "after-call.sqs.SendMessage", deliver)
        desk = MachineDesk(Desk(world, monkeypatch, capsys), simulator, integration, url)
        desk.add()
        yield desk
