"""From a token response to a grant and an access token: consent's end, and what is refused.

Pure functions; times are epoch seconds of our clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from suitetoken.documents import AccessToken, Client, Connection, Grant
from suitetoken.errors import InvalidInput, SuiteTokenError
from suitetoken.netsuite.rules import parse_account_id, parse_internal_id
from token_broker.grants.answers import Identity, TokenAnswer, parse_answer, read_claims, read_number
from token_broker.grants.due import find_refresh_at

CONFIDENTIAL_CONSENT_SECONDS = 7 * 86_400
"""How long a confidential client's refresh token lives (Oracle NetSuite Help, section_158081952044)."""
_EARLIEST_EPOCH = 1_000_000_000
_LONGEST_CONSENT_SECONDS = 10 * 366 * 86_400
"""Far more than any consent lasts: claims that say more are not believed, for a calendar ends somewhere."""


def find_consent_end(client: Client, connection: Connection, refresh_token: str, asked_at: int) -> int:
    """Return when consent ends, in epoch seconds of our clock.

    Confidential: at the refresh token's own `exp`. Public: when the chain of one-time refresh tokens, begun at `oit`,
    reaches the integration record's rotation limit; the sliding `exp` says nothing about that. Differences between
    claims are used, not their values, so that NetSuite's clock need not agree with ours. Sources: Oracle NetSuite
    Help, section_158255317571 and section_157771733782.
    """
    claims = read_claims(refresh_token)
    issued, expires, chain = (read_number(claims.get(name)) for name in ("iat", "exp", "oit"))
    if not client.is_public:
        lasts = expires - issued if issued is not None and expires is not None else 0
        return asked_at + (lasts if 0 < lasts <= _LONGEST_CONSENT_SECONDS else CONFIDENTIAL_CONSENT_SECONDS)
    age = 0
    if chain is not None and chain >= _EARLIEST_EPOCH and issued is not None:
        age = max(0, issued - chain)
    elif chain is not None and 0 <= chain < _EARLIEST_EPOCH:
        age = chain
    limit = connection.rotation_hours * 3600
    return asked_at - min(age, _LONGEST_CONSENT_SECONDS) + min(limit, _LONGEST_CONSENT_SECONDS)


def settle(connection: Connection, client: Client) -> Connection:
    """Return the connection with its saved answer folded into the grant: the refresh token that counts now.

    Raises UnreadableAnswer where the saved answer is no token response.
    """
    if connection.answer is None or connection.grant is None:
        return replace(connection, answer=None)
    answer = parse_answer(connection.answer.raw)
    grant = renew_grant(connection.grant, answer, client, connection, connection.answer.asked_at)
    return replace(connection, grant=grant, answer=None)


def renew_grant(grant: Grant, answer: TokenAnswer, client: Client, connection: Connection, asked_at: int) -> Grant:
    """Return the grant after a refresh: a new refresh token replaces the old one, none leaves it (RFC 6749 6)."""
    if answer.refresh_token is None:
        return grant
    ends = find_consent_end(client, connection, answer.refresh_token, asked_at)
    return replace(grant, refresh_token=answer.refresh_token, expires_at=ends)


def make_access_token(name: str, answer: TokenAnswer, grant: Grant, client: Client, issued_at: int) -> AccessToken:
    """Return what readers get. `issued_at` is when the request was sent, so the end is never too late."""
    endpoints = client.endpoints
    return AccessToken(
        access_token=answer.access_token,
        expires_at=issued_at + answer.life,
        issued_at=issued_at,
        refresh_at=find_refresh_at(name, issued_at, answer.life, one_time=client.is_public),
        scope=answer.scope or grant.scope,
        account_id=grant.account_id,
        role=grant.role,
        entity=grant.entity,
        rest_url=endpoints.rest_url,
        restlet_url=endpoints.restlet_url,
        grant_id=grant.id,
        authorized_at=grant.authorized_at,
        authorization_endpoint=client.overrides.get("authorization_endpoint"),
        token_endpoint=client.overrides.get("token_endpoint"),
    )


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


def accept_grant(
    grant_id: str, connection: Connection, client: Client, callback: Callback, answer: TokenAnswer, asked_at: int
) -> Grant:
    """Return the new grant after every check, or raise a GrantMismatch or InvalidInput.

    The access token's own claims outrank the query string, which anybody can write.
    """
    identity = answer.identity or Identity(callback.role, callback.entity, callback.company)
    refuse_other_account(client, callback.company)
    refuse_other_account(client, identity.account_id)
    _refuse_other_role(connection, identity)
    _refuse_less_scope(connection, answer)
    if answer.refresh_token is None:
        raise NoRefreshToken(
            "NetSuite gave no refresh token.",
            next_step="check that Authorization Code Grant is ticked on the integration record.",
        )
    return Grant(
        id=grant_id,
        refresh_token=answer.refresh_token,
        expires_at=find_consent_end(client, connection, answer.refresh_token, asked_at),
        authorized_at=asked_at,
        account_id=client.account_id,
        client_id=client.client_id,
        role=parse_internal_id(identity.role, "role") if identity.role else None,
        entity=parse_internal_id(identity.entity, "entity") if identity.entity else None,
        scope=answer.scope or connection.scope,
    )


def _refuse_other_role(connection: Connection, identity: Identity) -> None:
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


def _refuse_less_scope(connection: Connection, answer: TokenAnswer) -> None:
    missing = set(connection.scope) - set(answer.scope or connection.scope)
    if missing:
        raise ScopeMissing(
            f"NetSuite did not grant the scope {' '.join(sorted(missing))}.",
            next_step="tick it on the integration record and open a new link.",
        )
