"""Revoke: tell NetSuite (RFC 7009), then forget the grant. Remove: revoke, then schedule both secrets for deletion.

Either end is recorded in the connection first, so it is reached whatever dies or fails: the sweeps go on with it until
NetSuite has confirmed. Readers lose their token at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from suitetoken.documents import (
    REMOVE,
    REVOCATION_UNCONFIRMED,
    REVOKE,
    Certificates,
    Connection,
    Problem,
    TokenDocument,
)
from suitetoken.errors import BeingDeleted, Conflict, InvalidDocument, NotFound
from suitetoken.links import make_series
from suitetoken.records import connection_secret, token_secret, update_connection, update_token
from token_broker.broker import Broker, Remaining
from token_broker.endpoint_errors import TokenRequestFailed
from token_broker.outcome import Outcome
from token_broker.problems import (
    TRY_AGAIN_SECONDS,
    find_reach,
    is_resting,
    is_same_grant,
    make_sure_it_is_told,
    record_problem,
)
from token_broker.withdrawal import withdraw_from_netsuite

_ATTEMPTS = 4


def revoke(broker: Broker, name: str, remaining: Remaining, *, insist: bool = False) -> Outcome:
    """Revoke the connection's grant at NetSuite and forget it. May be repeated.

    Where the refresh token or the certificate was replaced meanwhile, the new one is revoked too. Raises a
    TokenRequestFailed, with the grant still here and the problem told, when NetSuite did not confirm: a grant is never
    called revoked on hope. With `insist` it is forgotten all the same, and the outcome says so.

    Certificates are revoked in NetSuite by an operator: no token endpoint does it. They are asked with no more.
    """
    confirmed = _end(broker, name, REVOKE, remaining, insist=insist)
    if confirmed is None:
        return Outcome("nothing_to_revoke", name, token_unknown=True)
    return Outcome("revoked", name, error=None if confirmed else REVOCATION_UNCONFIRMED, token_unknown=True)


def remove(broker: Broker, name: str, remaining: Remaining, *, insist: bool = False) -> Outcome:
    """Revoke, then schedule the connection's two secrets for deletion; both can be restored for 30 days.

    Where the connection's document is damaged nobody can read its grant: NetSuite cannot be told, which the outcome
    says. Raises as `revoke` does.
    """
    told: bool | None = True
    try:
        told = _end(broker, name, REMOVE, remaining, insist=insist)
    except NotFound:  # an earlier try has come this far
        pass
    except InvalidDocument:
        told = False
    broker.store.delete(token_secret(name))
    broker.store.delete(connection_secret(name))
    return Outcome("removed", name, error=REVOCATION_UNCONFIRMED if told is False else None, token_unknown=True)


def go_on(broker: Broker, name: str, connection: Connection, remaining: Remaining, *, force: bool) -> Outcome:
    """Go on with the end that was ordered for a connection and was not reached.

    NetSuite is asked in every sweep for half an hour, and every half hour after that, or when `force` is set.
    """
    problem = connection.problem
    if not force and problem is not None and problem.code == REVOCATION_UNCONFIRMED and _rests(problem, broker):
        make_sure_it_is_told(broker, name, connection, None, problem)
        return Outcome("waiting", name, error=problem.code, token_unknown=True)
    return (remove if connection.ending == REMOVE else revoke)(broker, name, remaining)


def _rests(problem: Problem, broker: Broker) -> bool:
    now = broker.seconds()
    return now - problem.since >= TRY_AGAIN_SECONDS and is_resting(problem, now)


def _end(broker: Broker, name: str, ending: str, remaining: Remaining, *, insist: bool) -> bool | None:
    """Return whether NetSuite has confirmed, None where there was nothing to revoke."""
    confirmed: bool | None = None
    for _ in range(_ATTEMPTS):
        now = broker.seconds()
        seen, is_new = _intend(broker, name, ending)
        if not _has_anything(seen):
            _withdraw_stray_token(broker, name)
            return confirmed
        reach = find_reach(seen, now)
        _withdraw_token(broker, name, seen, reach, anew=is_new)
        confirmed = _tell_netsuite(broker, name, seen, remaining, insist=insist) and confirmed is not False
        if _forget(broker, name, seen):
            # Readers may have been told of another problem meanwhile.
            _withdraw_token(broker, name, seen, reach, anew=seen.problem is not None)
            return confirmed
    raise Conflict("others keep changing this connection.", subject=name, next_step="try again.")


def _intend(broker: Broker, name: str, ending: str) -> tuple[Connection, bool]:
    """Record the end, unless nothing is to be done for it: nobody accepts or publishes anything from then on.

    Returns the connection, and whether the end was not recorded before.
    """
    is_new = False

    def change(connection: Connection) -> Connection | None:
        nonlocal is_new
        is_new = connection.ending not in {ending, REMOVE} and (_has_anything(connection) or ending == REMOVE)
        return replace(connection, ending=ending, link_series=make_series()) if is_new else None

    return update_connection(broker.store, name, change).document, is_new


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
        raise
    return True


def _command(connection: Connection) -> str:
    return "connection remove" if connection.ending == REMOVE else "revoke"


def _forget(broker: Broker, name: str, seen: Connection) -> bool:
    """Forget what was seen; False where the connection holds something else by now."""
    problem = _revoked(name, broker.seconds(), by_certificate=seen.is_machine)

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


def _withdraw_token(broker: Broker, name: str, seen: Connection, reach: int, *, anew: bool = False) -> None:
    """Put a problem in the token's place, where that was authorized until `reach`.

    `anew` writes it although no token is there: whoever is about to publish finds another version than they have seen.
    """
    problem = _revoked(name, broker.seconds(), by_certificate=seen.is_machine)

    def withdraw(current: TokenDocument | None) -> TokenDocument | None:
        later = current is not None and current.authorized_at > reach
        is_gone = current is not None and current.token is None
        return None if later or (is_gone and not anew) else TokenDocument(problem=problem)

    _change_token(broker, name, withdraw)


def _withdraw_stray_token(broker: Broker, name: str) -> None:
    """Withdraw a token of nothing: an earlier version of this function died right before it would have done so."""

    def withdraw(current: TokenDocument | None) -> TokenDocument | None:
        problem = _revoked(name, broker.seconds(), by_certificate=False)
        return TokenDocument(problem=problem) if current is not None and current.token is not None else None

    _change_token(broker, name, withdraw)


def _change_token(broker: Broker, name: str, change: Callable[[TokenDocument | None], TokenDocument | None]) -> None:
    with contextlib.suppress(NotFound, BeingDeleted):  # nobody can read what is not there
        update_token(broker.store, name, change)
