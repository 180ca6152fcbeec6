"""What people and their mail programs do on the way: each habit is tried in a real browser and ends well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page

from tests.browser.chromium import launch_with_profile
from tests.browser.stage import BrowserStage, authorize, decide, expect_heading, log_in, path, press_button
from token_broker.languages.words import read_words

WORDS = read_words("en")
_NO_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}}}
"""What Chromium's settings page writes for "Block all cookies"."""


def title(outcome: str) -> str:
    """Return what the page of an outcome says first."""
    return WORDS.outcomes[outcome]["title"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_mail_scanners_and_previews_use_nothing_up(stage: BrowserStage, page: Page, method: str) -> None:
    """They open a link first, and often; it is still good for the person it was sent to."""
    name = stage.add()
    link = stage.make_link(name)
    before = stage.connection(name)
    for _ in range(3):
        answer = requests.request(method, link, headers={"User-Agent": "LinkScanner"}, timeout=10)
        assert (answer.status_code, answer.cookies.get_dict()) == (200, {})
    assert stage.connection(name) == before
    authorize(page, link)
    expect_heading(page, title("authorized"))


@pytest.mark.slow
def test_the_way_back_leads_to_pages_that_say_it_is_done(stage: BrowserStage, page: Page) -> None:
    """Back from the result to the landing page: no page is kept, so what is shown is true."""
    link = stage.make_link(stage.add())
    authorize(page, link)
    for _ in range(4):
        if page.url == link:
            break
        page.go_back()
    assert page.url == link
    expect_heading(page, title("link_used"))


def test_the_way_back_from_netsuite_begins_again(stage: BrowserStage, page: Page) -> None:
    """Whoever hesitates at the login and goes back presses the button a second time."""
    page.goto(stage.make_link(stage.add()))
    press_button(page)
    page.locator("#login-12-1017").wait_for()
    page.go_back()
    expect_heading(page, WORDS.landing["title"])
    press_button(page)
    log_in(page)
    decide(page)
    expect_heading(page, title("authorized"))


def test_reloading_the_result_shows_it_again(stage: BrowserStage, page: Page) -> None:
    """Nothing is sent a second time."""
    name = stage.add()
    authorize(page, stage.make_link(name))
    grant = stage.connection(name).grant
    page.reload()
    expect_heading(page, title("authorized"))
    assert stage.connection(name).grant == grant


def test_answering_twice_grants_once(stage: BrowserStage, page: Page) -> None:
    """The callback's address again, as a restored session opens it: told that it has worked."""
    name = stage.add()
    answers: list[str] = []
    page.context.on("request", lambda request: answers.append(request.url))
    authorize(page, stage.make_link(name))
    grant = stage.connection(name).grant
    page.goto(next(url for url in answers if "/oauth/callback" in url))
    expect_heading(page, title("already_authorized"))
    assert path(page) == "result"
    assert stage.connection(name).grant == grant


@pytest.mark.slow
def test_of_two_tabs_the_first_wins_and_the_second_is_told(stage: BrowserStage, page: Page) -> None:
    """Each tab has its own attempt in the same browser; neither breaks the other."""
    name = stage.add()
    link, second = stage.make_link(name), page.context.new_page()
    for tab in (page, second):
        tab.goto(link)
        press_button(tab)
        log_in(tab)
    for tab in (second, page):
        decide(tab)
    expect_heading(second, title("authorized"))
    expect_heading(page, title("superseded"))
    assert stage.is_served(name)


def test_a_double_click_begins_one_journey(stage: BrowserStage, page: Page) -> None:
    """Two attempts may begin; the browser follows the last, and that one works."""
    page.goto(stage.make_link(stage.add()))
    page.get_by_role("button").dblclick()
    log_in(page)
    decide(page)
    expect_heading(page, title("authorized"))


@pytest.mark.slow
def test_the_keyboard_alone_is_enough(stage: BrowserStage, page: Page) -> None:
    """Tab to the button, Enter; the switch of languages comes first, as it is read first."""
    page.goto(stage.make_link(stage.add()))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "中文"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == WORDS.landing["button"]
    page.keyboard.press("Enter")
    log_in(page)
    decide(page)
    expect_heading(page, title("authorized"))


@pytest.mark.slow
def test_coming_back_in_another_browser_is_refused(stage: BrowserStage, page: Page) -> None:
    """An attempt belongs to the browser it began in; the page says so, and the link still works."""
    link = stage.make_link(stage.add())
    page.goto(link)
    press_button(page)
    log_in(page)
    page.context.clear_cookies()
    decide(page)
    expect_heading(page, title("cookie_missing"))
    authorize(page, link)
    expect_heading(page, title("authorized"))


def test_without_cookies_the_page_says_what_to_switch_on(stage: BrowserStage, tmp_path: Path) -> None:
    """Blocked in the browser's own settings."""
    preferences = tmp_path / "Default/Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps(_NO_COOKIES))
    with launch_with_profile(stage.browser, tmp_path) as context:
        page = context.new_page()
        authorize(page, stage.make_link(stage.add()))
        expect_heading(page, title("cookie_missing"))
        assert "Allow cookies" in page.content()
