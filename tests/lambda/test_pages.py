"""The pages' words and their escaping."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken import errors
from suitetoken.links import Link
from token_broker import endpoint_errors, grants
from token_broker.authorize import Invitation
from token_broker.pages import CONTENT_SECURITY_POLICY, Pages
from token_broker.pages.outcomes import MESSAGES, outcome_of_error
from token_samples import CONFIDENTIAL, NOW, make_connection

PAGES = Pages("suitetoken")
_MODULES = (errors, endpoint_errors, grants)
_ERRORS = [
    kind
    for module in _MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, errors.SuiteTokenError)
]


def make_landing(**fields: Any) -> str:
    """Return the landing page of a link with these fields."""
    link = replace(Link("finance-prod", "none", "ada", NOW), **fields)
    return PAGES.landing(Invitation(link, make_connection(role="1017"), CONFIDENTIAL))


def test_the_landing_page_tells_what_is_asked() -> None:
    """Account, client, role, scopes in words, who asked, until when."""
    page = make_landing()
    for words in ("finance-prod", "1234567_SB1", "acme", "1017", "Run RESTlet scripts", "ada", "15 January 2027"):
        assert words in page
    assert CONFIDENTIAL.client_id not in page


@given(st.text())
def test_nothing_that_people_write_becomes_markup(text: str) -> None:
    """Whoever asked may be called anything."""
    tags = re.findall(r"<[^>]*>", make_landing(asked_by="plain"))
    assert re.findall(r"<[^>]*>", make_landing(asked_by=text)) == tags


@given(st.text(), st.text())
def test_facts_are_escaped(name: str, value: str) -> None:
    """Facts come from a signed text, and are escaped all the same."""
    tags = re.findall(r"<[^>]*>", PAGES.message("authorized", {"a": "b"}))
    assert re.findall(r"<[^>]*>", PAGES.message("authorized", {name: value})) == tags


@pytest.mark.parametrize("outcome", sorted(MESSAGES))
def test_every_outcome_says_what_happened_and_what_to_do(outcome: str) -> None:
    """No page leaves a person alone."""
    message = MESSAGES[outcome]
    page = html.unescape(PAGES.message(outcome, {}))
    assert all(words in page for words in (message.title, message.text, message.next_step))
    assert 200 <= message.status < 600


@pytest.mark.parametrize("kind", _ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_page(kind: type[errors.SuiteTokenError]) -> None:
    """An error that no page knows is shown as our own failure, never as nothing."""
    assert outcome_of_error(kind.code) in MESSAGES


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
