"""AWS in memory for very many inputs: everything can be put back as it was, and everything that was told is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from scale.memory import Held, MemorySecrets
from scale.quotas import Meter
from world import Clock

State = tuple[dict[str, Held], frozenset[str]]


class NoMeter(Meter):
    """Takes no time."""

    def charge(self, api: str, beside: int = 1) -> None:
        """Let the call be."""


class Secrets(MemorySecrets):
    """Plays the boto3 client of Secrets Manager, and refuses what AWS refuses."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        super().__init__(NoMeter(Clock()))
        self._deleted: frozenset[str] = frozenset()

    def remember(self) -> State:
        """Return everything that is held, to be put back later."""
        copied = {name: Held(dict(held.bodies), dict(held.labels)) for name, held in self.held.items()}
        return copied, self._deleted

    def put_back(self, state: State) -> None:
        """Hold what was held then."""
        held, self._deleted = state
        self.held = {name: Held(dict(one.bodies), dict(one.labels)) for name, one in held.items()}
        self._names = []

    def read_as_it_is(self, name: str, label: str = "AWSCURRENT") -> str | None:
        """Return a version's text without anybody's parsing; None where there is none."""
        held = self.held.get(name)
        return held.bodies[held.labels[label]] if held and label in held.labels else None

    def damage(self, name: str, body: str, label: str = "AWSCURRENT") -> None:
        """Have another text in the place of a version's; the version is made where there is none."""
        held = self.held[name]
        held.bodies[held.labels.setdefault(label, f"damaged-{label}-{'0' * 32}")] = body

    def create_secret(self, *, Name: str, SecretString: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Make a secret with its first version."""
        if Name in self.held or Name in self._deleted:
            raise _refused("ResourceExistsException", "CreateSecret")
        self.fill(Name, SecretString, f"first-{len(self.held)}-{'0' * 32}")
        return {"Name": Name}

    def describe_secret(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """Tell of a secret without its value."""
        self._look(SecretId, "DescribeSecret")
        return {**self._describe(SecretId), "ReplicationStatus": []}

    def delete_secret(self, *, SecretId: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Schedule a secret for deletion."""
        self._look(SecretId, "DeleteSecret")
        self._deleted |= {SecretId}
        return {}

    def get_resource_policy(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """Tell that a secret has no policy of its own."""
        self._look(SecretId, "GetResourcePolicy")
        return {"Name": SecretId}

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "", VersionId: str = "") -> dict[str, Any]:  # noqa: N803
        """Read a version by label or id."""
        if SecretId in self._deleted:
            raise _refused("InvalidRequestException", "GetSecretValue")
        return super().get_secret_value(SecretId=SecretId, VersionStage=VersionStage, VersionId=VersionId)

    def put_secret_value(
        self,
        *,
        SecretId: str,  # noqa: N803
        SecretString: str,  # noqa: N803
        ClientRequestToken: str,  # noqa: N803
        VersionStages: list[str],  # noqa: N803
    ) -> None:
        """Save a version under its labels, unless its id is taken by another text."""
        held = self._look(SecretId, "PutSecretValue")
        if held.bodies.get(ClientRequestToken, SecretString) != SecretString:
            raise _refused("ResourceExistsException", "PutSecretValue")
        super().put_secret_value(
            SecretId=SecretId,
            SecretString=SecretString,
            ClientRequestToken=ClientRequestToken,
            VersionStages=VersionStages,
        )

    def _look(self, name: str, operation: str) -> Held:
        if name in self._deleted:
            raise _refused("InvalidRequestException", operation)
        if name not in self.held:
            raise _refused("ResourceNotFoundException", operation)
        return self.held[name]


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


def _refused(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, operation)
