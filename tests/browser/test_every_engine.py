"""The whole authorization in the engines of Safari and Firefox, with NetSuite on another site than our callback.

`localhost` and `127.0.0.1` are two sites, as NetSuite's host and ours are: what a browser keeps or sends from one site
to the other (SameSite, Secure) is decided as it is there. `make test-all` fails where WebKit is missing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from local.netsuite.clock import MovableClock
from local.twin import Twin
from tests.browser.engines import FIREFOX, SECONDS, WEBKIT, Person, find_engine
from tests.browser.stage import Stage
from token_broker.languages.words import read_words

ENGINES = [WEBKIT, FIREFOX]
pytestmark = [
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),  # selenium's own, of itself
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # Marionette leaves sockets open
]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Give a running twin."""
    clock = MovableClock()
    with Twin(now=clock) as twin:
        yield Stage(twin, clock)


@pytest.mark.parametrize("engine", ENGINES)
def test_from_the_link_to_a_token(stage: Stage, engine: str) -> None:
    """The cookie of the attempt comes back with the answer, though it was led here by another site."""
    open_person = find_engine(engine)
    if open_person is None:
        missing = f"no {engine} on this machine: python -m tests.browser.installation {engine}"
        (pytest.fail if engine in os.environ.get("ENGINES", "").split() else pytest.skip)(missing)
    name = stage.add(netsuite_host="localhost")
    with open_person() as person:
        person.go(stage.make_link(name))
        person.press("button")
        person.press("#login-12-1017")
        assert urlsplit(person.address()).hostname == "localhost"
        person.press("#allow")
        wait_for(person, read_words("en").outcomes["authorized"]["title"])
        assert urlsplit(person.address()).hostname == "127.0.0.1"
    assert stage.is_served(name)


def wait_for(person: Person, words: str) -> None:
    """Wait until the page says this first."""
    until, seen = time.monotonic() + SECONDS, ""
    while seen != words and time.monotonic() < until:
        seen = person.read("h1")
    assert seen == words
