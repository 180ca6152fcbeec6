"""A simulator in this process, reached at NetSuite's own addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import requests

from local.netsuite import Integration, Person, Simulator, SimulatorAdapter, Switches, create_app, default_world
from local.netsuite.clock import MovableClock
from suitetoken.signing.links import make_challenge

REDIRECT_URI = "https://broker.example/oauth/callback"
VERIFIER = "v" * 43
APP = "https://1234567.app.netsuite.com/app/login/oauth2/authorize.nl"
SUITETALK = "https://1234567.suitetalk.api.netsuite.com"
TOKEN = f"{SUITETALK}/services/rest/auth/oauth2/v1/token"
RESTLET = "https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl"


@dataclass
class Stage:
    """A simulator, its clock, a browser, and a client of each kind."""

    simulator: Simulator
    clock: MovableClock
    http: requests.Session
    confidential: Integration
    public: Integration
    flows: int = field(default=0)

    def ask(self, integration: Integration, **changes: str | None) -> str:
        """Return an authorization request's URL; a change to None leaves a parameter out."""
        self.flows += 1
        parameters = {
            "response_type": "code",
            "client_id": integration.client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": "restlets rest_webservices",
            "state": f"state-{self.flows:030}",
            "code_challenge": make_challenge(VERIFIER),
            "code_challenge_method": "S256",
            **changes,
        }
        kept = {name: value for name, value in parameters.items() if value is not None}
        return str(requests.Request("GET", APP, params=kept).prepare().url)

    def consent(self, integration: Integration, **changes: str | None) -> dict[str, str]:
        """Let a person consent; returns the parameters of the redirect, in order."""
        location = Person(self.http).consent(self.ask(integration, **changes))
        return dict(pair.split("=", 1) for pair in location.partition("?")[2].split("&"))

    def post(self, integration: Integration, form: dict[str, str], path: str = "token") -> requests.Response:
        """Send a form as the client."""
        auth = None
        if integration.client_secret:
            auth = (integration.client_id, integration.client_secret)
        else:
            form = {**form, "client_id": integration.client_id}
        return self.http.post(TOKEN.replace("/token", f"/{path}"), data=form, auth=auth)

    def exchange(self, integration: Integration, code: str, **changes: str) -> requests.Response:
        """Exchange a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return self.post(integration, {**form, "code_verifier": VERIFIER, **changes})

    def refresh(self, integration: Integration, token: str) -> requests.Response:
        """Refresh."""
        return self.post(integration, {"grant_type": "refresh_token", "refresh_token": token})

    def authorize(self, integration: Integration) -> dict[str, str]:
        """Do the whole flow; returns the token response."""
        tokens: dict[str, str] = self.exchange(integration, self.consent(integration)["code"]).json()
        return tokens

    def get(self, path: str, token: str) -> requests.Response:
        """Call the REST API."""
        return self.http.get(f"{SUITETALK}{path}", headers={"Authorization": f"Bearer {token}"})


MakeStage = Callable[..., Stage]


@pytest.fixture
def make_stage() -> MakeStage:
    """Return the function that makes a stage with switches."""

    def make(switches: Switches | None = None) -> Stage:
        clock = MovableClock(lambda: 1_800_000_000.0)
        simulator = default_world(clock, switches)
        both = {"redirect_uris": [REDIRECT_URI], "scopes": ["restlets", "rest_webservices", "mcp"]}
        http = requests.Session()
        http.mount("https://", SimulatorAdapter(create_app(simulator)))
        return Stage(
            simulator,
            clock,
            http,
            simulator.add_integration("1234567", name="confidential", **both),  # type: ignore[arg-type]
            simulator.add_integration("1234567", name="public", public=True, **both),  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def stage(make_stage: MakeStage) -> Stage:
    """A stage with every switch at its documented default."""
    return make_stage()
