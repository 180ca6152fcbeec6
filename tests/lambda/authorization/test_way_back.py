"""The way back to the link from a page that says to open it again: in the browser that has it, while it is good."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from suitetoken.admin.hosted_links import revoke_links
from tests.samples.tokens import PUBLIC
from tests.worlds.attempts import begin
from tests.worlds.steps import NAME, Road
from tests.worlds.world import Page, World
from token_broker.authorization.way_back import keep_link
from token_broker.context.settings import Settings
from token_broker.languages.words import LANGUAGES, read_words


def deny(world: World) -> str:
    """Begin an attempt, press Deny at NetSuite, and return the address of the page that says so."""
    return world.get("/oauth/callback", urlencode({**begin(world), "error": "access_denied"})).location


def leads_back(page: Page) -> bool:
    """Whether the page has the button."""
    return '<a class="button" href="/authorize/' in page.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_after_deny_leads_back_to_the_link(finance: World, language: str) -> None:
    """To the very one, in the language that is spoken; the address of the page does not hold it."""
    address = deny(finance)
    page = finance.get(address, f"lang={language}")
    link = finance.cookies["__Secure-suitetoken-link-finance"]
    assert f'<a class="button" href="/authorize/{link}?lang={language}">{read_words(language).back}</a>' in page.body
    assert link not in address
    assert finance.get(f"/authorize/{link}").status == 200


def test_another_browser_is_shown_no_way_back(finance: World) -> None:
    """Who was sent a picture or the address of the page gets no link with it."""
    address = deny(finance)
    finance.cookies.clear()
    page = finance.get(address)
    assert (page.status, leads_back(page), "pressed Deny" in page.body) == (403, False, True)


def test_a_link_that_is_dead_by_now_is_not_offered(finance: World) -> None:
    """Its operator killed it."""
    address = deny(finance)
    assert leads_back(finance.get(address))
    revoke_links(finance.store, "finance")
    assert not leads_back(finance.get(address))


def test_a_link_to_another_connection_is_not_offered(finance: World) -> None:
    """Wherever the cookie came from: a neighbouring host may write one."""
    finance.add_connection("payroll", PUBLIC)
    address = deny(finance)
    finance.cookies["__Secure-suitetoken-link-finance"] = finance.make_link("payroll").removeprefix("/authorize/")
    assert not leads_back(finance.get(address))


@pytest.mark.parametrize("cookie", ["", "x", "é", "../../evil", "//evil.example", "a.b.c", '"><script>'])
def test_whatever_the_cookie_holds_breaks_no_page(finance: World, cookie: str) -> None:
    """Only a link that was signed here is put into a page."""
    address = deny(finance)
    finance.cookies["__Secure-suitetoken-link-finance"] = cookie
    page = finance.get(address)
    assert (page.status, leads_back(page)) == (403, False)
    assert "evil" not in page.body


def test_an_attempt_that_succeeded_leads_nowhere(quick: Road) -> None:
    """There is nothing to do again, even where a newer link is in the browser."""
    parameters = quick.press_button()
    address = quick.world.get("/oauth/callback", urlencode(parameters)).location
    quick.world.post(quick.world.make_link(NAME))
    page = quick.world.get(address)
    assert (page.status, leads_back(page)) == (200, False)


def test_a_link_that_is_too_long_for_a_cookie_is_not_kept() -> None:
    """A browser would drop the cookie; the attempt itself does without it."""
    assert len(keep_link(Settings("suitetoken", "https://x.example"), "finance", "x" * 3000)) == 1
    assert keep_link(Settings("suitetoken", "https://x.example"), "finance", "x" * 3001) == []
