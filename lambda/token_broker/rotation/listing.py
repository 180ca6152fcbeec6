"""Which connections to look at, from names and version ids alone: no secret's value is read for it."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from suitetoken.aws.marks import Mark, read_mark
from suitetoken.aws.store import Store

KINDS = ("connection", "token")
_FIRST_CHARACTERS = string.ascii_lowercase + string.digits
"""What a connection's name begins with."""
_ONE_BY_ONE = 400
"""So many secrets are listed one page after the other; more are listed by first characters, several at a time."""
AT_A_TIME = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """What a sweep has found: how many connections there are, and the names of those to look at, sorted."""

    connections: int
    due: tuple[str, ...]


def find_due(store: Store, now: float) -> Listed:
    """Return the connections whose token is due, missing, or published with a problem, or whose attempt broke off."""
    return choose_due(_list_all(store), now)


def choose_due(secrets: Iterable[tuple[str, str]], now: float) -> Listed:
    """Return what is due of a list of secrets' names and current version ids."""
    marks: dict[str, dict[str, Mark | None]] = {kind: {} for kind in KINDS}
    for secret, version_id in secrets:
        kind, _, name = secret.partition("/")
        if name and kind in marks:
            marks[kind][name] = read_mark(version_id)
    connections, tokens = marks["connection"], marks["token"]
    due = (name for name, mark in connections.items() if is_to_be_looked_at(mark, tokens.get(name), now))
    return Listed(len(connections), tuple(sorted(due)))


def is_to_be_looked_at(connection: Mark | None, token: Mark | None, now: float) -> bool:
    """Whether anything is to be done, by what the ids of the two documents' versions say."""
    if token is None or token.look_at <= now:
        return True
    return connection is not None and (connection.look_at <= now or connection.grant != token.grant)


def _list_all(store: Store) -> Iterator[tuple[str, str]]:
    few = list(islice(store.list_current(*(f"{kind}/" for kind in KINDS)), _ONE_BY_ONE + 1))
    if len(few) <= _ONE_BY_ONE:
        yield from few
        return
    starts = [f"{kind}/{first}" for kind in KINDS for first in _FIRST_CHARACTERS]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for found in pool.map(lambda start: list(store.list_current(start)), starts):
            yield from found
