"""The simulator's authorization endpoint is as strict as NetSuite's documentation."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from local.netsuite import Person, Switches
from tests.worlds.netsuite import MakeStage, Stage


def test_the_redirect_carries_netsuites_parameters_in_its_order(stage: Stage) -> None:
    """State, role, entity, company in the raw form, and a code of 64 hexadecimal characters."""
    answer = stage.consent(stage.confidential)
    assert list(answer) == ["state", "role", "entity", "company", "code"]
    assert (answer["role"], answer["entity"], answer["company"]) == ("1017", "12", "1234567")
    assert len(answer["code"]) == 64


def test_denying_is_told_to_the_client(stage: Stage) -> None:
    """`access_denied`, and the trail knows that a person did it."""
    location = Person(stage.http).deny(stage.ask(stage.confidential))
    assert parse_qs(urlsplit(location).query)["error"] == ["access_denied"]
    assert stage.simulator.audit.details == ["AuthorizationExplicitlyDenied"]


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"client_id": "0" * 64}, "UnknownIntegration"),
        ({"redirect_uri": "https://broker.example/oauth/callback/"}, "InvalidRedirectURI"),
        ({"redirect_uri": None}, "InvalidRedirectURI"),
        ({"state": "short"}, "InvalidState"),
        ({"state": "x" * 1025}, "InvalidState"),
        ({"state": "é" * 30}, "InvalidState"),
        ({"state": None}, "InvalidState"),
    ],
)
def test_what_must_not_be_redirected_is_a_page(stage: Stage, changes: dict[str, str | None], detail: str) -> None:
    """An unknown client, another redirect URI, a bad state."""
    answer = stage.http.get(stage.ask(stage.confidential, **changes), allow_redirects=False)
    assert (answer.status_code, stage.simulator.audit.details) == (400, [detail])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_request"),
        ({"scope": "rest_query"}, "invalid_scope"),
        ({"scope": "suite_analytics"}, "invalid_scope"),
        ({"scope": "restlets,rest_webservices"}, "invalid_scope"),
        ({"scope": "mcp restlets"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "sometimes"}, "invalid_request"),
        ({"prompt": "none", "scope": "mcp"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_what_is_redirected_names_its_error(stage: Stage, changes: dict[str, str | None], error: str) -> None:
    """Each wrong parameter has its error code."""
    answer = stage.http.get(stage.ask(stage.confidential, **changes), allow_redirects=False)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == [error]


def test_pkce_is_demanded_of_public_clients_and_for_mcp(stage: Stage) -> None:
    """And, by switch, of every integration made from 2027.1 on."""
    without = {"code_challenge": None, "code_challenge_method": None}
    assert "code" in stage.consent(stage.confidential, **without)
    assert stage.consent(stage.public, **without)["error"] == "invalid_request"
    assert stage.consent(stage.confidential, scope="mcp", **without)["error"] == "invalid_request"


def test_the_switch_for_2027_demands_pkce_of_everybody(make_stage: MakeStage) -> None:
    """An integration made from 2027.1 on."""
    stage = make_stage(Switches(require_pkce=True))
    answer = stage.consent(stage.confidential, code_challenge=None, code_challenge_method=None)
    assert answer["error"] == "invalid_request"


def test_a_state_is_good_for_one_flow(stage: Stage) -> None:
    """Unique per flow, NetSuite says."""
    state = "one-state-for-two-flows-1234"
    stage.consent(stage.confidential, state=state)
    answer = stage.http.get(stage.ask(stage.confidential, state=state), allow_redirects=False)
    assert (answer.status_code, stage.simulator.audit.details) == (400, ["InvalidState"])


def test_the_consent_policy_decides_who_is_asked(stage: Stage) -> None:
    """Ask First Time asks once for each role; `prompt=consent` asks always."""
    stage.confidential.consent_policy = "Ask First Time"

    def is_asked(**changes: str) -> bool:
        url = stage.ask(stage.confidential, **changes)
        return stage.http.post(url, data={"entity": "12", "role": "1017"}, allow_redirects=False).status_code == 200

    assert is_asked()
    stage.consent(stage.confidential)
    assert not is_asked()
    assert is_asked(prompt="consent")


def test_the_pages_have_buttons_that_a_browser_can_press(stage: Stage) -> None:
    """Stable ids: a user and role, then allow, deny, another role."""
    url = stage.ask(stage.confidential)
    login = stage.http.get(url).text
    consent = stage.http.post(url, data={"entity": "12", "role": "1017"}).text
    assert 'id="login-12-1017"' in login
    assert all(f'id="{button}"' in consent for button in ("allow", "deny", "another-role"))


def test_an_unknown_account_has_no_pages(stage: Stage) -> None:
    """The host names the account."""
    assert stage.http.get("https://7654321.app.netsuite.com/app/login/oauth2/authorize.nl").status_code == 404


def test_a_sandbox_knows_nothing_of_productions_clients(stage: Stage) -> None:
    """Authorizations and records are per account here."""
    url = stage.ask(stage.confidential).replace("https://1234567.", "https://1234567-sb1.")
    assert stage.http.get(url).status_code == 400
