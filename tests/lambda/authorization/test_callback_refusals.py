"""What the callback refuses before NetSuite hears of it: the fitting status, and nothing stored."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from suitetoken.admin.clients import ClientChange, update_client
from suitetoken.admin.hosted_links import revoke_links
from tests.samples.tokens import make_grant
from tests.worlds.attempts import begin, come_back, give_grant, land
from tests.worlds.stored_versions import fill_with_versions
from tests.worlds.world import ORIGIN, World
from token_broker.languages.words import read_words
from token_broker.saving.versions import MOST_BEFORE_ATTEMPT


def test_a_callback_without_its_cookie_is_refused(finance: World) -> None:
    """Another browser, or somebody else's link to the callback: login CSRF."""
    parameters = begin(finance)
    finance.cookies.clear()
    assert land(finance, urlencode(parameters)).status == 403
    assert finance.connection("finance").claims == ()


def test_a_cookie_of_another_attempt_does_not_help(finance: World) -> None:
    """Each attempt has a cookie of its own, so two tabs work and foreign ones do not."""
    parameters = begin(finance)
    first = [name for name in finance.cookies if name.startswith("__Host-")]
    begin(finance)
    assert len([name for name in finance.cookies if name.startswith("__Host-")]) == 2
    finance.cookies = dict.fromkeys(first, "x" * 43)
    assert land(finance, urlencode(parameters)).status == 403


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
    assert land(finance, urlencode(parameters)).status == 400


@pytest.mark.parametrize("missing", [{"state": None}, {"code": None}])
def test_a_callback_that_lacks_something_is_refused(finance: World, missing: dict[str, None]) -> None:
    """No code and no error, or no state."""
    assert come_back(finance, **missing)[0] == 400


def test_a_repeated_or_oversize_parameter_is_refused(finance: World) -> None:
    """Which of two of OAuth's own would count is nothing to guess (RFC 6749 section 3.1), an empty second one too."""
    for name in ("state", "code", "role", "entity", "company"):
        query = urlencode(begin(finance))
        assert land(finance, f"{query}&{name}=other").status == 400
        assert land(finance, f"{query}&{name}=").status == 400
    for name in ("error", "error_description", "error_uri", "iss"):
        assert land(finance, f"{urlencode(begin(finance))}&{name}=x&{name}=x").status == 400
    assert land(finance, urlencode({**begin(finance), "code": "x" * 3000})).status == 400


@pytest.mark.parametrize(
    "strange",
    [
        "utm=1&utm=2",
        "utm_source=mail&utm_source=mail",
        "more=" + "x" * 5000,
        "&".join(f"p{n}=1" for n in range(200)),
        "&&=&=x&a&a&%E4=%ff&lang=zh&lang=en",
        "code%20=x&CODE=x&Code=y",
    ],
)
def test_strange_parameters_are_no_reason_to_throw_an_answer_away(finance: World, strange: str) -> None:
    """What a proxy or a tracker adds, however much of it, is ignored (RFC 6749 section 4.1.2): denied stays denied."""
    query = urlencode({**begin(finance), "error": "access_denied"})
    assert "pressed Deny" in land(finance, f"{strange}&{query}").body
    query = urlencode({**begin(finance), "error": "access_denied"})
    assert "pressed Deny" in land(finance, f"{query}&{strange}").body


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


def test_too_many_attempts_of_a_day_are_refused_before_anything_is_sent(finance: World) -> None:
    """Whoever holds a link can make versions with invented codes; rotations keep their room."""
    fill_with_versions(finance, "finance", MOST_BEFORE_ATTEMPT + 1)
    status, body = come_back(finance)
    assert (status, "Too many attempts" in body) == (429, True)
    assert finance.connection("finance").claims == ()


def test_an_attempt_that_was_overtaken_is_refused(finance: World) -> None:
    """Somebody authorized between the button and the callback."""
    parameters = begin(finance)
    give_grant(finance)
    page = finance.get("/oauth/callback", urlencode(parameters))
    assert finance.get(page.location).status == 409
    assert finance.connection("finance").grant == make_grant()


def test_an_attempt_begun_with_a_revoked_link_ends_before_anything_is_sent(finance: World) -> None:
    """Who found a link may have pressed its button already."""
    parameters = begin(finance)
    revoke_links(finance.store, "finance")
    page = finance.get("/oauth/callback", urlencode(parameters))
    assert finance.get(page.location).status == 410
    assert finance.connection("finance").claims == ()


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("sec_purpose", "prefetch"),
        ("sec_purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("purpose", "Prefetch"),
        ("purpose", "preview"),
        ("x_purpose", "preview"),
        ("x_purpose", ": Preview"),
        ("x_moz", "prefetch"),
        ("x_moz", "PREFETCH"),
        ("sec_fetch_mode", "no-cors"),
        ("sec_fetch_mode", "cors"),
    ],
)
def test_a_prefetched_callback_does_nothing(finance: World, header: str, value: str) -> None:
    """A browser that fetches ahead, a preview and an extension that looks at links must not use up the code."""
    query = urlencode(begin(finance))
    assert finance.get("/oauth/callback", query, **{header: value}).status == 204
    assert finance.connection("finance").claims == ()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_link_scanners_do_not_exchange_a_code(finance: World, method: str) -> None:
    """They open the address elsewhere, without this browser's cookies, or ask by another method."""
    query = urlencode(begin(finance))
    if method == "GET":
        finance.cookies.clear()
    assert finance.browse(method, "/oauth/callback", query, {"user-agent": "LinkScanner"}).status in (303, 404)
    assert finance.connection("finance").claims == ()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", ["/oauth/callback/", "/oauth/callback//"])
def test_a_slash_at_the_end_is_told_with_what_to_do(finance: World, path: str, language: str) -> None:
    """The page names the address that must be registered; the answer that came there is not used."""
    page = finance.get(path, urlencode(begin(finance)), accept_language=language)
    assert page.status == 404
    assert f">{ORIGIN}/oauth/callback<" in page.body
    assert read_words(language).outcomes["callback_slash"]["title"] in page.body
    assert "c" * 64 not in page.body
    assert finance.connection("finance").claims == ()


@pytest.mark.parametrize(
    "change",
    [
        ClientChange(client_id="f" * 64),
        ClientChange(overrides={"token_endpoint": "https://other.example/token"}),
        ClientChange(overrides={"authorization_endpoint": "https://other.example/authorize"}),
    ],
)
def test_a_code_goes_to_the_client_that_the_attempt_began_with(finance: World, change: ClientChange) -> None:
    """A client that was changed meanwhile is another one: neither code nor verifier is sent to it (mix-up)."""
    parameters = begin(finance)
    update_client(finance.store, "finance", change)
    assert land(finance, urlencode(parameters)).status == 409
    assert finance.connection("finance").claims == ()
