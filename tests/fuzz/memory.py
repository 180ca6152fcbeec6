"""AWS in memory for very many inputs: everything can be put back as it was, and everything that was told is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.memory_aws.secrets import Held, MemorySecrets

State = dict[str, Held]


class Secrets(MemorySecrets):
    """Plays the boto3 client of Secrets Manager; its documents can be damaged and put back."""

    def remember(self) -> State:
        """Return everything that is held, to be put back later."""
        return {name: replace(held, bodies=dict(held.bodies), made=dict(held.made)) for name, held in self.held.items()}

    def put_back(self, state: State) -> None:
        """Hold what was held then."""
        self.held = {
            name: replace(held, bodies=dict(held.bodies), made=dict(held.made)) for name, held in state.items()
        }
        self._names = []

    def read_as_it_is(self, name: str, label: str = "AWSCURRENT") -> str | None:
        """Return a version's text without anybody's parsing; None where there is none."""
        held = self.held[name]
        return held.bodies.get(held.find(label))

    def damage(self, name: str, body: str, label: str = "AWSCURRENT") -> None:
        """Have another text in the place of the version that carries a label."""
        held = self.held[name]
        held.bodies[held.find(label)] = body

    def get_resource_policy(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """Tell that a secret has no policy of its own."""
        self._find(SecretId, "GetResourcePolicy")
        return {"Name": SecretId}


@dataclass
class Told:
    """Plays the boto3 clients of SQS and EventBridge, and keeps what they were given."""

    things: list[str] = field(default_factory=list)

    def send_message_batch(self, **arguments: Any) -> dict[str, Any]:
        """Take messages."""
        self.things.append(str(arguments["Entries"]))
        return {}

    def put_events(self, **arguments: Any) -> dict[str, Any]:
        """Take events."""
        self.things.append(str(arguments["Entries"]))
        return {"FailedEntryCount": 0, "Entries": [{}]}
