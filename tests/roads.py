"""Fixtures: a road that a person has already gone, with either kind of client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from road import Road, make_road
from suitetoken.documents import Client
from token_samples import CONFIDENTIAL, PUBLIC


def _gone(client: Client) -> Iterator[Road]:
    with make_road(client) as road:
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
