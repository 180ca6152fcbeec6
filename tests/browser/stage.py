"""A person at a browser in front of a running twin: links to open, and NetSuite's pages to click through."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from local.netsuite import Integration
from local.netsuite.clock import MovableClock
from local.twin import NETSUITE_ACCOUNT, Twin
from suitetoken.admin.clients import add_client, make_client
from suitetoken.admin.connections import add_connection, make_connection
from suitetoken.admin.hosted_links import make_hosted_link
from suitetoken.aws.records import read_connection, read_token
from suitetoken.aws.store import Store
from suitetoken.documents import Connection
from suitetoken.signing.keys import LINK_KEY, KeyRing
from tests.browser.chromium import chromium

SCOPES = ("restlets", "rest_webservices")
DAY = 86_400


@dataclass
class Stage:
    """A twin with a clock."""

    twin: Twin
    clock: MovableClock

    @property
    def store(self) -> Store:
        """The twin's secrets."""
        return Store(self.twin.client("secretsmanager"), self.twin.prefix)

    def add(
        self,
        *,
        role: str | None = None,
        entity: str | None = None,
        account_id: str = NETSUITE_ACCOUNT,
        netsuite_host: str = "127.0.0.1",
    ) -> str:
        """Add a client and a connection, and return their name; the client's pages are those of the simulator.

        With `localhost` for its host the simulator is another site than the twin's public address.
        """
        name, record = f"finance-{secrets.token_hex(4)}", self._add_record()
        overrides = {key: each.replace("127.0.0.1", netsuite_host) for key, each in self.twin.overrides().items()}
        client = make_client(account_id, record.client_id, record.client_secret, overrides)
        add_client(self.store, name, client)
        add_connection(self.store, name, make_connection(name, SCOPES, role, entity), int(self.clock()))
        return name

    def make_link(self, name: str, lives: int = DAY) -> str:
        """Return a fresh link to a connection, good for so many seconds."""
        keys = KeyRing(self.store, LINK_KEY, self.clock)
        until = int(self.clock()) + lives
        return make_hosted_link(self.store, keys, self.twin.public_url, name, "ada@example.com", until).url

    def connection(self, name: str) -> Connection:
        """Return the connection as it is stored."""
        return read_connection(self.store, name).document

    def is_served(self, name: str) -> bool:
        """Whether readers get a token."""
        return read_token(self.store, name).document.token is not None

    def _add_record(self) -> Integration:
        redirect_uris = [f"{self.twin.public_url}/oauth/callback"]
        return self.twin.netsuite.add_integration(
            NETSUITE_ACCOUNT, name="Finance", redirect_uris=redirect_uris, scopes=list(SCOPES)
        )


@dataclass
class BrowserStage(Stage):
    """A twin with a clock, and a Chromium."""

    browser: Browser

    def person(self, *, javascript: bool = False, locale: str = "en-GB") -> BrowserContext:
        """Return a browser without history; scripts are off, for the road must not need any."""
        context = self.browser.new_context(java_script_enabled=javascript, locale=locale)
        context.set_default_timeout(10_000)
        return context


def press_button(page: Page) -> None:
    """Press the landing page's one button, by the keyboard's way or the mouse's: it is one form."""
    page.get_by_role("button").click()


def log_in(page: Page, *, entity: str = "12", role: str = "1017") -> None:
    """Log in to NetSuite, which then asks for consent."""
    page.locator(f"#login-{entity}-{role}").click()


def authorize(page: Page, link: str, *, role: str = "1017", decision: str = "allow") -> None:
    """Go the whole road: open the link, go on to NetSuite, log in, decide."""
    page.goto(link)
    press_button(page)
    log_in(page, role=role)
    decide(page, decision)


def decide(page: Page, decision: str = "allow") -> None:
    """Press NetSuite's button and wait until it has led back; what is done to a page on its way out fails."""
    page.locator(f"#{decision}").click()
    page.wait_for_url("**/result/**")


def expect_heading(page: Page, words: str) -> None:
    """Wait until the page says this first: a look at once may still see the page before it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def path(page: Page) -> str:
    """Return the first segment of the page's address."""
    return urlsplit(page.url).path.split("/")[1]


@contextmanager
def make_stage() -> Iterator[BrowserStage]:
    """Give a running twin and a browser."""
    clock = MovableClock()
    with Twin(now=clock) as twin, chromium() as browser:
        yield BrowserStage(twin, clock, browser)
