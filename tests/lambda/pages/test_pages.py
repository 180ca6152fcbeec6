"""The pages' words and their escaping."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken import errors
from suitetoken.netsuite.rules import SCOPES
from suitetoken.signing.links import Link
from tests.samples.pages import KINDS, render
from tests.samples.tokens import CONFIDENTIAL, NOW, make_connection
from token_broker.authorization.authorize import Invitation
from token_broker.grants import mismatches
from token_broker.languages.words import LANGUAGES, choose_language, read_words
from token_broker.netsuite import endpoint_errors
from token_broker.pages import CONTENT_SECURITY_POLICY, Pages
from token_broker.pages.messages import BEGIN_AGAIN, STATUSES, message_of_error

PAGES = Pages("suitetoken")
_MODULES = (errors, endpoint_errors, mismatches)
_ERRORS = [
    kind
    for module in _MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, errors.SuiteTokenError)
]


def make_landing(language: str = "en", **fields: Any) -> str:
    """Return the landing page of a link with these fields."""
    link = replace(Link("finance-prod", "none", "ada", NOW), **fields)
    return PAGES.landing(Invitation(link, make_connection(role="1017"), CONFIDENTIAL), language)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Run RESTlet scripts", "15 January 2027, 08:00 UTC")),
        ("zh", ("运行 RESTlet 脚本", "2027年1月15日 08:00（UTC）")),
    ],
)
def test_the_landing_page_tells_what_is_asked(language: str, words: tuple[str, ...]) -> None:
    """Account, client, role, scopes in words, who asked, until when; in either language."""
    page = make_landing(language)
    for shown in ("finance-prod", "1234567_SB1", "acme", "1017", "ada", *words):
        assert shown in page
    assert CONFIDENTIAL.client_id not in page


@given(st.text())
def test_nothing_that_people_write_becomes_markup(text: str) -> None:
    """Whoever asked may be called anything."""
    tags = re.findall(r"<[^>]*>", make_landing(asked_by="plain"))
    assert re.findall(r"<[^>]*>", make_landing(asked_by=text)) == tags


@given(st.text(), st.text())
def test_facts_are_escaped(name: str, value: str) -> None:
    """Facts come from a signed text, and are escaped all the same."""
    tags = re.findall(r"<[^>]*>", PAGES.message("authorized", {"a": "b"}, "en"))
    assert re.findall(r"<[^>]*>", PAGES.message("authorized", {f"x{name}": value}, "en")) == tags


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", sorted(STATUSES))
def test_every_outcome_says_what_happened_and_what_to_do(outcome: str, language: str) -> None:
    """No page leaves a person alone, in no language."""
    words = read_words(language)
    page = html.unescape(PAGES.message(outcome, {}, language))
    assert all(words.outcomes[outcome][part] in page for part in ("title", "text", "next_step"))
    assert f'<html lang="{words.tag}">' in page
    assert 200 <= STATUSES[outcome] < 600


def find_keys(values: Mapping[str, Any], above: str = "") -> set[str]:
    """Return the path of every string in a catalogue."""
    keys: set[str] = set()
    for name, value in values.items():
        keys |= find_keys(value, f"{above}{name}.") if isinstance(value, Mapping) else {above + name}
    return keys


def test_the_catalogues_have_the_same_words() -> None:
    """A string that is missing in one language is missing here, not on a person's screen."""
    english, *others = (asdict(read_words(code)) for code in LANGUAGES)
    assert set(english["outcomes"]) == set(STATUSES)
    assert set(english["scopes"]) == set(SCOPES)
    for other in others:
        assert find_keys(other) == find_keys(english)
        assert all(other["outcomes"][outcome] != english["outcomes"][outcome] for outcome in STATUSES)


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "fr,zh;q=0.5", "zh"),
        ("", "zh;q=0,de", "en"),
        ("", "zh;q=nonsense", "en"),
        ("zh", "en", "zh"),
        ("xx", "zh-TW", "zh"),
    ],
)
def test_the_address_then_the_browser_choose_the_language(asked: str, accepted: str, chosen: str) -> None:
    """A visible switch wins over Accept-Language; what is unknown falls back to English."""
    assert choose_language(asked, accepted) == chosen


