"""Every stored document, damaged in its fields or in its letters, under the broker's flows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from suitetoken.aws.records import client_secret, connection_secret, token_secret
from suitetoken.documents import Client, Connection, TokenDocument
from suitetoken.errors import InvalidDocument
from suitetoken.signing.keys import LINK_KEY, STATE_KEY
from tests.fuzz.damage import damaged_json, damaged_texts, one_of
from tests.fuzz.laws import hold_no_crash, hold_nothing_secret, hold_our_own_error, hold_safe_response
from tests.fuzz.stand import DUE_SECONDS, MACHINE, MACHINE_KEY, NAMES, PERSONS, PREFIX, PUBLIC, Stand, fresh_stand
from tests.fuzz.target import Target
from tests.worlds.world import ORIGIN

_SECRET_FIELDS = frozenset({"client_secret", "refresh_token", "access_token", "raw"})
KINDS: dict[str, Any] = {"client": Client, "connection": Connection, "token": TokenDocument}


@dataclass(frozen=True)
class Damaged:
    """A text in the place of a version's, and what is done then with the connection it belongs to."""

    secret: str
    label: str
    body: str
    connection: str
    flow: str


FLOWS = ["rotate", "rotate", "rotate now", "revoke", "remove", "sweep", "landing", "button", "callback"]


def list_places(stand: Stand) -> Iterator[tuple[str, str, str]]:
    """Yield every stored version that somebody reads: secret, label and the connection it belongs to."""
    for name in NAMES:
        for secret in (client_secret(name), connection_secret(name), token_secret(name)):
            yield secret, "AWSCURRENT", name
    for name, label in [(name, "EXCHANGED") for name in PERSONS] + [(PUBLIC, "PRESENTED"), (PUBLIC, "ANSWERED")]:
        assert stand.secrets.read_as_it_is(PREFIX + connection_secret(name), label)
        yield connection_secret(name), label, name
    yield MACHINE_KEY, "AWSCURRENT", MACHINE
    for key in (LINK_KEY, STATE_KEY):
        yield key, "AWSCURRENT", PUBLIC


def _one_place(stand: Stand, secret: str, label: str, name: str) -> st.SearchStrategy[Damaged]:
    whole = stand.secrets.read_as_it_is(PREFIX + secret, label) or ""
    try:
        bodies = damaged_json(json.loads(whole))
    except ValueError:
        bodies = damaged_texts(whole)
    stored = bodies.map(lambda body: body.encode("utf-8", "replace").decode())  # Secrets Manager holds UTF-8 only
    return st.builds(Damaged, st.just(secret), st.just(label), stored, st.just(name), one_of(FLOWS))


@st.composite
def damaged_documents(draw: st.DrawFn) -> Damaged:
    """Draw one damaged document and a flow that meets it."""
    with fresh_stand() as stand:
        places = list(list_places(stand))
        return draw(_one_place(stand, *draw(one_of(places))))


def is_document(damaged: Damaged) -> bool:
    """Whether the text is still a document of its kind."""
    kind = KINDS.get(damaged.secret.partition("/")[0])
    if kind is None or damaged.label != "AWSCURRENT":
        return True
    try:
        kind.from_json(damaged.body, "it")
    except InvalidDocument:
        return False
    return True


def find_secrets(body: str) -> set[str]:
    """Return what a damaged document has in the fields of secrets, whatever became of it.

    A text that is also part of an open field, such as the beginning of an address, may be shown.
    """
    try:
        found = list(_walk(json.loads(body)))
    except (ValueError, RecursionError):
        return set()
    texts = [(name in _SECRET_FIELDS, value) for name, value in found if isinstance(value, str)]
    shown = [value for is_secret, value in texts if not is_secret]
    return {value for is_secret, value in texts if is_secret and not any(value in text for text in shown)}


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _walk(inner)


def check_document(damaged: Damaged) -> None:
    """No crash, nothing shown; an unreadable document sends nothing, and an unreadable connection stays as it is."""
    with fresh_stand() as stand:
        link, attempt = stand.world.make_link(damaged.connection), stand.press_button(damaged.connection)
        stand.secrets.damage(PREFIX + damaged.secret, damaged.body, damaged.label)
        stand.world.clock.advance(DUE_SECONDS if "rotate" in damaged.flow else 61)
        if damaged.secret == token_secret(damaged.connection) and damaged.flow == "callback":
            stand.world.clock.advance(-60)
        responses = _walk_through(stand, damaged, link, attempt)
        hold_no_crash(stand)
        shown = [response["body"] for response in responses]
        hold_nothing_secret(stand, *shown, further=find_secrets(damaged.body), words=())
        for response in responses:
            hold_safe_response(response)
        if not is_document(damaged):
            _hold_left_alone(stand, damaged)


def _walk_through(
    stand: Stand, damaged: Damaged, link: str, attempt: tuple[dict[str, str], list[str]]
) -> list[dict[str, Any]]:
    if damaged.flow == "sweep":
        stand.schedule({"scheduled_time": "now"})
        return []
    if damaged.flow in ("landing", "button"):
        return [stand.browse("GET" if damaged.flow == "landing" else "POST", link, origin=ORIGIN)]
    if damaged.flow == "callback":
        return stand.come_back(*attempt)
    action, *now = damaged.flow.split()
    order = {"connection": damaged.connection, "action": action, "force": bool(now)}
    assert stand.deliver(json.dumps(order)) == {"batchItemFailures": []}
    return []


def _hold_left_alone(stand: Stand, damaged: Damaged) -> None:
    """A client or connection that cannot be read sends nothing, and a grant that may be in it is not overwritten."""
    if damaged.secret.startswith("token/"):
        return
    assert stand.netsuite.asked == 0
    assert stand.secrets.read_as_it_is(PREFIX + damaged.secret) == damaged.body


def check_reading(damaged: Damaged) -> None:
    """A document is read and written again as it was, or refused; a refusal and a repr hold none of its values."""
    kind = KINDS.get(damaged.secret.partition("/")[0], Connection)
    try:
        document = kind.from_json(damaged.body, "it")
    except InvalidDocument as error:
        hold_our_own_error(error)
        return
    written = document.to_json()
    assert kind.from_json(written, "it").to_json() == written
    shown = repr(document)
    assert not any(secret in shown for secret in find_secrets(damaged.body) if len(secret) > 8)


TARGETS = (
    Target("stored documents in the broker's flows", damaged_documents(), check_document, share=4),
    Target("reading and writing of documents", damaged_documents(), check_reading, share=4),
)
