"""The message on a deployment's queue: what the broker is asked to do with one connection."""

from __future__ import annotations

import json
from dataclasses import dataclass

from suitetoken.documents.connection import REMOVE, REVOKE
from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_name

ROTATE = "rotate"
ACTIONS = (ROTATE, REVOKE, REMOVE)
_LONGEST_CORRELATION_ID = 64


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One order. An operator's is `requested`; with `force` the operator insists.

    `correlation_id` names the sweep that the message comes from, in the logs of both functions; "" for none.
    """

    connection: str
    action: str = ROTATE
    requested: bool = False
    force: bool = False
    correlation_id: str = ""

    @classmethod
    def from_json(cls, body: str) -> QueueMessage:
        """Read a message, or raise InvalidInput: a name that no connection can have never becomes a secret's name."""
        try:
            values = json.loads(body)
            name, action = str(values["connection"]), str(values["action"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InvalidInput("the queue message is not one of ours.") from error
        if action not in ACTIONS:
            raise InvalidInput(f"the queue message asks for an unknown action {action[:20]!r}.")
        return cls(
            parse_name(name, "connection"),
            action,
            requested=values.get("requested") is True,
            force=values.get("force") is True,
            correlation_id=str(values.get("correlation_id") or "")[:_LONGEST_CORRELATION_ID],
        )

    def to_json(self) -> str:
        """Return the message's text; what does not apply is left out."""
        further = {"requested": self.requested, "force": self.force, "correlation_id": self.correlation_id}
        return json.dumps(
            {"connection": self.connection, "action": self.action, **{name: it for name, it in further.items() if it}}
        )
