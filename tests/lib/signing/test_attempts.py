"""What is derived for one attempt: verifier, challenge, cookie and grant id, none of them stored anywhere."""

from __future__ import annotations

import hmac
import re
import secrets
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from suitetoken.signing.links import (
    Key,
    derive_cookie,
    derive_grant_id,
    derive_verifier,
    is_same,
    make_challenge,
    make_nonce,
    make_series,
)

KEY = Key("0b8a5a4e-6d0e-4b9e-9a44-5f0f6f6f1c01", "canary-" + "k" * 64)
OTHER = Key("d3c5b1a0-0000-4000-8000-000000000002", "canary-" + "o" * 64)
NONCES = st.from_regex(r"[A-Za-z0-9_-]{22}", fullmatch=True)
SECRETS = st.text(alphabet=string.ascii_letters + string.digits + string.punctuation, min_size=32, max_size=80)


@given(SECRETS, NONCES)
def test_verifiers_are_what_the_rfc_allows(secret: str, nonce: str) -> None:
    """A code verifier has 43 to 128 unreserved characters, and the same attempt always has the same one."""
    verifier = derive_verifier(nonce, Key("k", secret))
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)
    assert verifier == derive_verifier(nonce, Key("another-id", secret))
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", make_challenge(verifier))


def test_challenge_of_the_rfc() -> None:
    """The challenge of the verifier in RFC 7636 appendix B is the one printed there."""
    challenge = make_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(NONCES, NONCES)
def test_what_is_derived_belongs_to_one_attempt(nonce: str, other: str) -> None:
    """Verifier, cookie and grant id are different things, differ between attempts and keys, and show no nonce."""
    derived = {derive_verifier(nonce, KEY), derive_cookie(nonce, KEY)[1], derive_grant_id(nonce)}
    assert len(derived) == 3
    assert not any(nonce in value for value in derived)
    assert derive_verifier(nonce, KEY) != derive_verifier(nonce, OTHER)
    assert derive_cookie(nonce, KEY) != derive_cookie(nonce, OTHER)
    assert (derive_grant_id(nonce) == derive_grant_id(other)) == (nonce == other)


@given(NONCES)
def test_cookies_are_bound_to_the_host(nonce: str) -> None:
    """The cookie's name tells two attempts in one browser apart."""
    name, value = derive_cookie(nonce, KEY)
    assert name == f"suitetoken-{nonce[:8]}"
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", value)


def test_nonces_are_not_repeated() -> None:
    """Every attempt has a nonce of its own, with at least 128 bits."""
    nonces = {make_nonce() for _ in range(1000)}
    assert len(nonces) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", nonce) for nonce in nonces)


def test_comparison_is_the_standard_library_s_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long it takes tells nothing of how much was guessed."""
    asked: list[tuple[bytes, bytes]] = []

    def compare(ours: bytes, theirs: bytes) -> bool:
        asked.append((ours, theirs))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert not is_same("a", "a")
    assert asked == [(b"a", b"a")]


def test_nonces_and_series_are_the_operating_system_s_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    """128 and 48 bits of it: nothing that can be counted on from one to the next."""
    asked: list[int] = []

    def draw(count: int) -> str:
        asked.append(count)
        return "drawn"

    monkeypatch.setattr(secrets, "token_urlsafe", draw)
    assert (make_nonce(), make_series()) == ("drawn", "drawn")
    assert asked == [16, 6]


@given(st.text())
@example("ours")
@example("ours\ud800")
def test_comparison_takes_whatever_a_browser_sends(theirs: str) -> None:
    """Any text may be compared with ours, lone surrogates included, and only the same text is the same."""
    assert is_same("ours", theirs) == (theirs == "ours")
