"""Revoke: tell NetSuite (RFC 7009), then forget the grant. Remove: revoke, then schedule both secrets for deletion.

Either end is recorded in the connection first, so it is reached after every crash and failure: the sweeps go on with it
until NetSuite has confirmed. Readers lose their token at once.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from suitetoken.aws.records import Stored, connection_secret, read_connection, token_secret, update_connection
from suitetoken.documents import (
    REMOVE,
    REVOCATION_UNCONFIRMED,
    REVOKE,
    Certificates,
    Connection,
    Problem,
)
from suitetoken.errors import Conflict, InvalidDocument, NotFound, SuiteTokenError, Unavailable
from suitetoken.signing.links import make_series
from token_broker.context.broker import Broker, Remaining
from token_broker.context.outcome import Outcome
from token_broker.netsuite.endpoint_errors import TokenRequestFailed
from token_broker.problems.recording import find_reach, is_same_grant, make_sure_it_is_told, record_problem
from token_broker.problems.refresh_problems import TRY_AGAIN_SECONDS, is_resting
from token_broker.revocation.orders import Order
from token_broker.revocation.withdrawal import withdraw_from_netsuite
from token_broker.saving.publishing import withdraw_stray_token, withdraw_token

_ATTEMPTS = 4
_PAUSES = (0.1, 0.4, 1, 2, 4)
"""Seconds between readings that may be behind."""


class RevocationUnconfirmed(SuiteTokenError):
    """NetSuite has not confirmed; the grant is still here, and it is asked again."""

    code = REVOCATION_UNCONFIRMED
    retryable = True


class OrderNotRecorded(Unavailable):
    """Nothing is recorded of an order yet, so nothing but the queue can go on with it: it must give it again."""

    code = "order_not_recorded"


_GIVEN_AGAIN = "wait: the queue gives the order again."


class End(Enum):
    """How far a revocation came."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    NOTHING = "nothing was there to revoke"
    OVERTAKEN = "another worker has reached the end, and what is there now came later"


def revoke(broker: Broker, name: str, remaining: Remaining, order: Order) -> Outcome:
    """Revoke the connection's grant at NetSuite and forget it. May be repeated.

    Where the refresh token or the certificate was replaced meanwhile, the new one is revoked too. Raises
    RevocationUnconfirmed, with the grant still here and the problem told, when NetSuite did not confirm: a grant counts
    as revoked only when NetSuite has confirmed. With `force` it is forgotten all the same, and the outcome says so.

    Certificates are revoked in NetSuite by an operator: no token endpoint does it. They are asked with no more.
    """
    end = _end(broker, name, REVOKE, remaining, order)
    words = {End.NOTHING: "nothing_to_revoke", End.OVERTAKEN: "superseded"}
    error = REVOCATION_UNCONFIRMED if end is End.UNCONFIRMED else None
    return Outcome(words.get(end, "revoked"), name, error=error, token_unknown=True)


def remove(broker: Broker, name: str, remaining: Remaining, order: Order) -> Outcome:
    """Revoke, then schedule the connection's two secrets for deletion; both can be restored for 30 days.

    Where the connection's document is damaged nobody can read its grant: NetSuite cannot be told, which the outcome
    says. Raises as `revoke` does.
    """
    end = End.CONFIRMED
    try:
        end = _end(broker, name, REMOVE, remaining, order)
    except NotFound:  # an earlier try has come this far
        pass
    except InvalidDocument:
        end = End.UNCONFIRMED
    if end is End.OVERTAKEN:
        return Outcome("superseded", name, token_unknown=True)
    broker.store.delete(token_secret(name))
    broker.store.delete(connection_secret(name))
    error = REVOCATION_UNCONFIRMED if end is End.UNCONFIRMED else None
    return Outcome("removed", name, error=error, token_unknown=True)


def go_on(broker: Broker, name: str, connection: Connection, remaining: Remaining, *, force: bool) -> Outcome:
    """Go on with the end that was ordered for a connection and was not reached.

    NetSuite is asked in every sweep for half an hour, and every half hour after that, or when `force` is set.
    """
    problem = connection.problem
    if not force and problem is not None and problem.code == REVOCATION_UNCONFIRMED and _rests(problem, broker):
        make_sure_it_is_told(broker, name, connection, None, problem)
        return Outcome("waiting", name, error=problem.code, token_unknown=True)
    return (remove if connection.ending == REMOVE else revoke)(broker, name, remaining, Order())


def _rests(problem: Problem, broker: Broker) -> bool:
    now = broker.seconds()
    return now - problem.since >= TRY_AGAIN_SECONDS and is_resting(problem, now)


