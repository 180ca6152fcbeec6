"""One act dies around any of its side effects, another act runs whole, then the system runs on until tokens are due.

`two_at_once.py` has the acts. `python -m tests.crashes.then_another` tries every pair at every instant and prints what
breaks.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from suitetoken.errors import SuiteTokenError
from tests.crashes.every_case import try_all
from tests.crashes.kill import TOKEN_REQUEST, Executioner, Killed, When
from tests.crashes.laws import find_faults
from tests.crashes.two_at_once import (
    CALL_BACK,
    CALL_BACK_TOO,
    KILL_LINKS,
    KINDS,
    REMOVE,
    REVOKE,
    ROTATE,
    UPDATE,
    Interrupter,
    Onlooker,
    has_new_grant,
    list_acts,
    see_beside,
    try_to,
)
from tests.worlds.steps import NAME, Road

DEATHS = (When.BEFORE, When.AFTER)
_SOON, _DUE = (300, 300, 300), (1500, 300, 300)
"""Seconds between the sweeps that come: three at once, and three from when the token of before is due."""


@dataclass(frozen=True)
class Case:
    """`first` dies around its side effect number `at`, which is called `effect`; then `other` runs whole."""

    kind: str
    first: str
    at: int
    effect: str
    when: When
    other: str

    @property
    def ends(self) -> bool:
        """Whether the connection is revoked or removed."""
        return bool({self.first, self.other} & {REVOKE, REMOVE})

    @property
    def answer_died(self) -> bool:
        """Whether NetSuite has answered and nobody has what it said: nothing can save or revoke that."""
        spent = self.effect == TOKEN_REQUEST and self.when is When.AFTER
        return spent or (self.when is When.BEFORE and self.effect.endswith(("ANSWERED)", "EXCHANGED)")))


def list_cases(kind: str) -> Iterator[Case]:
    """Yield every death of every act, with each other act after it."""
    for first in list_acts(kind):
        for at, effect in enumerate(_list_effects(kind, first)):
            for when in DEATHS:
                for other in list_acts(kind):
                    if other != first:
                        yield Case(kind, first, at, effect, when, other)


def find_breaches(case: Case) -> list[str]:
    """Return which laws are broken when this happens; none, it is hoped."""
    kind = KINDS[case.kind]
    with kind.make() as road:
        acts, onlooker = kind.prepare(road), Onlooker(road, served=not case.ends)
        with contextlib.suppress(Killed):
            try_to(acts[case.first], see_beside(road, Executioner(at=case.at, when=case.when, look=onlooker.look)))
        had_new = has_new_grant(road)
        road.world.clock.advance(30)
        try_to(acts[case.other], see_beside(road, Interrupter(look=onlooker.look)))
        series = _read_series(road)
        for seconds in (*_SOON, *_DUE):
            road.world.clock.advance(seconds)
            road.world.come_round()
            onlooker.look()
        faults = [*onlooker.faults, *find_faults(road.world)]
        return [*faults, *_judge(case, kind.is_whole, road, had_new, series)]


def _judge(case: Case, is_whole: Any, road: Any, had_new: bool, series: str | None) -> Iterator[str]:
    called_back = {case.first, case.other} & {CALL_BACK, CALL_BACK_TOO}
    if case.other == UPDATE and not case.ends and road.world.connection(NAME).rotation_hours != 200:
        yield "the update is gone"
    if case.other == KILL_LINKS and not case.ends and _read_series(road) != series:
        yield "killed links live again"
    if case.other == REVOKE and case.first != REMOVE and _serves(road):
        yield "the revocation was undone"
    if case.other == REMOVE and _serves(road):
        yield "the removal was undone, or not finished"
    if case.other in {REVOKE, REMOVE} and not case.answer_died and _is_known(road):
        yield "NetSuite still knows what was revoked"
    if had_new and not case.ends and not has_new_grant(road):
        yield "a consent that was stored is lost"
    if case.other in called_back and case.first in {ROTATE, UPDATE} and not has_new_grant(road):
        yield "a whole consent is lost"
    if not case.ends and not case.answer_died and not is_whole(road):
        yield "not whole"


def _serves(road: Any) -> bool:
    """Whether there is a connection that holds or serves anything."""
    try:
        return bool(road.world.connection(NAME).authorized_at or road.world.token(NAME).token)
    except SuiteTokenError:
        return False


def _is_known(road: Any) -> bool:
    """Whether NetSuite knows a refresh token of the newest consent; replaced ones are left to end by themselves."""
    return isinstance(road, Road) and bool(road.netsuite.chains[-1].valid)


def _read_series(road: Any) -> str | None:
    try:
        series: str = road.world.connection(NAME).link_series
    except SuiteTokenError:
        return None
    return series


def _list_effects(kind: str, act: str) -> list[str]:
    with KINDS[kind].make() as road:
        alone = Executioner()
        try_to(KINDS[kind].prepare(road)[act], see_beside(road, alone))
        return alone.effects


@click.command()
@click.option("--step", default=1, help="Try every so many cases only.")
@click.argument("kinds", nargs=-1)
def main(step: int, kinds: tuple[str, ...]) -> None:
    """Try every case and print what breaks."""
    try_all(kinds or KINDS, list_cases, find_breaches, "deaths with an act after each", step)


if __name__ == "__main__":
    main()
