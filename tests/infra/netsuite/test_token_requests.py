"""The simulator's token endpoint is as strict as NetSuite's documentation."""

from __future__ import annotations

import jwt
import pytest
import requests

from local.netsuite import Switches
from local.netsuite.tokens import read_token
from suitetoken.signing.links import make_challenge
from tests.worlds.netsuite import SUITETALK, TOKEN, MakeStage, Stage


def assert_refused(answer: requests.Response, error: str, status: int = 400) -> None:
    """The body is the error's code and nothing else."""
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_an_exchange_gives_both_tokens(stage: Stage) -> None:
    """`expires_in` as a string and `bearer` in lower case, as Oracle prints them."""
    tokens = stage.authorize(stage.confidential)
    assert set(tokens) == {"access_token", "refresh_token", "expires_in", "token_type"}
    assert (tokens["expires_in"], tokens["token_type"]) == ("3600", "bearer")


def test_switches_change_the_types(make_stage: MakeStage) -> None:
    """A number and `Bearer`, as other Oracle pages print them."""
    stage = make_stage(Switches(expires_in_is_text=False, token_type="Bearer", signing_algorithm="PS256"))
    tokens = stage.authorize(stage.confidential)
    assert tokens == {**tokens, "expires_in": 3600, "token_type": "Bearer"}
    assert jwt.get_unverified_header(tokens["access_token"])["alg"] == "PS256"


def test_the_tokens_carry_netsuites_claims(stage: Stage) -> None:
    """Role and entity, application and account, scope as a list, origin of the chain."""
    tokens = stage.authorize(stage.confidential)
    access, refresh = read_token(tokens["access_token"]), read_token(tokens["refresh_token"])
    assert access is not None
    assert refresh is not None
    assert access["sub"] == "1017;12"
    assert access["aud"] == [f"{stage.confidential.application_id};1234567", stage.confidential.client_id]
    assert access["scope"] == ["restlets", "rest_webservices"]
    assert access["exp"] - access["iat"] == 3600
    assert refresh["exp"] - refresh["iat"] == 604_800
    assert refresh["jti"].startswith("1234567.r.")
    assert access["oit"] == refresh["oit"]


def test_the_keys_verify_the_tokens(stage: Stage) -> None:
    """The JWK Set names the key by its dated id."""
    token = stage.authorize(stage.confidential)["access_token"]
    (key,) = stage.http.get(f"{SUITETALK}/services/rest/auth/oauth2/v1/keys").json()["keys"]
    assert key["kid"] == jwt.get_unverified_header(token)["kid"]
    claims = jwt.decode(
        token,
        jwt.PyJWK(key),
        algorithms=["RS256"],
        options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
    )
    assert claims["iss"] == "https://system.netsuite.com"


def test_a_code_is_good_once(stage: Stage) -> None:
    """The second exchange is invalid_grant."""
    code = stage.consent(stage.confidential)["code"]
    assert stage.exchange(stage.confidential, code).status_code == 200
    assert_refused(stage.exchange(stage.confidential, code), "invalid_grant")


def test_a_code_is_good_for_a_minute(stage: Stage) -> None:
    """Use it immediately, NetSuite says."""
    code = stage.consent(stage.confidential)["code"]
    stage.clock.advance(61)
    assert_refused(stage.exchange(stage.confidential, code), "invalid_grant")


@pytest.mark.parametrize(
    "changes", [{"code": "0" * 64}, {"redirect_uri": "https://broker.example/"}, {"code_verifier": "w" * 43}]
)
def test_a_code_is_bound_to_what_it_was_given_for(stage: Stage, changes: dict[str, str]) -> None:
    """Code, redirect URI, verifier."""
    form = {"code": stage.consent(stage.confidential)["code"], **changes}
    assert_refused(stage.exchange(stage.confidential, **form), "invalid_grant")


def test_a_code_belongs_to_its_client(stage: Stage) -> None:
    """The trail says whose it was not."""
    code = stage.consent(stage.confidential)["code"]
    assert_refused(stage.exchange(stage.public, code), "invalid_grant")
    assert stage.simulator.audit.details == ["ClientIdMismatch"]


