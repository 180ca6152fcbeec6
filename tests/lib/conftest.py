"""Fixtures for the library: an empty Secrets Manager and a store in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from suitetoken.aws.store import Store
from tests.readers.recording_client import RecordingClient, open_secrets_manager
from tests.samples.stored_list import document

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
