"""A grant: what the resource owner gave a connection, and the raw answers that may still turn into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from suitetoken.documents.fields import Fields
from suitetoken.netsuite.rules import parse_scope

NO_GRANT = "none"
"""The grant id that links and states carry while a connection has never been authorized."""
GIVEN_UP = "given_up"
"""The outcome of an attempt that nobody is on the way with any more and that left no answer; one that comes counts."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One consent. Times are epoch seconds; `expires_at` is when consent ends and a person is needed again.

    `id` is the digest of the attempt's nonce, so that the grant, the claim before it and the callback that made it
    are one thing under one name. `client_id` and `account_id` are those it was given to: NetSuite answers
    `invalid_grant` to any other client. NetSuite always names role and entity; another server may not.
    """

    id: str
    refresh_token: str = field(repr=False)
    expires_at: int
    authorized_at: int
    account_id: str
    client_id: str
    role: str | None
    entity: str | None
    scope: tuple[str, ...]
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_fields(cls, fields: Fields | None) -> Grant | None:
        """Read the grant where there is one."""
        if fields is None:
            return None
        return cls(
            id=fields.text("id"),
            refresh_token=fields.text("refresh_token"),
            expires_at=fields.seconds("expires_at"),
            authorized_at=fields.seconds("authorized_at"),
            account_id=fields.text("account_id"),
            client_id=fields.text("client_id"),
            role=fields.optional_text("role"),
            entity=fields.optional_text("entity"),
            scope=fields.parsed("scope", parse_scope),
            others=fields.others(_KNOWN),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            **self.others,
            "id": self.id,
            "refresh_token": self.refresh_token,
            "expires_at": self.expires_at,
            "authorized_at": self.authorized_at,
            "account_id": self.account_id,
            "client_id": self.client_id,
            "role": self.role,
            "entity": self.entity,
            "scope": " ".join(self.scope),
        }


_KNOWN = frozenset(Grant.__slots__) - {"others"}


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that came back to the callback and was claimed, so that its code is exchanged once only.

    `id` is the id its grant has or would have; `outcome` is None while nobody knows, then the word for how it ended.
    """

    id: str
    at: int
    outcome: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has seen its end."""
        return self.outcome in {None, GIVEN_UP}

    @classmethod
    def from_fields(cls, fields: Fields) -> Claim:
        """Read one claim."""
        return cls(fields.text("id"), fields.seconds("at"), fields.optional_text("outcome"))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        known = {"id": self.id, "at": self.at, "outcome": self.outcome}
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Answer:
    """The token endpoint's answer exactly as it came, saved before anybody parses it.

    `asked_at` is when the request was sent, in epoch seconds: the tokens in it cannot be older.
    """

    raw: str = field(repr=False)
    asked_at: int

    @classmethod
    def from_fields(cls, fields: Fields | None) -> Answer | None:
        """Read the answer where there is one."""
        return None if fields is None else cls(fields.text("raw"), fields.seconds("asked_at"))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {"raw": self.raw, "asked_at": self.asked_at}
