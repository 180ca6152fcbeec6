"""What must be true of all secrets at any moment, whoever died in the middle of whatever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from suitetoken.aws.store import CURRENT, PENDING, PREVIOUS
from suitetoken.documents import Client, Connection, TokenDocument
from suitetoken.documents.fields import parse_object
from suitetoken.errors import InvalidDocument
from tests.memory_aws.secrets import Held
from tests.worlds.world import World
from token_broker.authorization.exchange import EXCHANGED
from token_broker.grants.answers import parse_answer
from token_broker.saving.one_time import ANSWERED
from token_broker.saving.presentations import PRESENTED, UNSPENT

_OF_AWS = {CURRENT, PENDING, PREVIOUS}
_LABELS = {"connection": _OF_AWS | {ANSWERED, EXCHANGED, PRESENTED, UNSPENT}}


def find_faults(world: World) -> list[str]:
    """Return what is wrong with any version of any secret: not whole, or under a label that it may not carry."""
    faults = []
    for name, held in _list_secrets(world).items():
        if not held.find(CURRENT):
            faults.append(f"{name}: no current version")
        for version, body in held.bodies.items():
            why = _judge(name.split("/")[1], set(held.labels.get(version, ())), body)
            faults += [f"{name} {each}" for each in why]
    return faults


def count_versions(world: World) -> Counter[str]:
    """Return how many versions each secret has, with those that have no label."""
    return Counter({name: len(held.bodies) for name, held in _list_secrets(world).items()})


def _list_secrets(world: World) -> dict[str, Held]:
    """Return all secrets that are not scheduled for deletion; the world's AWS is one in memory."""
    client: Any = world.store.client
    return {name: held for name, held in client.held.items() if held.deleted_at is None}


def _judge(kind: str, labels: set[str], body: str) -> Iterator[str]:
    strange = labels - _LABELS.get(kind, _OF_AWS)
    if strange:
        yield f"carries {sorted(strange)}"
    try:
        _parse(kind, labels, body)
    except (InvalidDocument, ValueError, KeyError) as error:
        yield f"({sorted(labels)}) is not whole: {error}"


def _parse(kind: str, labels: set[str], body: str) -> None:
    """Read a version as what its label says it is; one without a label as what it looks like."""
    if kind == "token":
        TokenDocument.from_json(body, kind)
    elif kind == "client":
        Client.from_json(body, kind)
    elif kind == "connection":
        fields = parse_object(body, kind)
        if fields.optional_text("digest"):
            _refuse(labels & (_OF_AWS | {ANSWERED, EXCHANGED}))
            fields.seconds("attempt")
        elif fields.optional_text("raw"):
            _refuse(labels & (_OF_AWS | {ANSWERED, PRESENTED, UNSPENT}))
            parse_answer(fields.text("raw"))
        else:
            _refuse(labels & {EXCHANGED, PRESENTED, UNSPENT})
            Connection.from_json(body, kind)
    elif not body:
        raise ValueError("empty")


def _refuse(labels: set[str]) -> None:
    if labels:
        raise ValueError(f"the wrong kind of document for {sorted(labels)}")
