"""What goes wrong, and when: spells of bad weather at AWS and at NetSuite, all drawn from one seeded source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from kill import WRITES, Killed

MINUTE = 60
_STRAY_ERRORS = 0.004
_DEATHS = 0.001
_SPELL_ERRORS = 0.7


@dataclass
class Spells:
    """Fair weather with spells of named bad weather; each lasts minutes to hours."""

    chance: Random
    kinds: tuple[str, ...]
    days_between: float
    kind: str = ""
    until: float = 0.0

    def look(self, now: float) -> str:
        """Return the weather now, "" when it is fair; to be asked once a step."""
        if self.kind and now >= self.until:
            self.kind = ""
        if not self.kind and self.chance.random() < 300 / (self.days_between * 86_400):
            self.kind = self.chance.choice(self.kinds)
            self.until = now + self.chance.choice([5, 20, 60, 150, 400]) * MINUTE
        return self.kind


@dataclass
class Log:
    """The faults that were injected, and those of the act under way."""

    injected: Counter[str] = field(default_factory=Counter)
    now: list[str] = field(default_factory=list)

    def note(self, fault: str) -> None:
        """Count a fault."""
        self.injected[fault] += 1
        self.now.append(fault)


@dataclass
class FaultyClient:
    """A boto3 client that fails as AWS does: before the effect, after it with the answer lost, or with the process."""

    client: Any
    service: str
    weather: Spells
    log: Log
    observe: Callable[[str, dict[str, Any]], None]

    def __getattr__(self, name: str) -> Any:
        """Return the client's own attribute, failing at times where it is a call."""
        attribute = getattr(self.client, name)
        if name.startswith("_") or name in {"meta", "get_paginator", "exceptions"}:
            return attribute

        def call(**parameters: Any) -> Any:
            fault = self._choose(name)
            if fault:
                self.log.note(f"{self.service} {fault}")
            if fault == "death":
                raise Killed(name)
            if fault and not fault.endswith("lost"):
                raise _error(fault, name)
            answer = attribute(**parameters)
            self.observe(name, parameters)
            if fault:
                raise ReadTimeoutError(endpoint_url="https://aws.example")
            return answer

        return call

    def _choose(self, name: str) -> str:
        chance = self.weather.chance
        writes = name in WRITES
        if writes and chance.random() < _DEATHS:
            return "death"
        spell = self.weather.kind
        hit = chance.random() < (_SPELL_ERRORS if spell and (spell != "writes fail" or writes) else _STRAY_ERRORS)
        if not hit:
            return ""
        if spell in {"throttled", "unreachable"}:
            return spell
        return chance.choice(["error 500", "answer lost"] if writes else ["error 500"])


def _error(fault: str, name: str) -> Exception:
    code, status = ("ThrottlingException", 400) if fault == "throttled" else ("InternalServiceError", 500)
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    unreachable: Exception = EndpointConnectionError(endpoint_url="https://aws.example")
    failed: Exception = ClientError(answer, name)
    return unreachable if fault == "unreachable" else failed
