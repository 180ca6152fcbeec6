"""The `iss` of an authorization response (RFC 9207): refused where it is another's, not missed where there is none."""

from __future__ import annotations

import pytest

from suitetoken.documents import Client
from tests.samples.tokens import CONFIDENTIAL
from tests.worlds.attempts import come_back
from tests.worlds.steps import Road
from tests.worlds.world import World
from token_broker.authorization.issuer import is_issuer


@pytest.mark.parametrize(
    "issuer",
    [
        "https://evil.example",
        "https://evilnetsuite.com",
        "https://netsuite.com.evil.example",
        "https://system.netsuite.com@evil.example",
        "http://system.netsuite.com",
        "system.netsuite.com",
        "",
    ],
)
def test_an_answer_of_another_issuer_is_refused(finance: World, issuer: str) -> None:
    """RFC 9207: a code of somebody else's server is not sent to NetSuite, an error of theirs not believed."""
    assert come_back(finance, iss=issuer)[0] == 400
    assert come_back(finance, iss=issuer, code=None, error="access_denied")[0] == 400
    assert finance.connection("finance").claims == ()


@pytest.mark.parametrize("issuer", ["https://system.netsuite.com", "https://1234567-sb1.app.netsuite.com"])
def test_an_answer_that_names_netsuite_is_taken(road: Road, issuer: str) -> None:
    """Should NetSuite begin to name itself, nothing stops."""
    assert road.come_back({**road.press_button(), "iss": issuer}).status == 200


def test_an_endpoint_in_netsuites_place_names_itself() -> None:
    """And then NetSuite is another one."""
    own = {"authorization_endpoint": "https://login.example:8443/authorize"}
    client = Client(CONFIDENTIAL.account_id, CONFIDENTIAL.client_id, None, own)
    assert is_issuer(client, "https://LOGIN.example:8443")
    assert is_issuer(client, None)
    assert not is_issuer(client, "https://login.example")
    assert not is_issuer(client, "https://system.netsuite.com")
