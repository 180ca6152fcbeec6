"""Disturbing a flow at one instant, letting the system run on, and naming how that ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from suitetoken.aws.store import CURRENT, PENDING
from suitetoken.errors import SuiteTokenError
from tests.crashes.flows import FLOWS, By, Flow, is_told
from tests.crashes.kill import TOKEN_REQUEST, Executioner, Killed, When, watch
from tests.crashes.laws import count_versions, find_faults
from tests.crashes.machine_flows import MACHINE_FLOWS
from tests.memory_aws.world import make_memory_world
from tests.samples.tokens import CONFIDENTIAL, PUBLIC
from tests.worlds.machine_world import make_silent_road
from tests.worlds.steps import NAME, make_road

ROADS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "confidential client": partial(make_road, CONFIDENTIAL, make_memory_world),
    "public client": partial(make_road, PUBLIC, make_memory_world),
    "machine to machine": partial(make_silent_road, make_memory_world),
}
KINDS = {flow: list(ROADS)[:2] for flow in FLOWS} | {flow: list(ROADS)[2:] for flow in MACHINE_FLOWS}
"""Which kinds of connection a flow is for."""
FIRST = FLOWS[0]
SWEEPS, SWEEP_SECONDS = 2, 300
MORE_VERSIONS = 5
"""Versions of one secret that an accident may make beyond those of the flow itself; a day has room for a hundred."""
WINDOW, BROKEN = "**window**", "BROKEN"


@dataclass(frozen=True)
class Course:
    """What a flow does that nobody disturbs: its side effects, its readings, the versions it makes."""

    effects: tuple[str, ...]
    readings: tuple[str, ...]
    versions: Counter[str]


class ReaderFailed(AssertionError):
    """A reader would have found no token, or an expired one."""


@cache
def follow(flow: Flow[Any], kind: str) -> Course:
    """Run a flow and two sweeps unharmed."""
    with _ready(flow, kind) as road:
        before, undisturbed = count_versions(road.world), Executioner()
        flow.act(_watched(road, undisturbed))
        assert flow.is_done(road), flow.name
        _run_on(road, lambda: None)
        return Course(tuple(undisturbed.effects), tuple(undisturbed.readings), count_versions(road.world) - before)


def disturb(flow: Flow[Any], kind: str, index: int, when: When) -> str:
    """Return how it ends when this happens at a side effect."""
    if when is When.TWICE and follow(flow, kind).effects[index] == TOKEN_REQUEST:
        return "–"
    return _end(flow, kind, Executioner(at=index, when=when))


def blind(flow: Flow[Any], kind: str, index: int) -> str:
    """Return how it ends when one reading of AWS fails and the process lives on."""
    return _end(flow, kind, Executioner(blind_at=index))


def _end(flow: Flow[Any], kind: str, disturbed: Executioner) -> str:
    with _ready(flow, kind) as road:
        versions = count_versions(road.world)
        disturbed.look = partial(_look, road) if flow.served else lambda: None
        lived = _act(flow, _watched(road, disturbed))
        outcome = _settle(flow, road, lived, disturbed.look)
        made = count_versions(road.world) - versions
        faults = find_faults(road.world) + _count_faults(made, follow(flow, kind).versions) + _find_rivals(road)
        assert not faults, (flow.name, kind, disturbed.at, disturbed.blind_at, faults)
        return outcome


def _act(flow: Flow[Any], road: Any) -> bool:
    """Act, and tell whether the process lived on; an operator's command may end with an error of ours."""
    try:
        flow.act(road)
    except Killed:
        return False
    except SuiteTokenError:
        return True
    return True


def _settle(flow: Flow[Any], road: Any, lived: bool, look: Callable[[], object]) -> str:
    if lived and flow.is_done(road):
        return "done"
    if flow.by is By.OPERATOR:
        return _repeat(flow, road, "asked again")
    _run_on(road, look)
    if flow.is_done(road):
        return "healed"
    if flow.by is By.ORDER:
        return _repeat(flow, road, "asked again")
    problem = road.world.connection(NAME).problem
    if problem is not None and problem.code == "ambiguous":
        bearable = road.serves_good_token and is_told(road)
        return _repeat(FIRST, road, WINDOW) if bearable else BROKEN
    return _repeat(flow, road, "as before") if flow.by is By.PERSON else BROKEN


def _repeat(flow: Flow[Any], road: Any, outcome: str) -> str:
    flow.act(road)
    return outcome if flow.is_done(road) else BROKEN


def _run_on(road: Any, look: Callable[[], object]) -> None:
    """Let two sweeps come round; nobody helps."""
    for _ in range(SWEEPS):
        road.world.clock.advance(SWEEP_SECONDS)
        _watched(road, Executioner(look=look)).world.come_round()
        look()


def _look(road: Any) -> None:
    """Read as a reader does."""
    if not road.serves_good_token:
        raise ReaderFailed


def _count_faults(made: Counter[str], usual: Counter[str]) -> list[str]:
    return [f"{secret}: {n} versions" for secret, n in made.items() if n > usual[secret] + MORE_VERSIONS]


def _find_rivals(road: Any) -> list[str]:
    """Return what is left in the way of the next write: it must take AWSPENDING along and become current."""
    faults = []
    for kind in ("connection", "token"):
        secret = f"{kind}/{NAME}"
        if not road.world.store.exists(secret):
            continue
        written = road.world.store.update(secret, lambda version: version.body + " ")
        if road.world.store.read(secret, PENDING).id != written.id or road.world.store.read(secret).id != written.id:
            faults.append(f"{secret}: {PENDING} beside {CURRENT}")
    return faults


@contextmanager
def _ready(flow: Flow[Any], kind: str) -> Iterator[Any]:
    with ROADS[kind]() as road:
        flow.prepare(road)
        yield road


def _watched(road: Any, executioner: Executioner) -> Any:
    return replace(road, world=watch(road.world, road.make_session, executioner))
