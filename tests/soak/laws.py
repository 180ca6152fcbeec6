"""The laws that must hold at every step of a simulation, whatever the weather."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from soak.stormy_netsuite import StormyNetSuite
from suitetoken.documents import Client, Connection, TokenDocument
from suitetoken.records import connection_secret, read_connection, read_token
from suitetoken.store import Store
from token_broker.grants import settle
from token_broker.one_time import ANSWERED
from token_broker.reminders import THRESHOLDS

PATIENCE_SECONDS = 45 * 60
"""Fair weather for this long, and a connection with a living grant must have a good token."""
_MOST_VERSIONS = 100
_DEAD = frozenset({"invalid_grant", "consent_ended"})


class Broken(AssertionError):
    """A law does not hold."""


@dataclass
class Watched:
    """What the laws know of one connection."""

    name: str
    client: Client
    newest: tuple[int, int] = (0, 0)
    fair_since: float = 0.0
    faults: int = 0
    doubt: bool = False
    living: bool = False
    is_machine: bool = False
    token_ends: int = 0
    look_at: int = 0
    reminders: Counter[tuple[str, int]] = field(default_factory=Counter)
    writes: list[float] = field(default_factory=list)


@dataclass
class Laws:
    """Checks connections; counts what it has checked."""

    store: Store
    netsuite: StormyNetSuite
    checked: Counter[str] = field(default_factory=Counter)

    def check(self, watched: Watched, now: float) -> None:
        """Read both documents as they are, and raise Broken where a law does not hold."""
        connection = read_connection(self.store, watched.name).document
        document = read_token(self.store, watched.name).document
        self.checked["documents are readable"] += 2
        before = watched.newest
        self._order(watched, document)
        self._grant(watched, connection)
        watched.doubt = watched.doubt and not (watched.living and watched.newest > before)
        self._readers(watched, document, now)
        self._versions(watched, now)
        token = document.token
        watched.token_ends = token.expires_at if token else 0
        due = token is None or document.problem is not None or connection.problem is not None
        watched.look_at = 0 if due or token is None else min(token.refresh_at, token.expires_at)

    def check_served(self, watched: Watched, now: float) -> None:
        """Check, without reading anything, that readers have a good token where they must."""
        if watched.living and now - watched.fair_since > PATIENCE_SECONDS:
            self._hold("served in fair weather", watched, watched.token_ends > now)

    def check_reminder(self, watched: Watched, grant_id: str, left: int) -> None:
        """Check that each threshold is told once; `left` is how long consent lasts yet."""
        threshold = min(limit for limit in THRESHOLDS if left <= limit)
        watched.reminders[grant_id, threshold] += 1
        once = watched.reminders[grant_id, threshold] == 1 or watched.faults > 0
        self._hold("reminded once per threshold", watched, once)

    def _order(self, watched: Watched, document: TokenDocument) -> None:
        if document.token is not None:
            order = (document.token.authorized_at, document.token.issued_at)
            self._hold("no older token over a newer one", watched, order >= watched.newest)
            self._hold("tokens are NetSuite's", watched, document.token.access_token in self.netsuite.secrets)
            watched.newest = order

    def _grant(self, watched: Watched, connection: Connection) -> None:
        if watched.is_machine:  # nothing can be lost: its certificate gives it the next token
            watched.living = True
            return
        grant = settle(connection, watched.client).grant
        alive = grant is not None and self.netsuite.is_alive(grant.refresh_token)
        problem = connection.problem.code if connection.problem else None
        if grant is None:
            watched.living = False
            return
        kept = alive or self._saved_answer(watched.name)
        if not kept and not watched.doubt:
            self._hold("no grant lost", watched, not self.netsuite.has_chain_of(grant.refresh_token))
        self._hold("no living grant called dead", watched, not (alive and problem in _DEAD))
        self._hold("only doubt is called doubt", watched, problem != "ambiguous" or watched.doubt)
        refused = self.netsuite.refused[grant.refresh_token]
        self._hold("dead grants are left alone", watched, refused <= 1 + watched.faults)
        watched.living = alive and problem is None

    def _readers(self, watched: Watched, document: TokenDocument, now: float) -> None:
        watched.token_ends = document.token.expires_at if document.token else 0
        self.check_served(watched, now)

    def _versions(self, watched: Watched, now: float) -> None:
        watched.writes = [at for at in watched.writes if now - at < 86_400]
        self._hold("fewer than 100 versions a day", watched, len(watched.writes) < _MOST_VERSIONS)

    def _saved_answer(self, name: str) -> bool:
        version = self.store.find(connection_secret(name), ANSWERED)
        if version is None:
            return False
        raw = json.loads(version.body)["answer"]["raw"]
        try:
            token = json.loads(raw).get("refresh_token", "")
        except ValueError:
            return False
        return self.netsuite.is_alive(token)

    def _hold(self, law: str, watched: Watched, holds: bool) -> None:
        self.checked[law] += 1
        if not holds:
            raise Broken(f"{watched.name}: {law}")
