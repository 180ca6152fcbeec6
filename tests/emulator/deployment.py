"""The deployment as its people use it: `make`, `suitetoken`, `aws` and a browser, each the real one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulator.person import Page, Person, RoadEnds
from tests.emulator.processes import Programs
from tests.emulator.servers import AuthorizationServer

PREFIX = "emulated"
REGION = "eu-west-1"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One prefix in the emulator. `command` is the path of `suitetoken`."""

    programs: Programs
    command: Path
    netsuite: AuthorizationServer
    person: Person = field(default_factory=Person)

    def make(self, target: str, **settings: str) -> str:
        """Run a target of the Makefile and return what it printed as data."""
        given = [f"{name}={value}" for name, value in {"PREFIX": PREFIX, "REGION": REGION, **settings}.items()]
        return self.programs.run("make", target, *given).stdout

    def suitetoken(self, *words: str, given: str = "", code: int = 0) -> str:
        """Type a command and return what it printed as data."""
        return self.programs.run(str(self.command), *words, given=given, code=code).stdout

    def aws(self, *words: str) -> Any:
        """Ask AWS, as an operator who looks by hand would."""
        return json.loads(self.programs.run("aws", "--region", REGION, *words, "--output", "json").stdout)

    def deploy(self, **settings: str) -> str:
        """Deploy as it is documented; return the redirect URI that is printed."""
        return self.make("deploy", **settings).splitlines()[-1]

    def add(self, name: str, redirect_uri: str, *, public: bool = False) -> None:
        """Register a client of this name at the authorization server, and add it and a connection here."""
        registered = self.netsuite.register(redirect_uri, public=public)
        kind = "--public" if public else "--client-secret-stdin"
        account = ("--account-id", "1234567", "--client-id", registered.client_id, kind)
        self.suitetoken("client", "add", name, *account, *self.netsuite.overrides, given=registered.secret)
        self.suitetoken("connection", "add", name, "--client", name, "--scope", "rest_webservices")

    def consent(self, name: str) -> Page:
        """Open a fresh link as the person who may consent, log in, allow, and return the page that is shown then."""
        landing = self.person.open(self.suitetoken("link", name).strip())
        page = self.person.submit(_see(landing, name))
        if 'name="password"' in page.text:
            page = self.person.submit(page, username=self.netsuite.user, password=self.netsuite.password)
        return self.person.submit(_see(page, 'name="allow"'))

    def token(self, name: str) -> str:
        """Return the token that a workload reads."""
        return self.suitetoken("token", name).strip()

    def health(self, name: str) -> dict[str, Any]:
        """Return what `status` says about one connection, whatever it ends with."""
        asked = self.programs.run("sh", "-c", '"$0" status "$1" --json || true', str(self.command), name)
        found: dict[str, Any] = json.loads(asked.stdout)
        return found


def _see(page: Page, text: str) -> Page:
    if page.status != 200 or text not in page.text:
        raise RoadEnds(f"The page under {page.url.partition('?')[0]} (status {page.status}) is another than expected.")
    return page
