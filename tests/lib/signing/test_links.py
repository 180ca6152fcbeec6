"""Signed texts are believed only when they come back whole, for their own purpose, from our key, and in time."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Callable
from dataclasses import asdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from suitetoken.errors import InvalidSignedText, SignedTextExpired
from suitetoken.netsuite.rules import parse_name
from suitetoken.signing.links import (
    ATTEMPT_SECONDS,
    CLOCK_LEEWAY,
    Key,
    Link,
    Result,
    State,
    derive_grant_id,
    key_id_of,
    make_nonce,
    sign_link,
    sign_result,
    sign_state,
    verify_link,
    verify_result,
    verify_state,
)

NOW = 1_790_000_000
KEY = Key("0b8a5a4e-6d0e-4b9e-9a44-5f0f6f6f1c01", "canary-" + "k" * 64)
OTHER = Key("d3c5b1a0-0000-4000-8000-000000000002", "canary-" + "o" * 64)
LINK = Link("finance-prod", "none", "ops@example.com", NOW + 86_400)
STATE = State("finance-prod", "a" * 32, "nonce-of-22-characters", NOW)
RESULT = Result("authorized", "finance-prod", NOW, {"account": "1234567_SB1", "role": "1000"})

NONCES = st.from_regex(r"[A-Za-z0-9_-]{22}", fullmatch=True)
CONNECTIONS = st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?", fullmatch=True)
TEXTS = [sign_link(LINK, KEY), sign_state(STATE, KEY), sign_result(RESULT, KEY)]
VERIFIERS: list[Callable[..., object]] = [verify_link, verify_state, verify_result]
ALPHABET = string.ascii_letters + string.digits + "-_.=+/ !~\n\x00\u00e9"


def _find(key_id: str) -> Key | None:
    return {KEY.id: KEY, OTHER.id: OTHER}.get(key_id)


@given(CONNECTIONS, st.text(max_size=80), st.integers(min_value=NOW))
def test_a_link_comes_back_whole(connection: str, asked_by: str, expires_at: int) -> None:
    """What was signed into a link is what comes out, and the text is safe in a URL path."""
    link = Link(connection, "none", asked_by, expires_at)
    text = sign_link(link, KEY)
    assert verify_link(text, _find, NOW) == link
    assert re.fullmatch(r"[A-Za-z0-9._-]+", text)


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5))
def test_a_result_comes_back_whole(outcome: str, facts: dict[str, str]) -> None:
    """What was signed into a result is what comes out, and the text is safe in a URL path."""
    result = Result(outcome, "finance-prod", NOW, facts)
    text = sign_result(result, KEY)
    assert verify_result(text, _find, NOW) == result
    assert re.fullmatch(r"[A-Za-z0-9._-]+", text)


@given(CONNECTIONS, NONCES)
@example("a", "a" * 22)
@example("z" * 64, "-" * 22)
def test_state_is_what_netsuite_accepts(connection: str, nonce: str) -> None:
    """For every connection's name, state is 22 to 1024 printable ASCII characters and comes back whole."""
    state = State(connection, derive_grant_id(nonce), nonce, NOW)
    text = sign_state(state, KEY)
    assert re.fullmatch(r"[\x21-\x7e]{22,1024}", text)
    assert verify_state(text, _find, NOW) == state


def test_longest_state_still_fits() -> None:
    """The longest connection name and the longest key id still make a state that NetSuite accepts."""
    name = parse_name("c" * 64, "connection")
    key = Key("k" * 64, "s" * 64)
    text = sign_state(State(name, "f" * 32, make_nonce(), NOW), key)
    assert len(text) <= 1024
    assert verify_state(text, lambda _: key, NOW).connection == name


@given(st.sampled_from(range(3)), st.data())
def test_no_character_can_be_replaced(which: int, data: st.DataObject) -> None:
    """A text with one character replaced by any other is refused, wherever it is."""
    text = TEXTS[which]
    at = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.sampled_from(sorted(set(ALPHABET) - {text[at]})))
    with pytest.raises(InvalidSignedText):
        VERIFIERS[which](text[:at] + char + text[at + 1 :], _find, NOW)


@pytest.mark.parametrize("which", range(3))
def test_no_other_spelling_of_a_signature(which: int) -> None:
    """Of the base64url texts that decode to the right signature, only the one that was signed is accepted."""
    text = TEXTS[which]
    for char in set(string.ascii_letters + string.digits + "-_") - {text[-1]}:
        with pytest.raises(InvalidSignedText):
            VERIFIERS[which](text[:-1] + char, _find, NOW)


@given(st.sampled_from(range(3)), st.data())
def test_no_character_can_be_added(which: int, data: st.DataObject) -> None:
    """A text with characters put in anywhere is refused."""
    text = TEXTS[which]
    at = data.draw(st.integers(0, len(text)))
    added = data.draw(st.text(alphabet=ALPHABET, min_size=1, max_size=4))
    with pytest.raises(InvalidSignedText):
        VERIFIERS[which](text[:at] + added + text[at:], _find, NOW)


