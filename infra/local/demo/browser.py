"""A person's browser, as far as authorizing needs one: pages, forms, cookies, redirects, and the Origin it sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, get_cookie_header

from local.netsuite import Person

_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Page:
    """What the browser shows: the address it ended at, the status and the text."""

    url: str
    status: int
    html: str = field(repr=False)

    @property
    def heading(self) -> str:
        """The page's first heading."""
        return " ".join(_read(self.html).heading.split())

    @property
    def form_target(self) -> str:
        """Where the page's one form is posted to, or "" where there is none."""
        action = _read(self.html).action
        return "" if action is None else urljoin(self.url, action or self.url)


class Browser:
    """One person's browser: what one page sets as a cookie, the next request brings along."""

    def __init__(self) -> None:
        """Begin without cookies."""
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount("http://", _Connections(self.session.cookies))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()

    def open(self, url: str) -> Page:
        """Open an address, as from a mail, and follow where it leads."""
        answer = self.session.get(url, timeout=_TIMEOUT)
        return Page(answer.url, answer.status_code, answer.text)

    def press_button(self, page: Page) -> Page:
        """Send the page's form; the address of what is shown is where the browser is sent next, not yet opened."""
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        answer = self.session.post(page.form_target, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
        return Page(answer.headers.get("location", answer.url), answer.status_code, answer.text)


def authorize(browser: Browser, link: str, *, entity: str = "12", role: str = "1017") -> Page:
    """Do all that a person does with a link: open it, go on to NetSuite, log in, allow; return the last page.

    Raises LookupError where NetSuite sends nobody back.
    """
    landing = browser.open(link)
    if not landing.form_target:
        return landing
    began = browser.press_button(landing)
    if began.status != 303:
        return began
    return browser.open(Person(browser.session, entity, role).consent(began.url))


class _Connections(HTTPAdapter):
    """Brings Secure cookies along to this very machine too, as browsers do; requests would keep them for https."""

    def __init__(self, jar: RequestsCookieJar) -> None:
        super().__init__()
        self._jar = jar
        jar.set_policy(DefaultCookiePolicy(secure_protocols=("https", "http")))

    def add_headers(self, request: requests.PreparedRequest, **_: Any) -> None:
        request.headers.pop("Cookie", None)
        if cookies := get_cookie_header(self._jar, request):  # type: ignore[no-untyped-call]
            request.headers["Cookie"] = cookies


class _Reader(HTMLParser):
    """Finds the first heading and the first posted form."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = ""
        self.action: str | None = None
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form" and self.action is None and (values.get("method") or "").lower() == "post":
            self.action = values.get("action") or ""
        if tag == "h1":
            self._in_heading = not self.heading

    def handle_endtag(self, tag: str) -> None:
        if tag == "h1":
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.heading += data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader
