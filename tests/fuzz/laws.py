"""The laws that no input may break, and how each is seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.browser.security_headers import HEADERS, allows_one_style_only, is_bound_to_results, is_bound_to_this_host
from tests.fuzz.damage import CANARY, MARKUP
from tests.fuzz.stand import Stand

_SHORTEST_SECRET = 12


def hold_no_crash(stand: Stand) -> None:
    """Nothing unexpected was met: whatever goes wrong is one of our own errors, and told as that."""
    crashes = [line for line in stand.shown.getvalue().splitlines() if "unexpected error" in line]
    assert crashes == [], crashes[0]


def hold_nothing_secret(
    stand: Stand, *shown: object, further: Iterable[str] = (), words: Iterable[str] = (CANARY,)
) -> None:
    """No secret is in what is shown, in the logs, in the metrics, in events or in messages."""
    told = "\n".join([*map(str, shown), stand.shown.getvalue(), *stand.told.things])
    for word in words:
        assert word not in told, _around(told, word)
    for secret in {*stand.own_secrets, *stand.netsuite.secrets, *further}:
        assert len(secret) < _SHORTEST_SECRET or secret not in told, _around(told, secret)


def hold_safe_response(answer: dict[str, Any]) -> None:
    """A response is whole: a status, every security header and its value, no line break in one, no markup of others."""
    assert isinstance(answer["statusCode"], int)
    wrong = {name for name, value in HEADERS.items() if answer["headers"].get(name) != value}
    assert not wrong or (wrong, answer["headers"]["Referrer-Policy"]) == ({"Referrer-Policy"}, "same-origin"), wrong
    assert allows_one_style_only(answer["headers"]["Content-Security-Policy"])
    cookies = answer.get("cookies") or ()
    assert all(is_bound_to_this_host(cookie) or is_bound_to_results(cookie) for cookie in cookies)
    lines = [*map(str, answer["headers"].values()), *(answer.get("cookies") or ())]
    assert not any(character in line for line in lines for character in "\r\n\x00")
    body = answer["body"]
    assert isinstance(body, str)
    assert MARKUP not in body, _around(body, MARKUP)
    body.encode()


def hold_our_own_error(error: BaseException | None) -> None:
    """An error and all that it carries hold no secret, whoever prints them."""
    seen = error
    while seen is not None:
        texts = f"{seen} {seen!r} {seen.args}"
        assert CANARY not in texts, _around(texts, CANARY)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def hold_short(error: BaseException) -> None:
    """A refusal may quote the beginning of what a person typed, never a flood of it."""
    assert len(str(error)) < 1000


def _around(text: str, found: str) -> str:
    at = text.index(found)
    return text[max(0, at - 200) : at + len(found) + 100]
