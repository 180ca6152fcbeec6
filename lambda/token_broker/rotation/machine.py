"""Rotating a connection without a person: sign an assertion, send it, check what came, publish.

The request may be repeated as it is: nothing in it is spent, and every assertion gives a token of its own. So nothing
is presented beforehand and no answer is saved before it is believed, as one-time refresh tokens need: a process that
dies anywhere in here is simply followed by the next sweep.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from suitetoken.aws.records import read_connection
from suitetoken.documents import AccessToken, Certificate, Connection
from suitetoken.errors import SuiteTokenError
from token_broker.context.broker import refuse_late_request
from token_broker.context.outcome import Outcome, Request
from token_broker.grants.access_tokens import AcceptedCertificate, make_access_token
from token_broker.grants.answers import parse_answer
from token_broker.grants.mismatches import refuse_certificate_mismatch
from token_broker.netsuite.assertion import finish, make_claims, make_signing_input
from token_broker.netsuite.endpoint_errors import ServerFailed, ServerRefused, TokenRequestFailed
from token_broker.netsuite.time_limits import ROTATION_SECONDS
from token_broker.netsuite.token_requests import prepare_assertion
from token_broker.notices import events
from token_broker.notices.wording import tell_by_certificate
from token_broker.problems.certificate_problems import (
    DEFINITE,
    blocks_assertion,
    find_assertion_problem,
    find_certificate_problem,
    list_usable,
)
from token_broker.problems.recording import make_sure_it_is_told, record_problem, record_refusal
from token_broker.problems.refresh_problems import REFUSALS, find_lasting_problem
from token_broker.rotation.certificate_news import remind_of_certificate
from token_broker.rotation.certificate_record import Given, keep_proved, set_aside
from token_broker.rotation.news import is_worth_telling, report_failure
from token_broker.rotation.nothing_newer import look_after
from token_broker.rotation.under_way import Rotating
from token_broker.saving.publishing import publish_token


def rotate_machine(rotating: Rotating, request: Request) -> Outcome:
    """Rotate, and say how it ended. Raises Unavailable where AWS does not answer or too little time is left."""
    broker, name, connection = rotating.broker, rotating.name, rotating.stored.document
    now, ordered = broker.seconds(), request.force or request.requested
    standing = find_certificate_problem(connection, name, now)
    token_ends = rotating.held.expires_at if rotating.held else 0
    if standing is None and blocks_assertion(connection.problem, now, force=request.force, token_ends=token_ends):
        standing = connection.problem
    if standing is not None:
        make_sure_it_is_told(broker, name, connection, rotating.token.document, standing)
        return Outcome("waiting", name, error=standing.code)
    refuse_late_request(rotating.remaining, ROTATION_SECONDS)
    rotating = replace(rotating, stored=remind_of_certificate(broker, name, rotating.stored))
    if rotating.stored.document.certificates != connection.certificates:
        return Outcome("superseded", name)
    try:
        given = _ask_in_turn(rotating, list_usable(connection, now), ordered=ordered)
    except SuiteTokenError as error:
        return _fail(rotating, error, ordered=ordered)
    return _conclude(rotating, given)


def _ask_in_turn(rotating: Rotating, certificates: list[Certificate], *, ordered: bool) -> Given:
    """Ask with the certificate that shall follow; where NetSuite does not take it, with the one in use as before."""
    following = rotating.stored.document.certificates.next
    if following is None or following not in certificates:
        return _ask(rotating, certificates[0])
    try:
        return _ask(rotating, following)
    except (*DEFINITE, ServerFailed) as error:
        if len(certificates) == 1:
            raise
        given = _ask(rotating, certificates[1])
        set_aside(rotating, following, error, ordered=ordered)
        return given


def _ask(rotating: Rotating, certificate: Certificate) -> Given:
    broker, client, connection = rotating.broker, rotating.client, rotating.stored.document
    asked_at = broker.seconds()
    claims = make_claims(
        client.client_id, client.endpoints.token_endpoint, connection.scope, asked_at, uuid.uuid4().hex
    )
    signing_input = make_signing_input(certificate.algorithm, certificate.certificate_id or "", claims)
    signature = broker.signers.sign(certificate, signing_input.encode())
    request = prepare_assertion(client, finish(signing_input, signature))
    answer = parse_answer(broker.token_endpoint.send(request, ROTATION_SECONDS))
    return Given(certificate, answer, refuse_certificate_mismatch(connection, client, answer), asked_at)


def _conclude(rotating: Rotating, given: Given) -> Outcome:
    broker, name = rotating.broker, rotating.name
    kept = keep_proved(rotating, given)
    if kept is None:
        return Outcome("superseded", name)
    token = _make_token(rotating, given, kept)
    newer = publish_token(broker.store, name, token, rotating.token.version, lambda: _still_stands(rotating, token))
    if given.certificate.proved_at is None:
        broker.events.send(
            events.AUTHORIZED,
            name,
            **tell_by_certificate(name, token.account_id, given.certificate),
            account_id=token.account_id,
            expires_at=given.certificate.valid_until,
        )
    if not newer:
        return look_after(rotating, token.grant_id)
    broker.events.send(events.ROTATED, name, "The access token was rotated.", expires_at=token.expires_at)
    return Outcome("rotated", name, token=token)


def _still_stands(rotating: Rotating, token: AccessToken) -> bool:
    """Whether the certificate is still the one in use: asked where others have changed the readers' document."""
    return read_connection(rotating.broker.store, rotating.name).document.holds(token.grant_id)


def _make_token(rotating: Rotating, given: Given, kept: Connection) -> AccessToken:
    client, certificate = rotating.client, kept.certificates.current or given.certificate
    accepted = AcceptedCertificate(
        id=certificate.grant_id,
        authorized_at=certificate.proved_at or given.asked_at,
        account_id=client.account_id,
        role=given.identity.role or kept.role,
        entity=given.identity.entity or kept.entity,
        scope=kept.scope,
    )
    return make_access_token(rotating.name, given.answer, accepted, client, given.asked_at)


def _fail(rotating: Rotating, error: SuiteTokenError, *, ordered: bool) -> Outcome:
    broker, name, seen = rotating.broker, rotating.name, rotating.stored.document
    problem = find_assertion_problem(error, name, broker.seconds())
    if isinstance(error, ServerRefused) and not _is_serious(rotating):
        problem = None
    problem = problem or find_lasting_problem(error, rotating.held, broker.seconds())
    if problem is not None:
        if isinstance(error, REFUSALS):
            recorded = record_refusal(broker, name, problem, seen, ordered=ordered)
        else:
            recorded = record_problem(broker, name, problem, seen)
        return Outcome("failed" if recorded else "superseded", name, error=problem.code)
    if not isinstance(error, TokenRequestFailed):
        raise error
    report_failure(broker, name, seen, rotating.token.document, error, one_time=False)
    return Outcome("failed", name, error=error.code)


def _is_serious(rotating: Rotating) -> bool:
    """Whether an error that may pass by itself is told as a problem: readers have nothing good, or soon will not."""
    document = rotating.token.document
    never = document is None or document.token is None
    return never or is_worth_telling(document, rotating.broker.seconds())
