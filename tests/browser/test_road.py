"""The road in a real browser, without scripts: each way it can end is a page that says what happened and what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from suitetoken.admin.hosted_links import revoke_links
from suitetoken.aws.records import connection_secret
from tests.browser.stage import BrowserStage, authorize, decide, expect_heading, log_in, path, press_button
from token_broker.languages.words import read_words

EXPIRED = 6 * 60
"""Seconds that a minute's link is surely dead after: its life and the leeway for clocks."""


def title(outcome: str, language: str = "en") -> str:
    """Return what the page of an outcome says first."""
    return read_words(language).outcomes[outcome]["title"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_the_link_to_a_token(stage: BrowserStage, page: Page, language: str) -> None:
    """Landing, consent, result, in the language the person began in; readers have a token then."""
    name = stage.add()
    authorize(page, f"{stage.make_link(name)}?lang={language}")
    expect_heading(page, title("authorized", language))
    assert name in page.content()
    assert stage.is_served(name)
    assert page.locator("html").get_attribute("lang") == read_words(language).tag


def test_the_browser_s_own_language_is_taken(stage: BrowserStage) -> None:
    """Who reads Chinese need not look for the switch; who wants the other presses it."""
    with stage.person(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(stage.make_link(stage.add()))
        expect_heading(page, read_words("zh").landing["title"])
        page.get_by_role("link", name="English").click()
        expect_heading(page, read_words("en").landing["title"])


def test_only_our_origin_and_netsuite_are_asked(stage: BrowserStage, page: Page) -> None:
    """No font, script, image or count of visitors from elsewhere; the code leaves the address bar."""
    asked: list[Request] = []
    page.context.on("request", lambda request: asked.append(request))
    authorize(page, stage.make_link(stage.add()))
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(request.url)) for request in asked}
    assert origins == {stage.twin.public_url, stage.twin.netsuite_url}
    assert {request.resource_type for request in asked} == {"document"}
    assert (path(page), "code=" in page.url) == ("result", False)


