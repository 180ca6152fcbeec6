"""The simulator's client credentials grant is as strict as NetSuite's documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from local.netsuite import Integration, Switches
from local.netsuite.certificates import NotTaken, revoke, upload
from local.netsuite.model import Mapped
from local.netsuite.tokens import read_token
from tests.samples.machines import ASSERTION_TYPE, PrivateKey, make_assertion, make_certificate, make_key
from tests.samples.tokens import NOW
from tests.worlds.netsuite import TOKEN, MakeStage, Stage

FORM = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}


@dataclass
class Machine:
    """A record for machines with one certificate on the list."""

    stage: Stage
    integration: Integration
    mapped: Mapped
    key: PrivateKey
    algorithm: str = "ES256"

    def sign(self, **claims: Any) -> str:
        """Return a good assertion but for the claims given."""
        known = {"iss": self.integration.client_id, "aud": TOKEN}
        return make_assertion(self.key, self.mapped.id, self.algorithm, **{**known, **claims})

    def ask(self, assertion: str, **form: str | None) -> requests.Response:
        """Send it; a parameter given as None is left out."""
        whole = {**FORM, "client_assertion": assertion, **form}
        return self.stage.http.post(TOKEN, data={name: value for name, value in whole.items() if value is not None})


def make_machine(stage: Stage, algorithm: str = "ES256", bits: int = 3072) -> Machine:
    """Return a machine with a key for this algorithm."""
    integration = stage.simulator.add_integration(
        "1234567", name="machine", redirect_uris=[], scopes=["rest_webservices", "mcp"], client_credentials=True
    )
    key = make_key(algorithm, bits=bits)
    return Machine(
        stage, integration, upload(stage.simulator, integration, make_certificate(key), "1017", "12"), key, algorithm
    )


@pytest.fixture
def machine(stage: Stage) -> Machine:
    """A machine with an EC key."""
    return make_machine(stage)


def assert_refused(machine: Machine, answer: requests.Response, error: str, status: int, detail: str) -> None:
    """The wire has the code alone, the audit trail the reason."""
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert machine.stage.simulator.audit.details[-1] == detail


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "PS256"])
def test_an_assertion_gives_an_access_token_alone(stage: Stage, algorithm: str) -> None:
    """Every kind of key that NetSuite takes gets a token that works, and no refresh token."""
    answer = (machine := make_machine(stage, algorithm)).ask(machine.sign())
    assert set(answer.json()) == {"access_token", "expires_in", "token_type"}
    assert stage.get("/services/rest/record/v1/account", answer.json()["access_token"]).status_code == 200


def test_an_assertion_may_be_sent_again(machine: Machine) -> None:
    """The same request twice gives two tokens: nothing in it is spent."""
    assertion = machine.sign()
    first, second = machine.ask(assertion).json(), machine.ask(assertion).json()
    assert first["access_token"] != second["access_token"]


def test_the_token_has_a_layout_of_its_own(machine: Machine) -> None:
    """Account, role and entity in `sub`, the client first in `aud`, and an id that begins with a.c."""
    claims = read_token(machine.ask(machine.sign(scope="rest_webservices")).json()["access_token"])
    assert claims is not None
    assert claims["sub"] == "1234567;0;1017;12;N"
    assert claims["aud"] == [machine.integration.client_id, f"app:{machine.integration.application_id}"]
    assert claims["jti"].startswith("a.c.")
    assert claims["scope"] == ["rest_webservices"]


@pytest.mark.parametrize(
    ("claims", "error", "status", "detail"),
    [
        ({"iss": "b" * 64}, "server_error", 500, "InvalidRequest"),
        ({"aud": TOKEN.replace("suitetalk", "app")}, "server_error", 500, "InvalidRequest"),
        ({"aud": None}, "server_error", 500, "InvalidRequest"),
        ({"exp": NOW + 3601}, "invalid_request", 400, "TokenValidityTooBroad"),
        ({"exp": None}, "invalid_request", 400, "InvalidRequest"),
        ({"iat": NOW + 1}, "invalid_grant", 400, "InvalidGrant"),
        ({"iat": NOW - 60, "exp": NOW}, "invalid_grant", 400, "InvalidGrant"),
        ({"scope": ["restlets"]}, "invalid_scope", 400, "InvalidScope"),
        ({"scope": ["mcp"]}, "invalid_scope", 400, "InvalidScope"),
        ({"scope": None}, "invalid_scope", 400, "InvalidScope"),
    ],
)
def test_wrong_claims(machine: Machine, claims: dict[str, Any], error: str, status: int, detail: str) -> None:
    """Each wrong claim is refused, under its own name in the audit trail."""
    assert_refused(machine, machine.ask(machine.sign(**claims)), error, status, detail)


def test_an_hour_is_not_too_long(machine: Machine) -> None:
    """`exp` may be 3600 s after `iat`, as in Oracle's sample."""
    assert machine.ask(machine.sign(exp=NOW + 3600)).status_code == 200


def test_rs256_is_a_server_error(stage: Stage) -> None:
    """As others have seen it: HTTP 500 and nothing more."""
    machine = make_machine(stage, "PS256")
    machine.algorithm = "RS256"
    assert_refused(machine, machine.ask(machine.sign()), "server_error", 500, "UnsupportedAlgo")


def test_another_key_is_refused(machine: Machine) -> None:
    """What the certificate's own key did not sign proves nothing."""
    machine.key = make_key("ES256", number=1)
    assert_refused(machine, machine.ask(machine.sign()), "invalid_client", 401, "SignatureValidation")


