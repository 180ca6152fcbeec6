"""What is refused at the public door before NetSuite hears of it: the fitting status, and nothing stored."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suitetoken.keys import LINK_KEY
from suitetoken.links import Link, sign_link
from suitetoken.records import connection_secret, update_connection
from token_samples import CONFIDENTIAL, make_grant
from world import ORIGIN, World


@pytest.fixture
def finance(world: World) -> World:
    """The world with one connection that nobody has authorized."""
    world.add_connection("finance", CONFIDENTIAL)
    return world


def give_grant(world: World) -> None:
    """Let somebody else's authorization be stored meanwhile."""
    update_connection(world.store, "finance", lambda connection: replace(connection, grant=make_grant()))


def begin(world: World) -> dict[str, str]:
    """Begin an attempt and return the parameters that NetSuite would answer with."""
    page = world.post(world.make_link("finance"))
    state = parse_qs(urlsplit(page.location).query)["state"][0]
    return {"state": state, "role": "1017", "entity": "12", "company": "1234567_SB1", "code": "c" * 64}


def come_back(world: World, **changes: str | None) -> tuple[int, str]:
    """Come back from NetSuite with these parameters and follow to the page that is shown in the end."""
    parameters = {name: value for name, value in {**begin(world), **changes}.items() if value is not None}
    page = world.get("/oauth/callback", urlencode(parameters))
    if page.status == 303:
        page = world.get(page.location)
    return page.status, page.body


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
    (cookie,) = finance.post(finance.make_link("finance")).cookies
    assert cookie.startswith("__Host-suitetoken-")
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


def test_a_callback_without_its_cookie_is_refused(finance: World) -> None:
    """Another browser, or somebody else's link to the callback: login CSRF."""
    parameters = begin(finance)
    finance.cookies.clear()
    assert finance.get("/oauth/callback", urlencode(parameters)).status == 403
    assert finance.connection("finance").claims == ()


def test_a_cookie_of_another_attempt_does_not_help(finance: World) -> None:
    """Each attempt has a cookie of its own, so two tabs work and foreign ones do not."""
    parameters = begin(finance)
    first = dict(finance.cookies)
    begin(finance)
    assert len(finance.cookies) == 2
    finance.cookies = dict.fromkeys(first, "x" * 43)
    assert finance.get("/oauth/callback", urlencode(parameters)).status == 403


@pytest.mark.parametrize("state", ["", "x", "a.b.c", "a" * 2049, "é"])
def test_a_state_that_was_not_made_here_is_refused(finance: World, state: str) -> None:
    """Success and error replies alike."""
    assert come_back(finance, state=state)[0] == 400
    assert come_back(finance, state=state, code=None, error="access_denied")[0] == 400


def test_a_link_is_no_state(finance: World) -> None:
    """Each purpose has its own key and salt."""
    link = finance.make_link("finance").removeprefix("/authorize/")
    assert come_back(finance, state=link)[0] == 400


def test_an_attempt_ends_after_ten_minutes(finance: World) -> None:
    """And the leeway for clocks."""
    parameters = begin(finance)
    finance.clock.advance(601 + 300)
    assert finance.get("/oauth/callback", urlencode(parameters)).status == 400


@pytest.mark.parametrize("missing", [{"state": None}, {"code": None}])
def test_a_callback_that_lacks_something_is_refused(finance: World, missing: dict[str, None]) -> None:
    """No code and no error, or no state."""
    assert come_back(finance, **missing)[0] == 400


def test_a_repeated_or_oversize_parameter_is_refused(finance: World) -> None:
    """Which of two would count is nothing to guess."""
    query = urlencode(begin(finance))
    assert finance.get("/oauth/callback", query + "&code=other").status == 400
    assert finance.get("/oauth/callback", query + "&state=other").status == 400
    assert finance.get("/oauth/callback", query + "&more=" + "x" * 3000).status == 400
    assert finance.get("/oauth/callback", query + "".join(f"&p{n}=1" for n in range(50))).status == 400


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("access_denied", 403),
        ("invalid_request", 502),
        ("invalid_scope", 502),
        ("unsupported_response_type", 502),
        ("unauthorized_client", 502),
        ("server_error", 502),
        ("temporarily_unavailable", 502),
        ("scope_mismatch", 502),
        ("<script>alert(1)</script>", 502),
    ],
)
def test_every_error_of_the_authorization_endpoint_has_its_page(finance: World, error: str, status: int) -> None:
    """Known or not; its text is never echoed, and nothing is claimed."""
    shown, body = come_back(finance, code=None, error=error)
    assert shown == status
    assert "<script" not in body
    assert finance.connection("finance").claims == ()


