"""What goes wrong, and when: spells of bad weather at AWS and at NetSuite, all drawn from one seeded source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from tests.crashes.kill import WRITES, Killed
from tests.soak.agenda import Case
from tests.worlds.world import Clock

MINUTE = 60
_STRAY_ERRORS = 0.002
_DEATHS = 0.0005
_PAUSES = 0.0005
_PAUSE_SECONDS = (3, 20, 100, 400, 1200)
_SPELL_ERRORS = 0.7
_LENGTHS = (5, 20, 60, 150, 400)
"""Minutes that a spell lasts."""


@dataclass
class Spells:
    """Fair weather with spells of named bad weather; each lasts minutes to hours."""

    chance: Random
    kinds: tuple[str, ...]
    days_between: float
    kind: str = ""
    until: float = 0.0

    def look(self, now: float, seconds: float) -> None:
        """Let the weather change; to be asked every so many seconds."""
        if self.kind and now >= self.until:
            self.kind = ""
        if not self.kind and self.chance.random() < seconds / (self.days_between * 86_400):
            self.kind = self.chance.choice(self.kinds)
            self.until = now + self.chance.choice(_LENGTHS) * MINUTE


@dataclass
class Act:
    """Something that one process does to one connection, until `deadline` at the latest; what went wrong in it.

    `in_hand` is a refresh token that NetSuite has given and that is not saved yet; `since` counts the faults before.
    """

    case: Case | None
    deadline: float
    faults: list[str] = field(default_factory=list)
    in_hand: str = ""
    since: int = 0


@dataclass
class Log:
    """The faults that were injected, and the acts under way: one, or several that overlap."""

    injected: Counter[str] = field(default_factory=Counter)
    acts: list[Act] = field(default_factory=list)

    def note(self, fault: str) -> None:
        """Count a fault against the act under way."""
        self.injected[fault] += 1
        if self.acts:
            self.acts[-1].faults.append(fault)


@dataclass
class Effects:
    """What a faulty client needs of the simulation: its time, time that passes for others too, and who hears of it.

    Processes die and sleep `accidents` times as often as usual.
    """

    clock: Clock
    log: Log
    pass_time: Callable[[float], None]
    observe: Callable[[str, dict[str, Any]], None]
    accidents: float


@dataclass
class FaultyClient:
    """A client that fails as AWS does: before the effect, after it with the answer lost, or with the process."""

    client: Any
    service: str
    weather: Spells
    effects: Effects

    def __getattr__(self, name: str) -> Any:
        """Return the client's own attribute, failing at times where it is a call."""
        attribute = getattr(self.client, name)
        if name in {"get_paginator", "exceptions", "get_queue_url"}:
            return attribute

        def call(**parameters: Any) -> Any:
            return self._call(name, attribute, parameters)

        self.__dict__[name] = call
        return call

    def _call(self, name: str, attribute: Any, parameters: dict[str, Any]) -> Any:
        self._end_when_late()
        fault = self._choose(name)
        if fault:
            self._fail_before(fault, name)
        answer = attribute(**parameters)
        self.effects.observe(name, parameters)
        if fault:
            self._fail_after(fault, name)
        return answer

    def _choose(self, name: str) -> str:
        chance, spell, writes = self.weather.chance, self.weather.kind, name in WRITES
        drawn, deaths, pauses = chance.random(), _DEATHS * self.effects.accidents, _PAUSES * self.effects.accidents
        if writes:
            if drawn < deaths:
                return "death before" if chance.random() < 0.5 else "death after"
            if drawn < deaths + pauses:
                return "pause"
        hit = 1 - drawn < (_SPELL_ERRORS if spell and (spell != "writes fail" or writes) else _STRAY_ERRORS)
        if not hit:
            return ""
        if spell in {"throttled", "unreachable"}:
            return spell
        return chance.choice(["error 500", "answer lost"] if writes else ["error 500"])

    def _fail_before(self, fault: str, name: str) -> None:
        self.effects.log.note(f"{self.service}: {fault}")
        if fault == "death before":
            raise Killed(name)
        if fault == "pause":
            self.effects.pass_time(self.weather.chance.choice(_PAUSE_SECONDS))
            if self.weather.chance.random() < 0.5:
                self._end_when_late()
        elif not fault.endswith(("after", "lost")):
            raise _error(fault, name)

    def _fail_after(self, fault: str, name: str) -> None:
        if fault == "death after":
            raise Killed(name)
        if fault == "answer lost":
            raise ReadTimeoutError(endpoint_url="https://aws.example")

    def _end_when_late(self) -> None:
        acts = self.effects.log.acts
        if acts and self.effects.clock.now > acts[-1].deadline:
            self.effects.log.note("Lambda: time is over")
            raise Killed("time is over")


def _error(fault: str, name: str) -> Exception:
    code, status = ("ThrottlingException", 400) if fault == "throttled" else ("InternalServiceError", 500)
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    unreachable: Exception = EndpointConnectionError(endpoint_url="https://aws.example")
    failed: Exception = ClientError(answer, name)
    return unreachable if fault == "unreachable" else failed
