"""Every instant at which a process can die or miss an answer: how it ends, and that docs/kill-points.md says so.

`disturbance.py` holds what must be true in each case.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.crashes.accident import BROKEN, KINDS, WINDOW, disturb, follow
from tests.crashes.flows import FLOWS, By, Flow
from tests.crashes.kill import TOKEN_REQUEST, When
from tests.crashes.kill_points import READINGS, TABLE, make_rows, read_page, title
from tests.crashes.machine_flows import MACHINE_FLOWS
from token_broker.saving.presentations import HOLD_SECONDS

PAGE = read_page()
CASES = [pytest.param(flow, kind, id=f"{flow.name}, {kind}") for flow in KINDS for kind in KINDS[flow]]
FIRST, AGAIN, ROTATION = FLOWS[:3]
MACHINE_ROTATION = MACHINE_FLOWS[1]


def is_the_window(kind: str, effect: str, when: When) -> bool:
    """Whether NetSuite has spent a one-time refresh token and its answer is gone unsaved."""
    spent = effect == TOKEN_REQUEST and when in (When.AFTER, When.LOST)
    return kind == "public client" and (spent or (effect.endswith("ANSWERED)") and when is When.BEFORE))


@pytest.mark.parametrize(
    ("flow", "kind"),
    [(ROTATION, "confidential client"), (ROTATION, "public client"), (MACHINE_ROTATION, "machine to machine")],
)
def test_a_rotation_survives_every_death(flow: Flow[Any], kind: str) -> None:
    """And every lost answer: the grant is kept and a good token served, but for the one window, which is told."""
    for index, effect in enumerate(follow(flow, kind).effects):
        for when in When:
            expected = {WINDOW} if is_the_window(kind, effect, when) else {"done", "healed", "–"}
            assert disturb(flow, kind, index, when) in expected, (effect, when)


@pytest.mark.slow
@pytest.mark.parametrize(("flow", "kind"), CASES)
def test_the_page_is_current(flow: Flow[Any], kind: str) -> None:
    """Every accident, tried anew; where it fails, run `python -m tests.crashes.kill_points`, look at what changed."""
    assert "\n".join(make_rows(flow, kind)) in TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("flow", "kind"), [(flow, kind) for flow in (FIRST, AGAIN) for kind in KINDS[flow]])
def test_an_authorization_that_was_answered_is_never_lost(flow: Flow[Any], kind: str) -> None:
    """From the moment its answer is saved, two sweeps finish it without the person; before, everything is as before."""
    rows = PAGE[title(flow), kind]
    saved = next(index for index, (effect, _) in enumerate(rows) if "EXCHANGED" in effect)
    ends = [end for _, cells in rows[saved + 1 :] for end in cells.values()]
    assert {*ends, rows[saved][1][When.AFTER]} == {"done", "healed"}


def test_every_accident_ends_well() -> None:
    """The window is a public client's alone; what operators order is done when it is ordered again."""
    ends = {by: {"–"} for by in By}
    for flow in KINDS:
        for kind in KINDS[flow]:
            for effect, cells in PAGE[title(flow), kind]:
                ends[flow.by] |= set(cells.values())
                windows = {when for when, end in cells.items() if end == WINDOW}
                assert not windows or all(is_the_window(kind, effect, when) for when in windows)
    assert ends == {
        By.SWEEP: {"–", "done", "healed", WINDOW},
        By.PERSON: {"–", "done", "healed", "as before"},
        By.OPERATOR: {"–", "done", "asked again"},
        By.ORDER: {"–", "done", "healed", "asked again"},
    }


def test_no_reading_that_fails_is_left_unhealed() -> None:
    """One line for each flow, and nothing broken in any."""
    page = TABLE.read_text(encoding="utf-8")
    assert page.count(READINGS) == page.count("\n## ")
    assert BROKEN not in page


def test_the_window_is_told_within_one_sweep() -> None:
    """The presented token is tried once more as soon as no other worker can hold its answer."""
    assert HOLD_SECONDS < 300
