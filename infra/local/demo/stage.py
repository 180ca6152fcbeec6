"""What the people and programs of the demo do: the command, a browser, a workload, the schedule."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

from rich.console import Console

from local.demo.browser import Browser, authorize
from local.demo.story import Story
from local.netsuite import Integration
from local.netsuite.certificates import upload
from local.netsuite.clock import MovableClock
from local.twin import NETSUITE_ACCOUNT, Twin
from suitetoken import NetSuiteSession, TokenReader
from suitetoken.admin.status import read_rows
from suitetoken.aws.records import read_connection, read_token, token_secret
from suitetoken.aws.store import Store
from suitetoken.cli.status_table import draw
from suitetoken.documents import AccessToken

SCOPES = ("restlets", "rest_webservices")
QUERY = "SELECT acctnumber, accountsearchdisplayname, accttype FROM account ORDER BY acctnumber"
_TIMEOUT = 60
_WIDTH = 100
_STATUS_WIDTH = 150


@dataclass
class Stage:
    """The twin and its clock; every act is told to the story, or raises where it does not work."""

    story: Story
    twin: Twin
    clock: MovableClock
    command: Path

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Run the `suitetoken` command as in a terminal and return its standard output, or raise RuntimeError."""
        self.story.tell(f"$ suitetoken {_shorten(' '.join(arguments))}")
        done = subprocess.run(  # noqa: S603 (our own command)
            [str(self.command), *arguments], input=stdin, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
        if done.returncode:
            raise RuntimeError(f"suitetoken ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()

    def add_client(self, name: str, integration: Integration) -> None:
        """Add a client that leads to the simulator."""
        urls = [part for field, url in self.twin.overrides().items() for part in (f"--{field.replace('_', '-')}", url)]
        kind = "--public" if integration.is_public else "--client-secret-stdin"
        ids = ("--account-id", NETSUITE_ACCOUNT, "--client-id", integration.client_id)
        self.run("client", "add", name, *ids, kind, *urls, stdin=integration.client_secret or "")

    def add_connection(self, name: str) -> None:
        """Add a connection for the client of the same name."""
        self.run(
            "connection", "add", name, "--client", name, *(part for scope in SCOPES for part in ("--scope", scope))
        )

    def add_machine(self, name: str) -> None:
        """Add a connection that gets its tokens by certificate, and let an administrator upload that to NetSuite."""
        how = ("--scope", "rest_webservices", "--grant-type", "client_credentials")
        self.run("connection", "add", name, "--client", name, *how)
        certificate = self.run("certificate", "create", name)
        mapped = upload(self.twin.netsuite, self.twin.machine, certificate, role="1017", entity="12")
        self.story.tell("an administrator uploads the certificate, for role 1017 and user 12")
        with self._queue_worked_off():
            self.run("certificate", "register", name, "--certificate-id", mapped.id)

    @contextmanager
    def _queue_worked_off(self) -> Iterator[None]:
        """Work off the queue while a command waits for the broker."""
        is_over = Event()

        def work() -> None:
            while not is_over.wait(0.1):
                self.twin.drain()

        worker = Thread(target=work)
        worker.start()
        try:
            yield
        finally:
            is_over.set()
            worker.join()

    def let_authorize(self, name: str) -> None:
        """Let a person with a browser use a fresh link."""
        link = self.run("link", name)
        with Browser() as browser:
            page = authorize(browser, link)
        if not page.url.startswith(f"{self.twin.public_url}/result/"):
            raise RuntimeError(f"the browser ended at a page titled {page.heading!r} (HTTP {page.status})")
        self.story.tell(f"the browser shows: {page.heading}")

    def show_token(self, name: str) -> AccessToken:
        """Show a token document as Secrets Manager has it, without the token."""
        token = self.read_token(name)
        facts = {"account": token.account_id, "role": token.role, "scope": " ".join(token.scope)}
        shown = ", ".join(f"{key} {value}" for key, value in facts.items())
        self.story.tell(
            f"{self.secret_id(name)}: token {_fingerprint(token)}, {shown}, ends {_clock_time(token.expires_at)}"
        )
        return token

    def open_workload(self, name: str) -> NetSuiteSession:
        """Return a workload's session; it knows the connection's name and nothing else."""
        return NetSuiteSession(TokenReader(name, now=self.clock))

    def list_accounts(self, workload: NetSuiteSession) -> None:
        """Let the workload ask NetSuite with SuiteQL."""
        rows = list(islice(workload.suiteql(QUERY), 3))
        if not rows:
            raise RuntimeError("NetSuite returned no accounts")
        for row in rows:
            self.story.tell("  ".join(str(value) for value in row.values()))

    def await_token(self, workload: NetSuiteSession, token: AccessToken) -> None:
        """Wait until the workload holds this token; it reads in the background while the old one is good."""
        waited_until = time.monotonic() + _TIMEOUT
        while workload.reader.token() != token.access_token:
            if time.monotonic() > waited_until:
                raise RuntimeError("the workload never read the new token")
            time.sleep(0.05)
        self.story.tell(f"it holds token {_fingerprint(token)}")

    def pass_time(self, until: float) -> None:
        """Move the twin's clock on to just after `until`."""
        seconds = max(0.0, until - self.clock()) + 60
        self.clock.advance(seconds)
        self.story.tell(f"{seconds / 60:.0f} minutes later, at {_clock_time(self.clock())}:")

    def show_status(self) -> None:
        """Show what `suitetoken status` shows, by the twin's clock: the command itself goes by this machine's."""
        self.story.tell("$ suitetoken status")
        now, drawn = int(self.clock()), StringIO()
        console = Console(file=drawn, width=_STATUS_WIDTH)
        console.print(draw(read_rows(self.store, None, now), now, console))
        self.story.tell(drawn.getvalue())

    def let_schedule_fire(self) -> None:
        """Let the schedule fire, and say who called whom."""
        logged, requested = len(self.twin.function_log), len(self.twin.netsuite.token_requests)
        messages = self.twin.tick()
        self.story.tell(
            f"schedule → function suitetoken-sweep → queue: {messages} messages → function suitetoken-rotate:"
        )
        for entry in _read_log(self.twin.function_log[logged:]):
            if entry.get("message") == "rotate":
                self.story.tell(f"  {entry['connection']}: {entry['outcome']}")
        for request in self.twin.netsuite.token_requests[requested:]:
            self.story.tell(f"  NetSuite's token endpoint, asked by {request.application}: {request.outcome}")

    def compare(self, name: str, before: AccessToken) -> None:
        """Show a token's age and version before and after the rotation, or raise RuntimeError if it is the same."""
        after, now = self.read_token(name), self.clock()
        if after.access_token == before.access_token:
            raise RuntimeError(f"the token of {name} was not rotated")
        for word, token in (("before", before), ("after ", after)):
            self.story.tell(
                f"{name} {word}: token {_fingerprint(token)}, {(now - token.issued_at) / 60:.0f} minutes old"
            )
        secret = self.twin.client("secretsmanager").describe_secret(SecretId=self.secret_id(name))
        by_label = {label: id_ for id_, labels in secret["VersionIdsToStages"].items() for label in labels}
        self.story.tell(f"{name} version: {by_label['AWSPREVIOUS'][:8]} → {by_label['AWSCURRENT'][:8]}")

    def check_logs(self, integrations: Mapping[str, Integration]) -> None:
        """Raise RuntimeError where anything secret is in a log, an event or a notice."""
        told = self.twin.function_log + repr(self.twin.events) + repr(self.twin.notices)
        for name, integration in integrations.items():
            grant = read_connection(self.store, name).document.grant
            refresh_token = grant.refresh_token if grant else ""
            for secret in (integration.client_secret, refresh_token, self.read_token(name).access_token):
                if secret and secret in told:
                    raise RuntimeError(f"something secret of {name} was printed")
        self.story.tell(f"{len(told)} characters of logs, events and notices read")

    def read_token(self, name: str) -> AccessToken:
        """Return the token as it is stored now."""
        token = read_token(self.store, name).document.token
        if token is None:
            raise RuntimeError(f"{name} has no token")
        return token

    def secret_id(self, name: str) -> str:
        """Return the name of a connection's token secret."""
        return self.store.secret_id(token_secret(name))

    @property
    def store(self) -> Store:
        """The twin's secrets."""
        return Store(self.twin.client("secretsmanager"), self.twin.prefix)


def _read_log(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def _fingerprint(token: AccessToken) -> str:
    return hashlib.sha256(token.access_token.encode()).hexdigest()[:8]


def _clock_time(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def _shorten(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"
