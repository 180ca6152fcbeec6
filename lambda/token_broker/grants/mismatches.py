"""What came that was not asked for: a consent of another account, role or user, or for less than the scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from suitetoken.documents import Client, Connection
from suitetoken.errors import InvalidInput, SuiteTokenError
from suitetoken.netsuite.rules import parse_account_id, parse_internal_id
from token_broker.grants.answers import Identity, TokenAnswer


@dataclass(frozen=True, slots=True)
class Callback:
    """What the authorization response said beside the code (Oracle NetSuite Help, section_158081944642)."""

    role: str
    entity: str
    company: str


class GrantMismatch(SuiteTokenError):
    """The consent was given, but not for what the connection asks; nothing of it is kept.

    `facts` say what was wanted and what came, by the names that the catalogues have for them.
    """

    code = "grant_mismatch"

    def __init__(self, message: str, *, facts: Mapping[str, str] | None = None, next_step: str | None = None) -> None:
        """Say what is wrong, and with which facts."""
        self.facts = facts or {}
        super().__init__(message, next_step=next_step)


class WrongAccount(GrantMismatch):
    """Somebody consented in an account other than the client's."""

    code = "wrong_account"


class WrongRole(GrantMismatch):
    """Somebody consented with a role other than the connection is pinned to."""

    code = "wrong_role"


class WrongUser(GrantMismatch):
    """Somebody consented as a user (entity) other than the connection is pinned to."""

    code = "wrong_user"


class WrongRoleAndUser(GrantMismatch):
    """Somebody consented with another role and as another user than the connection is pinned to."""

    code = "wrong_role_and_user"


class NoRefreshToken(GrantMismatch):
    """NetSuite gave an access token only; the grant would be over within the hour."""

    code = "no_refresh_token"


class ScopeMissing(GrantMismatch):
    """NetSuite granted less than the connection's scopes."""

    code = "scope_missing"


_IDENTITY_MISMATCHES: Mapping[tuple[str, ...], type[GrantMismatch]] = {
    ("role",): WrongRole,
    ("entity",): WrongUser,
    ("role", "entity"): WrongRoleAndUser,
}


def refuse_other_account(client: Client, company: str) -> None:
    """Raise WrongAccount unless `company` is the client's account in any of its forms.

    NetSuite always names it; only an authorization server that an operator put in NetSuite's place may not.
    """
    if not company and "authorization_endpoint" in client.overrides:
        return
    try:
        given = parse_account_id(company)
    except InvalidInput:
        given = ""
    if given != client.account_id:
        came = {"account_given": given} if given else {}
        raise WrongAccount(
            f"consent was given in another NetSuite account than {client.account_id}.",
            facts={"account_wanted": client.account_id, **came},
            next_step=f"log in to account {client.account_id} and open the link again.",
        )


def refuse_other_role(connection: Connection, identity: Identity) -> None:
    """Raise WrongRole, WrongUser or WrongRoleAndUser unless the identity is the one that is pinned."""
    pins = {"role": connection.role, "entity": connection.entity}
    given = {"role": identity.role, "entity": identity.entity}
    wrong = tuple(field for field, pin in pins.items() if pin is not None and pin != given[field])
    if not wrong:
        return
    told = " and ".join(f"{field} {pins[field]}" for field in wrong)
    raise _IDENTITY_MISMATCHES[wrong](
        f"consent was given with another identity than {told}.",
        facts=dict(_list_identity(pins, given)),
        next_step=f"open the link again and log in to NetSuite with {told}, or ask for `suitetoken connection update "
        f"{' '.join(f'--{field} ID' for field in wrong)}`.",
    )


def _list_identity(pins: Mapping[str, str | None], given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wanted and what came; an id that is none, which anybody may have written, is left out."""
    for field, pin in pins.items():
        if pin is not None:
            yield f"{field}_wanted", pin
            with suppress(InvalidInput):
                yield f"{field}_given", parse_internal_id(given[field], field)


def refuse_less_scope(connection: Connection, answer: TokenAnswer) -> None:
    """Raise ScopeMissing where NetSuite granted less than the connection's scopes (RFC 6749 section 5.1)."""
    missing = set(connection.scope) - set(answer.scope or connection.scope)
    if missing:
        raise ScopeMissing(
            f"NetSuite did not grant the scope {' '.join(sorted(missing))}.",
            next_step="tick it on the integration record and open a new link.",
        )
