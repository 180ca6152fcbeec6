"""What came that was not asked for: another account, role or user, or less than the scope.

The checks are made twice, for they differ. A consent is refused on a page, to the person who gave it; it always names
role and user, and one that names none is refused where they are pinned. A certificate's token is refused in an e-mail,
to an operator; an answer that does not say who it acts as is taken, for role and user are mapped to the certificate in
NetSuite.
"""

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
    given = _parse_account(company)
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
    missing = _list_missing_scope(connection, answer)
    if missing:
        raise ScopeMissing(
            f"NetSuite did not grant the scope {' '.join(missing)}.",
            next_step="tick it on the integration record and open a new link.",
        )


class CertificateMismatch(SuiteTokenError):
    """NetSuite gave a token by certificate, but not for what the connection asks; it is dropped."""

    def __init__(self, code: str, message: str, next_step: str) -> None:
        """Carry the problem's code."""
        super().__init__(message, next_step=next_step)
        self.code = code


def refuse_certificate_mismatch(connection: Connection, client: Client, answer: TokenAnswer) -> Identity:
    """Return who the token acts as, "" where it does not say, or raise CertificateMismatch."""
    identity = answer.identity or Identity("", "", "")
    if identity.account_id and _parse_account(identity.account_id) != client.account_id:
        raise CertificateMismatch(
            "wrong_account",
            f"the token is for another NetSuite account than {client.account_id}.",
            "compare the client's account id and endpoints.",
        )
    pins = (("role", connection.role, identity.role), ("entity", connection.entity, identity.entity))
    for field, pin, given in pins:
        if pin and given and pin != given:
            raise CertificateMismatch(
                "wrong_role",
                f"the certificate is mapped to the {field} {given}, and the connection is pinned to {pin}.",
                f"map a certificate to {field} {pin}, or run `suitetoken connection update --{field}`.",
            )
    missing = _list_missing_scope(connection, answer)
    if missing:
        raise CertificateMismatch(
            "scope_missing",
            f"NetSuite did not give the scope {' '.join(missing)}.",
            "tick it on the integration record.",
        )
    return identity


def _list_missing_scope(connection: Connection, answer: TokenAnswer) -> list[str]:
    """Return the scopes that were asked for and not given; an answer that names none gives all (RFC 6749 5.1)."""
    return sorted(set(connection.scope) - set(answer.scope or connection.scope))


def _parse_account(text: str) -> str:
    """Return the account id in our form; "" where the text is not an account id."""
    try:
        return parse_account_id(text)
    except InvalidInput:
        return ""