def test_an_unknown_certificate_is_refused(machine: Machine) -> None:
    """A `kid` that is on no list belongs to nobody."""
    machine.mapped.id = "unknown"
    assert_refused(machine, machine.ask(machine.sign()), "invalid_client", 401, "MissingKey")


@pytest.mark.parametrize("ends", [False, True])
def test_a_revoked_certificate_is_refused(make_stage: MakeStage, ends: bool) -> None:
    """It gives no more tokens; whether those it gave end too is a switch, for Oracle does not say."""
    machine = make_machine(make_stage(Switches(revoked_certificate_ends_tokens=ends)))
    token = machine.ask(machine.sign()).json()["access_token"]
    revoke(machine.stage.simulator, machine.mapped)
    assert_refused(machine, machine.ask(machine.sign()), "invalid_grant", 400, "MissingKey")
    answer = machine.stage.get("/services/rest/record/v1/account", token)
    assert answer.status_code == (401 if ends else 200)


def test_an_expired_certificate_is_refused(machine: Machine) -> None:
    """From its last second on it gives no more tokens."""
    machine.stage.clock.advance(365 * 86_400)
    later = NOW + 365 * 86_400
    assert_refused(machine, machine.ask(machine.sign(iat=later, exp=later + 60)), "invalid_grant", 400, "MissingKey")


def test_the_mappings_entity_must_be_active(machine: Machine) -> None:
    """A user who left takes the certificate's use along."""
    machine.stage.simulator.accounts["1234567"].users["12"].active = False
    assert_refused(machine, machine.ask(machine.sign()), "invalid_grant", 400, "EntityOrRoleDisabled")


def test_the_grant_must_be_ticked(machine: Machine) -> None:
    """A record without the box is not for this grant; a blocked one for none."""
    machine.integration.client_credentials = False
    answer = machine.ask(machine.sign())
    assert_refused(machine, answer, "unauthorized_client", 400, "InvalidGrantType")
    machine.integration.enabled = False
    assert_refused(machine, machine.ask(machine.sign()), "invalid_client", 401, "IntegrationBlocked")


@pytest.mark.parametrize(
    "form",
    [
        {"client_assertion_type": "jwt"},
        {"client_assertion_type": None},
        {"client_assertion": ""},
        {"client_assertion": "not.a.jwt"},
        {"client_id": "a" * 64},
    ],
)
def test_wrong_forms(machine: Machine, form: dict[str, str | None]) -> None:
    """One assertion of the right type and nothing beside it."""
    assertion = form.pop("client_assertion", machine.sign()) or ""
    assert_refused(machine, machine.ask(assertion, **form), "invalid_request", 400, "InvalidRequest")


def test_basic_authentication_beside_it_is_refused(machine: Machine) -> None:
    """The assertion is the client's one authentication."""
    form = {**FORM, "client_assertion": machine.sign()}
    answer = machine.stage.http.post(TOKEN, data=form, auth=(machine.integration.client_id, "secret"))
    assert_refused(machine, answer, "invalid_request", 400, "InvalidRequest")


def test_a_record_for_machines_has_no_code_grant(machine: Machine) -> None:
    """Without redirect URI there is no authorization code grant."""
    answer = machine.stage.post(machine.integration, {"grant_type": "refresh_token", "refresh_token": "x"})
    assert (answer.status_code, answer.json()) == (400, {"error": "unauthorized_client"})


def test_public_clients_are_not_for_this_grant(stage: Stage) -> None:
    """NetSuite does not let both boxes be ticked."""
    with pytest.raises(ValueError, match="public"):
        stage.simulator.add_integration(
            "1234567", name="x", redirect_uris=[], scopes=["restlets"], public=True, client_credentials=True
        )


@pytest.mark.parametrize(
    ("algorithm", "bits", "begin", "role", "reason"),
    [
        ("PS256", 2048, NOW, "1017", "3072"),
        ("ES256", 0, NOW - 366 * 86_400, "1017", "expired"),
        ("ES256", 0, NOW, "3", "role"),
    ],
)
def test_certificates_that_are_not_taken(
    machine: Machine, algorithm: str, bits: int, begin: int, role: str, reason: str
) -> None:
    """A weak key, a certificate of yesterday and a role that the entity has not are refused with the reason."""
    pem = make_certificate(make_key(algorithm, number=2, bits=bits), now=begin)
    with pytest.raises(NotTaken) as caught:
        upload(machine.stage.simulator, machine.integration, pem, role, "12")
    assert reason in caught.value.reason


def test_a_long_certificate_is_cut(machine: Machine) -> None:
    """Ten years become two, without a word."""
    pem = make_certificate(make_key("ES256", number=3), 3650)
    mapped = upload(machine.stage.simulator, machine.integration, pem, "1017", "12")
    assert mapped.valid_until == NOW + 730 * 86_400


def test_at_most_five_are_active(machine: Machine) -> None:
    """The sixth is taken when one of the five has been revoked; the same one never again."""
    simulator, integration = machine.stage.simulator, machine.integration
    pems = [make_certificate(make_key("ES256", number=number)) for number in range(10, 15)]
    for pem in pems[:4]:
        upload(simulator, integration, pem, "1017", "12")
    with pytest.raises(NotTaken) as caught:
        upload(simulator, integration, pems[4], "1017", "12")
    assert "5" in caught.value.reason
    revoke(simulator, machine.mapped)
    assert upload(simulator, integration, pems[4], "1017", "12").id
    with pytest.raises(NotTaken) as again:
        upload(simulator, integration, pems[0], "1017", "12")
    assert "already" in again.value.reason