def _end(broker: Broker, name: str, ending: str, remaining: Remaining, order: Order) -> End:
    now, end = broker.seconds(), End.NOTHING
    seen, is_new = _order(broker, name, ending, order)
    for _ in range(_ATTEMPTS):
        if not _has_anything(seen):
            withdraw_stray_token(broker.store, name, _revoked(name, now, by_certificate=False))
            return end
        if seen.ending is None:
            return End.OVERTAKEN
        reach = find_reach(seen, now)
        problem = _revoked(name, now, by_certificate=seen.is_machine)
        withdraw_token(broker.store, name, problem, reach, anew=is_new)
        confirmed = _tell_netsuite(broker, name, seen, remaining, insist=order.insist)
        end = End.CONFIRMED if confirmed and end is not End.UNCONFIRMED else End.UNCONFIRMED
        if _forget(broker, name, seen, problem):
            # Readers may have been told of another problem meanwhile.
            withdraw_token(broker.store, name, problem, reach, anew=seen.problem is not None)
            return end
        now, seen, is_new = broker.seconds(), read_connection(broker.store, name).document, False
    raise Conflict("others keep changing this connection.", subject=name, next_step="try again.")


def _order(broker: Broker, name: str, ending: str, order: Order) -> tuple[Connection, bool]:
    """Record the end, or be sure that nothing is there to be ended.

    A reading may be behind a consent that was given a moment ago (Secrets Manager is eventually consistent). So one
    that shows nothing is proved by writing it again, which only succeeds where it was current. Raises
    OrderNotRecorded where readings stay behind, or AWS does not answer.
    """
    try:
        for pause in _PAUSES:
            stored, is_new = _intend(broker, name, ending, order)
            if _has_anything(stored.document) or is_new or _is_current(broker, stored):
                return stored.document, is_new
            broker.sleep(pause)
    except (Conflict, Unavailable) as error:
        raise OrderNotRecorded(error.message, subject=name, next_step=_GIVEN_AGAIN) from error
    raise OrderNotRecorded("readings of this connection are behind.", subject=name, next_step=_GIVEN_AGAIN)


def _is_current(broker: Broker, stored: Stored[Connection]) -> bool:
    try:
        broker.store.replace(stored.version, stored.version.body)
    except Conflict:
        return False
    return True


def _intend(broker: Broker, name: str, ending: str, order: Order) -> tuple[Stored[Connection], bool]:
    """Record the end, unless nothing is to be done for it: nothing is accepted or published from then on.

    Returns the connection, and whether the end was not recorded before.
    """
    is_new = False

    def change(connection: Connection) -> Connection | None:
        nonlocal is_new
        wanted = order.is_about(connection) and (_has_anything(connection) or ending == REMOVE)
        is_new = wanted and connection.ending not in {ending, REMOVE}
        return replace(connection, ending=ending, link_series=make_series()) if is_new else None

    return update_connection(broker.store, name, change), is_new


def _has_anything(connection: Connection) -> bool:
    """Whether there is a grant, a certificate in use or to follow, or an attempt that may yet bring a grant."""
    held = connection.certificates
    has_certificate = held.current is not None or held.next is not None
    return connection.grant is not None or has_certificate or bool(connection.open_claims)


def _tell_netsuite(broker: Broker, name: str, seen: Connection, remaining: Remaining, *, insist: bool) -> bool:
    """Tell NetSuite; False where it did not confirm and that does not count."""
    try:
        withdraw_from_netsuite(broker, name, seen, remaining)
    except TokenRequestFailed as error:
        if insist:
            return False
        text = (
            f"NetSuite has not confirmed the revocation: {error.message} Readers have lost the token; it is asked "
            f"again until it does. `suitetoken {_command(seen)} {name} --force` ends it without NetSuite."
        )
        record_problem(broker, name, Problem(REVOCATION_UNCONFIRMED, text, broker.seconds()), seen)
        raise RevocationUnconfirmed(text, subject=name) from error
    return True


def _command(connection: Connection) -> str:
    return "connection remove" if connection.ending == REMOVE else "revoke"


def _forget(broker: Broker, name: str, seen: Connection, problem: Problem) -> bool:
    """Forget what was seen; False where the connection holds something else by now."""

    def change(connection: Connection) -> Connection | None:
        if not is_same_grant(connection, seen):
            return None
        return replace(
            connection,
            grant=None,
            claims=(),
            answer=None,
            certificates=_give_up(connection.certificates),
            problem=problem,
            reminded_at=None,
            ending=REMOVE if connection.ending == REMOVE else None,
        )

    return not _has_anything(update_connection(broker.store, name, change).document)


def _give_up(held: Certificates) -> Certificates:
    """Keep the last certificate as the old one, so that its key is not forgotten with it."""
    return Certificates(old=held.current or held.next or held.old)


def _revoked(name: str, now: int, *, by_certificate: bool) -> Problem:
    if by_certificate:
        create = f"run `suitetoken certificate create {name}` for another one."
        return Problem("revoked", f"The connection's certificate was given up: {create}", now)
    return Problem("revoked", f"The grant was revoked: run `suitetoken link {name}` to authorize again.", now)
