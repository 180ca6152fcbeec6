"""Answers of a hostile or broken token endpoint, to each kind of token request, as bytes over the wire."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from suitetoken.documents import Client
from tests.fuzz.damage import BYTES, CANARY, ODD_TEXTS, ODD_VALUES, any_of, damaged_json, damaged_texts, one_of
from tests.fuzz.laws import hold_no_crash, hold_nothing_secret, hold_our_own_error, hold_safe_response
from tests.fuzz.stand import DUE_SECONDS, MACHINE, NAMES, PERSONS, PUBLIC, Stand, fresh_stand
from tests.fuzz.target import Target
from tests.fuzz.wire import Wire
from tests.samples.tokens import NOW, make_connection, make_jwt
from token_broker.grants.answers import parse_answer, read_claims
from token_broker.grants.due import find_refresh_at
from token_broker.grants.grants import find_consent_end
from token_broker.netsuite.endpoint_errors import UnreadableAnswer

LONGEST_LIFE = 86_400
BOMB = zlib.compress(b" " * 50_000_000)
"""Fifty megabytes in fifty kilobytes: JSON may begin with any amount of space."""
_ACCESS: dict[str, Any] = {
    "sub": "1017;12",
    "aud": ["6ACBD51C-514B-4F59-B1C3-CB35FF7E9A6A;1234567_SB1", "a" * 64],
    "scope": ["restlets", "rest_webservices"],
    "iat": NOW,
    "exp": NOW + 3600,
    "oit": NOW,
}
_REFRESH: dict[str, Any] = {"iat": NOW, "exp": NOW + 604_800, "oit": NOW}
_CLAIM = ODD_VALUES | one_of(
    ["1234567;0;1017;12;N", ";", ";;;;", "1017;", [f"x;{CANARY}"], [1, {}], [";1234567_SB1"], NOW - 3600, "1800000000"]
)


def _odd_jwt(sample: dict[str, Any]) -> st.SearchStrategy[str]:
    """Return the strategy of tokens with odd claims, and of what only looks like a token."""
    odd = st.dictionaries(one_of(sorted(sample)), _CLAIM, min_size=1, max_size=3)
    jwt = odd.map(lambda claims: make_jwt(**{**sample, **claims}))
    opaque = one_of(["..", ".", f"{CANARY}-opaque", "a" * 16_383])
    return any_of(jwt, jwt, jwt, damaged_texts(make_jwt(**sample)), opaque)


ACCESS_TOKENS, REFRESH_TOKENS = _odd_jwt(_ACCESS), _odd_jwt(_REFRESH)
_TOKENS: dict[str, Any] = {
    "access_token": make_jwt(**_ACCESS),
    "refresh_token": make_jwt(**_REFRESH),
    "expires_in": "3600",
    "token_type": "bearer",
    "scope": "restlets rest_webservices",
}
_ERROR: dict[str, Any] = {"error": "invalid_grant", "error_description": f"{CANARY} is no grant", "error_uri": "x"}
_WITH_ODD_TOKENS = st.fixed_dictionaries(
    {"access_token": ACCESS_TOKENS, "token_type": st.just("Bearer")},
    optional={"refresh_token": REFRESH_TOKENS, "expires_in": ODD_VALUES, "scope": ODD_VALUES},
).map(json.dumps)
_WORDS = one_of(["invalid_client", "server_error", "temporarily_unavailable", "x" * 41, "é", "a b"])
_TEXTS = any_of(
    *[_WITH_ODD_TOKENS] * 4,
    *[damaged_json(_TOKENS)] * 2,
    damaged_json(_ERROR),
    _WORDS.map(lambda word: json.dumps({"error": word})),
)
BODIES = any_of(*[_TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))] * 9, BYTES)
STATUSES = one_of(
    ["200 OK"] * 20
    + ["201 Created", "204 No Content", "206 Partial", "301 Moved", "302 Found", "307 Temporary", "304 Not Modified"]
    + ["400 Bad Request"] * 3
    + ["401 Unauthorized", "404 Not Found", "407 Proxy", "418 Teapot", "429 Too Many", "500 Oh", "503 Busy", "599 x"]
    + ["999 what", "100 Continue", "200", "OK", "-1 x", "99999999999999999999 x", "", "2٠0 OK", f"200 {CANARY}"]
)
_ADDRESSES = [
    *("http://127.0.0.1/", "https://evil.example/", "http://[", "//[", "\ufffd", "/", "", "?", "http://\u2100.com"),
    *("é", "a" * 60_000, "http://a:b", "http://:99999999", f"https://{CANARY}@x/"),
]
_HEADERS = st.one_of(
    st.tuples(st.just("Location"), one_of(_ADDRESSES)),
    st.tuples(st.just("Content-Type"), one_of(["text/html", "application/json; charset=utf-16", "é", ""])),
    st.tuples(
        st.just("Content-Encoding"),
        one_of(["gzip", "deflate", "br", "zstd", "identity", "x", "gzip, gzip", ", ".join(["gzip"] * 40)]),
    ),
    st.tuples(st.just("Content-Length"), one_of(["0", "5", "-1", "999999999999", "1, 2", "x", "", "9" * 5000])),
    st.tuples(st.just("Transfer-Encoding"), one_of(["chunked", "gzip, chunked", "x"])),
    st.tuples(st.just("Set-Cookie"), one_of(["a=b; Expires=x; Max-Age=é", "=", ";" * 500, "a=b; Domain=.."])),
    st.tuples(st.just("Retry-After"), ODD_TEXTS.filter(str.isprintable)),
    st.tuples(one_of(["X", "", " ", "A" * 70_000]), one_of(["", "x" * 70_000, "a\r\n b", "a\rb"])),
)


def _pack(wire: Wire, how: str) -> Wire:
    """Return the answer with its body as that encoding has it, so that the header tells the truth."""
    if how == "gzip":
        return Wire(gzip.compress(wire.body, 1), wire.status, (*wire.headers, ("Content-Encoding", "gzip")))
    if how == "deflate":
        return Wire(zlib.compress(wire.body), wire.status, (*wire.headers, ("Content-Encoding", "deflate")))
    if how == "chunked":
        chunks = f"{len(wire.body):x}\r\n".encode() + wire.body + b"\r\n0\r\n\r\n"
        return Wire(chunks, wire.status, (*wire.headers, ("Transfer-Encoding", "chunked"), ("Content-Length", "1")))
    if how == "bomb":
        return Wire(BOMB, wire.status, (*wire.headers, ("Content-Encoding", "deflate")))
    return wire


WIRES = st.builds(
    _pack,
    st.builds(Wire, BODIES, STATUSES, any_of(*[st.just(())] * 3, st.lists(_HEADERS, max_size=2).map(tuple))),
    one_of([*[""] * 20, "gzip", "deflate", "chunked", "bomb"]),
)


@dataclass(frozen=True)
class Given:
    """What NetSuite answers to the next one or two requests, and how they come about."""

    wires: list[Wire]
    flow: str


FLOWS = [
    *(f"authorize {name}" for name in PERSONS),
    *(f"{how} {name}" for how in ("rotate", "revoke") for name in NAMES),
]
GIVEN = st.builds(Given, st.lists(WIRES, min_size=1, max_size=2), one_of(FLOWS + FLOWS[:5]))


def check_answer(given: Given) -> None:
    """Whatever comes back: one of our own errors, nothing shown, no grant lost for it, and later all is well again."""
    action, _, name = given.flow.partition(" ")
    with fresh_stand() as stand:
        stand.netsuite.answers = list(given.wires)
        if action == "authorize":
            _hold_pages(stand, name)
        else:
            stand.world.clock.advance(DUE_SECONDS)
            assert stand.deliver(json.dumps({"connection": name, "action": action})) == {"batchItemFailures": []}
        hold_no_crash(stand)
        hold_nothing_secret(stand)
        _hold_readable(stand, name)
        _hold_all_is_well_later(stand, name)


def _hold_pages(stand: Stand, name: str) -> None:
    parameters, cookies = stand.press_button(name)
    pages = stand.come_back(parameters, cookies)
    for page in pages:
        hold_safe_response(page)
        hold_nothing_secret(stand, page["headers"], page["body"])
    assert pages[-1]["statusCode"] != 500
    assert stand.netsuite.asked == 1, "a code is sent once"


def _hold_readable(stand: Stand, name: str) -> None:
    """What was stored can be read again, and its times are times."""
    connection, token = stand.world.connection(name), stand.world.token(name).token
    now = stand.world.clock()
    assert connection.grant is None or 0 < connection.grant.expires_at < now + 10 * 366 * 86_400
    assert token is None or now - 2 * LONGEST_LIFE < token.issued_at <= token.refresh_at <= token.expires_at
    assert token is None or token.expires_at <= token.issued_at + LONGEST_LIFE


def _hold_all_is_well_later(stand: Stand, name: str) -> None:
    """With good answers: the next sweeps end without a crash, and a person (or nobody) is needed for a good token."""
    stand.netsuite.answers.clear()
    for _ in range(2):
        stand.world.clock.advance(1801)
        assert stand.deliver(json.dumps({"connection": name, "action": "rotate"})) == {"batchItemFailures": []}
    if name == MACHINE:
        stand.deliver(json.dumps({"connection": name, "action": "rotate", "force": True}))
        gone = stand.world.connection(name).certificates.current is None
    else:
        assert stand.authorize(name)[-1]["statusCode"] == 200
        gone = False
    hold_no_crash(stand)
    token = stand.world.token(name).token
    assert gone or (token is not None and token.expires_at > stand.world.clock())


def check_parsing(body: str) -> None:
    """Any text is a token response with a life that is one, or that one error; nothing of it is in the error."""
    try:
        answer = parse_answer(body)
    except UnreadableAnswer as error:
        hold_our_own_error(error)
        return
    assert 0 < answer.life <= LONGEST_LIFE
    assert len(answer.access_token) < 8 or answer.access_token not in repr(answer)
    assert answer.access_token.isascii()
    assert NOW <= find_refresh_at(PUBLIC, NOW, answer.life, one_time=True) <= NOW + answer.life


def check_claims(token: str) -> None:
    """Any text has claims or none; consent's end is a time that people can be told."""
    assert isinstance(read_claims(token), dict)
    for secret in ("client-secret-canary", None):
        client = Client("1234567_SB1", "a" * 64, secret)
        end = find_consent_end(client, make_connection(), token, NOW)
        assert NOW - 10 * 366 * 86_400 < end < NOW + 10 * 366 * 86_400


TARGETS = (
    Target("answers of the token endpoint", GIVEN, check_answer, share=3),
    Target(
        "reading of a token response", BODIES.map(lambda raw: raw.decode("utf-8", "replace")), check_parsing, share=3
    ),
    Target("claims of a token", ACCESS_TOKENS | REFRESH_TOKENS | st.text(), check_claims, share=3),
)
