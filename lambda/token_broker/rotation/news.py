"""News for people about a connection that still works: consent is ending, or the refresh keeps failing."""

from __future__ import annotations

from suitetoken.aws.records import Stored
from suitetoken.documents import AccessToken, Connection, TokenDocument
from suitetoken.errors import SuiteTokenError
from token_broker.context.broker import Broker
from token_broker.grants.due import SWEEP_SECONDS
from token_broker.netsuite.endpoint_errors import TokenRequestFailed
from token_broker.notices import events
from token_broker.notices.reminders import is_reminder_due
from token_broker.notices.wording import tell_consent_ending, tell_trouble
from token_broker.problems.recording import make_link_or_none
from token_broker.rotation.reminding import remind

_WARNING_SECONDS = 6 * 3600
_TELLING_MOMENTS = (900, 0)
"""Seconds of token life left; a sweep that has just passed one tells, although nothing is stored."""
_TELLING_SECONDS = SWEEP_SECONDS + 60
"""How long after a moment it counts as just passed: the longest time between two sweeps, each a minute late at most."""


def remind_of_consent(broker: Broker, name: str, stored: Stored[Connection]) -> Stored[Connection]:
    """Tell people once per threshold that consent ends; returns the connection as it is stored then."""
    connection, now = stored.document, broker.seconds()
    grant = connection.grant
    if grant is None or not is_reminder_due(grant, connection.reminded_at, now):
        return stored
    return remind(
        broker,
        name,
        stored,
        send=lambda: broker.events.send(
            events.CONSENT_ENDING,
            name,
            **tell_consent_ending(name, grant, now),
            account_id=grant.account_id,
            expires_at=grant.expires_at,
            link=make_link_or_none(broker, name, connection),
        ),
        still_holds=lambda current: current.grant_id == grant.id,
    )


def report_failure(
    broker: Broker,
    name: str,
    connection: Connection,
    token: TokenDocument | None,
    error: SuiteTokenError,
    *,
    one_time: bool,
) -> None:
    """Tell people about a failed refresh: at once if a one-time token may be lost, else when readers may notice."""
    doubtful = one_time and isinstance(error, TokenRequestFailed) and error.maybe_spent
    if not doubtful and not is_worth_telling(token, broker.seconds()):
        return
    account_id, held = connection.grant.account_id if connection.grant else None, token.token if token else None
    code = "in_doubt" if doubtful else "failing"
    broker.events.send(
        events.ROTATION_FAILED,
        name,
        **tell_trouble(name, account_id, code, error.message, held, broker.seconds()),
        problem=error.code,
        account_id=account_id,
        link=make_link_or_none(broker, name, connection) if doubtful else None,
    )


def warn_of_short_life(broker: Broker, name: str, connection: Connection, held: AccessToken | None) -> None:
    """Tell people that rotations are spread over the day: some times a day for as long as that lasts."""
    now = broker.seconds()
    if held is None or not is_time_to_warn(held, now):
        return
    account_id, life = connection.grant.account_id if connection.grant else None, held.expires_at - held.issued_at
    detail = (
        f"NetSuite's access tokens live for {life // 60} minutes only, or do not say for how long. Secrets Manager "
        "keeps a hundred versions a day, so they are rotated every 35 minutes, and readers are without one in between."
    )
    broker.events.send(
        events.ROTATION_FAILED,
        name,
        **tell_trouble(name, account_id, "short_life", detail, held, now),
        problem="short_life",
        account_id=account_id,
    )


def is_time_to_warn(held: AccessToken, now: int) -> bool:
    """Whether a quarter of the day began since the token was issued, and this is the first sweep that may say so."""
    quarter = now - now % _WARNING_SECONDS
    return held.issued_at < quarter and now - max(quarter, held.refresh_at) < SWEEP_SECONDS


def is_worth_telling(token: TokenDocument | None, now: int) -> bool:
    """Whether a failing refresh is news at this sweep: a quarter of an hour before readers notice, and when they do."""
    if token is None or token.token is None:
        return False
    left = token.token.expires_at - now
    return any(moment - _TELLING_SECONDS <= left < moment for moment in _TELLING_MOMENTS)
