"""The arms of every benchmark: this library and its peers, each reading the same secret through the same client."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider, constants, get_secret

from suitetoken import TokenReader
from tests.bench.store import NAME, SECRET_ID, BenchStore

OURS = "suitetoken TokenReader.token"
PROVIDER = "Powertools SecretsProvider.get"
GET_SECRET = "Powertools parameters.get_secret"
CACHING = "aws-secretsmanager-caching"


@dataclass(frozen=True, slots=True)
class Arm:
    """`read` is what a workload calls for each request; `find_token` takes the access token out of its answer."""

    name: str
    read: Callable[[], Any]
    find_token: Callable[[Any], str] = lambda answer: str(json.loads(answer)["access_token"])
    reader: TokenReader | None = None

    def settle(self) -> None:
        """Wait until nothing is read in the background."""
        flight = self.reader._keeper._flight if self.reader else None
        if flight is not None:
            flight.wait()


def make_arms(store: BenchStore, max_age: int | None = None) -> list[Arm]:
    """Return all arms, with nothing read yet. `max_age` (seconds) is Powertools' cache time, its own default if None.

    They are at their defaults otherwise. The document is text to the peers: taking the token out is not timed.
    """
    return [make_ours(store), make_provider(store, max_age), make_get_secret(store, max_age), make_caching(store)]


def make_ours(store: BenchStore) -> Arm:
    """Return the arm of this library."""
    reader = TokenReader(NAME, client=_as_client(store), now=store.now, steady=store.now)
    return Arm(OURS, reader.token, str, reader)


def make_provider(store: BenchStore, max_age: int | None = None) -> Arm:
    """Return the arm of a Powertools provider of one's own."""
    provider = SecretsProvider(boto3_client=_as_client(store))
    return Arm(PROVIDER, partial(provider.get, SECRET_ID, max_age=max_age))


def make_get_secret(store: BenchStore, max_age: int | None = None) -> Arm:
    """Return the arm of Powertools' function, which keeps one provider for the process."""
    constants.DEFAULT_PROVIDERS["secrets"] = SecretsProvider(boto3_client=_as_client(store))
    return Arm(GET_SECRET, partial(get_secret, SECRET_ID, max_age=max_age))


def make_caching(store: BenchStore) -> Arm:
    """Return the arm of AWS's caching library."""
    cache = importlib.import_module("aws_secretsmanager_caching").SecretCache(client=store)
    return Arm(CACHING, partial(cache.get_secret_string, SECRET_ID))


def _as_client(store: BenchStore) -> Any:
    return store
