"""Disturbing a process at a chosen call: every write to AWS and every token request is a side effect.

A kill is a BaseException that no code of ours catches, as a process that is gone catches nothing.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Protocol

import requests
from botocore.exceptions import ReadTimeoutError

from suitetoken.aws.store import Store
from suitetoken.signing.keys import LINK_KEY, STATE_KEY, KeyRing
from tests.worlds.world import World
from token_broker.context.rotation_queue import RotationQueue
from token_broker.netsuite.signers import Signers
from token_broker.netsuite.token_endpoint import TokenEndpoint
from token_broker.netsuite.token_requests import TokenRequest
from token_broker.notices.events import Events

WRITES = frozenset(
    {
        "create_alias",
        "create_key",
        "create_secret",
        "delete_secret",
        "put_events",
        "put_secret_value",
        "restore_secret",
        "schedule_key_deletion",
        "send_message",
        "send_message_batch",
        "update_alias",
        "update_secret_version_stage",
    }
)
"""The calls to AWS that change something."""
READS = frozenset(
    {
        "describe_key",
        "describe_secret",
        "get_public_key",
        "get_queue_url",
        "get_secret_value",
        "list_secret_version_ids",
        "sign",
    }
)
"""The calls that change nothing, but for the lists, whose failing is a sweep that does not come."""
TOKEN_REQUEST = "token request"


class Killed(BaseException):
    """The process is gone."""


class When(Enum):
    """What happens at the side effect.

    The process dies before it takes place, or after it took place and before anybody heard of it; or it lives on
    without an answer to what took place; or, the first answer being lost, the SDK asks again by itself.
    """

    BEFORE = "dies before"
    AFTER = "dies after"
    LOST = "answer lost"
    TWICE = "asked twice"


_UNHEARD = (When.AFTER, When.LOST)


class Watcher(Protocol):
    """Stands around every call of a watched process. `lost` is how a missing answer looks to the caller."""

    def write(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Let a side effect take place, or not."""

    def read(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Let a reading take place, or not."""


@dataclass
class Executioner:
    """Counts side effects and readings, and disturbs one of them; `look` is called before and after each effect."""

    at: int | None = None
    when: When = When.BEFORE
    blind_at: int | None = None
    look: Callable[[], object] = lambda: None
    effects: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)

    def write(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Do one side effect, or die around it, or lose its answer."""
        mine = len(self.effects) == self.at
        self.effects.append(name)
        self.look()
        if mine and self.when is When.BEFORE:
            raise Killed(name)
        if mine and self.when in _UNHEARD:
            with contextlib.suppress(Exception):  # a refusal is an answer too
                act()
            self.look()
            raise Killed(name) if self.when is When.AFTER else lost
        result = act()
        self.look()
        return act() if mine and name != TOKEN_REQUEST else result

    def read(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Read, unless this is the reading that fails."""
        mine = len(self.readings) == self.blind_at
        self.readings.append(name)
        if mine:
            raise lost
        return act()


class WatchedClient:
    """A boto3 client whose calls somebody stands around."""

    def __init__(self, client: Any, watcher: Watcher) -> None:
        """Pass everything through."""
        self._client = client
        self._watcher = watcher

    def __getattr__(self, name: str) -> Any:
        """Return the client's own attribute, watched where it is a call."""
        attribute = getattr(self._client, name)
        if name not in WRITES | READS:
            return attribute
        around = self._watcher.write if name in WRITES else self._watcher.read

        def call(**parameters: Any) -> Any:
            if name == "create_secret":  # the SDK gives each call a token of its own, and asks again with the same
                parameters.setdefault("ClientRequestToken", str(uuid.uuid4()))
            lost = ReadTimeoutError(endpoint_url="https://aws.example")
            return around(_describe(name, parameters), lambda: attribute(**parameters), lost)

        return call


class WatchedEndpoint(TokenEndpoint):
    """A token endpoint whose requests are side effects."""

    def __init__(self, make_session: Callable[[], requests.Session], watcher: Watcher) -> None:
        """Send through `make_session`."""
        super().__init__(make_session)
        self._watcher = watcher

    def _post(self, session: requests.Session, request: TokenRequest, read_seconds: float) -> tuple[int, str]:
        post = super()._post
        lost = requests.ReadTimeout("read timed out")
        answer: tuple[int, str] = self._watcher.write(TOKEN_REQUEST, lambda: post(session, request, read_seconds), lost)
        return answer


def watch(world: World, make_session: Callable[[], requests.Session], watcher: Watcher) -> World:
    """Return the same world seen by a process of its own, around whose calls the watcher stands."""
    runtime = world.make_runtime()
    broker = runtime.broker

    def watched(client: Any) -> Any:
        return WatchedClient(client, watcher)

    store = Store(watched(broker.store.client), broker.store.prefix)
    prefix = broker.store.prefix
    seen = replace(
        broker,
        store=store,
        events=Events(watched(broker.events._client), "default", prefix, runtime.logger),
        token_endpoint=WatchedEndpoint(make_session, watcher),
        link_keys=KeyRing(store, LINK_KEY, broker.now),
        state_keys=KeyRing(store, STATE_KEY, broker.now),
        queue=RotationQueue(watched(broker.queue._client), broker.queue._url),
        signers=Signers(lambda: watched(broker.signers._kms), store),
        sleep=lambda _: None,
    )
    return replace(world, runtime=replace(runtime, broker=seen), cookies=dict(world.cookies))


def _describe(name: str, parameters: dict[str, Any]) -> str:
    labels = "+".join(parameters.get("VersionStages", [])) or parameters.get("VersionStage", "")
    secret = parameters.get("SecretId") or parameters.get("Name") or ""
    kind = secret.partition("/")[2].partition("/")[0]
    return f"{name}({' '.join(filter(None, (kind, labels)))})"
