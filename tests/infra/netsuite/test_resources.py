"""The simulator's resource server: records, SuiteQL, RESTlets, and who may use them."""

from __future__ import annotations

import pytest
import requests

from local.netsuite import serve
from tests.worlds.netsuite import RESTLET, SUITETALK, Stage

LIST = "/services/rest/record/v1/account"
SUITEQL = f"{SUITETALK}/services/rest/query/v1/suiteql"


@pytest.fixture
def token(stage: Stage) -> str:
    """A good access token."""
    return stage.authorize(stage.confidential)["access_token"]


def test_the_account_list_is_paged(stage: Stage, token: str) -> None:
    """Items with links and string ids; following `next` finds every account once."""
    seen, url = [], f"{SUITETALK}{LIST}?limit=20"
    while url:
        page = stage.http.get(url, headers={"Authorization": f"Bearer {token}"}).json()
        seen += [item["id"] for item in page["items"]]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        assert page["hasMore"] is bool(url)
    assert len(seen) == len(set(seen)) == page["totalResults"] > 50


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=10&offset=5", "offset=-10", "limit=x"])
def test_bad_windows_are_refused(stage: Stage, token: str, query: str) -> None:
    """The offset must be divisible by the limit, the limit at most 1000."""
    answer = stage.get(f"{LIST}?{query}", token)
    assert answer.status_code == 400
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "INVALID_PARAMETER"


def test_single_records_and_the_catalog(stage: Stage, token: str) -> None:
    """A record by id, what is not there, and the metadata."""
    assert stage.get(f"{LIST}/1000", token).json()["acctName"] == "Checking"
    missing = stage.get(f"{LIST}/1", token)
    assert (missing.status_code, missing.json()["o:errorDetails"][0]["o:errorCode"]) == (404, "NONEXISTENT_ID")
    assert stage.get("/services/rest/record/v1/metadata-catalog/account", token).json()["type"] == "object"


def test_suiteql_needs_its_header_and_answers_with_strings(stage: Stage, token: str) -> None:
    """`Prefer: transient`, values as strings, NetSuite's paging."""
    headers = {"Authorization": f"Bearer {token}"}
    query = {"q": "SELECT id, acctnumber FROM account WHERE accttype = 'Bank' ORDER BY id"}
    assert stage.http.post(SUITEQL, json=query, headers=headers).status_code == 400
    headers["Prefer"] = "transient"
    answer = stage.http.post(f"{SUITEQL}?limit=2", json=query, headers=headers).json()
    assert (answer["count"], answer["hasMore"], answer["items"][0]["id"]) == (2, True, "1000")
    assert stage.http.post(SUITEQL, json={"q": "DROP TABLE account"}, headers=headers).status_code == 400


def test_a_restlet_answers_every_method(stage: Stage, token: str) -> None:
    """And has errors of its own shape."""
    headers = {"Authorization": f"Bearer {token}"}
    where = {"script": "customscript_echo", "deploy": "customdeploy_echo", "x": "1"}
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert stage.http.request(method, RESTLET, params=where, headers=headers).json()["method"] == method
    answer = stage.http.get(RESTLET, params={"script": "9", "deploy": "9"}, headers=headers)
    assert answer.json() == {"error": {"code": "INVALID_RESTLET", "message": "That RESTlet does not exist."}}


def test_tokens_that_do_not_count_are_all_told_alike(stage: Stage, token: str) -> None:
    """Missing, expired, a refresh token, any text: 401 invalid_token; why is in the trail only."""
    refresh = stage.authorize(stage.confidential)["refresh_token"]
    stage.clock.advance(3600)
    for wrong in (token, refresh, "nonsense"):
        answer = stage.get(LIST, wrong)
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
        assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "INVALID_LOGIN"
    assert stage.http.get(f"{SUITETALK}{LIST}").status_code == 401
    assert stage.simulator.audit.details == ["TokenExpired", "InvalidTokenType", "TokenRejected", "TokenRejected"]


def test_a_malformed_header_is_a_bad_request(stage: Stage) -> None:
    """400 invalid_request."""
    answer = stage.http.get(f"{SUITETALK}{LIST}", headers={"Authorization": "Token x"})
    assert (answer.status_code, 'error="invalid_request"' in answer.headers["WWW-Authenticate"]) == (400, True)


def test_a_scope_opens_its_own_host_only(stage: Stage) -> None:
    """A RESTlet's token does not read records."""
    code = stage.consent(stage.confidential, scope="restlets")["code"]
    token = stage.exchange(stage.confidential, code).json()["access_token"]
    assert stage.get(LIST, token).status_code == 401
    where = {"script": "1", "deploy": "1"}
    assert stage.http.get(RESTLET, params=where, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_too_many_requests_at_once_are_refused(stage: Stage, token: str) -> None:
    """429 on the REST host, RESTlets' own 400; no Retry-After."""
    stage.simulator.accounts["1234567"].in_flight = 5
    answer = stage.get(LIST, token)
    assert answer.status_code == 429
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "CONCURRENCY_LIMIT_EXCEEDED"
    assert "Retry-After" not in answer.headers
    where = {"script": "1", "deploy": "1"}
    restlet = stage.http.get(RESTLET, params=where, headers={"Authorization": f"Bearer {token}"})
    assert (restlet.status_code, restlet.json()["error"]["code"]) == (400, "SSS_REQUEST_LIMIT_EXCEEDED")


def test_over_sockets_the_path_names_the_host(stage: Stage, token: str) -> None:
    """The same simulator on 127.0.0.1, links and faults included, and other processes may drive it."""
    with serve(stage.simulator) as server, requests.Session() as http:
        http.headers["Authorization"] = f"Bearer {token}"
        base = f"{server.url}/1234567.suitetalk.api"
        page = http.get(f"{base}{LIST}?limit=20", timeout=5).json()
        following = next(link["href"] for link in page["links"] if link["rel"] == "next")
        assert following.startswith(base)
        assert http.get(following, timeout=5).json()["offset"] == 20
        assert http.post(f"{server.url}/_simulator/faults", json={"place": "resource", "kind": "reset"}, timeout=5).ok
        with pytest.raises(requests.ConnectionError):
            http.get(f"{base}{LIST}", timeout=5)
        assert http.post(f"{server.url}/_simulator/clock", json={"advance": 3600}, timeout=5).ok
        assert http.get(f"{base}{LIST}", timeout=5).status_code == 401
        assert http.get(f"{server.url}/_simulator/audit", timeout=5).json()[-1]["detail"] == "TokenExpired"
        assert len(http.get(f"{server.url}/_simulator/integrations", timeout=5).json()) == 2
