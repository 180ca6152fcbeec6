"""What people do with the packaged deployment: an operator types, a person authorizes, time passes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import requests

from local.aws.observed import PutEvent, observed_events
from local.demo.browser import Browser, Page, authorize
from local.netsuite import Integration
from local.netsuite.certificates import upload
from local.twin import NETSUITE_ACCOUNT, override_endpoints
from suitetoken.admin import certificates
from suitetoken.aws.records import read_connection, read_token, token_secret
from suitetoken.aws.store import Store, Version
from suitetoken.cli.main import run
from suitetoken.documents import Connection, TokenDocument
from tests.stacks.enforced import operating_as
from tests.stacks.packaged import PREFIX, SCOPES, Packaged


@dataclass(frozen=True)
class Desk:
    """One connection, its client of the same name, and the operator's own credentials."""

    stack: Packaged
    name: str
    integration: Integration

    @property
    def store(self) -> Store:
        """The secrets, as an operator may see them."""
        return Store(self.stack.client_of_operator("secretsmanager"), PREFIX)

    @property
    def connection(self) -> Connection:
        """The connection as it is stored."""
        return read_connection(self.store, self.name).document

    @property
    def token(self) -> TokenDocument:
        """The token document that readers get."""
        return read_token(self.store, self.name).document

    def type(self, *words: str, stdin: str = "") -> str:
        """Run the `suitetoken` command and return what it prints."""
        out, err = io.StringIO(), io.StringIO()
        with (
            operating_as(self.stack.operator, aws_endpoint_url=str(self.stack.deployed.endpoint)),
            patch("sys.stdin", io.StringIO(stdin)),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            assert run(list(words)) == 0, err.getvalue()
        return out.getvalue().strip()

    def add(self, *options: str) -> None:
        """Add a client that leads to the simulator, and a connection with these options."""
        urls = override_endpoints(self.stack.netsuite_url).items()
        overrides = [word for field, url in urls for word in (f"--{field.replace('_', '-')}", url)]
        ids = ("--account-id", NETSUITE_ACCOUNT, "--client-id", self.integration.client_id)
        kind = "--public" if self.integration.is_public else "--client-secret-stdin"
        self.type("client", "add", self.name, *ids, kind, *overrides, stdin=self.integration.client_secret or "")
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        self.type("connection", "add", self.name, "--client", self.name, *scopes, *options)

    def let_certify(self, key_store: str) -> None:
        """Add the connection as one that needs no person, with a certificate, and ask for its first token."""
        self.add("--grant-type", "client_credentials")
        pem = self.type("certificate", "create", self.name, "--key-store", key_store)
        certificate_id = upload(self.stack.netsuite, self.integration, pem, "1017", "12").id
        certificates.register(self.store, self.name, certificate_id)
        self.type("rotate", self.name, "--force")
        self.stack.queue.drain()

    def let_authorize(self) -> Page:
        """Let a person open a fresh link, consent at NetSuite and come back."""
        with Browser() as browser:
            return authorize(browser, self.type("link", self.name))

    def withdraw_at_netsuite(self) -> None:
        """Let NetSuite forget the grant, as when a user revokes it there."""
        url = override_endpoints(self.stack.netsuite_url)["revocation_endpoint"]
        grant = self.connection.grant
        assert grant is not None
        keys = (self.integration.client_id, self.integration.client_secret or "")
        requests.post(url, data={"token": grant.refresh_token}, auth=keys, timeout=10).raise_for_status()

    def grow_old(self, seconds: int) -> None:
        """Let the token have been given that long ago: the functions live in real time."""

        def older(version: Version) -> str:
            document: dict[str, Any] = json.loads(version.body)
            return json.dumps({key: it - seconds if key.endswith("_at") else it for key, it in document.items()})

        self.store.update(token_secret(self.name), older)

    def let_schedule_fire(self) -> list[PutEvent]:
        """Let the sweep run and the queue be emptied; return what EventBridge was told about this connection."""
        with told_about(self.name) as events:
            assert self.stack.schedule.tick()["connections"] >= 1
            assert self.stack.queue.drain() >= 1
        return events

    def secrets(self) -> Iterator[str]:
        """Yield everything of this connection and of the deployment that must never be shown."""
        document, grant = self.token.token, self.connection.grant
        yield from (document.access_token,) if document else ()
        yield from (grant.refresh_token,) if grant else ()
        yield from (self.integration.client_secret,) if self.integration.client_secret else ()
        seen_by_web = Store(self.stack.client_of_function("web", "secretsmanager"), PREFIX)
        yield from (seen_by_web.read(f"signing-key/{key}").body for key in ("link", "state"))


@contextmanager
def told_about(connection: str) -> Iterator[list[PutEvent]]:
    """Give a list that holds, after the block, the events about one connection."""
    told: list[PutEvent] = []
    with observed_events() as events:
        yield told
    told.extend(event for event in events if event.detail["connection"] == connection)
