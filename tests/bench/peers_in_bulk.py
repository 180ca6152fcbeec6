"""Many tokens held at a time, for measuring what one takes."""

from __future__ import annotations

import importlib
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider

from suitetoken import TokenReader
from tests.bench.arms import CACHING, OURS, PROVIDER
from tests.bench.store import BenchStore

_HOUR = 3600


def make_holders(name: str, store: BenchStore, number: int) -> object:
    """Return something that holds this many tokens of different connections, all of them read."""
    return {OURS: _make_readers, PROVIDER: _fill_provider, CACHING: _fill_cache}[name](store, number)


def _make_readers(client: Any, number: int) -> object:
    readers = [TokenReader(f"connection-{each}", client=client) for each in range(number)]
    for reader in readers:
        reader.token()
    return readers


def _fill_provider(client: Any, number: int) -> object:
    provider = SecretsProvider(boto3_client=client)
    for each in range(number):
        provider.get(f"suitetoken/token/connection-{each}", max_age=_HOUR)
    return provider


def _fill_cache(client: Any, number: int) -> object:
    library = importlib.import_module("aws_secretsmanager_caching")
    cache = library.SecretCache(client=client)
    for each in range(number):
        cache.get_secret_string(f"suitetoken/token/connection-{each}")
    return cache
