"""The simulator's certificates endpoint: who may list, upload and revoke, and the door of the administrator."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from local.netsuite import Integration
from local.netsuite.world import ACCOUNTANT
from tests.samples.machines import make_certificate, make_key
from tests.worlds.netsuite import RESTLET, Stage

HOST = RESTLET.partition("/app/")[0]


def call(stage: Stage, integration: Integration, token: str, path: str = "", body: Any = None) -> requests.Response:
    """Call the endpoint of a record; with a body it is a POST."""
    url = f"{HOST}/services/rest/auth/oauth2/v1/clients/{integration.client_id}/certificates{path}"
    headers = {"Authorization": f"Bearer {token}"}
    return stage.http.request("GET" if body is None else "POST", url, headers=headers, json=body)


@pytest.fixture
def record(stage: Stage) -> Integration:
    """A record that people and machines may use."""
    stage.confidential.client_credentials = True
    return stage.confidential


def upload(stage: Stage, record: Integration, token: str, number: int = 0) -> requests.Response:
    """Upload a new certificate for the accountant."""
    pem = make_certificate(make_key("ES256", number=number))
    return call(stage, record, token, body={"fileContent": pem, "role": 1017, "entity": 12})


def test_upload_list_revoke(stage: Stage, record: Integration) -> None:
    """What was uploaded is on the list until for ever, revoked once it was revoked."""
    token = stage.authorize(record)["access_token"]
    uploaded = upload(stage, record, token).json()
    assert (uploaded["algorithm"], uploaded["invalidated"]) == ("ES256", False)
    (listed,) = call(stage, record, token).json()
    assert listed.items() <= uploaded.items()
    assert call(stage, record, token, f"/{uploaded['certificate_id']}/revoke", body={}).status_code == 200
    assert call(stage, record, token).json() == [{**listed, "revoked": True}]


def test_a_bad_certificate_is_refused_with_the_reason(stage: Stage, record: Integration) -> None:
    """No certificate, the same one twice, and a missing parameter."""
    token = stage.authorize(record)["access_token"]
    assert upload(stage, record, token).status_code == 200
    again = upload(stage, record, token)
    assert (again.status_code, "already" in again.json()["error"]["message"]) == (400, True)
    bad = call(stage, record, token, body={"fileContent": "hello", "role": "1017", "entity": "12"})
    assert (bad.status_code, "X.509" in bad.json()["error"]["message"]) == (400, True)
    assert call(stage, record, token, body={"role": "1017"}).status_code == 400


def test_the_permission_is_needed(stage: Stage, record: Integration) -> None:
    """A role without Manage own OAuth 2.0 Client Credentials Certificates may not even look."""
    token = stage.authorize(record)["access_token"]
    stage.simulator.certificate_roles.discard(ACCOUNTANT)
    answer = call(stage, record, token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "INSUFFICIENT_PERMISSION")


def test_the_scope_is_needed(stage: Stage, record: Integration) -> None:
    """A token for RESTlets alone does not do, although the endpoint is on their host."""
    code = stage.consent(record, scope="restlets")["code"]
    assert call(stage, record, stage.exchange(record, code).json()["access_token"]).status_code == 401


def test_unknown_records_and_certificates(stage: Stage, record: Integration) -> None:
    """What is not there is not found."""
    token = stage.authorize(record)["access_token"]
    assert call(stage, record, token, "/unknown/revoke", body={}).status_code == 404
    url = f"{HOST}/services/rest/auth/oauth2/v1/clients/{'0' * 64}/certificates"
    assert stage.http.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_the_administrators_door(stage: Stage, record: Integration) -> None:
    """The control route uploads as an administrator does in the browser, and says why it does not."""
    url = f"{HOST}/_simulator/certificates"
    body = {
        "client_id": record.client_id,
        "fileContent": make_certificate(make_key()),
        "role": "1017",
        "entity": "12",
    }
    uploaded = stage.http.post(url, json=body)
    assert uploaded.json()["certificate_id"] in stage.simulator.certificates
    assert "already" in stage.http.post(url, json=body).json()["error"]
    assert stage.http.post(url, json={**body, "client_id": "x"}).status_code == 400
