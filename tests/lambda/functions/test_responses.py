"""What holds for every response of the public door: headers, signed results, no echo, no reason."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suitetoken.signing.links import Result, sign_result
from tests.browser.security_headers import HEADERS, allows_one_style_only, is_bound_to_results, is_bound_to_this_host
from tests.fuzz.stand import make_event
from tests.worlds.attempts import begin
from tests.worlds.world import LambdaContext, Page, World
from token_broker import web


def test_a_result_page_is_shown_only_as_it_was_signed(finance: World) -> None:
    """Nobody can make this deployment's page say something."""
    page = finance.get("/oauth/callback", urlencode({**begin(finance), "error": "access_denied"}))
    assert finance.get(page.location).status == 403
    path = page.location.partition("?")[0]
    assert finance.get(path[:-1] + ("a" if path[-1] != "a" else "b")).status == 404
    finance.clock.advance(3601)
    assert finance.get(page.location).status == 404


def test_a_result_of_another_version_is_no_failure(finance: World) -> None:
    """A deployment may rename an outcome while somebody's browser is on its way to the page."""
    result = Result("renamed_since", "finance", int(finance.clock()))
    assert finance.get(f"/result/{sign_result(result, finance.broker.state_keys.signing_key())}").status == 404


@pytest.mark.parametrize(
    "wrong", ["company=7654321", "state=x", "state=y&state=z", "code=" + "x" * 3000, "late", "lost"]
)
def test_the_address_after_the_callback_holds_no_code(finance: World, wrong: str) -> None:
    """However it ends, the code leaves the address bar, and no page is told where the browser came from."""
    parameters = begin(finance)
    if wrong == "late":
        finance.clock.advance(3600)
    if wrong == "lost":
        finance.cookies.clear()
    kept = {name: value for name, value in parameters.items() if name not in wrong}
    page = finance.get("/oauth/callback", f"{urlencode(kept)}&{wrong}")
    assert page.status == 303
    assert "c" * 64 not in page.location
    assert parameters["state"] not in page.location
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert 400 <= finance.get(page.location).status < 500


def ask_for_everything(finance: World) -> dict[str, Page]:
    """Return one response of each kind: pages, redirects, errors of every class, what is prefetched, what is absurd."""
    link, callback = finance.make_link("finance"), "/oauth/callback"
    denied = finance.get(callback, urlencode({**begin(finance), "error": "access_denied"}))
    pages = {
        "landing": finance.get(link),
        "landing by HEAD": finance.browse("HEAD", link, "", {}),
        "button": finance.post(link),
        "foreign button": finance.post(link, origin="https://evil.example"),
        "bad link": finance.get("/authorize/x"),
        "callback": denied,
        "incomplete callback": finance.get(callback),
        "prefetched callback": finance.get(callback, sec_purpose="prefetch"),
        "result": finance.get(denied.location),
        "bad result": finance.get("/result/x"),
        "health": finance.get("/health"),
        "nowhere": finance.get("/nowhere"),
        "wrong method": finance.post("/health"),
        "unknown method": finance.browse("PATCH", link, "", {}),
    }
    parameters = begin(finance)
    finance.clock.now = float("nan")
    return {**pages, "our own failure": finance.get(callback, urlencode(parameters))}


def test_every_response_carries_the_security_headers(finance: World) -> None:
    """Pages, redirects, errors, not-found, health; only the landing page's form must say where it comes from."""
    pages = ask_for_everything(finance)
    assert {page.status // 100 for page in pages.values()} == {2, 3, 4, 5}
    for name, page in pages.items():
        own = {"Referrer-Policy": "same-origin"} if name.startswith("landing") else {}
        shown = {header: page.headers.get(header) for header in HEADERS}
        assert shown == {**HEADERS, **own}, name


def test_every_body_is_text(finance: World) -> None:
    """A response without one has the empty text: not everything that calls a function takes null for no body."""
    pages = ask_for_everything(finance)
    assert {name for name, page in pages.items() if not isinstance(page.body, str)} == set()
    assert {page.status for page in pages.values() if page.body == ""} == {204, 303}


def test_no_page_may_run_or_load_or_be_framed(finance: World) -> None:
    """One style sheet, by its hash; nothing inline, nothing evaluated, nothing from anywhere."""
    for page in ask_for_everything(finance).values():
        assert allows_one_style_only(page.headers["Content-Security-Policy"])
        assert "<script" not in page.body
        assert " style=" not in page.body


def test_no_cookies_but_an_attempts_two_are_set(finance: World) -> None:
    """For this very host, over TLS, no script, no other site's form; the link goes to result pages only."""
    attempt, link = [cookie for page in ask_for_everything(finance).values() for cookie in page.cookies]
    assert is_bound_to_this_host(attempt)
    assert is_bound_to_results(link)


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


@pytest.mark.parametrize(
    "wrong", [{"rawPath": 5}, {"headers": True}, {"requestContext": "canary"}, {"headers": {"x": None}}]
)
def test_an_event_that_is_no_request_is_answered_without_its_text(
    finance: World, wrong: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """An error that leaves the handler would be logged by Lambda with all that it says."""
    event = make_event("GET", finance.make_link("finance"), headers={"origin": "https://evil.example"})
    answer = web.make_handler(finance.runtime)({**event, **wrong}, LambdaContext("web"))  # type: ignore[arg-type]
    assert (answer["statusCode"], answer["body"]) == (500, "Internal error.")
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert "canary" not in str([vars(record) for record in caplog.records])


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
