"""Calling NetSuite: addresses, pages, RESTlets, and errors with NetSuite's own words."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

from local.netsuite.world import CHART
from suitetoken.errors import InvalidInput, NetSuiteError
from suitetoken.session.netsuite_session import DEFAULT_TIMEOUT, NetSuiteSession
from suitetoken.session.paging import parse_page
from tests.readers.session import Connected, connect
from tests.worlds.netsuite import SUITETALK


@pytest.mark.parametrize(
    "path",
    [
        "record/v1/account/1000",
        "/services/rest/record/v1/account/1000",
        f"{SUITETALK}/services/rest/record/v1/account/1000",
    ],
)
def test_a_path_is_enough(connected: Connected, path: str) -> None:
    """REST is called by a short path, a whole path or a whole address, with the current token."""
    assert connected.session.rest("GET", path).json()["acctName"] == "Checking"


def test_a_session_is_one_of_requests(connected: Connected) -> None:
    """`get` and its like take a path too, and give back any answer without raising."""
    session = connected.session
    assert session.get("/services/rest/record/v1/account", params={"limit": 5}).json()["count"] == 5
    assert session.get("record/v1/account/1").status_code == 404


def test_rows_come_page_after_page(connected: Connected) -> None:
    """All rows of a query come once and in order, whatever the page's size, without NetSuite's links."""
    rows = list(connected.session.suiteql("SELECT id, acctnumber FROM account ORDER BY id", limit=7))
    assert rows == [{"id": str(line.id), "acctnumber": line.number} for line in sorted(CHART, key=lambda it: it.id)]
    assert len(connected.wire.sent) == -(-len(CHART) // 7)


def test_rows_are_read_as_they_are_wanted(connected: Connected) -> None:
    """A page is asked for when its first row is."""
    rows = connected.session.suiteql("SELECT id FROM account", limit=2)
    assert connected.wire.sent == []
    for _ in range(3):
        next(rows)
    assert len(connected.wire.sent) == 2


def test_pages_say_how_far_it_is(connected: Connected) -> None:
    """Pages carry their offset and the count of all rows, for those who show progress."""
    pages = list(connected.session.suiteql_pages("SELECT id FROM account", limit=20))
    assert [page.offset for page in pages] == list(range(0, len(CHART), 20))
    assert {page.total for page in pages} == {len(CHART)}


def test_parameters_take_their_places(connected: Connected) -> None:
    """The values of a query travel beside it."""
    rows = connected.session.suiteql("SELECT id FROM account WHERE accttype = ? AND id > ?", params=["Bank", 1003])
    assert [row["id"] for row in rows] == ["1004", "1005"]


def test_records_come_page_after_page(connected: Connected) -> None:
    """The list of a record type comes whole, each record once."""
    assert [row["id"] for row in connected.session.records("account", limit=9)] == [str(line.id) for line in CHART]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_an_impossible_page_is_refused(connected: Connected, limit: int) -> None:
    """A page size that NetSuite does not know is refused before anything is sent."""
    with pytest.raises(InvalidInput, match=str(limit)):
        next(connected.session.suiteql("SELECT id FROM account", limit=limit))
    assert connected.wire.sent == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_restlet_is_called_by_script_and_deployment(connected: Connected, method: str) -> None:
    """A RESTlet gets method, arguments and body, in JSON, on its own host."""
    body = None if method in ("GET", "DELETE") else {"name": "Zürich"}
    answer = connected.session.restlet("customscript_echo", "customdeploy_echo", method, params={"a": "1"}, json=body)
    assert answer.json() == {"method": method, "arguments": {"a": "1"}, "body": body}
    assert connected.wire.sent[0].headers["Content-Type"] == "application/json"


def test_an_error_says_what_netsuite_says(connected: Connected) -> None:
    """An error answer of REST becomes a NetSuiteError with status, code and detail, under the connection's name."""
    with pytest.raises(
        NetSuiteError, match=r"finance-prod: NetSuite answered 404 NONEXISTENT_ID: Record does"
    ) as caught:
        connected.session.rest("GET", "record/v1/account/1")
    assert (caught.value.status, caught.value.error_code, caught.value.retryable) == (404, "NONEXISTENT_ID", False)


def test_an_error_of_a_restlet_says_what_it_says(connected: Connected) -> None:
    """An error answer of a RESTlet, which has another form, becomes the same kind of error."""
    with pytest.raises(NetSuiteError, match=r"404 INVALID_RESTLET: That RESTlet does not exist\.") as caught:
        connected.session.restlet("customscript_none", 1)
    assert (caught.value.status, caught.value.error_code) == (404, "INVALID_RESTLET")


@pytest.mark.parametrize("fault", ["html", "empty"])
def test_a_page_that_is_none_is_an_error(connected: Connected, fault: str) -> None:
    """A success that holds no page, such as a proxy's greeting, is an error and not the end of the rows."""
    connected.stage.simulator.faults.add("resource", fault)
    with pytest.raises(NetSuiteError, match="not a page"):
        list(connected.session.suiteql("SELECT id FROM account"))


@pytest.mark.parametrize("answer", [{"items": [], "hasMore": True}, {"items": [1]}, {"items": None}, [], "x", None])
def test_a_page_that_cannot_be_is_an_error(answer: object) -> None:
    """An answer without rows, or one that is empty and promises more, would lose rows or never end."""
    with pytest.raises(NetSuiteError, match=r"finance-prod.*not a page"):
        parse_page(answer, "finance-prod", 200)


def test_other_hosts_are_refused(connected: Connected) -> None:
    """`rest` calls the connection's own account only; a link to elsewhere is a mistake that sends nothing."""
    with pytest.raises(InvalidInput, match="not on the connection's NetSuite account"):
        connected.session.rest("GET", "https://7654321.suitetalk.api.netsuite.com/services/rest/record/v1/account")
    assert connected.wire.sent == []


def test_a_request_has_a_time_limit(connected: Connected) -> None:
    """Requests that name no time limit have the session's, others their own."""
    connected.session.rest("GET", "record/v1/account")
    connected.session.rest("GET", "record/v1/account", timeout=3)
    connected.make_session(timeout=7).rest("GET", "record/v1/account")
    assert connected.wire.timeouts == [DEFAULT_TIMEOUT, 3, 7]


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy])
def test_a_session_is_not_copied(connected: Connected, way: Callable[[object], object]) -> None:
    """Pickling or copying a session is refused in words."""
    with pytest.raises(TypeError, match="NetSuiteSession"):
        way(connected.session)


def test_sessions_by_name_share_a_reader() -> None:
    """Sessions that are made by name, one for each request perhaps, share what was read."""
    assert NetSuiteSession("finance-prod").reader is NetSuiteSession("finance-prod").reader


def test_lesson_two_accounts_in_one_process_never_cross(connected: Connected) -> None:
    """Lesson: sessions of two connections send each its own token to its own host, whatever the order."""
    other = connect(connected.stage)
    other.secret.rotate(access_token="access-token-sandbox", rest_url="https://1234567-sb1.suitetalk.api.netsuite.com")
    other.session = other.make_session()
    for _ in range(3):
        assert connected.session.get("record/v1/account").status_code == 200
        with pytest.raises(NetSuiteError):
            other.session.get("record/v1/account")
    assert "access-token-sandbox" not in connected.sent_tokens
    assert set(other.sent_tokens) == {"access-token-sandbox"}
    assert {(request.url or "").split("/")[2] for request in other.wire.sent} == {
        "1234567-sb1.suitetalk.api.netsuite.com"
    }
