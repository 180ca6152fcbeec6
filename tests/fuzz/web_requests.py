"""Requests of any form at the public routes, with links, states and results that are good, mutated or made up."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from suitetoken.aws.records import read_client
from suitetoken.signing.links import Key, Link, Result, State, make_nonce, sign_link, sign_result, sign_state
from tests.fuzz.damage import MARKUP, ODD_TEXTS, any_of, damaged_objects, one_of
from tests.fuzz.laws import hold_no_crash, hold_nothing_secret, hold_safe_response
from tests.fuzz.stand import CONFIDENTIAL, NAMES, Stand, fresh_stand, make_event
from tests.fuzz.target import Target
from tests.samples.tokens import NOW
from tests.worlds.world import ORIGIN
from token_broker.pages.messages import STATUSES

METHODS = [*["GET"] * 7, *["POST"] * 5, "HEAD", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"]
ROUTES = [
    *["/authorize/{}"] * 4,
    "/result/{}",
    "/result/{}",
    "/oauth/callback",
    "/oauth/callback",
    "/health",
    "/",
    "/{}",
    "/authorize/{}/{}",
]
TEXTS = ODD_TEXTS.filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text))
"""What can come out of percent-decoded UTF-8: no lone surrogates."""
PARAMETERS = ["state", "code", "error", "role", "entity", "company", "lang", "x", "error_description"]
HEADERS = {
    "origin": [ORIGIN, "null", "https://evil.example"],
    "sec-fetch-site": ["same-origin", "none", "cross-site"],
    "accept-language": ["zh", "zh-TW;q=0.9,en;q=nan", "*", ";q=", "en;q=inf," * 400],
    "sec-purpose": ["prefetch", "prefetch;prerender"],
    "x-moz": ["prefetch"],
    "sec-fetch-mode": ["navigate", "no-cors", MARKUP],
    "content-type": ["application/x-www-form-urlencoded", "application/json", "multipart/form-data"],
    "host": ["evil.example", MARKUP],
    "x-forwarded-host": ["evil.example"],
    "accept-encoding": ["gzip", "br;q=1"],
    "x-amzn-trace-id": ["Root=1-5759e988-bd862e3fe1be46a994272793"],
}
BODIES = ["", "lang=zh", "a=b&" * 2000, MARKUP, "{", "é", base64.b64encode(b"lang=zh").decode(), "====", "\x00"]


@dataclass(frozen=True)
class Signed:
    """A signed text of one purpose, and what is done to it before it is sent as that or another purpose."""

    purpose: str
    connection: str
    when: int
    series: str
    text: str
    spoil: str
    at: int
    letter: str


SIGNED = st.builds(
    Signed,
    one_of([*["fitting"] * 12, "link", "state", "result"]),
    one_of([*NAMES * 6, "gone", MARKUP, "../client", "é"]),
    one_of([*[NOW] * 15, NOW + 3600, NOW - 300, NOW - 901, NOW - 90_000, 0, -1, 10**11, 10**18, 10**400]),
    one_of([*[""] * 9, "another"]),
    TEXTS,
    one_of([*[""] * 18, "flip", "cut", "double", "long", "other key", "strip"]),
    st.integers(0, 400),
    st.characters(codec="utf-8"),
)


def sign(stand: Stand, signed: Signed, fitting: str) -> str:
    """Return the signed text, mutated as it says; `fitting` is the purpose that the place it stands in asks for."""
    purpose = fitting if signed.purpose == "fitting" else signed.purpose
    broker = stand.world.broker
    link_key, state_key = broker.link_keys.signing_key(), broker.state_keys.signing_key()
    if signed.spoil == "other key":
        link_key, state_key = Key(link_key.id, "guessed" * 8), Key(state_key.id, "guessed" * 8)
    known = signed.connection in NAMES
    grant_id = stand.world.connection(signed.connection).grant_id if known else "none"
    if purpose == "link":
        text = sign_link(Link(signed.connection, grant_id, signed.text, signed.when, signed.series), link_key)
    elif purpose == "state":
        tag = read_client(broker.store, stand.world.connection(signed.connection).client).tag if known else ""
        state = State(signed.connection, grant_id, make_nonce(), signed.when, signed.text[:40], signed.series, tag)
        text = sign_state(state, state_key)
    else:
        outcome = signed.text if signed.at % 5 == 0 else sorted(STATUSES)[signed.at % len(STATUSES)]
        facts = {"account": signed.text, "role": signed.text}
        text = sign_result(Result(outcome, signed.connection, signed.when, facts), state_key)
    return _spoil(text, signed)


def _spoil(text: str, signed: Signed) -> str:
    at = signed.at % len(text)
    return {
        "flip": text[:at] + signed.letter + text[at + 1 :],
        "cut": text[:at],
        "double": text + text,
        "long": text + "A" * 6000,
        "strip": text.rpartition(".")[0],
    }.get(signed.spoil, text)


@dataclass(frozen=True)
class Asked:
    """One request; a `{}` in its route is filled with the signed text, or with anything."""

    method: str
    route: str
    filled: Signed | str
    query: list[tuple[str, Signed | str]]
    raw_query: str
    headers: dict[str, str]
    cookies: list[str]
    body: str
    is_encoded: bool
    from_our_page: bool


def _one_header(name: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.just(name), one_of(HEADERS[name]) | TEXTS)


FILLED = any_of(SIGNED, SIGNED, SIGNED, TEXTS)
ASKED = st.builds(
    Asked,
    one_of(METHODS),
    one_of(ROUTES),
    FILLED,
    st.lists(st.tuples(one_of(PARAMETERS), FILLED), max_size=4),
    any_of(st.just(""), st.just(""), TEXTS),
    st.lists(one_of(sorted(HEADERS)).flatmap(_one_header), max_size=4).map(dict),
    st.lists(TEXTS | st.just("__Host-suitetoken-aaaaaaaa=x"), max_size=3),
    one_of(BODIES) | TEXTS,
    st.booleans(),
    st.booleans(),
)


def _write(stand: Stand, value: Signed | str, fitting: str) -> str:
    return sign(stand, value, fitting) if isinstance(value, Signed) else value


def make_request(stand: Stand, asked: Asked) -> dict[str, Any]:
    """Return the event that API Gateway makes of such a request."""
    fitting = "result" if asked.route.startswith("/result") else "link"
    path = asked.route.replace("{}", _write(stand, asked.filled, fitting))
    pairs = [(name, _write(stand, value, "state")) for name, value in asked.query]
    query = asked.raw_query or urlencode(pairs)
    own = {"origin": ORIGIN} if asked.from_our_page else {}
    event = make_event(asked.method, path, query, {**asked.headers, **own}, asked.cookies)
    return {**event, "body": asked.body, "isBase64Encoded": asked.is_encoded}


def check_request(asked: Asked) -> None:
    """No error of ours but where a result says so, no echo, no secret; nothing is written, NetSuite is never asked."""
    with fresh_stand() as stand:
        before = stand.secrets.remember()
        answer = stand.send(make_request(stand, asked))
        hold_no_crash(stand)
        hold_safe_response(answer)
        hold_nothing_secret(stand, answer, words=())
        assert answer["statusCode"] < 500 or asked.route.startswith("/result"), answer["statusCode"]
        assert stand.netsuite.asked == 0
        assert stand.secrets.remember() == before


_SAMPLE = make_event(
    "GET", "/authorize/x", "state=a&code=b&lang=zh", {"origin": ORIGIN, "accept-language": "zh"}, ["a=b"]
) | {"body": "a=b"}


def check_event(event: dict[str, Any]) -> None:
    """An event that API Gateway would not make is answered all the same; what it broke is told without its text."""
    with fresh_stand() as stand:
        answer = stand.send(event)
        hold_safe_response(answer)
        hold_nothing_secret(stand, answer)
        assert stand.netsuite.asked == 0


def check_reply(parameters: dict[str, str]) -> None:
    """Whatever comes along with a good state: what it says is looked at, and only our own words are shown."""
    with fresh_stand() as stand:
        good, cookies = stand.press_button(CONFIDENTIAL)
        kept = {name: value for name, value in {**good, **parameters}.items() if value != "absent"}
        for answer in stand.come_back(kept, cookies):
            hold_safe_response(answer)
            hold_nothing_secret(stand, answer["body"], answer["headers"], further=[quote(good["code"])])
            assert answer["statusCode"] < 500 or parameters.keys() & {"error"}, answer["statusCode"]
        hold_no_crash(stand)
        assert stand.netsuite.asked <= 1


PARAMETERS_BESIDE = st.dictionaries(
    one_of(["role", "entity", "company", "error", "code", "x", "lang", "error_description"]),
    ODD_TEXTS | one_of(["absent", "1234567-sb1", "access_denied", "1017", "12", "7", "1234567_SB2"]),
    max_size=4,
)
REQUESTS = Target("public routes", ASKED, check_request, share=5)
EVENTS = Target("events of a wrong form", damaged_objects(_SAMPLE), check_event)
REPLIES = Target("parameters beside a good state", PARAMETERS_BESIDE, check_reply, share=2)
TARGETS = (REQUESTS, EVENTS, REPLIES)
