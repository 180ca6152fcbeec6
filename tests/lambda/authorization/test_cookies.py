"""Cookies: Secure under a prefixed name over https; over http, as on the local twin, such as every browser keeps."""

from __future__ import annotations

from token_broker.authorization.cookies import HOST, make_cookie, name_cookie
from token_broker.context.settings import Settings

IN_AWS = Settings("suitetoken", "https://links.example.com")
ON_THE_TWIN = Settings("suitetoken", "http://127.0.0.1:8080")


def _make(settings: Settings) -> str:
    return str(make_cookie(settings, name_cookie(settings, HOST, "suitetoken-abc"), "x", path="/", max_age=600))


def test_over_https_a_cookie_is_secure_and_its_name_says_so() -> None:
    """A browser takes `__Host-` only from https, for this host and path alone."""
    assert _make(IN_AWS).startswith("__Host-suitetoken-abc=x; Path=/; ")
    assert "; Secure" in _make(IN_AWS)


def test_over_http_on_this_machine_it_is_one_that_every_browser_keeps() -> None:
    """WebKit drops what is Secure; the rest of its protection stays."""
    cookie = _make(ON_THE_TWIN)
    assert cookie.startswith("suitetoken-abc=x; ")
    assert "Secure" not in cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
