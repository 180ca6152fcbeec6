"""Every page for everybody: WCAG 2.2 AA as axe-core checks it, both languages, both schemes, small and magnified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Route

from tests.browser.chromium import chromium
from tests.samples.pages import ADDRESS, FACTS, KINDS, render
from token_broker.languages.words import LANGUAGES, read_words
from token_broker.pages import CONTENT_SECURITY_POLICY
from token_broker.pages.messages import BEGIN_AGAIN, STATUSES

_RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_SPILLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_ENLARGE = "document.documentElement.style.fontSize = '200%'"
_FOCUS = """() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return [document.activeElement.tagName, outlineStyle, parseFloat(outlineWidth) >= 2];
}"""


@dataclass(frozen=True)
class Look:
    """How a person looks at a page. `width` is in CSS pixels; a page zoomed to 200 % has half of the window's."""

    scheme: Any
    width: int
    zoom: int = 1


DESK = Look("light", 1280)
LOOKS = [
    Look("light", 360),
    Look("dark", 360),
    Look("light", 640, 2),
    Look("dark", 640, 2),
]

_TURNS = list(zip(sorted(STATUSES), cycle(LANGUAGES), cycle([DESK, *LOOKS]), strict=False))


class Reader:
    """Opens pages with the policy they are delivered with, and lets nothing else through."""

    def __init__(self, browser: Browser) -> None:
        """Begin without a page."""
        self._browser = browser
        self._pages: dict[Look, Page] = {}
        self._html = ""
        self.asked: list[str] = []

    def open(self, html: str, look: Look = DESK) -> Page:
        """Show a page."""
        page = self._pages.get(look) or self._make_page(look)
        self._pages[look] = page
        self._html = html
        self.asked.clear()
        page.goto(ADDRESS)
        return page

    def _make_page(self, look: Look) -> Page:
        context = self._browser.new_context(
            viewport={"width": look.width, "height": 640}, color_scheme=look.scheme, device_scale_factor=look.zoom
        )
        context.on("request", lambda request: self._note(request))
        context.route("**/*", lambda route: self._answer(route))
        return context.new_page()

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def _answer(self, route: Route) -> None:
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": CONTENT_SECURITY_POLICY}
        route.fulfill(status=200, headers=headers, body=self._html)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """Give a person who looks at pages."""
    with chromium() as browser:
        yield Reader(browser)


def find_violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong."""
    results = Axe().run(page, options=_RULES)
    return [f"{found['id']}: {found['nodes'][0]['html']}" for found in results.response["violations"]]


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_in_every_look(reader: Reader, kind: str, language: str, look: Look) -> None:
    """Contrast, names, structure, language, size of targets; and nothing to be scrolled sideways."""
    page = reader.open(render(kind, language), look)
    assert find_violations(page) == []
    assert not page.evaluate(_SPILLS)


@pytest.mark.slow
@pytest.mark.parametrize(("outcome", "language", "look"), _TURNS, ids=str)
def test_every_outcome(reader: Reader, outcome: str, language: str, look: Look) -> None:
    """They differ in words alone, so that languages and looks take turns."""
    page = reader.open(render(outcome, language), look)
    assert find_violations(page) == []
    assert not page.evaluate(_SPILLS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_narrow_screens_and_large_letters(reader: Reader, kind: str, language: str) -> None:
    """At 320 CSS pixels, which is 400 % of a common window, and with letters of twice the size there."""
    page = reader.open(render(kind, language, long=True), Look("light", 320))
    assert not page.evaluate(_SPILLS)
    page.evaluate(_ENLARGE)
    assert not page.evaluate(_SPILLS)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_can_be_pressed_is_reached_by_tab_and_shows_it(reader: Reader, kind: str) -> None:
    """In the order in which it is read, each with a ring around it."""
    page = reader.open(render(kind, "en"))
    pressed = {"landing": ["BUTTON"], **{outcome: ["A"] for outcome in BEGIN_AGAIN}}
    for tag in ["A", *pressed.get(kind, [])]:
        page.keyboard.press("Tab")
        assert page.evaluate(_FOCUS) == [tag, "solid", True]


@pytest.mark.parametrize("kind", KINDS)
def test_no_request_leaves_for_a_page(reader: Reader, kind: str) -> None:
    """The page is all there is: no font, image, script or style from anywhere; and it stays small."""
    html = render(kind, "zh")
    reader.open(html)
    assert reader.asked == [ADDRESS]
    assert len(html.encode()) < 20_000


def test_the_policy_lets_the_style_through_and_scripts_not(reader: Reader) -> None:
    """Were a script to get into a page, it would not run."""
    html = render("landing", "en").replace("</main>", "<script>document.title = 'run'</script></main>")
    page = reader.open(html)
    assert page.title() != "run"
    assert page.evaluate("getComputedStyle(document.querySelector('main')).borderTopWidth") == "4px"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FACTS))
def test_facts_stay_whole(reader: Reader, name: str) -> None:
    """Each has its label in front of it in every language, and not the code's name for it."""
    for language in LANGUAGES:
        assert name in read_words(language).facts
        for kind in ("authorized", "internal", "wrong_account", "wrong_role_and_user", "callback_slash"):
            text = reader.open(render(kind, language)).locator("dl").inner_text()
            assert not re.search(rf"\b{name}\b", text)