@given(st.sampled_from(range(3)), st.data())
def test_no_character_can_be_removed(which: int, data: st.DataObject) -> None:
    """A text with a part taken out anywhere is refused."""
    text = TEXTS[which]
    at = data.draw(st.integers(0, len(text) - 1))
    until = data.draw(st.integers(at + 1, len(text)))
    with pytest.raises(InvalidSignedText):
        VERIFIERS[which](text[:at] + text[until:], _find, NOW)


@given(st.text(max_size=200) | st.text(alphabet=ALPHABET, max_size=200).map(lambda text: f"{KEY.id}.{text}"))
@example("." * 5000)
@example(f"{KEY.id}." + "a" * 10_000)
@example("\ud800")
def test_foreign_text_is_refused(text: str) -> None:
    """Text that was never signed here is refused with the one error, however it looks."""
    for verify in VERIFIERS:
        with pytest.raises(InvalidSignedText):
            verify(text, _find, NOW)


@pytest.mark.parametrize("signed", range(3))
@pytest.mark.parametrize("asked", range(3))
def test_each_purpose_has_its_own_signature(signed: int, asked: int) -> None:
    """A text signed for one purpose is refused for every other, though the key is the same."""
    if signed == asked:
        assert VERIFIERS[asked](TEXTS[signed], _find, NOW)
        return
    with pytest.raises(InvalidSignedText):
        VERIFIERS[asked](TEXTS[signed], _find, NOW)


@pytest.mark.parametrize("purpose", ["link", "state", "result", ""])
def test_a_signature_counts_for_the_purpose_it_was_made_for(purpose: str) -> None:
    """A link's very payload is refused when it was signed with the same key for anything but links."""
    signing = URLSafeSerializer(
        KEY.secret,
        salt=f"suitetoken.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
    text = f"{KEY.id}.{signing.dumps(asdict(LINK))}"
    if purpose == "link":
        assert verify_link(text, _find, NOW) == LINK
        return
    with pytest.raises(InvalidSignedText):
        verify_link(text, _find, NOW)


def test_another_key_is_refused() -> None:
    """A text is refused when its key id is unknown, names another key, or another secret stands under the id."""
    text = sign_link(LINK, KEY)
    moved = OTHER.id + text.removeprefix(KEY.id)
    for found in (lambda _: None, lambda _: Key(KEY.id, OTHER.secret)):
        with pytest.raises(InvalidSignedText):
            verify_link(text, found, NOW)
    with pytest.raises(InvalidSignedText):
        verify_link(moved, _find, NOW)


def test_a_malformed_key_id_is_never_looked_up() -> None:
    """Only what could be a version id is looked up, so that nobody can ask AWS for anything else."""
    asked: list[str] = []
    for text in ("", ".x.y", "a" * 65 + ".x.y", "../other.x.y", "a\n.x.y", "a/b.x.y", "\u0661.x.y", "a." + "x" * 5000):
        with pytest.raises(InvalidSignedText):
            verify_link(text, lambda key_id: asked.append(key_id), NOW)
    assert asked == []


def test_the_error_repeats_nothing_of_the_text() -> None:
    """The refusal says what is wrong and holds nothing of the text, the payload or the key."""
    text = sign_link(LINK, KEY)
    with pytest.raises(InvalidSignedText) as caught:
        verify_link(text[:-1], _find, NOW)
    assert not any(part in str(caught.value) for part in (*filter(None, text.split(".")), "ops@", "canary"))


@pytest.mark.parametrize(
    ("verify", "last"),
    [
        (lambda now: verify_link(TEXTS[0], _find, now), LINK.expires_at + CLOCK_LEEWAY),
        (lambda now: verify_state(TEXTS[1], _find, now), STATE.issued_at + ATTEMPT_SECONDS + CLOCK_LEEWAY),
        (lambda now: verify_result(TEXTS[2], _find, now), RESULT.issued_at + 3600),
    ],
)
def test_times_end(verify: Callable[[float], object], last: int) -> None:
    """A text is good to its last second, expired right after it, and still just expired at the end of all times."""
    assert verify(last)
    for late in (last + 1, last + 10**9, 1e18, float("inf")):
        with pytest.raises(SignedTextExpired):
            verify(late)


def test_an_altered_expired_text_is_altered() -> None:
    """Whether the time is over is only said about texts that were signed here."""
    with pytest.raises(InvalidSignedText) as caught:
        verify_link(TEXTS[0][:-1], _find, 1e18)
    assert not isinstance(caught.value, SignedTextExpired)


def test_clocks_may_be_behind() -> None:
    """A broker whose clock is behind the signer's still accepts what was signed."""
    assert verify_link(TEXTS[0], _find, NOW - 10_000) == LINK
    assert verify_state(TEXTS[1], _find, NOW - 200) == STATE


def test_key_id_of_a_text() -> None:
    """The key id is what stands before the first dot."""
    assert [key_id_of(text) for text in TEXTS] == [KEY.id] * 3
    assert key_id_of("no-dot") == "no-dot"


def test_no_secret_in_a_repr() -> None:
    """A key's repr shows its id and never its secret."""
    assert KEY.id in repr(KEY)
    assert "canary" not in repr(KEY)
