"""Two at once, at every instant: one flow stops before one of its calls, another runs whole, then the first goes on.

The calls are all those to AWS, readings included, and the token requests. `python -m tests.crashes.two_at_once` tries
every ordered pair of acts at every instant and prints how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any, Generic, TypeVar

import click

from suitetoken.admin.certificates import register
from suitetoken.admin.connections import ConnectionChange, update_settings
from suitetoken.admin.hosted_links import revoke_links
from suitetoken.admin.signing_keys import replace_key
from suitetoken.aws.records import connection_secret, token_secret
from suitetoken.documents import TokenDocument
from suitetoken.errors import InvalidInput, NotFound, SuiteTokenError
from tests.crashes import flows as kill_flows
from tests.crashes import machine_flows as machine_kill_flows
from tests.crashes.every_case import try_all
from tests.crashes.kill import Watcher, watch
from tests.crashes.laws import find_faults
from tests.memory_aws.world import make_memory_world
from tests.samples.tokens import CONFIDENTIAL, NOW, PUBLIC
from tests.worlds.machine_world import MachineRoad, make_silent_road
from tests.worlds.steps import NAME, Road, make_road

R = TypeVar("R", Road, MachineRoad)
CALL_BACK, CALL_BACK_TOO = "callback", "another callback"
ROTATE, UPDATE, REVOKE, REMOVE = "rotate", "update", "revoke", "remove"
KILL_LINKS, LINK_KEY, STATE_KEY, REGISTER = "kill links", "replace link key", "replace state key", "register"


@dataclass(frozen=True)
class Kind(Generic[R]):
    """A kind of connection; `prepare` returns what can happen to it then."""

    make: Callable[[], AbstractContextManager[R]]
    prepare: Callable[[R], dict[str, Callable[[R], object]]]
    is_whole: Callable[[R], bool]


@dataclass
class Interrupter:
    """Lets others act before the call with this number, and looks at what readers have before every one."""

    at: int | None = None
    meanwhile: Callable[[], object] = lambda: None
    look: Callable[[], object] = lambda: None
    calls: list[str] = field(default_factory=list)

    def write(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Act, in turn."""
        if len(self.calls) == self.at:
            self.meanwhile()
        self.calls.append(name)
        self.look()
        return act()

    read = write


