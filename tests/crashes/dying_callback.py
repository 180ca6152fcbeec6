"""A person who authorizes, and a callback whose process dies on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.crashes.kill import Executioner, Killed, watch
from tests.worlds.steps import Road

CLAIMED, ANSWERED, STORED = 2, 4, 6
"""Side effects of a callback: the claim is two, the code's exchange one, saving the answer one, the grant two."""


def break_off(road: Road, after: int) -> dict[str, str]:
    """Let a person authorize, and the callback's process die after so many side effects; returns what came back."""
    road.world.clock.advance(60)
    parameters = road.press_button()
    dying = watch(road.world, road.make_session, Executioner(at=after))
    with pytest.raises(Killed):
        replace(road, world=dying).come_back(parameters)
    return parameters
