"""What stops a connection without a person: found before anything is sent, in a refusal, or in what was given."""

from __future__ import annotations

from suitetoken.documents import REGISTERED, Certificate, Connection, Problem, no_certificate
from suitetoken.errors import SuiteTokenError
from suitetoken.netsuite.machine import CERTIFICATE_SETUP
from token_broker.grants.mismatches import CertificateMismatch
from token_broker.netsuite.endpoint_errors import (
    ClientRefused,
    GrantRefused,
    RequestRefused,
    ServerRefused,
    UnusableAnswer,
)
from token_broker.netsuite.signers import SigningFailed
from token_broker.problems.refresh_problems import is_last_moment, is_resting, join_sentences

_REFUSED = frozenset(
    {
        "invalid_grant",
        "invalid_client",
        "request_refused",
        "invalid_answer",
        "no_newer_token",
        "unexplained_refusal",
        "wrong_account",
        "wrong_role",
        "scope_missing",
    }
)
"""Problems in which NetSuite has answered; asking every five minutes would only fill its audit trail."""


DEFINITE = (SigningFailed, ClientRefused, GrantRefused, RequestRefused, CertificateMismatch)
"""Failures that repeating does not mend; somebody must act."""


def list_usable(connection: Connection, now: int) -> list[Certificate]:
    """Return the certificates to ask with, in this order: the one that shall follow, then the one in use."""
    held = connection.certificates
    following = held.next if held.next and held.next.confirmed_problem is None else None
    return [each for each in (following, held.current) if each and _is_usable(each, now)]


def find_certificate_problem(connection: Connection, name: str, now: int) -> Problem | None:
    """Return what makes asking pointless: no certificate, none registered, or its time is over."""
    if list_usable(connection, now):
        return None
    current = connection.certificates.current
    if connection.problem is not None and connection.problem.code == "revoked":
        return connection.problem
    if current is None or current.state != REGISTERED:
        return no_certificate(name, now)
    text = f"The certificate has expired. Run `suitetoken certificate rotate {name}` and register the new one."
    return Problem("certificate_expired", text, now)


def blocks_assertion(problem: Problem | None, now: int, *, force: bool, token_ends: float = 0) -> bool:
    """Whether to leave NetSuite alone: after a plain refusal for half an hour at a time, else never.

    `token_ends` is when the token that readers have does (epoch seconds): shortly before it is tried once more.
    """
    if problem is None or force or problem.unconfirmed or problem.code not in _REFUSED:
        return False
    return not is_last_moment(token_ends, now) and is_resting(problem, now)


def find_assertion_problem(error: SuiteTokenError, name: str, now: int) -> Problem | None:
    """Return the problem that a failure means, or None where the next sweep simply tries again."""
    if isinstance(error, SigningFailed):
        return Problem("signing_failed", join_sentences(error), now)
    if isinstance(error, ServerRefused):
        return Problem("server_error", _SERVER_REFUSED.format(name=name), now)
    if isinstance(error, CertificateMismatch):
        return Problem(error.code, join_sentences(error), now)
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), None)
    if words is None:
        return None
    return Problem(error.code, words.format(what=error.message, name=name, setup=CERTIFICATE_SETUP), now)


_GRANT_REFUSED = (
    "NetSuite does not accept the certificate any more (invalid_grant): it was revoked or has expired there, or the "
    "user or role that it is mapped to is inactive. Look at {setup}, then run `suitetoken certificate rotate {name}`."
)
_CLIENT_REFUSED = (
    "NetSuite refused the client or its certificate (invalid_client). Compare client id and certificate id with "
    "{setup}, check that the integration record is enabled with Client Credentials (Machine to Machine) Grant ticked, "
    "then run `suitetoken certificate register {name} --certificate-id ID`."
)
_REQUEST_REFUSED = (
    "{what} Check that the integration record has the connection's scopes ticked, then run "
    "`suitetoken rotate {name} --force`."
)
_SERVER_REFUSED = (
    "NetSuite answered server_error. It fails for the moment, which passes by itself, or dislikes the assertion: "
    "another client id or token endpoint than the certificate's, or an algorithm that it does not take. Look at the "
    "Login Audit Trail in NetSuite (column Detail) and at `suitetoken certificate show {name}`."
)
_WORDS: tuple[tuple[type[SuiteTokenError], str], ...] = (
    (GrantRefused, _GRANT_REFUSED),
    (ClientRefused, _CLIENT_REFUSED),
    (RequestRefused, _REQUEST_REFUSED),
    (UnusableAnswer, _REQUEST_REFUSED),
)


def _is_usable(certificate: Certificate, now: int) -> bool:
    return certificate.state == REGISTERED and now < certificate.valid_until
