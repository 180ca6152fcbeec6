"""Certificates of a connection without a person: the one in use, the one before it and the one to follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from suitetoken.documents.fields import Fields
from suitetoken.documents.problem import Problem
from suitetoken.netsuite.machine import parse_algorithm, parse_certificate_id, parse_key, parse_thumbprint

CREATED, REGISTERED = "created", "registered"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate and the private key behind it. Times are epoch seconds.

    `key` refers to the private key and never is it (`suitetoken.netsuite.machine.parse_key`). `pem` and `thumbprint`
    (SHA-256 of the certificate) are public. `certificate_id` is there once NetSuite has given it. `proved_at` is when
    the broker first got a token with it. `problem` says why the broker could not, and is kept only of one that comes
    next.
    """

    key: str
    algorithm: str
    pem: str = field(repr=False)
    thumbprint: str
    valid_from: int
    valid_until: int
    certificate_id: str | None = None
    proved_at: int | None = None
    problem: Problem | None = None
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def confirmed_problem(self) -> Problem | None:
        """Why it does not work, once that is more than one refusal, which may be weather."""
        return None if self.problem is None or self.problem.unconfirmed else self.problem

    @property
    def state(self) -> str:
        """`created` while only we know it, `registered` once NetSuite has named it."""
        return REGISTERED if self.certificate_id else CREATED

    @property
    def grant_id(self) -> str:
        """The id that tokens got with it carry in the place of a consent's."""
        return self.thumbprint[:32]

    @classmethod
    def from_fields(cls, fields: Fields | None) -> Certificate | None:
        """Read the certificate where there is one."""
        if fields is None:
            return None
        return cls(
            key=fields.parsed("key", parse_key),
            algorithm=fields.parsed("algorithm", parse_algorithm),
            pem=fields.text("pem"),
            thumbprint=fields.parsed("thumbprint", parse_thumbprint),
            valid_from=fields.seconds("valid_from"),
            valid_until=fields.seconds("valid_until"),
            certificate_id=fields.optional_parsed("certificate_id", parse_certificate_id),
            proved_at=fields.optional_seconds("proved_at"),
            problem=Problem.from_fields(fields.optional_object("problem")),
            others=fields.others(_KNOWN),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        known = {name: getattr(self, name) for name in _KNOWN} | {
            "problem": self.problem.to_dict() if self.problem else None
        }
        return {**self.others, **{name: value for name, value in sorted(known.items()) if value is not None}}


_KNOWN = frozenset(Certificate.__slots__) - {"others"}


@dataclass(frozen=True, slots=True)
class Certificates:
    """A connection's certificates: the one in use, the one that shall follow, and the one to revoke after that."""

    current: Certificate | None = None
    next: Certificate | None = None
    old: Certificate | None = None
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_fields(cls, fields: Fields | None) -> Certificates:
        """Read the certificates; none where the document has no such part."""
        if fields is None:
            return cls()
        current, following, old = (Certificate.from_fields(fields.optional_object(name)) for name in _PLACES)
        return cls(current, following, old, fields.others(frozenset(_PLACES)))

    def to_dict(self) -> dict[str, Any] | None:
        """Return the JSON object, or None where there is nothing in it."""
        held = {"current": self.current, "next": self.next, "old": self.old}
        return {**self.others, **{name: held.to_dict() for name, held in held.items() if held}} or None


_PLACES = ("current", "next", "old")
