"""A problem: why a connection has no good token and what a person must do, as both documents hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suitetoken.documents.fields import Fields


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is a stable word, `message` a sentence with the next step, `since` epoch seconds."""

    code: str
    message: str
    since: int

    @classmethod
    def from_fields(cls, fields: Fields | None) -> Problem | None:
        """Read the problem where there is one."""
        if fields is None:
            return None
        return cls(fields.text("code"), fields.text("message"), fields.seconds("since"))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {"code": self.code, "message": self.message, "since": self.since}
