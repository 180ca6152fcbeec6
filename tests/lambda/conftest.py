"""The world that the broker's tests play in, with a NetSuite that must not be asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from requests.adapters import BaseAdapter

from tests.worlds.attempts import finance
from tests.worlds.authorized import confidential, public, quick, quick_confidential, quick_public, road
from tests.worlds.machine_world import machine
from tests.worlds.world import World, make_world

__all__ = [
    "confidential",
    "finance",
    "machine",
    "public",
    "quick",
    "quick_confidential",
    "quick_public",
    "road",
    "world",
]


class Unreachable(BaseAdapter):
    """Fails the test if anything is sent."""

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        """Refuse."""
        raise AssertionError(f"a request was sent to {request.url}")

    def close(self) -> None:
        """Nothing is open."""


def make_session() -> requests.Session:
    """Return a session that refuses to send."""
    session = requests.Session()
    session.mount("https://", Unreachable())
    return session


@pytest.fixture
def world() -> Iterator[World]:
    """A deployment whose NetSuite must not be asked."""
    with make_world(make_session) as world:
        yield world
