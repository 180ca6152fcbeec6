"""Hosted links: what opening one shows, who may press the button, and when a link is dead."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from suitetoken.admin.hosted_links import revoke_links
from suitetoken.aws.records import connection_secret
from suitetoken.signing.keys import LINK_KEY
from suitetoken.signing.links import Link, sign_link
from tests.worlds.attempts import give_grant
from tests.worlds.world import ORIGIN, World


def test_a_link_may_be_opened_again_and_again(finance: World) -> None:
    """Mail scanners and previews open links; nothing happens by it."""
    link = finance.make_link("finance")
    before = finance.connection("finance")
    assert [finance.get(link).status for _ in range(3)] == [200, 200, 200]
    assert finance.connection("finance") == before
    assert finance.cookies == {}


def test_the_button_leads_to_netsuite_with_pkce(finance: World) -> None:
    """Every parameter of the authorization request, and a state of 22 to 1024 printable characters."""
    page = finance.post(finance.make_link("finance"))
    url = urlsplit(page.location)
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    state = asked.pop("state")
    assert page.status == 303
    assert url.netloc == "1234567-sb1.app.netsuite.com"
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "response_type": "code",
        "client_id": "a" * 64,
        "redirect_uri": f"{ORIGIN}/oauth/callback",
        "scope": "restlets rest_webservices",
        "code_challenge_method": "S256",
    }
    assert 22 <= len(state) <= 1024
    assert state.isascii()
    assert state.isprintable()


def test_the_cookie_stays_in_this_browser_on_this_host(finance: World) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite=Lax, ten minutes."""
    cookies = finance.post(finance.make_link("finance")).cookies
    (cookie,) = (cookie for cookie in cookies if cookie.startswith("__Host-suitetoken-"))
    for attribute in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"):
        assert f"; {attribute}" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"referer": f"{ORIGIN}/authorize/x"},
    ],
)
def test_another_page_cannot_press_the_button(finance: World, headers: dict[str, str]) -> None:
    """Or any page could send a logged-in administrator's browser on its way."""
    assert finance.post(finance.make_link("finance"), **headers).status == 403
    assert finance.cookies == {}


def test_a_browser_that_tells_its_fetch_site_is_believed(finance: World) -> None:
    """Some send no Origin with a same-origin form."""
    assert finance.post(finance.make_link("finance"), sec_fetch_site="same-origin").status == 303


@pytest.mark.parametrize("path", ["/authorize/x", "/authorize/a.b.c", "/authorize/" + "a" * 5000, "/authorize/é"])
def test_a_link_that_was_not_made_here_is_not_found(finance: World, path: str) -> None:
    """Neither opened nor begun."""
    assert (finance.get(path).status, finance.post(path).status) == (404, 404)


def test_an_expired_link_is_gone(finance: World) -> None:
    """After its time and the leeway for clocks."""
    link = finance.make_link("finance")
    finance.clock.advance(72 * 3600 + 301)
    assert (finance.get(link).status, finance.post(link).status) == (410, 410)


def test_a_link_dies_once_somebody_has_authorized(finance: World) -> None:
    """It was made against no grant; now there is one."""
    link = finance.make_link("finance")
    give_grant(finance)
    assert (finance.get(link).status, finance.post(link).status) == (410, 410)
    assert finance.get(finance.make_link("finance")).status == 200


def test_revoked_links_are_dead_at_once(finance: World) -> None:
    """All that were made before, whoever made them; a new one works."""
    links = [finance.make_link("finance"), finance.make_link("finance")]
    revoke_links(finance.store, "finance")
    for link in links:
        assert (finance.get(link).status, finance.post(link).status) == (410, 410)
    assert finance.get(finance.make_link("finance")).status == 200
    revoke_links(finance.store, "finance")
    assert {finance.get(link).status for link in links} == {410}


def test_a_link_for_a_removed_connection_is_gone(finance: World) -> None:
    """Removed, or never there."""
    link = finance.make_link("finance")
    finance.store.delete(connection_secret("finance"))
    assert finance.get(link).status == 410
    key = finance.broker.link_keys.signing_key()
    ghost = sign_link(Link("ghost", "none", "ada", int(finance.clock()) + 60), key)
    assert finance.get(f"/authorize/{ghost}").status == 410


def test_a_link_signed_with_a_replaced_key_lives_until_the_key_is_replaced_again(finance: World) -> None:
    """AWSPREVIOUS still verifies; after a second replacement the link is dead within a minute."""
    link = finance.make_link("finance")
    finance.store.update(LINK_KEY, lambda _: "n" * 64)
    finance.clock.advance(61)
    assert finance.get(link).status == 200
    finance.store.update(LINK_KEY, lambda _: "m" * 64)
    finance.clock.advance(61)
    assert finance.get(link).status == 404
