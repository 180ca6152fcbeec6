"""The table in docs/kill-points.md, made by killing: every side effect of every flow, and how each death ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kill import Executioner, Killed, When, watch
from machine_kill_points import make_machine_lines
from road import NAME, Road, make_road
from suitetoken.admin.connections import ConnectionChange, update_settings
from suitetoken.documents import Client
from suitetoken.records import connection_secret, token_secret
from token_samples import CONFIDENTIAL, PUBLIC

TABLE = Path(__file__).parents[1] / "docs/kill-points.md"
KINDS = {"confidential": CONFIDENTIAL, "public": PUBLIC}
_HEAD = """# Kill points

Every side effect of every flow, and how it ends when the process dies right before or right after it. After each death
two sweeps come round and nobody helps. The table is made by running the flows and killing them
(`python tests/kill_points.py`), and a test makes sure that it is current.

- **healed**: the grant is good, readers have a good token, no problem stands.
- **as before**: the flow has not happened; what was there goes on working. For a first authorization: the person opens
  the link again. Where an answer was saved and the token in use is still fresh, the next rotation that is due finishes.
- **asked again**: an order by an operator; given again it ends as if nothing had happened.
- **window**: NetSuite has spent a one-time refresh token and its answer died with the process. No client can close this
  window; it is as wide as the way from NetSuite's answer to one write to Secrets Manager. Between the two, that write
  to a simulated AWS included, 60 rotations took 4.5 ms in the middle and 15 ms at most (`python -m bench.window`, with
  `PYTHONPATH=lib:lambda:infra:tests`). The token is tried once more after four minutes, the problem `ambiguous` is
  reported by that sweep with a fresh link, and readers keep the token that they have until it ends.
"""


@dataclass(frozen=True)
class Flow:
    """A flow to kill, and how it is seen to be done."""

    name: str
    act: Callable[[Road], object]
    is_done: Callable[[Road], bool]
    authorized: bool = True
    ordered: bool = False


def _rotate(road: Road) -> None:
    road.world.clock.advance(2401)
    road.world.rotate(NAME)


def _update(road: Road) -> None:
    update_settings(road.world.store, NAME, ConnectionChange(rotation_hours=200))


def _has_nothing(road: Road) -> bool:
    return road.world.connection(NAME).grant is None and road.world.token(NAME).token is None


def _is_gone(road: Road) -> bool:
    return not any(road.world.store.exists(secret(NAME)) for secret in (connection_secret, token_secret))


def _is_whole(road: Road) -> bool:
    problems = (road.world.connection(NAME).problem, road.world.token(NAME).problem)
    return road.netsuite.accepts(road.refresh_token) and road.serves_good_token and problems == (None, None)


FLOWS = (
    Flow("first authorization", Road.authorize, _is_whole, authorized=False),
    Flow("authorization again", Road.authorize, _is_whole),
    Flow("rotation", _rotate, _is_whole),
    Flow("operator's update", _update, lambda road: road.world.connection(NAME).rotation_hours == 200, ordered=True),
    Flow("revocation", lambda road: road.world.rotate(NAME, action="revoke"), _has_nothing, ordered=True),
    Flow("removal", lambda road: road.world.rotate(NAME, action="remove"), _is_gone, ordered=True),
)


def make_table() -> str:
    """Return the whole page."""
    lines = [_HEAD]
    for flow in FLOWS:
        for kind, client in KINDS.items():
            lines += [f"## {flow.name.capitalize()}, {kind} client\n", "| | Side effect | dies before | dies after |"]
            lines += ["|---|---|---|---|", *make_rows(flow, client), ""]
    lines += make_machine_lines()
    return "\n".join(lines)


def list_effects(flow: Flow, client: Client) -> list[str]:
    """Return the side effects of a flow that nobody kills, in order."""
    with _ready(flow, client) as road:
        executioner = Executioner()
        flow.act(_watched(road, executioner))
        return executioner.effects


def make_rows(flow: Flow, client: Client) -> Iterator[str]:
    """Yield one row for each side effect."""
    for index, effect in enumerate(list_effects(flow, client)):
        before, after = (_outcome(flow, client, index, when) for when in When)
        yield f"| {index + 1} | `{effect}` | {before} | {after} |"


def _outcome(flow: Flow, client: Client, index: int, when: When) -> str:
    with _ready(flow, client) as road:
        grant_id = road.world.connection(NAME).grant_id
        with suppress(Killed):
            flow.act(_watched(road, Executioner(index, when)))
        if flow.ordered:
            flow.act(road)
            return "asked again" if flow.is_done(road) else "BROKEN"
        for _ in range(2):
            road.world.clock.advance(300)
            road.world.rotate(NAME)
        return _name_state(flow, road, grant_id)


def _name_state(flow: Flow, road: Road, grant_id: str) -> str:
    problem = road.world.connection(NAME).problem
    same_grant = road.world.connection(NAME).grant_id == grant_id
    if problem is not None and problem.code == "ambiguous":
        return "**window**" if road.serves_good_token else "BROKEN"
    if flow.is_done(road):
        return "as before" if same_grant and flow.act is Road.authorize else "healed"
    return "BROKEN" if flow.authorized else "as before"


@contextmanager
def _ready(flow: Flow, client: Client) -> Iterator[Road]:
    with make_road(client) as road:
        if flow.authorized:
            road.authorize()
            road.world.clock.advance(60)
        yield road


def _watched(road: Road, executioner: Executioner) -> Road:
    return replace(road, world=watch(road.world, road.netsuite.make_session, executioner))


if __name__ == "__main__":
    TABLE.write_text(make_table(), encoding="utf-8")
