"""What NetSuite's answer means for a connection's certificates, recorded: which is in use, which was refused."""

from __future__ import annotations

from dataclasses import dataclass, replace

from suitetoken.aws.records import update_connection
from suitetoken.documents import Certificate, Certificates, Connection, Problem
from suitetoken.errors import SuiteTokenError
from token_broker.grants.answers import Identity, TokenAnswer
from token_broker.netsuite.endpoint_errors import ServerFailed, ServerRefused
from token_broker.notices import events
from token_broker.notices.wording import tell_new_certificate_refused
from token_broker.problems.certificate_problems import (
    find_assertion_problem,
)
from token_broker.problems.refresh_problems import REFUSALS
from token_broker.rotation.under_way import Rotating


@dataclass(frozen=True, slots=True)
class Given:
    """What NetSuite gave for one certificate; `asked_at` is when it was asked."""

    certificate: Certificate
    answer: TokenAnswer
    identity: Identity
    asked_at: int


def set_aside(rotating: Rotating, following: Certificate, error: SuiteTokenError, *, ordered: bool) -> None:
    """Record and tell why the certificate that was to follow is not used, unless another one is to follow by now.

    It is not tried again until it is registered again. What may be weather is noted the first time and told the
    second, unless somebody who `ordered` the rotation waits for the answer.
    """
    broker, name = rotating.broker, rotating.name
    problem = find_assertion_problem(error, name, broker.seconds()) or _doubt(error, name, broker.seconds())
    weather = isinstance(error, (*REFUSALS, ServerFailed)) and following.problem is None and not ordered
    aside = replace(following, problem=replace(problem, unconfirmed=weather))

    def change(connection: Connection) -> Connection | None:
        held = connection.certificates
        return replace(connection, certificates=replace(held, next=aside)) if held.next == following else None

    kept = update_connection(broker.store, name, change).document.certificates.next
    if weather or kept != aside:
        return
    told = tell_new_certificate_refused(name, problem.message)
    broker.events.send(events.ROTATION_FAILED, name, **told, problem="new_certificate_refused")


def _doubt(error: SuiteTokenError, name: str, now: int) -> Problem:
    """Return the problem of the new certificate after an error that alone means none: the one in use works."""
    return find_assertion_problem(ServerRefused(error.message), name, now) or Problem(error.code, error.message, now)


def keep_proved(rotating: Rotating, given: Given) -> Connection | None:
    """Record what the answer proved, mostly nothing; None where the certificate is not the connection's any more."""
    seen = rotating.stored.document
    if seen.problem is None and given.certificate.proved_at is not None:
        return seen

    def change(connection: Connection) -> Connection | None:
        proved = _prove(connection.certificates, given)
        if proved is None:
            return None
        return replace(
            connection,
            certificates=proved,
            role=connection.role or given.identity.role or None,
            entity=connection.entity or given.identity.entity or None,
            problem=None,
            reminded_at=connection.reminded_at if given.certificate.proved_at else None,
        )

    kept = update_connection(rotating.broker.store, rotating.name, change).document
    current = kept.certificates.current
    return kept if current is not None and current.thumbprint == given.certificate.thumbprint else None


def _prove(held: Certificates, given: Given) -> Certificates | None:
    """Return the certificates once one has worked: it is the one in use from then on; None where it is not held.

    `proved_at` orders tokens. So the first worker's stands where two asked with a new certificate, and a certificate
    is later than the one that it follows, although the workers' clocks differ.
    """
    worked, current = given.certificate, held.current
    proved_at = worked.proved_at or given.asked_at
    if current is not None and current.thumbprint == worked.thumbprint:
        return replace(held, current=replace(worked, proved_at=current.proved_at or proved_at, problem=None))
    if held.next is not None and held.next.thumbprint == worked.thumbprint:
        later = max(proved_at, (current.proved_at or 0) + 1) if current is not None else proved_at
        return replace(held, current=replace(worked, proved_at=later, problem=None), next=None, old=current)
    return None
