"""Fixtures for the library: an empty Secrets Manager and a store in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recording_client import RecordingClient, open_secrets_manager
from stored_list import document
from suitetoken.store import Store

__all__ = ["aws", "document", "store"]


@pytest.fixture
def aws() -> Iterator[RecordingClient]:
    """Give an empty Secrets Manager."""
    with open_secrets_manager() as client:
        yield client


@pytest.fixture
def store(aws: RecordingClient) -> Store:
    """Give an empty store under the prefix `suitetoken`."""
    return Store(aws.as_boto3, "suitetoken")