@pytest.mark.slow
def test_pressing_deny_stores_nothing(stage: BrowserStage, page: Page) -> None:
    """And the same link still works, for it was not used."""
    name = stage.add()
    link = stage.make_link(name)
    authorize(page, link, decision="deny")
    expect_heading(page, title("denied"))
    assert stage.connection(name).grant is None
    authorize(page, link)
    expect_heading(page, title("authorized"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_after_deny_has_a_button_back(stage: BrowserStage, page: Page, language: str) -> None:
    """Without scripts and by the keyboard too: to the landing page, in the same language, and then it works."""
    link = stage.make_link(stage.add())
    authorize(page, f"{link}?lang={language}", decision="deny")
    expect_heading(page, title("denied", language))
    page.get_by_role("link", name=read_words(language).back).focus()
    page.keyboard.press("Enter")
    expect_heading(page, read_words(language).landing["title"])
    assert page.url == f"{link}?lang={language}"
    press_button(page)
    log_in(page)
    decide(page)
    expect_heading(page, title("authorized", language))
    assert page.get_by_role("link", name=read_words(language).back).count() == 0


@pytest.mark.slow
def test_another_browser_has_no_button_back(stage: BrowserStage, page: Page) -> None:
    """The address of the page after "Deny" is no link."""
    authorize(page, stage.make_link(stage.add()), decision="deny")
    with stage.person() as another:
        elsewhere = another.new_page()
        elsewhere.goto(page.url)
        expect_heading(elsewhere, title("denied"))
        assert elsewhere.get_by_role("link", name=read_words("en").back).count() == 0


@pytest.mark.slow
def test_the_wrong_role_is_refused_with_the_way_to_choose_another(stage: BrowserStage, page: Page) -> None:
    """The page names both roles and the button of NetSuite's; with the right role the same link works."""
    link = stage.make_link(stage.add(role="1017"))
    authorize(page, link, role="1023")
    expect_heading(page, title("wrong_role"))
    assert "Choose Another Role" in page.content()
    assert facts(page, "role_wanted", "role_given") == ["1017", "1023"]
    authorize(page, link)
    expect_heading(page, title("authorized"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pins", "outcome", "shown"),
    [
        ({"entity": "15"}, "wrong_user", {"entity_wanted": "15", "entity_given": "12"}),
        (
            {"role": "1017", "entity": "15"},
            "wrong_user",
            {"role_wanted": "1017", "role_given": "1017", "entity_wanted": "15", "entity_given": "12"},
        ),
        (
            {"role": "1023", "entity": "15"},
            "wrong_role_and_user",
            {"role_wanted": "1023", "role_given": "1017", "entity_wanted": "15", "entity_given": "12"},
        ),
    ],
)
def test_the_wrong_user_is_told_to_log_in_as_the_right_one(
    stage: BrowserStage, page: Page, pins: dict[str, str], outcome: str, shown: dict[str, str]
) -> None:
    """No role of another user can be chosen, so the page does not say so."""
    authorize(page, stage.make_link(stage.add(**pins)))
    expect_heading(page, title(outcome))
    assert facts(page, *shown) == list(shown.values())
    assert "log out of NetSuite" in page.content()
    assert "Choose Another Role" not in page.content()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_slash_too_many_is_a_page_that_says_so(stage: BrowserStage, page: Page, language: str) -> None:
    """With the address that is to be registered."""
    page.goto(f"{stage.twin.public_url}/oauth/callback/?code=x&state=y&lang={language}")
    expect_heading(page, title("callback_slash", language))
    assert page.locator("dd").all_inner_texts() == [f"{stage.twin.public_url}/oauth/callback"]


@pytest.mark.slow
def test_another_role_can_be_chosen_at_netsuite(stage: BrowserStage, page: Page) -> None:
    """Whoever came in with the wrong one goes back one page, not to the beginning."""
    page.goto(stage.make_link(stage.add(role="1017")))
    press_button(page)
    log_in(page, role="1023")
    page.locator("#another-role").click()
    log_in(page)
    decide(page)
    expect_heading(page, title("authorized"))


def test_the_wrong_account_is_refused(stage: BrowserStage, page: Page) -> None:
    """Access granted in production does not become the sandbox's."""
    name = stage.add(account_id="1234567_SB1")
    authorize(page, stage.make_link(name))
    expect_heading(page, title("wrong_account"))
    assert stage.connection(name).grant is None


def test_an_expired_link_says_whom_to_ask(stage: BrowserStage, page: Page) -> None:
    """Before anything was pressed, and while the page was open."""
    link = stage.make_link(stage.add(), lives=60)
    page.goto(link)
    stage.clock.advance(EXPIRED)
    press_button(page)
    expect_heading(page, title("link_expired"))
    page.goto(link)
    expect_heading(page, title("link_expired"))


@pytest.mark.slow
def test_an_attempt_that_took_too_long_can_be_begun_again(stage: BrowserStage, page: Page) -> None:
    """A quarter of an hour at NetSuite's login is too long; the link still works."""
    link = stage.make_link(stage.add())
    page.goto(link)
    press_button(page)
    log_in(page)
    stage.clock.advance(16 * 60)
    decide(page)
    expect_heading(page, title("state_expired"))
    authorize(page, link)
    expect_heading(page, title("authorized"))


@pytest.mark.slow
def test_a_used_link_says_that_nothing_is_left_to_do(stage: BrowserStage, page: Page) -> None:
    """Whoever opens it, on whatever machine."""
    link = stage.make_link(stage.add())
    authorize(page, link)
    with stage.person() as another:
        late = another.new_page()
        late.goto(link)
        expect_heading(late, title("link_used"))


@pytest.mark.parametrize(("act", "outcome"), [("revoke", "link_revoked"), ("remove", "connection_gone")])
def test_what_the_operator_took_back_while_the_page_was_open(
    stage: BrowserStage, page: Page, act: str, outcome: str
) -> None:
    """The button then leads to a page that says so, not to NetSuite."""
    name = stage.add()
    page.goto(stage.make_link(name))
    if act == "revoke":
        revoke_links(stage.store, name)
    else:
        stage.store.delete(connection_secret(name))
    press_button(page)
    expect_heading(page, title(outcome))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("503", "netsuite_unavailable"), ("429", "netsuite_unavailable"), ("html", "netsuite_failed")],
)
def test_when_netsuite_is_down_the_person_comes_back_later(
    stage: BrowserStage, page: Page, fault: str, outcome: str
) -> None:
    """With a reference to give to the operator; the same link works once NetSuite does."""
    link = stage.make_link(stage.add())
    stage.twin.netsuite.faults.add("token", fault)
    authorize(page, link)
    expect_heading(page, title(outcome))
    assert reference(page) in stage.twin.function_log
    authorize(page, link)
    expect_heading(page, title("authorized"))


def test_our_own_failure_gives_a_reference_that_is_in_the_logs(stage: BrowserStage, page: Page) -> None:
    """A damaged document is nobody's fault who opens a link."""
    name = stage.add()
    link = stage.make_link(name)
    stage.store.update(connection_secret(name), lambda _: "{")
    page.goto(link)
    expect_heading(page, title("internal"))
    assert reference(page) in stage.twin.function_log


def test_an_address_that_is_cut_off_leads_to_a_page(stage: BrowserStage, page: Page) -> None:
    """As mail programs break long lines."""
    page.goto(stage.make_link(stage.add())[:-9])
    expect_heading(page, title("link_invalid"))


def reference(page: Page) -> str:
    """Return the reference that the page shows."""
    return facts(page, "reference")[0]


def facts(page: Page, *names: str) -> list[str]:
    """Return what the page shows beside these labels."""
    labels = [read_words("en").facts[name] for name in names]
    shown = [page.locator("dt").get_by_text(label, exact=True) for label in labels]
    return [label.locator("xpath=following-sibling::dd[1]").inner_text() for label in shown]
