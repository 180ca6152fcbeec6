"""Rotating a connection that a person authorized: wait or remind, publish what was saved, else refresh; then tell."""

from __future__ import annotations

from dataclasses import replace

from suitetoken.documents import AccessToken, Problem
from suitetoken.errors import QuotaReached
from token_broker.context.outcome import Outcome, Request
from token_broker.notices import events
from token_broker.problems.recording import make_sure_it_is_told, record_problem, record_refusal
from token_broker.problems.refresh_problems import (
    REFUSALS,
    blocks_refresh,
    find_grant_problem,
    find_lasting_problem,
    find_refresh_problem,
)
from token_broker.rotation.news import remind_of_consent, report_failure, warn_of_short_life
from token_broker.rotation.nothing_newer import is_served, look_after
from token_broker.rotation.refresh import is_reusable, refresh
from token_broker.rotation.saved_answer import is_answered_after_all, publish_saved_answer
from token_broker.rotation.under_way import Failed, Refreshing, Result, Superseded
from token_broker.saving.presentations import Wait


def rotate_by_refresh_token(refreshing: Refreshing, request: Request) -> Outcome:
    """Rotate, and say how it ended. Raises errors of the store, and Unavailable where too little time is left."""
    problem = _find_what_stops_it(refreshing, request)
    if problem is not None:
        return _wait(refreshing, problem)
    reminded = replace(refreshing, stored=remind_of_consent(refreshing.broker, refreshing.name, refreshing.stored))
    if reminded.stored.document.grant_id != refreshing.stored.document.grant_id:
        return Outcome("superseded", refreshing.name)
    saved = publish_saved_answer(reminded)
    if isinstance(saved, AccessToken):
        return Outcome("rotated", refreshing.name, token=saved)
    if isinstance(saved, Superseded) and is_served(reminded):
        return Outcome("superseded", refreshing.name)
    return _conclude(reminded, _refresh(reminded), request)


def _find_what_stops_it(refreshing: Refreshing, request: Request) -> Problem | None:
    """Return the problem for which nothing is sent to NetSuite now; None where a refresh is worth it."""
    connection, now = refreshing.stored.document, refreshing.broker.seconds()
    standing = find_grant_problem(connection, refreshing.client, refreshing.name, now)
    if standing is not None:
        return standing
    problem, token_ends = connection.problem, refreshing.held.expires_at if refreshing.held else 0
    reusable = is_reusable(refreshing)
    if not blocks_refresh(problem, now, force=request.force, reusable=reusable, token_ends=token_ends):
        return None
    answered = problem is not None and problem.code == "ambiguous" and is_answered_after_all(refreshing)
    return None if answered else problem


def _refresh(refreshing: Refreshing) -> Result:
    """Refresh; where the day's versions are used up, people are told before QuotaReached goes on."""
    try:
        return refresh(refreshing)
    except QuotaReached as error:
        connection, token = refreshing.stored.document, refreshing.token.document
        report_failure(refreshing.broker, refreshing.name, connection, token, error, one_time=False)
        raise


def _conclude(refreshing: Refreshing, result: Result, request: Request) -> Outcome:
    name = refreshing.name
    if isinstance(result, AccessToken):
        refreshing.broker.events.send(
            events.ROTATED, name, "The access token was rotated.", expires_at=result.expires_at
        )
        return Outcome("rotated", name, token=result)
    if isinstance(result, Superseded):
        return look_after(refreshing, refreshing.grant.id)
    if isinstance(result, Wait):
        if result.spread:
            warn_of_short_life(refreshing.broker, name, refreshing.stored.document, refreshing.held)
        return Outcome("busy", name)
    return _fail(refreshing, result, ordered=request.force or request.requested)


def _fail(refreshing: Refreshing, failure: Failed, *, ordered: bool) -> Outcome:
    broker, name, seen, error = refreshing.broker, refreshing.name, refreshing.stored.document, failure.error
    now = broker.seconds()
    problem = find_refresh_problem(error, refreshing.grant, name, now, repeated=failure.repeated)
    problem = problem or find_lasting_problem(error, refreshing.held, now)
    if problem is None:
        new_doubt = refreshing.client.is_public and not failure.repeated
        report_failure(broker, name, seen, refreshing.token.document, error, one_time=new_doubt)
        return Outcome("failed", name, error=error.code)
    if isinstance(error, REFUSALS):
        recorded = record_refusal(broker, name, problem, seen, ordered=ordered)
    else:
        recorded = record_problem(broker, name, problem, seen)
    return Outcome("failed" if recorded else "superseded", name, error=problem.code)


def _wait(refreshing: Refreshing, problem: Problem) -> Outcome:
    broker, name, token = refreshing.broker, refreshing.name, refreshing.token.document
    make_sure_it_is_told(broker, name, refreshing.stored.document, token, problem)
    return Outcome("waiting", name, error=problem.code)
