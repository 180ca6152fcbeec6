"""Requests that no person is waiting for: a browser that fetches ahead, a preview, a program that looks at a link.

None of them may use up a code. Sources: Fetch Metadata (Sec-Fetch-Mode), the HTML standard (Sec-Purpose), and the
headers that came before these: Purpose (Chromium, WebKit), X-Purpose (WebKit's previews), X-Moz (Firefox).
"""

from __future__ import annotations

from collections.abc import Callable

_HEADERS = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_AHEAD_OF_TIME = ("prefetch", "prerender", "preview")


def is_speculative(header: Callable[[str], str]) -> bool:
    """Whether a request says that no person has navigated here; `header` gives a header's value, or "".

    A browser that sends no Sec-Fetch-Mode is taken at its word that it navigates: older ones do not know the header.
    """
    purposes = [header(name).lower() for name in _HEADERS]
    is_ahead = any(word in purpose for purpose in purposes for word in _AHEAD_OF_TIME)
    return is_ahead or header("sec-fetch-mode").lower() not in ("", "navigate")
