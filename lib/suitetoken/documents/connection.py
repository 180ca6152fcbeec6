"""The connection document: one authorization that a team needs, and the grant once it has been given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from suitetoken.documents.certificate import Certificates
from suitetoken.documents.fields import parse_object, to_json
from suitetoken.documents.grant import NO_GRANT, Answer, Claim, Grant
from suitetoken.documents.problem import Problem
from suitetoken.netsuite.machine import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, parse_grant_type
from suitetoken.netsuite.rules import parse_internal_id, parse_name, parse_scope

DEFAULT_ROTATION_HOURS = 168
"""NetSuite's default for Maximum Time For Token Rotation (Oracle NetSuite Help, section_157771733782)."""

_KNOWN = frozenset(
    ["client", "scope", "role", "entity", "rotation_hours", "grant", "claims", "answer", "problem", "reminded_at"],
) | {"grant_type", "certificates", "link_series", "ending"}
REVOKE, REMOVE = "revoke", "remove"
"""Ends that an operator may order for a connection: of its grant, or of all of it."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A client, scopes, and the role and entity it must be; times are epoch seconds.

    `rotation_hours` is the integration record's Maximum Time For Token Rotation (public clients). `claims` are the
    callbacks of the last minutes. `answer`, where present, is newer than the grant's refresh token and replaces it.
    Where no person is in it (`client_credentials`), it has `certificates` in the place of all these. `link_series` is
    another one each time all links, or the grant, are revoked: links and attempts of an earlier series are dead.
    `ending` is the end that was ordered (REVOKE or REMOVE) and not reached yet: nothing new is accepted or published.
    """

    client: str
    scope: tuple[str, ...]
    role: str | None = None
    entity: str | None = None
    rotation_hours: int = DEFAULT_ROTATION_HOURS
    grant: Grant | None = None
    claims: tuple[Claim, ...] = ()
    answer: Answer | None = field(default=None, repr=False)
    problem: Problem | None = None
    reminded_at: int | None = None
    grant_type: str = AUTHORIZATION_CODE
    certificates: Certificates = field(default_factory=Certificates)
    link_series: str = ""
    ending: str | None = None
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_machine(self) -> bool:
        """Whether it gets its tokens by certificate, without a person."""
        return self.grant_type == CLIENT_CREDENTIALS

    @property
    def is_granted(self) -> bool:
        """Whether it holds what tokens are got with: a grant, or a certificate in use."""
        return self.grant is not None or self.certificates.current is not None

    @property
    def grant_id(self) -> str:
        """The id that links and states made now must carry."""
        return self.grant.id if self.grant else NO_GRANT

    @property
    def confirmed_problem(self) -> Problem | None:
        """The problem, unless NetSuite has refused once only so far."""
        return None if self.problem is None or self.problem.unconfirmed else self.problem

    @property
    def open_claims(self) -> list[Claim]:
        """The attempts to authorize that have no known end."""
        return [claim for claim in self.claims if claim.is_open]

    def takes_links_of(self, series: str) -> bool:
        """Whether a link of this series, or an attempt begun with one, may still lead anywhere."""
        return self.link_series == series and self.ending is None

    def holds(self, grant_id: str) -> bool:
        """Whether this grant, or this certificate in use, is what readers are to have tokens of."""
        current = self.certificates.current
        held = grant_id in {self.grant.id if self.grant else None, current.grant_id if current else None}
        return held and self.ending is None

    @property
    def authorized_at(self) -> int:
        """When the present grant was given, or the certificate in use first worked; 0 where neither is there."""
        if self.grant is not None:
            return self.grant.authorized_at
        return (self.certificates.current.proved_at or 0) if self.certificates.current else 0

    @property
    def certificate_ends_at(self) -> int | None:
        """When the certificate in use ends; None where there is none."""
        return self.certificates.current.valid_until if self.certificates.current else None

    @classmethod
    def from_json(cls, body: str, document: str) -> Connection:
        """Read the document named `document`, or raise InvalidDocument."""
        fields = parse_object(body, document)
        rotation_hours = fields.optional_seconds("rotation_hours")
        return cls(
            client=fields.parsed("client", partial(parse_name, kind="client")),
            scope=fields.parsed("scope", parse_scope),
            role=fields.optional_parsed("role", partial(parse_internal_id, field="role")),
            entity=fields.optional_parsed("entity", partial(parse_internal_id, field="entity")),
            rotation_hours=DEFAULT_ROTATION_HOURS if rotation_hours is None else rotation_hours,
            grant=Grant.from_fields(fields.optional_object("grant")),
            claims=tuple(Claim.from_fields(claim) for claim in fields.objects("claims")),
            answer=Answer.from_fields(fields.optional_object("answer")),
            problem=Problem.from_fields(fields.optional_object("problem")),
            reminded_at=fields.optional_seconds("reminded_at"),
            grant_type=fields.optional_parsed("grant_type", parse_grant_type) or AUTHORIZATION_CODE,
            certificates=Certificates.from_fields(fields.optional_object("certificates")),
            link_series=fields.optional_text("link_series") or "",
            ending=fields.optional_text("ending"),
            others=fields.others(_KNOWN),
        )

    def to_json(self) -> str:
        """Return the document's text."""
        return to_json(
            {
                "client": self.client,
                "scope": " ".join(self.scope),
                "role": self.role,
                "entity": self.entity,
                "rotation_hours": None if self.rotation_hours == DEFAULT_ROTATION_HOURS else self.rotation_hours,
                "grant": self.grant.to_dict() if self.grant else None,
                "claims": [claim.to_dict() for claim in self.claims] or None,
                "answer": self.answer.to_dict() if self.answer else None,
                "problem": self.problem.to_dict() if self.problem else None,
                "reminded_at": self.reminded_at,
                "grant_type": None if self.grant_type == AUTHORIZATION_CODE else self.grant_type,
                "certificates": self.certificates.to_dict(),
                "link_series": self.link_series or None,
                "ending": self.ending,
            },
            self.others,
        )
