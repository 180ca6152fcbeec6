"""Secrets Manager in memory: AWS's rules for versions, labels and deletion, thousands of times faster than moto.

`test_as_moto.py` holds it to the corrected moto: the same calls have the same answers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from local.aws.labels import CURRENT, LabelRefused, labels_after_move, labels_after_put
from local.aws.secrets_manager import LARGEST_VALUE, MOST_VERSIONS, PROTECTED_SECONDS

_PAGE = 100
Charge = Callable[[str], object]
Lag = Callable[[], float]


@dataclass(slots=True)
class Held:
    """One secret: its versions' bodies and when each was put, oldest first; the labels of those that carry any.

    `shown` are the labels as lists of secrets show them until `shown_until`; lists may lag (ListSecrets).
    """

    bodies: dict[str, str] = field(default_factory=dict)
    made: dict[str, float] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deleted_at: float | None = None
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shown_until: float = 0.0
    read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read_until: float = 0.0

    def labels_read(self, now: float) -> Mapping[str, tuple[str, ...]]:
        """Return the labels as readings show them at a time (epoch seconds)."""
        return self.read if now < self.read_until else self.labels

    def find_read(self, label: str, now: float) -> str:
        """Return the id of the version that a reading finds under a label, or ""."""
        return next((version for version, carried in self.labels_read(now).items() if label in carried), "")

    def find(self, label: str) -> str:
        """Return the id of the version that carries a label, or ""."""
        return next((version for version, carried in self.labels.items() if label in carried), "")

    def relabel(self, labels: Mapping[str, tuple[str, ...]], shown_until: float, now: float, read_until: float) -> None:
        """Have the labels as they are now; lists and readings go on showing those of before for a while."""
        self.read, self.read_until = self.labels_read(now), read_until
        self.shown, self.shown_until = self.labels, shown_until
        self.labels = {version: carried for version, carried in labels.items() if carried}

    def forget(self, now: float, most: int) -> None:
        """Drop the oldest versions without a label that are too many, as long as they are a day old."""
        if len(self.bodies) < most:
            return
        for version in [each for each in self.bodies if each not in self.labels]:
            if len(self.bodies) < most or now - self.made[version] < PROTECTED_SECONDS:
                return
            del self.bodies[version], self.made[version]


class MemorySecrets:
    """Plays the boto3 client of Secrets Manager. `charge` is told of each call before it is answered."""

    def __init__(
        self,
        now: Callable[[], float],
        charge: Charge = lambda _: None,
        lag: Lag = lambda: 0.0,
        *,
        keep_unlabelled: bool = True,
        reading_lag: Lag = lambda: 0.0,
    ) -> None:
        """Hold nothing yet; `lag` gives the seconds for which lists are behind after a change.

        `reading_lag` gives those for which GetSecretValue by a label and DescribeSecret are: they show the labels that
        were before, and versions by their ids as they are.
        Without `keep_unlabelled` a version goes with its last label, which saves memory where millions are put.
        """
        self._now, self._charge, self._lag, self._keep = now, charge, lag, keep_unlabelled
        self._reading_lag = reading_lag
        self.held: dict[str, Held] = {}
        self._names: list[str] = []

    def fill(self, name: str, body: str, version: str) -> None:
        """Have a secret from before."""
        self.held[name] = Held({version: body}, {version: self._now()}, {version: (CURRENT,)})

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "", VersionId: str = "") -> dict[str, Any]:  # noqa: N803
        """Read a version by label or id."""
        self._charge("GetSecretValue")
        held = self._find(SecretId, "GetSecretValue")
        version = VersionId or held.find_read(VersionStage or CURRENT, self._now())
        if version not in held.bodies:
            raise _refusal("ResourceNotFoundException", "GetSecretValue")
        stages = list(held.labels.get(version, ()))
        return {"VersionId": version, "SecretString": held.bodies[version], "VersionStages": stages}

    def put_secret_value(
        self,
        *,
        SecretId: str,  # noqa: N803
        SecretString: str,  # noqa: N803
        ClientRequestToken: str,  # noqa: N803
        VersionStages: list[str],  # noqa: N803
    ) -> dict[str, Any]:
        """Save a version that can never change under its labels."""
        self._charge("PutSecretValue")
        held = self._find(SecretId, "PutSecretValue")
        if len(SecretString.encode()) > LARGEST_VALUE:
            raise _refusal("ValidationException", "PutSecretValue")
        if ClientRequestToken in held.bodies:
            if held.bodies[ClientRequestToken] != SecretString:
                raise _refusal("ResourceExistsException", "PutSecretValue")
            return {"VersionId": ClientRequestToken}
        held.forget(self._now(), MOST_VERSIONS)
        if len(held.bodies) >= MOST_VERSIONS:
            raise _refusal("LimitExceededException", "PutSecretValue")
        labels = labels_after_put(held.labels, ClientRequestToken, VersionStages)
        held.bodies[ClientRequestToken], held.made[ClientRequestToken] = SecretString, self._now()
        self._relabel(held, labels)
        return {"VersionId": ClientRequestToken}

    def update_secret_version_stage(
        self,
        *,
        SecretId: str,  # noqa: N803
        VersionStage: str,  # noqa: N803
        MoveToVersionId: str,  # noqa: N803
        RemoveFromVersionId: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        """Move a label from one version to another."""
        self._charge("UpdateSecretVersionStage")
        held = self._find(SecretId, "UpdateSecretVersionStage")
        named = (MoveToVersionId, RemoveFromVersionId)
        without = {version: () for version in named if version in held.bodies}
        try:
            labels = labels_after_move({**without, **held.labels}, VersionStage, RemoveFromVersionId, MoveToVersionId)
        except LabelRefused:
            raise _refusal("InvalidParameterException", "UpdateSecretVersionStage") from None
        self._relabel(held, labels)
        return {}

    def describe_secret(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """Describe a secret, one that is being deleted too."""
        self._charge("DescribeSecret")
        held = self.held.get(SecretId)
        if held is None:
            raise _refusal("ResourceNotFoundException", "DescribeSecret")
        deleted = {} if held.deleted_at is None else {"DeletedDate": held.deleted_at}
        return {"Name": SecretId, "VersionIdsToStages": _by_version(held.labels_read(self._now())), **deleted}

    def create_secret(self, *, Name: str, SecretString: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """Create a secret; its first version's id is the number of its creation."""
        self._charge("CreateSecret")
        held = self.held.get(Name)
        if held is not None:
            code = "ResourceExistsException" if held.deleted_at is None else "InvalidRequestException"
            raise _refusal(code, "CreateSecret")
        self.fill(Name, SecretString, f"{len(self.held):032x}")
        return {"Name": Name}

    def delete_secret(self, *, SecretId: str, RecoveryWindowInDays: int) -> dict[str, Any]:  # noqa: N803
        """Schedule a secret for deletion; here it stays restorable for good."""
        self._charge("DeleteSecret")
        self._find(SecretId, "DeleteSecret").deleted_at = self._now() + RecoveryWindowInDays * 86_400
        return {}

    def restore_secret(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        """Take a secret back."""
        self._charge("RestoreSecret")
        if SecretId not in self.held:
            raise _refusal("ResourceNotFoundException", "RestoreSecret")
        self.held[SecretId].deleted_at = None
        return {}

    def list_secret_version_ids(self, *, SecretId: str, IncludeDeprecated: bool) -> dict[str, Any]:  # noqa: N803
        """List all versions of a secret, on one page."""
        self._charge("ListSecretVersionIds")
        made = self._find(SecretId, "ListSecretVersionIds").made.items()
        dated = [{"VersionId": version, "CreatedDate": datetime.fromtimestamp(at, UTC)} for version, at in made]
        return {"Versions": dated}

    def get_paginator(self, _: str) -> MemorySecrets:
        """List secrets, the only thing that comes in pages."""
        return self

    def paginate(self, *, Filters: list[dict[str, Any]], **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield pages of names and labels."""
        if len(self._names) != len(self.held):
            self._names = sorted(self.held)
        names = [name for start in Filters[0]["Values"] for name in self._starting(start)]
        now = self._now()
        for first in range(0, max(len(names), 1), _PAGE):
            self._charge("ListSecrets")
            yield {"SecretList": [self._list(name, now) for name in names[first : first + _PAGE]]}

    def _starting(self, start: str) -> list[str]:
        found = self._names[bisect_left(self._names, start) : bisect_left(self._names, start + "\uffff")]
        return [name for name in found if self.held[name].deleted_at is None]

    def _list(self, name: str, now: float) -> dict[str, Any]:
        held = self.held[name]
        return {
            "Name": name,
            "SecretVersionsToStages": _by_version(held.shown if now < held.shown_until else held.labels),
        }

    def _find(self, name: str, operation: str) -> Held:
        held = self.held.get(name)
        if held is None:
            raise _refusal("ResourceNotFoundException", operation)
        if held.deleted_at is not None:
            raise _refusal("InvalidRequestException", operation)
        return held

    def _relabel(self, held: Held, labels: Mapping[str, tuple[str, ...]]) -> None:
        lag = self._lag()
        now, behind = self._now(), self._reading_lag()
        held.relabel(labels, now + lag if lag else 0.0, now, now + behind if behind else 0.0)
        if not self._keep:
            for version in [each for each in held.bodies if each not in held.labels]:
                del held.bodies[version], held.made[version]


def _by_version(labels: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {version: list(carried) for version, carried in labels.items()}


def _refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, operation)
