"""The token document: what a workload reads. Public interface: fields are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from suitetoken.documents.fields import Fields, parse_object, to_json
from suitetoken.documents.problem import Problem
from suitetoken.netsuite.rules import parse_token

YOUNGEST_SECONDS = 600
"""A token younger than this is rotated only when that is forced."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """One access token and all a workload needs to use it. Times are epoch seconds.

    `refresh_at` is when the broker means to rotate it; `grant_id` and `authorized_at` name the grant it came from. The
    two endpoints are those of a client that is not led to NetSuite's own; None where NetSuite's own count.
    """

    access_token: str = field(repr=False)
    expires_at: int
    issued_at: int
    refresh_at: int
    scope: tuple[str, ...]
    account_id: str
    role: str | None
    entity: str | None
    rest_url: str
    restlet_url: str
    grant_id: str
    authorized_at: int
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None

    def is_young(self, now: int) -> bool:
        """Whether it is left as it is unless a rotation is forced."""
        return now - self.issued_at < YOUNGEST_SECONDS

    @classmethod
    def from_fields(cls, fields: Fields) -> AccessToken | None:
        """Read the token where the document holds one."""
        if fields.optional_text("access_token") is None:
            return None
        return cls(
            access_token=fields.parsed("access_token", parse_token),
            expires_at=fields.seconds("expires_at"),
            issued_at=fields.seconds("issued_at"),
            refresh_at=fields.seconds("refresh_at"),
            scope=tuple(fields.text("scope").split()),
            account_id=fields.text("account_id"),
            role=fields.optional_text("role"),
            entity=fields.optional_text("entity"),
            rest_url=fields.text("rest_url"),
            restlet_url=fields.text("restlet_url"),
            grant_id=fields.text("grant_id"),
            authorized_at=fields.seconds("authorized_at"),
            authorization_endpoint=fields.optional_text("authorization_endpoint"),
            token_endpoint=fields.optional_text("token_endpoint"),
        )

    def _own_endpoints(self) -> tuple[tuple[str, str | None], ...]:
        return ("authorization_endpoint", self.authorization_endpoint), ("token_endpoint", self.token_endpoint)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_at": self.expires_at,
            "issued_at": self.issued_at,
            "refresh_at": self.refresh_at,
            "scope": " ".join(self.scope),
            "account_id": self.account_id,
            "role": self.role,
            "entity": self.entity,
            "rest_url": self.rest_url,
            "restlet_url": self.restlet_url,
            "grant_id": self.grant_id,
            "authorized_at": self.authorized_at,
            **{name: url for name, url in self._own_endpoints() if url is not None},
        }


_KNOWN = frozenset(AccessToken.__slots__) | {"token_type", "problem"}


@dataclass(frozen=True, slots=True)
class TokenDocument:
    """The current access token, a problem, or both: a token stays usable until it expires."""

    token: AccessToken | None = None
    problem: Problem | None = None
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def authorized_at(self) -> int:
        """When the grant of the token here was given; 0 where there is no token."""
        return self.token.authorized_at if self.token else 0

    def is_due(self, now: int, *, requested: bool) -> bool:
        """Whether the broker rotates at `now` (epoch seconds) without being forced to.

        It does where nothing good is published, where the token's time has come, and where a rotation was `requested`
        and the token is not young.
        """
        held = self.token
        if self.problem is not None or held is None or held.expires_at <= now or held.refresh_at <= now:
            return True
        return requested and not held.is_young(now)

    @classmethod
    def from_json(cls, body: str, document: str) -> TokenDocument:
        """Read the document named `document`, or raise InvalidDocument."""
        fields = parse_object(body, document)
        problem = Problem.from_fields(fields.optional_object("problem"))
        token = AccessToken.from_fields(fields)
        if token is None and problem is None:
            raise fields.invalid("it holds neither an access_token nor a problem")
        return cls(token, problem, fields.others(_KNOWN))

    def to_json(self) -> str:
        """Return the document's text."""
        return to_json(
            {
                **(self.token.to_dict() if self.token else {}),
                "problem": self.problem.to_dict() if self.problem else None,
            },
            self.others,
        )