def test_an_error_counts_even_when_a_code_comes_along(finance: World) -> None:
    """Denied is denied."""
    assert come_back(finance, error="access_denied")[0] == 403


@pytest.mark.parametrize("company", ["7654321", "", None, "1234567"])
def test_a_consent_in_another_account_is_refused_before_anything_is_sent(finance: World, company: str | None) -> None:
    """The code is not exchanged, the attempt not claimed."""
    status, body = come_back(finance, company=company)
    assert (status, "another NetSuite account" in body) == (403, True)
    assert finance.connection("finance").claims == ()


def test_an_attempt_that_was_overtaken_is_refused(finance: World) -> None:
    """Somebody authorized between the button and the callback."""
    parameters = begin(finance)
    give_grant(finance)
    page = finance.get("/oauth/callback", urlencode(parameters))
    assert finance.get(page.location).status == 409
    assert finance.connection("finance").grant == make_grant()


def test_a_prefetched_callback_does_nothing(finance: World) -> None:
    """A browser that fetches ahead must not use up the code."""
    query = urlencode(begin(finance))
    assert finance.get("/oauth/callback", query, sec_purpose="prefetch;prerender").status == 204
    assert finance.connection("finance").claims == ()


def test_a_result_page_is_shown_only_as_it_was_signed(finance: World) -> None:
    """Nobody can make this deployment's page say something."""
    page = finance.get("/oauth/callback", urlencode({**begin(finance), "error": "access_denied"}))
    assert finance.get(page.location).status == 403
    path = page.location.partition("?")[0]
    assert finance.get(path[:-1] + ("a" if path[-1] != "a" else "b")).status == 404
    finance.clock.advance(3601)
    assert finance.get(page.location).status == 404


def test_the_address_after_the_callback_holds_no_code(finance: World) -> None:
    """The code leaves the address bar, and no page is told where the browser came from."""
    page = finance.get("/oauth/callback", urlencode({**begin(finance), "company": "7654321"}))
    assert "c" * 64 not in page.location
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_every_response_carries_the_security_headers(finance: World) -> None:
    """Pages, redirects, errors, not-found, health."""
    link = finance.make_link("finance")
    pages = [
        finance.get(link),
        finance.post(link),
        finance.post(link, origin="https://evil.example"),
        finance.get("/oauth/callback"),
        finance.get("/nowhere"),
        finance.get("/health"),
    ]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert pages[0].headers["Referrer-Policy"] == "same-origin"


def test_the_language_goes_along_to_the_result(finance: World) -> None:
    """Who pressed the Chinese page's button reads the result in Chinese, on whatever browser."""
    page = finance.post(finance.make_link("finance"), query="lang=zh")
    state = parse_qs(urlsplit(page.location).query)["state"][0]
    answer = finance.get("/oauth/callback", urlencode({"state": state, "error": "access_denied"}))
    assert "没有授予访问权限" in finance.get(answer.location, accept_language="en").body


def test_health_tells_nothing_about_connections(finance: World) -> None:
    """It is public."""
    assert finance.get("/health").body == '{"status": "ok"}'


def test_our_own_failure_shows_a_reference_and_no_reason(finance: World, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the kind and the place; the text of an unexpected error may hold anything."""
    parameters = begin(finance)
    finance.clock.now = float("nan")
    page = finance.get("/oauth/callback", urlencode(parameters))
    assert (page.status, "11111111-2222" in page.body) == (500, True)
    shown = page.body + str([vars(record) for record in caplog.records])
    assert "ValueError" in shown
    assert parameters["code"] not in shown
    assert parameters["state"] not in shown


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.sampled_from(["/oauth/callback", "/result/x", "/authorize/x", "/"]),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=200),
)
def test_no_query_makes_us_fail_or_echoes_markup(finance: World, path: str, text: str) -> None:
    """Whatever comes in, the answer is ours, and less than 500."""
    markup = f"<canary{text}>"
    page = finance.get(path, urlencode({"state": markup, "code": markup, "error": markup}))
    assert page.status < 500
    assert markup not in page.body
