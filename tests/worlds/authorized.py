"""Fixtures: a road that a person has already gone, with either kind of client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from suitetoken.documents import Client
from tests.memory_aws.world import make_memory_world
from tests.samples.tokens import CONFIDENTIAL, PUBLIC
from tests.worlds.steps import Road, make_road
from tests.worlds.world import MakeWorld, make_world


def _gone(client: Client, make_world: MakeWorld = make_world) -> Iterator[Road]:
    with make_road(client, make_world) as road:
        assert road.authorize().status == 200
        yield road


@pytest.fixture(params=[CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def road(request: pytest.FixtureRequest) -> Iterator[Road]:
    """An authorized connection of either kind."""
    yield from _gone(request.param)


@pytest.fixture
def confidential() -> Iterator[Road]:
    """An authorized connection of a confidential client."""
    yield from _gone(CONFIDENTIAL)


@pytest.fixture
def public() -> Iterator[Road]:
    """An authorized connection of a public client."""
    yield from _gone(PUBLIC)


@pytest.fixture(params=[CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def quick(request: pytest.FixtureRequest) -> Iterator[Road]:
    """An authorized connection of either kind, over AWS in memory: for days of sweeps."""
    yield from _gone(request.param, make_memory_world)


@pytest.fixture
def quick_confidential() -> Iterator[Road]:
    """An authorized connection of a confidential client, over AWS in memory."""
    yield from _gone(CONFIDENTIAL, make_memory_world)


@pytest.fixture
def quick_public() -> Iterator[Road]:
    """An authorized connection of a public client, over AWS in memory."""
    yield from _gone(PUBLIC, make_memory_world)


@pytest.fixture
def quick_plain() -> Iterator[Road]:
    """A connection that nobody has authorized yet, over AWS in memory."""
    with make_road(CONFIDENTIAL, make_memory_world) as road:
        yield road
