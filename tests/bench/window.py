"""How wide the one window is: from NetSuite spending a one-time refresh token until its answer is saved.

`PYTHONPATH=lib:lambda:infra:. .venv/bin/python -m tests.bench.window`. In AWS one PutSecretValue takes longer than
here, and NetSuite's answer has the way back to come; what is measured is what suitetoken itself adds.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import time
from typing import Any

import click
import requests

from tests.samples.tokens import PUBLIC
from tests.worlds.steps import NAME, Road, make_road

_ROUNDS = 60


def measure(rounds: int = _ROUNDS) -> list[float]:
    """Return the width of the window in milliseconds, once for each of so many rotations."""
    widths: list[float] = []
    with make_road(PUBLIC) as road:
        road.authorize()
        spent = _note_spending(road)
        _note_saving(road, lambda: widths.append((time.perf_counter() - spent[-1]) * 1000))
        for _ in range(rounds):
            road.world.clock.advance(2400)
            road.world.rotate(NAME)
    return widths


def _note_spending(road: Road) -> list[float]:
    moments: list[float] = []
    answer = road.netsuite.respond

    def note(request: requests.PreparedRequest, status: int, body: str) -> requests.Response:
        moments.append(time.perf_counter())
        return answer(request, status, body)

    road.netsuite.respond = note  # type: ignore[method-assign]
    return moments


def _note_saving(road: Road, note: Any) -> None:
    labels: list[str] = []

    def begin(params: dict[str, Any], **_: Any) -> None:
        labels[:] = params.get("VersionStages", [])

    def end(**_: Any) -> None:
        if "ANSWERED" in labels:
            note()

    events = road.world.store.client.meta.events
    events.register("provide-client-params.secrets-manager.PutSecretValue", begin)
    events.register("after-call.secrets-manager.PutSecretValue", end)


@click.command()
def main() -> None:
    """Print the width of the window."""
    with contextlib.redirect_stdout(io.StringIO()):
        widths = sorted(measure())
    click.echo(f"{len(widths)} rotations: median {statistics.median(widths):.1f} ms, longest {widths[-1]:.1f} ms")


if __name__ == "__main__":
    main()
