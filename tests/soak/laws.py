"""The laws that must hold at every step of a simulation, whatever the weather."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from suitetoken.documents import Certificate, Connection, TokenDocument
from tests.memory_aws.secrets import Held, MemorySecrets
from tests.samples.tokens import make_jwt
from tests.soak.agenda import MACHINE, PUBLIC, Case
from tests.soak.netsuite import Record, StormyNetSuite
from tests.soak.weather import Act, Log
from tests.worlds.world import Clock
from token_broker.grants.answers import read_claims
from token_broker.grants.grants import settle
from token_broker.notices.reminders import THRESHOLDS
from token_broker.saving.one_time import ANSWERED

MINUTE, DAY = 60, 86_400
MARGIN_SECONDS = 25 * MINUTE
"""What docs/operations.md promises: trouble shorter than this is noticed by no reader."""
PATIENCE_SECONDS = {"confidential": 40 * MINUTE, MACHINE: 40 * MINUTE, PUBLIC: 45 * MINUTE}
"""So long after the last trouble every connection that NetSuite would serve has a good token, and no problem."""
NOTICED_SECONDS = 80 * MINUTE
"""So long after NetSuite has turned its back on a connection its documents say so."""
_SWEEPS_SECONDS = 15 * MINUTE
"""So long after a death two sweeps have come round, however late."""
_LATENESS = 2 * MINUTE
"""What clocks that differ and messages on their way may cost."""
_MOST_VERSIONS = 100
_MOST_ASKED = 14
"""Requests in five minutes, at the worst: the messages of six sweeps, which the queue keeps while a worker sleeps, and
an operator's, each of a connection whose certificate that shall follow and whose one in use both fail."""
DEAD = frozenset({"invalid_grant", "consent_ended"})
_CURRENT = "AWSCURRENT"
_JWT = make_jwt().partition(".")[0]
_read_connection = lru_cache(4096)(Connection.from_json)
_read_token = lru_cache(4096)(TokenDocument.from_json)
"""Documents are looked at far more often than they change."""


class Broken(BaseException):
    """A law does not hold. No handler of errors may catch it."""