@dataclass
class Onlooker:
    """What a reader must never see, looked at again and again."""

    road: Any
    served: bool
    newest: tuple[int, int] = (0, 0)
    withdrawn: str | None = None
    faults: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Read as a reader does."""
        if not self.road.world.store.exists(token_secret(NAME)):
            return
        document: TokenDocument = self.road.world.token(NAME)
        token = document.token
        if token is None or token.expires_at <= self.road.world.clock():
            self.faults += ["no good token"] if self.served else []
            return
        if token.grant_id == self.withdrawn:
            self.faults.append("a token of the revoked grant after the revocation")
        if (token.authorized_at, token.issued_at) < self.newest:
            self.faults.append("an older token over a newer one")
        self.newest = (token.authorized_at, token.issued_at)


def _prepare(road: Road) -> dict[str, Callable[[Road], object]]:
    """Authorize, and let two people begin attempts in browsers of their own."""
    kill_flows.authorize(road)
    first, second = _begin(road), _begin(road)
    road.world.clock.advance(400)
    return {
        CALL_BACK: first,
        CALL_BACK_TOO: second,
        **_OF_ALL,
        KILL_LINKS: lambda road: revoke_links(road.world.store, NAME),
        LINK_KEY: _replaces("link"),
        STATE_KEY: _replaces("state"),
    }


def _begin(road: Road) -> Callable[[Road], object]:
    road.world.cookies.clear()
    parameters, cookies = road.press_button(), dict(road.world.cookies)

    def come_back(other: Road) -> None:
        other.world.cookies.update(cookies)
        page = other.come_back(parameters)
        assert page.status < 500, f"the person was shown {page.status}"

    return come_back


def _prepare_machine(road: MachineRoad) -> dict[str, Callable[[MachineRoad], object]]:
    machine_kill_flows.start(road)
    road.hold(next=replace(road.upload(road.make_secret_certificate(number=1)), certificate_id=None))
    following = list(road.simulator.certificates)[-1]
    return {**_OF_ALL, REGISTER: lambda road: register(road.world.store, NAME, following)}


def _update(road: Any) -> None:
    update_settings(road.world.store, NAME, ConnectionChange(rotation_hours=200))


def _rotate(road: Any) -> None:
    road.world.rotate(NAME, force=True)


def _orders(action: str) -> Callable[[Any], object]:
    return lambda road: road.world.rotate(NAME, action)


def _replaces(which: str) -> Callable[[Any], object]:
    return lambda road: replace_key(road.world.store, which)


_OF_ALL: dict[str, Callable[[Any], object]] = {
    ROTATE: _rotate,
    UPDATE: _update,
    REVOKE: _orders("revoke"),
    REMOVE: _orders("remove"),
}
_OF_PEOPLE = (_prepare, kill_flows.is_whole)
KINDS: dict[str, Kind[Any]] = {
    "confidential": Kind(partial(make_road, CONFIDENTIAL, make_memory_world), *_OF_PEOPLE),
    "public": Kind(partial(make_road, PUBLIC, make_memory_world), *_OF_PEOPLE),
    "machine": Kind(partial(make_silent_road, make_memory_world), _prepare_machine, machine_kill_flows.is_whole),
}


@dataclass(frozen=True)
class Case:
    """One act is interrupted before one of its calls by another that runs whole."""

    kind: str
    first: str
    other: str
    at: int

    @property
    def acts(self) -> set[str]:
        """Both."""
        return {self.first, self.other}


def list_cases(kind: str) -> Iterator[Case]:
    """Yield every ordered pair at every instant."""
    for first in list_acts(kind):
        for at in range(len(list_calls(kind, first))):
            for other in list_acts(kind):
                yield Case(kind, first, other, at)


@cache
def list_acts(kind: str) -> tuple[str, ...]:
    """Return what can happen to a kind of connection."""
    with KINDS[kind].make() as road:
        return tuple(KINDS[kind].prepare(road))


def list_calls(kind: str, act: str) -> list[str]:
    """Return the calls of an act that nobody interrupts, in order."""
    with KINDS[kind].make() as road:
        alone = Interrupter()
        KINDS[kind].prepare(road)[act](see_beside(road, alone))
        return alone.calls


def find_breaches(case: Case) -> list[str]:
    """Return which laws are broken when this happens; none, it is hoped."""
    kind = KINDS[case.kind]
    with kind.make() as road:
        acts = kind.prepare(road)
        onlooker = Onlooker(road, served=not case.acts & {REVOKE, REMOVE})
        held, overtaken = road.world.token(NAME).token.grant_id, []

        def meanwhile() -> None:
            overtaken.append(not has_new_grant(road))
            road.world.clock.advance(1)
            try_to(acts[case.other], see_beside(road, Interrupter(look=onlooker.look)))
            road.world.clock.advance(1)
            onlooker.withdrawn = held if case.other in {REVOKE, REMOVE} and not _holds(road, held) else None

        try_to(acts[case.first], see_beside(road, Interrupter(case.at, meanwhile, onlooker.look)))
        for _ in range(2):
            road.world.clock.advance(300)
            road.world.come_round()
            onlooker.look()
        law = _judge_removed if REMOVE in case.acts else _judge_revoked if REVOKE in case.acts else _judge
        return [*onlooker.faults, *find_faults(road.world), *law(case, kind, road, overtaken[0])]


def _judge(case: Case, kind: Kind[Any], road: Any, overtaken: bool) -> Iterator[str]:
    if not kind.is_whole(road):
        yield "not whole"
    if UPDATE in case.acts and road.world.connection(NAME).rotation_hours != 200:
        yield "the update is gone"
    called_back = case.acts & {CALL_BACK, CALL_BACK_TOO}
    if called_back and KILL_LINKS not in case.acts and not has_new_grant(road):
        yield "the consent is lost"
    if called_back and case.other == KILL_LINKS and overtaken and has_new_grant(road):
        yield "an attempt of a revoked link was finished"


def _judge_revoked(case: Case, kind: Kind[Any], road: Any, overtaken: bool) -> Iterator[str]:
    if road.world.connection(NAME).authorized_at or road.world.token(NAME).token is not None:
        yield "the revocation was undone"
    if UPDATE in case.acts and road.world.connection(NAME).rotation_hours != 200:
        yield "the update is gone"
    if _knows_stored_grant(case, road):
        yield "NetSuite still knows what was revoked"


def _judge_removed(case: Case, kind: Kind[Any], road: Any, overtaken: bool) -> Iterator[str]:
    if any(road.world.store.exists(secret(NAME)) for secret in (connection_secret, token_secret)):
        yield "the removal was undone, or not finished"
    if _knows_stored_grant(case, road):
        yield "NetSuite still knows a grant of the removed connection"


def _knows_stored_grant(case: Case, road: Any) -> bool:
    """Whether NetSuite knows a refresh token of the connection's, but for one that another consent has replaced.

    That one is left to end by itself, for readers may still hold its access token.
    """
    if not isinstance(road, Road):
        return False
    replaced = len(road.netsuite.chains) > 1 and case.acts & {CALL_BACK, CALL_BACK_TOO}
    return any(chain.valid for chain in road.netsuite.chains[1 if replaced else 0 :])


def _holds(road: Any, grant_id: str) -> bool:
    try:
        connection = road.world.connection(NAME)
    except SuiteTokenError:
        return False
    current = connection.certificates.current
    return grant_id in (connection.grant_id, current.grant_id if current else "")


def has_new_grant(road: Any) -> bool:
    """Whether the connection holds a grant that was given after the world began."""
    try:
        return bool(road.world.connection(NAME).authorized_at > NOW + 60)
    except SuiteTokenError:
        return False


def try_to(act: Callable[[Any], object], road: Any) -> None:
    """Act; an order about what is gone or given up meanwhile ends with an error that says so."""
    with suppress(NotFound, InvalidInput):
        try:
            act(road)
        except SuiteTokenError as error:
            if error.code != "being_deleted":
                raise


def see_beside(road: Any, watcher: Watcher) -> Any:
    """Return the road as an execution environment of its own walks it."""
    return replace(road, world=replace(watch(road.world, road.make_session, watcher), cookies={}))


@click.command()
@click.option("--step", default=1, help="Try every so many cases only.")
@click.argument("kinds", nargs=-1)
def main(step: int, kinds: tuple[str, ...]) -> None:
    """Try every case and print what breaks."""
    try_all(kinds or KINDS, list_cases, find_breaches, "interleavings", step)


if __name__ == "__main__":
    main()
