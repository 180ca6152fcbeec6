"""One connection of a simulation: what is going to happen to it and when, and what the laws know of it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from suitetoken.documents import Client

CONFIDENTIAL, PUBLIC, MACHINE = "confidential", "public", "machine"


@dataclass(slots=True)
class Planned:
    """Something that will happen; a queue message waits while the connection's group is taken."""

    act: Callable[[], object]
    waits: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """A message that a worker has: when the queue gives it to another, unless that one is done with it."""

    at: float
    act: Callable[[], object]


@dataclass(slots=True)
class Case:
    """A connection. Times are true epoch seconds; `trouble` is when it last met a fault.

    `group_free_at` is when its group of the queue gives the next message; `sick_since` since when nothing that it
    holds would be taken by NetSuite, 0 where something would; `refused` while its document says that NetSuite has;
    `ending_since` when somebody ordered its end, and `ended` are the grants that such an end was about.
    `rotated` are the ends (epoch seconds) of the tokens that rotations were told with.
    """

    name: str
    kind: str
    client: Client
    planned: list[tuple[float, int, Planned]] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)
    local: float = 0.0
    group_free_at: float = 0.0
    trouble: float = 0.0
    sick_since: float = 0.0
    refused: bool = False
    removed: bool = False
    ending_since: float = 0.0
    ended: set[str] = field(default_factory=set)
    rotated: set[int] = field(default_factory=set)
    newest: tuple[float, float] = (0.0, 0.0)
    token_ends: float = 0.0
    faults: int = 0
    called: float = 0.0
    reminders: Counter[tuple[str, int]] = field(default_factory=Counter)
    asked: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def plan(self, at: float, act: Callable[[], object], *, waits: bool = False) -> None:
        """Let something happen at a time."""
        heapq.heappush(self.planned, (at, next(self.numbers), Planned(act, waits)))

    def give_again(self, until: float) -> None:
        """Plan what the queue gives again up to a time, because no worker was done with it."""
        for each in [each for each in self.again if each.at <= until]:
            self.again.remove(each)
            self.plan(each.at, each.act)

    def take(self, until: float) -> tuple[float, Planned] | None:
        """Take what happens next, up to a time; a message whose group is taken is put off."""
        while self.planned and self.planned[0][0] <= until:
            at, number, planned = heapq.heappop(self.planned)
            if not planned.waits or at >= self.group_free_at:
                return at, planned
            heapq.heappush(self.planned, (self.group_free_at, number, planned))
        return None