@dataclass
class Laws:
    """Checks connections; counts what it has checked."""

    secrets: MemorySecrets
    netsuite: StormyNetSuite
    clock: Clock
    log: Log
    checked: Counter[str] = field(default_factory=Counter)
    most_versions: int = 0

    def check_act(self, case: Case, act: Act) -> None:
        """Check both documents after something was done to a connection."""
        if act.in_hand and not case.removed:
            self._hold("no answer dropped in fair weather", case, len(act.faults) > act.since)
            consent = self.netsuite.find(act.in_hand)
            if consent is not None:
                consent.lost = True
        held = [self.secrets.held.get(f"suitetoken/{kind}/{case.name}") for kind in ("connection", "token")]
        case.removed = any(each is None or each.deleted_at is not None for each in held)
        if case.removed or held[0] is None or held[1] is None:
            return
        connection = _read_connection(_current(held[0]), case.name)
        document = _read_token(_current(held[1]), case.name)
        self.checked["documents are readable"] += 2
        self._order(case, document)
        self._end(case, connection, document)
        self._grant(case, connection, held[0])
        self._health(case, connection, document)
        self._versions(case, held[0])
        self._versions(case, held[1])

    def check_served(self, case: Case) -> None:
        """Check, without reading anything, that readers have a good token where they must."""
        now = self.clock.now
        if case.removed or case.sick_since or case.token_ends > now:
            return
        short = not case.refused and case.trouble < case.token_ends - MARGIN_SECONDS + _LATENESS
        self._hold("short trouble is not noticed", case, not short)
        self._hold("served in fair weather", case, now - case.trouble < PATIENCE_SECONDS[case.kind])

    def check_success(self, case: Case, began: float) -> None:
        """Check that a person who was told of success has given a grant that stands."""
        body = _current(self.secrets.held[f"suitetoken/connection/{case.name}"])
        grant = _read_connection(body, case.name).grant
        consent = self.netsuite.find(grant.refresh_token) if grant else None
        self._hold("success is the truth", case, consent is not None and consent.began >= began)

    def check_rotated(self, case: Case, expires_at: int) -> None:
        """Check that a rotation that is told has given readers a token that no rotation before has."""
        self._hold("rotated is the truth", case, expires_at not in case.rotated)
        self._hold("rotated is what readers get", case, self._reaches_readers(case, expires_at))
        case.rotated = {at for at in case.rotated if at > self.clock.now - DAY} | {expires_at}

    def _reaches_readers(self, case: Case, expires_at: int) -> bool:
        """Whether readers have a token that ends no sooner, unless an order has taken it back meanwhile."""
        held = [self.secrets.held.get(f"suitetoken/{kind}/{case.name}") for kind in ("connection", "token")]
        if held[0] is None or held[1] is None or held[1].deleted_at is not None:
            return True
        document = _read_token(_current(held[1]), case.name)
        if document.token is None:
            return document.problem is not None
        return document.token.expires_at > expires_at - _LATENESS

    def check_no_crash(self, case: Case, *, crashed: bool) -> None:
        """Check that nothing goes wrong in a way that nobody has thought of."""
        self._hold("no error of ours", case, not crashed)

    def check_reminder(self, case: Case, grant_id: str, left: int) -> None:
        """Check that each threshold is told once; `left` is how long consent lasts yet."""
        threshold = min(limit for limit in THRESHOLDS if left <= limit + _LATENESS)
        case.reminders[grant_id, threshold] += 1
        once = case.reminders[grant_id, threshold] == 1 or case.faults > 0
        self._hold("reminded once per threshold", case, once)

    def check_event(self, case: Case, detail: str) -> None:
        """Check that no event holds a secret: a JWT, as all of NetSuite's tokens are, or one of ours."""
        self._hold("no secret in an event", case, _JWT not in detail and "canary" not in detail)

    def check_asked(self, case: Case) -> None:
        """Check that NetSuite is not asked again and again."""
        case.asked = [at for at in case.asked if self.clock.now - at < 5 * MINUTE]
        self._hold("NetSuite is left in peace", case, len(case.asked) <= _MOST_ASKED)

    def _order(self, case: Case, document: TokenDocument) -> None:
        token = document.token
        case.token_ends = 0.0 if token is None else min(token.expires_at, self.netsuite.ends(token.access_token))
        if token is None:
            case.newest = (0.0, 0.0)
            return
        consent, given = self.netsuite.find(token.access_token), read_claims(token.access_token)["given"]
        order = (consent.began if consent else 0.0, given)
        older = order < (case.newest[0], case.newest[1] - _LATENESS)
        self._hold("no older token over a newer one", case, not older)
        case.newest = order

    def _grant(self, case: Case, connection: Connection, held: Held) -> None:
        if case.kind == MACHINE:
            return
        grant = settle(connection, case.client).grant
        consent = self.netsuite.find(grant.refresh_token) if grant else None
        if grant is None or consent is None:
            return
        taken = self.netsuite.takes(grant.refresh_token)
        in_hand = any(act.in_hand and self.netsuite.find(act.in_hand) is consent for act in self.log.acts)
        kept = taken or in_hand or self._saved_answer(held)
        problem = connection.problem.code if connection.problem else None
        lost = consent.lost or not self.netsuite.lives(consent)
        self._hold("no grant lost", case, kept or lost)
        self._hold("no living grant called dead", case, not (taken and problem in DEAD))
        self._hold("only doubt is called doubt", case, problem != "ambiguous" or in_hand or lost)
        self._hold("dead grants are left alone", case, consent.refused <= 3 + case.faults)

    def _health(self, case: Case, connection: Connection, document: TokenDocument) -> None:
        """Compare what NetSuite would do with what the documents say."""
        now = self.clock.now
        if self._would_serve(case, connection):
            case.trouble = now if case.sick_since else case.trouble
            case.sick_since = 0.0
            case.refused = connection.problem is not None
            healed = not case.refused and document.problem is None
            self._hold("problems end", case, healed or now - case.trouble < PATIENCE_SECONDS[case.kind])
            self.check_served(case)
            return
        case.sick_since = case.sick_since or now
        told = document.problem is not None
        quiet = min(now - case.sick_since, now - case.trouble)
        self._hold("what ails a connection is told", case, told or quiet < NOTICED_SECONDS)
        self._call(case, connection, quiet)

    def _call(self, case: Case, connection: Connection, quiet: float) -> None:
        """Check that somebody was called to authorize again, by an event that EventBridge has taken."""
        problem = connection.problem
        if problem is None or problem.code not in DEAD:
            return
        called = case.called > problem.since - _LATENESS
        self._hold("nobody is said to have been called who was not", case, called or problem.untold)
        self._hold("somebody is called", case, called or quiet < NOTICED_SECONDS)

    def _end(self, case: Case, connection: Connection, document: TokenDocument) -> None:
        """Check that an ordered end is reached, that readers have nothing meanwhile, and that nothing comes back."""
        grant = connection.grant
        if connection.ending is None:
            revived = grant is not None and grant.id in case.ended
            self._hold("what was revoked stays revoked", case, not revived)
            case.ending_since = 0.0
            return
        case.ending_since = case.ending_since or self.clock.now
        if not self._knows_client(case):
            case.trouble = self.clock.now
        case.ended |= {grant.id} if grant is not None else set()
        begun = max(case.ending_since, case.trouble)
        self._hold("ends are reached", case, self.clock.now - begun < PATIENCE_SECONDS[case.kind])
        withdrawn = document.token is None or self.clock.now - begun < _SWEEPS_SECONDS
        self._hold("who is being revoked is not served", case, withdrawn)

    def _would_serve(self, case: Case, connection: Connection) -> bool:
        if connection.ending is not None:
            return False
        record = self.netsuite.records[case.client.client_id]
        if not self._knows_client(case):
            return False
        if case.kind == MACHINE:
            held = connection.certificates
            return any(self._is_taken(record, each) for each in (held.current, held.next))
        grant = settle(connection, case.client).grant
        return grant is not None and self.netsuite.takes(grant.refresh_token)

    def _knows_client(self, case: Case) -> bool:
        """Whether NetSuite would listen to the client at all."""
        record = self.netsuite.records[case.client.client_id]
        return record.enabled and record.secret == case.client.client_secret

    def _is_taken(self, record: Record, certificate: Certificate | None) -> bool:
        uploaded = record.certificates.get(certificate.certificate_id or "") if certificate else None
        return uploaded is not None and not uploaded.revoked and uploaded.until > self.clock.now

    def _versions(self, case: Case, held: Held) -> None:
        recent = sum(1 for made in held.made.values() if self.clock.now - made < DAY)
        self.most_versions = max(recent, self.most_versions)
        self._hold("fewer than 100 versions a day", case, recent < _MOST_VERSIONS)
        carried = [label for labels in held.labels.values() for label in labels]
        self._hold("each label once", case, len(carried) == len(set(carried)) and _CURRENT in carried)

    def _saved_answer(self, held: Held) -> bool:
        version = held.find(ANSWERED)
        if not version:
            return False
        try:
            token = json.loads(json.loads(held.bodies[version])["answer"]["raw"]).get("refresh_token")
        except ValueError:
            return False
        return token is not None and self.netsuite.takes(token)

    def _hold(self, law: str, case: Case, holds: bool) -> None:
        self.checked[law] += 1
        if not holds:
            raise Broken(f"{case.name} ({case.kind}) at {self.clock.now:.0f}: {law}")


def _current(held: Held) -> str:
    return held.bodies[held.find(_CURRENT)]
