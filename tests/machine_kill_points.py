"""The part of docs/kill-points.md about connections without a person: every side effect, and how each death ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from kill import Executioner, Killed, When, watch
from machine_world import NAME, MachineRoad, make_machine_road
from token_samples import NOW


@dataclass(frozen=True)
class MachineFlow:
    """A flow to kill, what comes before it, and how it is seen to be done."""

    name: str
    prepare: Callable[[MachineRoad], object]
    act: Callable[[MachineRoad], object]
    is_done: Callable[[MachineRoad], bool]
    ordered: bool = False


def _register(road: MachineRoad) -> None:
    road.hold(current=road.upload(road.make_secret_certificate()))


def _start(road: MachineRoad) -> None:
    road.start(road.make_secret_certificate())


def _register_following(road: MachineRoad) -> None:
    _start(road)
    road.world.clock.advance(60)
    road.hold(next=road.upload(road.make_secret_certificate(number=1)))


def _ask(road: MachineRoad) -> None:
    road.world.rotate(NAME, force=True)


def _rotate(road: MachineRoad) -> None:
    road.world.clock.advance(2401)
    road.world.rotate(NAME)


def _is_whole(road: MachineRoad) -> bool:
    """Whether readers have a good token of the certificate in use, which has worked, and no problem stands."""
    current, token = road.connection.certificates.current, road.world.token(NAME)
    proved = current is not None and current.proved_at is not None and token.token is not None
    same = proved and current is not None and token.token is not None and token.token.grant_id == current.grant_id
    return same and road.serves_good_token and (token.problem, road.connection.problem) == (None, None)


def _is_new(road: MachineRoad) -> bool:
    token = road.world.token(NAME).token
    return _is_whole(road) and token is not None and token.issued_at > NOW


def _has_moved_on(road: MachineRoad) -> bool:
    held = road.connection.certificates
    return _is_whole(road) and held.next is None and held.old is not None


def _has_nothing(road: MachineRoad) -> bool:
    return road.connection.certificates.current is None and road.world.token(NAME).token is None


MACHINE_FLOWS = (
    MachineFlow("first token", _register, _ask, _is_whole),
    MachineFlow("rotation", _start, _rotate, _is_new),
    MachineFlow("following certificate", _register_following, _ask, _has_moved_on, ordered=True),
    MachineFlow("giving up", _start, lambda road: road.world.rotate(NAME, action="revoke"), _has_nothing, ordered=True),
)


def make_machine_lines() -> Iterator[str]:
    """Yield the lines of all tables."""
    for flow in MACHINE_FLOWS:
        yield from (
            f"## {flow.name.capitalize()}, machine to machine\n",
            "| | Side effect | dies before | dies after |",
        )
        yield from ("|---|---|---|---|", *make_machine_rows(flow), "")


def list_machine_effects(flow: MachineFlow) -> list[str]:
    """Return the side effects of a flow that nobody kills, in order."""
    with _ready(flow) as road:
        executioner = Executioner()
        flow.act(_watched(road, executioner))
        assert flow.is_done(road), flow.name
        return executioner.effects


def make_machine_rows(flow: MachineFlow) -> Iterator[str]:
    """Yield one row for each side effect."""
    for index, effect in enumerate(list_machine_effects(flow)):
        before, after = (_outcome(flow, index, when) for when in When)
        yield f"| {index + 1} | `{effect}` | {before} | {after} |"


def _outcome(flow: MachineFlow, index: int, when: When) -> str:
    with _ready(flow) as road:
        with suppress(Killed):
            flow.act(_watched(road, Executioner(index, when)))
        if flow.ordered:
            flow.act(road)
            return "asked again" if flow.is_done(road) else "BROKEN"
        for _ in range(2):
            road.world.clock.advance(300)
            road.world.rotate(NAME)
        return "healed" if flow.is_done(road) else "BROKEN"


@contextmanager
def _ready(flow: MachineFlow) -> Iterator[MachineRoad]:
    with make_machine_road() as road:
        flow.prepare(road)
        yield road


def _watched(road: MachineRoad, executioner: Executioner) -> MachineRoad:
    return replace(road, world=watch(road.world, road.make_session, executioner))
