"""A Secrets Manager client that notes every call and breaks where it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.exceptions import ReadTimeoutError

from local.aws import corrected_moto

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

Call = Callable[[], Any]


@dataclass
class RecordingClient:
    """Wraps a boto3 client. What is planned for an operation happens once, at its next call."""

    client: Any
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _plans: dict[str, list[Callable[[Call], Any]]] = field(default_factory=dict)

    @property
    def as_boto3(self) -> SecretsManagerClient:
        """The same object under the type that the code under test asks for."""
        return cast("SecretsManagerClient", self)

    def arguments_of(self, operation: str) -> list[dict[str, Any]]:
        """Return the arguments of every call of an operation so far."""
        return [arguments for name, arguments in self.calls if name == operation]

    def plan(self, operation: str, how: Callable[[Call], Any]) -> None:
        """Let `how` stand for the operation's next call; it is given the real call, to make it or not."""
        self._plans.setdefault(operation, []).append(how)

    def fail(self, operation: str, error: Exception) -> None:
        """Let the next call fail before it takes effect."""

        def how(_: Call) -> Any:
            raise error

        self.plan(operation, how)

    def lose_reply(self, operation: str) -> None:
        """Let the next call take effect and its answer get lost."""

        def how(call: Call) -> Any:
            call()
            raise ReadTimeoutError(endpoint_url="https://secretsmanager.example")

        self.plan(operation, how)

    def interrupt(self, operation: str, action: Callable[[], object]) -> None:
        """Let `action` happen right before the next call."""

        def how(call: Call) -> Any:
            action()
            return call()

        self.plan(operation, how)

    def __getattr__(self, operation: str) -> Any:
        method = getattr(self.client, operation)

        def call(*args: Any, **arguments: Any) -> Any:
            self.calls.append((operation, arguments))
            plans = self._plans.get(operation)
            if plans:
                return plans.pop(0)(lambda: method(*args, **arguments))
            return method(*args, **arguments)

        return call


@cache
def _client() -> Any:
    """Make the boto3 client once, for that takes longer than most tests."""
    credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client("secretsmanager", region_name="eu-west-1", **credentials)


@contextmanager
def open_secrets_manager() -> Iterator[RecordingClient]:
    """Give a client of an empty Secrets Manager that lives only as long as the test."""
    with corrected_moto():
        yield RecordingClient(_client())
