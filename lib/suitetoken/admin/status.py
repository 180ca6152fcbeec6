"""How a connection is: one word, what is next, and the facts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from suitetoken.admin.connections import list_connections
from suitetoken.aws.records import find_token, read_client, read_connection
from suitetoken.aws.store import Store
from suitetoken.documents import NOT_AUTHORIZED, REMOVE, WITHOUT_AUTHORIZATION, Connection, Problem, TokenDocument
from suitetoken.errors import InvalidDocument, NotFound, SuiteTokenError
from suitetoken.netsuite.rules import parse_name

ENDING_SECONDS = 72 * 3600
CERTIFICATE_ENDING_SECONDS = 30 * 86_400
LATE_SECONDS = 15 * 60


class State(Enum):
    """What a connection's row says first."""

    HEALTHY = "healthy"
    CONSENT_ENDING = "consent ending"
    CERTIFICATE_ENDING = "certificate ending"
    CERTIFICATE_REQUIRED = "certificate required"
    NOT_AUTHORIZED = "not authorized"
    AUTHORIZATION_REQUIRED = "authorization required"
    CLIENT_REFUSED = "client refused"
    ROTATION_LATE = "rotation late"
    TOKEN_EXPIRED = "token expired"  # noqa: S105
    UNREADABLE = "unreadable"
    BEING_REVOKED = "being revoked"
    BEING_REMOVED = "being removed"

    @property
    def exit_code(self) -> int:
        """What `suitetoken status` ends with when this is its worst row."""
        return _EXIT_CODES.get(self, 0)


_EXIT_CODES = {
    State.NOT_AUTHORIZED: 3,
    State.AUTHORIZATION_REQUIRED: 3,
    State.CERTIFICATE_REQUIRED: 3,
    State.CLIENT_REFUSED: 3,
    State.ROTATION_LATE: 6,
    State.TOKEN_EXPIRED: 6,
    State.UNREADABLE: 6,
    State.BEING_REVOKED: 6,
    State.BEING_REMOVED: 6,
}
_CLIENT_PROBLEMS = frozenset({"invalid_client", "request_refused", "invalid_answer", "unexplained_refusal"})


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """One row. Times are epoch seconds, ages and lives seconds; None where there is nothing to tell."""

    connection: str
    state: State
    next_step: str
    client: str | None = None
    account_id: str | None = None
    role: str | None = None
    token_issued_at: int | None = None
    token_expires_at: int | None = None
    consent_ends_at: int | None = None
    problem: str | None = None


def read_rows(store: Store, name: str | None, now: int) -> list[ConnectionStatus]:
    """Return the status of one connection, or of all. Raises what `read_one_status` raises for one."""
    if name:
        return [read_one_status(store, parse_name(name, "connection"), now)]
    return [read_status(store, each, now) for each in list_connections(store)]


def read_status(store: Store, name: str, now: int) -> ConnectionStatus:
    """Return the status of one of many connections; what cannot be read is a row that says so."""
    try:
        return read_one_status(store, name, now)
    except SuiteTokenError as error:
        return _unreadable(name, error)


def read_one_status(store: Store, name: str, now: int) -> ConnectionStatus:
    """Return the status of the connection that was asked for; a damaged document is a row that says so.

    Raises NotFound where there is no such connection, and AccessDenied.
    """
    try:
        connection = read_connection(store, name).document
    except InvalidDocument as error:
        return _unreadable(name, error)
    try:
        account_id = read_client(store, connection.client).account_id
        token = find_token(store, name).document
    except (InvalidDocument, NotFound) as error:
        return _unreadable(name, error)
    return judge(name, connection, account_id, token, now)


def _unreadable(name: str, error: SuiteTokenError) -> ConnectionStatus:
    return ConnectionStatus(name, State.UNREADABLE, error.next_step or "", problem=error.message)


def judge(
    name: str, connection: Connection, account_id: str, document: TokenDocument | None, now: int
) -> ConnectionStatus:
    """Return the row of a connection from its two documents."""
    token = document.token if document else None
    problem = (document.problem if document else None) or connection.confirmed_problem
    state, next_step = _state(name, connection, document, now)
    return ConnectionStatus(
        name,
        state,
        next_step,
        connection.client,
        account_id,
        connection.grant.role if connection.grant else connection.role,
        token.issued_at if token else None,
        token.expires_at if token else None,
        connection.grant.expires_at if connection.grant else connection.certificate_ends_at,
        problem.message if problem else None,
    )


def _state(name: str, connection: Connection, document: TokenDocument | None, now: int) -> tuple[State, str]:
    token = document.token if document else None
    problem = (document.problem if document else None) or connection.confirmed_problem
    authorize = f"suitetoken link {name}"
    if connection.ending == REMOVE:
        return State.BEING_REMOVED, f"suitetoken connection remove {name} --wait"
    if connection.ending is not None:
        return State.BEING_REVOKED, f"suitetoken revoke {name} --wait"
    if connection.is_machine and problem is not None:
        return _machine_state(name, connection, problem)
    if problem is not None and problem.code in _CLIENT_PROBLEMS:
        return State.CLIENT_REFUSED, f"suitetoken client update {connection.client}"
    if problem is not None and problem.code == NOT_AUTHORIZED:
        return State.NOT_AUTHORIZED, authorize
    if problem is not None:
        return State.AUTHORIZATION_REQUIRED, authorize
    if token is None or token.expires_at <= now:
        return State.TOKEN_EXPIRED, f"suitetoken rotate {name} --wait"
    if now > token.refresh_at + LATE_SECONDS:
        return State.ROTATION_LATE, f"suitetoken rotate {name} --wait"
    if connection.grant is not None and connection.grant.expires_at - now < ENDING_SECONDS:
        return State.CONSENT_ENDING, authorize
    if connection.certificate_ends_at and connection.certificate_ends_at - now < CERTIFICATE_ENDING_SECONDS:
        return State.CERTIFICATE_ENDING, f"suitetoken certificate rotate {name}"
    return State.HEALTHY, ""


def _machine_state(name: str, connection: Connection, problem: Problem) -> tuple[State, str]:
    held = connection.certificates
    if problem.code in _CLIENT_PROBLEMS:
        return State.CLIENT_REFUSED, f"suitetoken certificate show {name}"
    if problem.code not in WITHOUT_AUTHORIZATION:
        return State.CERTIFICATE_REQUIRED, f"suitetoken certificate show {name}"
    step = f"create {name}" if held.current is None else f"register {name} --certificate-id ID"
    return State.CERTIFICATE_REQUIRED, f"suitetoken certificate {step}"
