"""moto's Secrets Manager with AWS's behaviour where a version or a label is written.

Each correction names the page of the AWS Secrets Manager documentation it follows; `labels.py` holds the label rules.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    OperationNotPermittedOnReplica,
    ResourceExistsException,
    SecretNotFoundException,
    SecretsManagerClientError,
    ValidationException,
)
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from local.aws.labels import CURRENT, LabelRefused, find_holder, labels_after_move, labels_after_put

LARGEST_VALUE = 65_536
MOST_VERSIONS = 100
PROTECTED_SECONDS = 24 * 3600
"""A version younger than this is never removed by Secrets Manager (API Reference, PutSecretValue)."""


class CorrectedBackend(SecretsManagerBackend):
    """Secrets Manager of one account and region. `clock` gives the time (epoch seconds) a version is created at."""

    __module__ = SecretsManagerBackend.__module__  # moto finds a service's URLs by its module's name
    clock: Callable[[], float] = staticmethod(time.time)

    def get_secret_value(self, secret_id: str, version_id: str, version_stage: str) -> dict[str, Any]:
        """Return AWSCURRENT where neither id nor label is asked (GetSecretValue); moto returns the version put last.

        A secret that is scheduled for deletion is that, whatever is asked of it; moto looks for the label first.
        BatchGetSecretValue comes here too.
        """
        if self._is_valid_identifier(secret_id):
            _refuse_deleted(self.secrets[secret_id])
        label = version_stage if version_id or version_stage else CURRENT
        return super().get_secret_value(secret_id, version_id, label)

    def create_secret(self, name: str, *args: Any, **details: Any) -> str:
        """Refuse the name of a secret that is scheduled for deletion, and a value that is too large (CreateSecret)."""
        if name in self.secrets and self.secrets[name].is_deleted():
            raise InvalidRequestException("A secret with this name is already scheduled for deletion.")
        _check_size(details.get("secret_string"))
        is_new = name not in self.secrets
        answer = super().create_secret(name, *args, **details)
        if is_new:
            for version in self.secrets[name].versions.values():
                version["createdate"] = int(self.clock())
        return answer

    def put_secret_value(
        self,
        secret_id: str,
        secret_string: str | None,
        secret_binary: str | None,
        client_request_token: str,
        version_stages: list[str],
    ) -> str:
        """Put a version that can never change (PutSecretValue); moto overwrites one that carries AWSPENDING."""
        secret = self._find_writable(secret_id)
        version_id = self._from_client_request_token(client_request_token)
        self._add_version(secret, version_id, _value(secret_string, secret_binary), version_stages)
        return secret.to_short_dict(include_version_stages=True, version_id=version_id)

    def update_secret(
        self,
        secret_id: str,
        secret_string: str | None = None,
        secret_binary: str | None = None,
        client_request_token: str | None = None,
        kms_key_id: str | None = None,
        description: str | None = None,
    ) -> str:
        """Put a new AWSCURRENT where a value is given (UpdateSecret), under the same rules as PutSecretValue."""
        secret = self._find_writable(secret_id)
        value = _value(secret_string, secret_binary)
        if value:
            self._add_version(secret, self._from_client_request_token(client_request_token), value, [CURRENT])
        secret.update(description or secret.description, secret.tags, kms_key_id, int(self.clock()))
        return secret.to_short_dict(include_version_id=bool(value))

    def update_secret_version_stage(
        self, secret_id: str, version_stage: str, remove_from_version_id: str, move_to_version_id: str
    ) -> tuple[str, str]:
        """Move a label only away from the version that carries it and is named (UpdateSecretVersionStage)."""
        secret = self._find_writable(secret_id)
        source, target = remove_from_version_id or None, move_to_version_id or None
        try:
            _set_labels(secret, labels_after_move(_labels(secret), version_stage, source, target))
        except LabelRefused as error:
            raise InvalidParameterException(str(error)) from error
        return secret.arn, secret.name

    def list_secret_version_ids(self, secret_id: str) -> str:
        """List all versions with the times they were created at (ListSecretVersionIds); moto dates all of them now."""
        if not self._is_valid_identifier(secret_id):
            raise SecretNotFoundException()
        listed = json.loads(super().list_secret_version_ids(secret_id))
        versions = self.secrets[secret_id].versions
        for each in listed["Versions"]:
            each["CreatedDate"] = int(versions[each["VersionId"]]["createdate"])
        return json.dumps(listed)

    def _find_writable(self, secret_id: str) -> FakeSecret:
        if not self._is_valid_identifier(secret_id):
            raise SecretNotFoundException()
        secret = self.secrets[secret_id]
        if not isinstance(secret, FakeSecret):
            raise OperationNotPermittedOnReplica()
        _refuse_deleted(secret)
        return secret

    def _add_version(self, secret: FakeSecret, version_id: str, value: dict[str, str], stages: list[str]) -> None:
        _check_size(value.get("secret_string"))
        known = secret.versions.get(version_id)
        if known is not None:
            if value != _value(known.get("secret_string"), known.get("secret_binary")):
                raise ResourceExistsException(f"ClientRequestToken {version_id} is in use for another value.")
            return
        now = int(self.clock())
        _make_room(secret, now)
        labels = labels_after_put(_labels(secret), version_id, stages)
        secret.versions[version_id] = {"createdate": now, "version_id": version_id, "version_stages": [], **value}
        secret.last_changed_date = now
        _set_labels(secret, labels)


def labelled_versions(secret: FakeSecret) -> dict[str, list[str]]:
    """Return the versions DescribeSecret shows: those with a label; the others are deprecated."""
    return {version: list(carried) for version, carried in _labels(secret).items() if carried}


def _refuse_deleted(secret: Any) -> None:
    if secret.is_deleted():
        raise InvalidRequestException("You can't perform this operation: the secret is marked for deletion.")


def _make_room(secret: FakeSecret, now: int) -> None:
    """Drop the oldest deprecated versions beyond about 100, or refuse: none is dropped in its first 24 hours."""
    deprecated = [
        version_id
        for version_id, version in sorted(secret.versions.items(), key=lambda item: int(item[1]["createdate"]))
        if not version["version_stages"] and now - version["createdate"] >= PROTECTED_SECONDS
    ]
    surplus = len(secret.versions) + 1 - MOST_VERSIONS
    for version_id in deprecated[: max(surplus, 0)]:
        del secret.versions[version_id]
    if len(secret.versions) >= MOST_VERSIONS:
        raise SecretsManagerClientError(
            "LimitExceededException", "The secret has reached its quota of versions in 24 hours."
        )


def _labels(secret: FakeSecret) -> dict[str, tuple[str, ...]]:
    return {version_id: tuple(version["version_stages"]) for version_id, version in secret.versions.items()}


def _set_labels(secret: FakeSecret, labels: Any) -> None:
    for version_id, carried in labels.items():
        secret.versions[version_id]["version_stages"] = list(carried)
    secret.set_default_version_id(find_holder(labels, CURRENT))


def _value(secret_string: str | None, secret_binary: str | None) -> dict[str, str]:
    given = {"secret_string": secret_string, "secret_binary": secret_binary}
    return {name: value for name, value in given.items() if value is not None}


def _check_size(secret_string: str | None) -> None:
    if secret_string is not None and len(secret_string.encode()) > LARGEST_VALUE:
        raise ValidationException("Value at 'secretString' must have length less than or equal to 65536")
