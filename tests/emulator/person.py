"""A person with a browser: pages, forms, cookies. Names below localhost are this machine (RFC 6761)."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode, urljoin, urlsplit

_MOST_REDIRECTS = 10
_SECONDS = 60


class RoadEnds(Exception):
    """A page is not what it must be; the text names its path and status, and nothing that came with it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown in the end, and under which address."""

    url: str
    status: int
    text: str = field(repr=False)


@dataclass
class Person:
    """One browser. Cookies are kept by host, and sent over http too: both servers are on this machine."""

    cookies: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)

    def open(self, url: str) -> Page:
        """Open an address and go where it leads."""
        return self._go("GET", url, "", {})

    def submit(self, page: Page, **typed: str) -> Page:
        """Send the form of a page with what it holds already and what is typed, and go where that leads."""
        form = _Form()
        form.feed(page.text)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        headers = {"Origin": origin, "Referer": page.url, "Content-Type": "application/x-www-form-urlencoded"}
        return self._go("POST", urljoin(page.url, form.action), urlencode({**form.fields, **typed}), headers)

    def _go(self, method: str, url: str, body: str, headers: dict[str, str]) -> Page:
        for _ in range(_MOST_REDIRECTS):
            page, location = self._ask(method, url, body, headers)
            if not location:
                return page
            method, url, body, headers = "GET", urljoin(url, location), "", {}
        raise RoadEnds(f"{urlsplit(url).path} leads round in a circle.")

    def _ask(self, method: str, url: str, body: str, headers: dict[str, str]) -> tuple[Page, str]:
        parts = urlsplit(url)
        if parts.hostname != "127.0.0.1" and not str(parts.hostname).endswith(".localhost"):
            raise RoadEnds(f"The road leads off this machine, to {parts.hostname}.")
        own = self.cookies.setdefault(str(parts.hostname), {})
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in own.items())} if own else {}
        connection = HTTPConnection("127.0.0.1", parts.port or 80, timeout=_SECONDS)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(method, target, body or None, {**headers, **cookie, "Host": parts.netloc})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            own[name.strip()] = value.strip()
        connection.close()
        return Page(url, answer.status, text), answer.headers.get("Location") or ""


class _Form(HTMLParser):
    """The one form of a page: where it goes, and the fields that have a name."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the form's address, and each field with a name and a value."""
        found = dict(attrs)
        if tag == "form":
            self.action = found.get("action") or ""
        elif tag in ("input", "button") and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""