def test_a_verifier_out_of_shape_never_matches(stage: Stage) -> None:
    """43 to 128 unreserved characters (RFC 7636 section 4.1)."""
    code = stage.consent(stage.confidential, code_challenge=make_challenge("short"))["code"]
    assert_refused(stage.exchange(stage.confidential, code, code_verifier="short"), "invalid_grant")


def test_a_confidential_refresh_brings_no_refresh_token(stage: Stage) -> None:
    """Three fields, and the old refresh token goes on until seven days after the exchange."""
    token = stage.authorize(stage.confidential)["refresh_token"]
    answer = stage.refresh(stage.confidential, token)
    assert set(answer.json()) == {"access_token", "expires_in", "token_type"}
    stage.clock.advance(604_799)
    assert stage.refresh(stage.confidential, token).status_code == 200
    stage.clock.advance(1)
    assert_refused(stage.refresh(stage.confidential, token), "invalid_grant")
    assert stage.simulator.audit.details == ["RefreshTokenExpired"]


def test_a_public_refresh_token_is_good_once(stage: Stage) -> None:
    """Each refresh brings the next one."""
    first = stage.authorize(stage.public)["refresh_token"]
    second = stage.refresh(stage.public, first).json()["refresh_token"]
    assert_refused(stage.refresh(stage.public, first), "invalid_grant")
    assert stage.refresh(stage.public, second).status_code == 200


def test_a_replay_may_end_the_whole_chain(make_stage: MakeStage) -> None:
    """By switch: nobody has documented it."""
    stage = make_stage(Switches(replay_ends_chain=True))
    first = stage.authorize(stage.public)["refresh_token"]
    second = stage.refresh(stage.public, first).json()["refresh_token"]
    stage.refresh(stage.public, first)
    assert_refused(stage.refresh(stage.public, second), "invalid_grant")


def test_a_public_chain_ends_at_the_rotation_limit(stage: Stage) -> None:
    """However often it was refreshed: 168 hours by default."""
    token = stage.authorize(stage.public)["refresh_token"]
    for _ in range(167):
        stage.clock.advance(3600)
        token = stage.refresh(stage.public, token).json()["refresh_token"]
    stage.clock.advance(3600)
    assert_refused(stage.refresh(stage.public, token), "invalid_grant")


def test_an_unused_public_refresh_token_dies_of_age(stage: Stage) -> None:
    """48 hours by default."""
    token = stage.authorize(stage.public)["refresh_token"]
    stage.clock.advance(48 * 3600)
    assert_refused(stage.refresh(stage.public, token), "invalid_grant")


def test_grants_die_with_what_they_stand_on(stage: Stage) -> None:
    """The user, the role, the record's scope: the wire says invalid_grant, the trail says why."""
    token = stage.authorize(stage.confidential)["refresh_token"]
    stage.simulator.accounts["1234567"].users["12"].active = False
    assert_refused(stage.refresh(stage.confidential, token), "invalid_grant")
    stage.simulator.accounts["1234567"].users["12"].active = True
    stage.confidential.scopes = frozenset({"restlets"})
    assert_refused(stage.refresh(stage.confidential, token), "invalid_grant")
    stage.confidential.enabled = False
    assert_refused(stage.refresh(stage.confidential, token), "invalid_client", 401)
    assert stage.simulator.audit.details == ["EntityOrRoleDisabled", "ScopeMismatched", "IntegrationBlocked"]


def test_an_access_token_is_no_refresh_token(stage: Stage) -> None:
    """Nor is any other text."""
    token = stage.authorize(stage.confidential)["access_token"]
    assert_refused(stage.refresh(stage.confidential, token), "invalid_grant")
    assert_refused(stage.refresh(stage.confidential, "x.y.z"), "invalid_grant")


def test_a_wrong_secret_is_invalid_client(stage: Stage) -> None:
    """401 with a challenge that names the account."""
    answer = stage.http.post(TOKEN, data={"grant_type": "refresh_token"}, auth=(stage.confidential.client_id, "x"))
    assert_refused(answer, "invalid_client", 401)
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="1234567"'


@pytest.mark.parametrize(
    ("form", "error", "status"),
    [
        ({"grant_type": "refresh_token", "client_secret": "{secret}"}, "invalid_request", 400),
        ({"grant_type": "refresh_token", "client_id": "{id}"}, "invalid_request", 400),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({}, "invalid_request", 400),
        ({"grant_type": "refresh_token"}, "invalid_request", 400),
        ({"grant_type": "refresh_token", "refresh_token": "x", "scope": "restlets"}, "invalid_request", 400),
    ],
)
def test_requests_out_of_shape_are_refused(stage: Stage, form: dict[str, str], error: str, status: int) -> None:
    """Two ways of authenticating, unknown or missing grant types, missing or unknown parameters."""
    client = stage.confidential
    filled = {name: value.format(secret=client.client_secret, id=client.client_id) for name, value in form.items()}
    assert_refused(
        stage.http.post(TOKEN, data=filled, auth=(client.client_id, client.client_secret or "")), error, status
    )


def test_a_secret_in_the_body_alone_is_refused(stage: Stage) -> None:
    """Only Basic is documented for confidential clients."""
    client = stage.confidential
    form = {"grant_type": "refresh_token", "client_id": client.client_id, "client_secret": str(client.client_secret)}
    assert_refused(stage.http.post(TOKEN, data=form), "invalid_client", 401)


def test_a_public_client_with_a_secret_is_refused(stage: Stage) -> None:
    """It has none; an empty one in the header is the documented other form."""
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    assert_refused(stage.http.post(TOKEN, data=form, auth=(stage.public.client_id, "secret")), "invalid_client", 401)
    assert_refused(stage.http.post(TOKEN, data=form, auth=(stage.public.client_id, "")), "invalid_grant")


def test_json_and_repeated_parameters_are_refused(stage: Stage) -> None:
    """Forms only, each parameter once."""
    auth = (stage.confidential.client_id, str(stage.confidential.client_secret))
    assert_refused(stage.http.post(TOKEN, json={"grant_type": "refresh_token"}, auth=auth), "invalid_request")
    twice = [("grant_type", "refresh_token"), ("grant_type", "refresh_token")]
    assert_refused(stage.http.post(TOKEN, data=twice, auth=auth), "invalid_request")


def test_the_app_host_answers_only_by_switch(stage: Stage, make_stage: MakeStage) -> None:
    """The address of Oracle's Postman tutorial."""
    address = TOKEN.replace("suitetalk.api", "app")
    assert stage.http.post(address).status_code == 404
    assert make_stage(Switches(token_on_app_host=True)).http.post(address).status_code == 400


def test_revoking_ends_both_tokens(stage: Stage) -> None:
    """200 with nothing in it, for an unknown token too (RFC 7009 section 2.2)."""
    tokens = stage.authorize(stage.confidential)
    answer = stage.post(stage.confidential, {"token": tokens["refresh_token"]}, "revoke")
    assert (answer.status_code, answer.content) == (200, b"")
    assert_refused(stage.refresh(stage.confidential, tokens["refresh_token"]), "invalid_grant")
    assert stage.get("/services/rest/record/v1/account", tokens["access_token"]).status_code == 401
    assert stage.post(stage.confidential, {"token": "unknown"}, "revoke").status_code == 200


def test_requests_are_counted_without_secrets(stage: Stage) -> None:
    """What other tests assert on."""
    stage.authorize(stage.confidential)
    (record,) = stage.simulator.token_requests
    assert (record.grant_type, record.application, record.outcome) == ("authorization_code", "confidential", "ok")


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("503", 503), ("500", 500), ("html", 200), ("empty", 200)])
def test_faults_take_the_answers_place(stage: Stage, kind: str, status: int) -> None:
    """As often as asked for, then all is well again."""
    token = stage.authorize(stage.public)["refresh_token"]
    stage.simulator.faults.add("token", kind)
    assert stage.refresh(stage.public, token).status_code == status
    assert stage.refresh(stage.public, token).status_code == 200


@pytest.mark.parametrize(
    ("kind", "error", "spent"),
    [
        ("timeout-before", requests.ConnectTimeout, False),
        ("reset", requests.ConnectionError, False),
        ("timeout-after", requests.ReadTimeout, True),
    ],
)
def test_broken_connections_may_come_after_the_token_was_spent(
    stage: Stage, kind: str, error: type[Exception], spent: bool
) -> None:
    """The case that loses one-time refresh tokens."""
    token = stage.authorize(stage.public)["refresh_token"]
    stage.simulator.faults.add("token", kind)
    with pytest.raises(error):
        stage.refresh(stage.public, token)
    assert (stage.refresh(stage.public, token).status_code == 400) is spent
