"""The authorization response as a browser brings it, and the attempt that it belongs to; nothing is read from AWS.

RFC 6749 sections 4.1.2 and 10.12; Oracle NetSuite Help, section_158081944642.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from suitetoken.errors import SuiteTokenError
from suitetoken.signing.links import (
    State,
    derive_cookie,
    derive_grant_id,
    derive_verifier,
    is_same,
    key_id_of,
    verify_state,
)
from token_broker.authorization.cookies import HOST, name_cookie
from token_broker.context.broker import Broker
from token_broker.grants.mismatches import Callback

_LONGEST_PARAMETER = 2048
_READ = ("state", "code", "error", "role", "entity", "company", "iss")
_NOT_READ = ("error_description", "error_uri")
"""OAuth's too. Whatever other parameters a proxy or a tracker adds is ignored (RFC 6749 section 4.1.2)."""


class AttemptRefused(SuiteTokenError):
    """The attempt ends here; `outcome` names the page that says why and what to do."""

    def __init__(self, outcome: str, message: str) -> None:
        """Say which page and why."""
        self.outcome = outcome
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Reply:
    """The authorization response as the browser brought it (RFC 6749 sections 4.1.2 and 4.1.2.1)."""

    state: str = field(repr=False)
    code: str | None = field(repr=False)
    error: str | None
    callback: Callback
    issuer: str | None = None

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, list[str]]) -> Reply:
        """Read the query parameters, or raise AttemptRefused where one of OAuth's is repeated or absurdly long.

        RFC 6749 section 3.1 lets none of them come twice, and has all others ignored.
        """
        if any(len(parameters.get(name, "1")) != 1 for name in (*_READ, *_NOT_READ)):
            raise AttemptRefused("bad_request", "a parameter is repeated.")
        single = {name: parameters[name][0] for name in _READ if name in parameters}
        if any(len(value) > _LONGEST_PARAMETER for value in single.values()):
            raise AttemptRefused("bad_request", "a parameter is too long.")
        code, error = single.get("code"), single.get("error")
        if not single.get("state") or (not code and not error):
            raise AttemptRefused("bad_request", "state, or both code and error, are missing.")
        callback = Callback(single.get("role", ""), single.get("entity", ""), single.get("company", ""))
        return cls(single["state"], code, error, callback, single.get("iss"))


@dataclass(frozen=True, slots=True)
class Returned:
    """An attempt that has come back with a good state, in the browser that it began in."""

    name: str
    state: State
    grant_id: str
    verifier: str = field(repr=False)


def recognize(broker: Broker, reply: Reply, cookies: Mapping[str, str]) -> Returned:
    """Return the attempt, or raise InvalidSignedText, SignedTextExpired or AttemptRefused. Reads and writes nothing."""
    state = verify_state(reply.state, broker.state_keys.find, broker.now())
    key = broker.state_keys.find(key_id_of(reply.state))
    if key is None:
        raise AttemptRefused("state_invalid", "the key is gone.")
    name, value = derive_cookie(state.nonce, key)
    if not is_same(value, cookies.get(name_cookie(broker.settings, HOST, name), "")):
        raise AttemptRefused("cookie_missing", "the attempt began in another browser, or cookies are off.")
    return Returned(state.connection, state, derive_grant_id(state.nonce), derive_verifier(state.nonce, key))