@given(st.text(), st.text())
def test_any_header_chooses_some_language(asked: str, accepted: str) -> None:
    """Whatever a browser sends."""
    assert choose_language(asked, accepted) in LANGUAGES


def test_each_page_offers_the_other_language() -> None:
    """A link that a keyboard reaches, in the language it leads to."""
    assert '<a href="?lang=zh" lang="zh-Hans" hreflang="zh-Hans">中文</a>' in make_landing("en")
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in make_landing("zh")


@pytest.mark.parametrize("kind", _ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_page(kind: type[errors.SuiteTokenError]) -> None:
    """An error that no page knows is shown as our own failure, never as nothing."""
    assert message_of_error(kind.code) in STATUSES


def test_the_policy_allows_the_style_sheet_and_nothing_else() -> None:
    """The one inline style is named by its hash; no script, no frame, no outside resource."""
    style = re.search(r"<style>(.*?)</style>", make_landing(), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "form-action" not in CONTENT_SECURITY_POLICY


def test_a_page_needs_nothing_from_elsewhere_and_is_small() -> None:
    """No script, no link to a resource, under 20 kB."""
    page = make_landing()
    assert len(page.encode()) < 20_000
    assert not re.search(r"<script|<link|<img|src=|url\(", page)


@pytest.mark.parametrize(
    ("outcome", "tone"),
    [("authorized", "good"), ("superseded", "good"), ("link_used", "good"), ("denied", "note"), ("internal", "bad")],
)
def test_a_page_looks_as_it_ended(outcome: str, tone: str) -> None:
    """Green where nothing is left to do, red only where the reader can do nothing about it."""
    assert f'<main class="{tone}">' in PAGES.message(outcome, {}, "en")


def test_the_foot_names_the_deployment_where_it_has_a_name_of_its_own() -> None:
    """Two stacks of one company look different; a single one does not say its name twice."""
    assert "<footer>suitetoken · suitetoken-dev</footer>" in Pages("suitetoken-dev").message("denied", {}, "en")
    assert "<footer>suitetoken</footer>" in PAGES.message("denied", {}, "en")


_WITHOUT_ATTEMPT = {
    "bad_request",
    "callback_slash",
    "cookie_missing",
    "foreign_origin",
    "state_expired",
    "state_invalid",
}
"""Pages that say to open the link again where nothing tells which link that was."""


def test_where_the_link_is_to_be_opened_again_the_page_may_lead_to_it() -> None:
    """Exactly the outcomes of known attempts whose words say so."""
    outcomes = read_words("en").outcomes
    said = {name for name in STATUSES if re.search("(?i)open the link again", outcomes[name]["next_step"])}
    assert said - _WITHOUT_ATTEMPT - {"being_finished"} == BEGIN_AGAIN


@pytest.mark.parametrize("language", LANGUAGES)
def test_brackets_and_quotes_agree(language: str) -> None:
    """Chinese words use full-width brackets, English ones those of English; each pair is of one width."""
    for text in find_texts(asdict(read_words(language))):
        assert re.sub(r"[^()（）]", "", text) in ("", "()", "（）", "()()", "（）（）"), text
        other = "（）" if language == "en" else "()"
        assert not any(bracket in text for bracket in other), text


def find_texts(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield every text of a catalogue."""
    for value in values.values():
        if isinstance(value, Mapping):
            yield from find_texts(value)
        elif isinstance(value, str):
            yield value


_HALF_WIDTH_AROUND_CHINESE = re.compile(r"\([^()（）]*[\u4e00-\u9fff][^()（）]*\)|（[^（）]*\)|\([^()]*）")


@pytest.mark.parametrize("kind", [*KINDS, *sorted(STATUSES)])
def test_brackets_on_chinese_pages_are_as_wide_as_what_they_hold(kind: str) -> None:
    """On the page as it is shown, where words and values have come together."""
    text = html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", render(kind, "zh"), flags=re.DOTALL))
    assert not _HALF_WIDTH_AROUND_CHINESE.search(text)


@pytest.mark.parametrize(
    "guide", sorted(Path(__file__).parents[3].rglob("docs/*.zh-CN.md")), ids=lambda path: path.name
)
def test_brackets_in_chinese_guides_are_as_wide_as_what_they_hold(guide: Path) -> None:
    """Except in code and in addresses."""
    text = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", guide.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not _HALF_WIDTH_AROUND_CHINESE.search(text)
