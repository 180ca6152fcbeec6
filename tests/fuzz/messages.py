"""Queue messages and schedule events of any form."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.damage import ODD_TEXTS, damaged_json, damaged_objects, one_of
from tests.fuzz.laws import hold_no_crash, hold_nothing_secret
from tests.fuzz.stand import NAMES, fresh_stand
from tests.fuzz.target import Target
from tests.samples.tokens import NOW

_MESSAGE: dict[str, Any] = {
    "connection": "finance",
    "action": "rotate",
    "requested": True,
    "force": False,
    "correlation_id": str(NOW),
}
_ACTIONS = one_of(["rotate", "revoke", "remove", "delete", "ROTATE", ""])
_WHOLE = st.fixed_dictionaries({"connection": one_of(NAMES) | ODD_TEXTS, "action": _ACTIONS | ODD_TEXTS})
BODIES = st.lists(damaged_json(_MESSAGE) | _WHOLE.map(json.dumps), min_size=1, max_size=3)
SCHEDULES = damaged_objects({"scheduled_time": "2026-01-01T00:00:00Z", "id": "x", "detail": {}})


def check_messages(bodies: list[str]) -> None:
    """What is none of ours is dropped, what is ours is done; nothing comes back to be delivered again."""
    with fresh_stand() as stand:
        before = stand.secrets.remember()
        assert stand.deliver(*bodies) == {"batchItemFailures": []}
        hold_no_crash(stand)
        hold_nothing_secret(stand, words=())
        if not any(_is_ours(body) for body in bodies):
            assert stand.netsuite.asked == 0
            assert stand.secrets.remember() == before


def _is_ours(body: str) -> bool:
    """Whether a message names one of our connections and one of our actions."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return False
    named = isinstance(values, dict) and values.get("connection") in NAMES
    return named and values.get("action") in ("rotate", "revoke", "remove")


def check_schedule(event: dict[str, Any]) -> None:
    """Whatever the schedule says: every connection is looked at, and nothing is asked of NetSuite."""
    with fresh_stand() as stand:
        stand.world.clock.advance(2401)
        assert stand.schedule(event) == {"connections": len(NAMES), "due": len(NAMES)}
        hold_nothing_secret(stand, words=())
        assert stand.netsuite.asked == 0


TARGETS = (
    Target("queue messages", BODIES, check_messages, share=2),
    Target("schedule events", SCHEDULES, check_schedule),
)
