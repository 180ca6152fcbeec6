"""Killing the broker at a chosen side effect: every write to AWS and every token request is one.

A kill is a BaseException that no code of ours catches, as a process that is gone catches nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import requests

from suitetoken.keys import LINK_KEY, STATE_KEY, KeyRing
from suitetoken.store import Store
from token_broker.events import Events
from token_broker.token_endpoint import TokenEndpoint, TokenRequest
from world import World

WRITES = frozenset(
    {
        "create_secret",
        "delete_secret",
        "put_events",
        "put_secret_value",
        "restore_secret",
        "send_message_batch",
        "update_secret_version_stage",
    }
)
"""The calls to AWS that change something."""


class Killed(BaseException):
    """The process is gone."""


class When(Enum):
    """Before the effect takes place, or after it took place and before anybody heard of it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Executioner:
    """Counts side effects, and ends the process at one of them."""

    at: int | None = None
    when: When = When.BEFORE
    effects: list[str] = field(default_factory=list)

    def around(self, name: str, act: Callable[[], Any]) -> Any:
        """Do one side effect, or die around it."""
        mine = len(self.effects) == self.at
        self.effects.append(name)
        if mine and self.when is When.BEFORE:
            raise Killed(name)
        result = act()
        if mine:
            raise Killed(name)
        return result


class WatchedClient:
    """A boto3 client whose writes are side effects."""

    def __init__(self, client: Any, executioner: Executioner) -> None:
        """Pass everything through."""
        self._client = client
        self._executioner = executioner

    def __getattr__(self, name: str) -> Any:
        """Return the client's own attribute, watched where it writes."""
        attribute = getattr(self._client, name)
        if name not in WRITES:
            return attribute

        def call(**parameters: Any) -> Any:
            labels = "+".join(parameters.get("VersionStages", [])) or parameters.get("VersionStage", "")
            kind = parameters.get("SecretId", "").partition("/")[2].partition("/")[0]
            what = f"{name}({' '.join(filter(None, (kind, labels)))})"
            return self._executioner.around(what, lambda: attribute(**parameters))

        return call


class WatchedEndpoint(TokenEndpoint):
    """A token endpoint whose requests are side effects."""

    def __init__(self, make_session: Callable[[], requests.Session], executioner: Executioner) -> None:
        """Send through `make_session`."""
        super().__init__(make_session)
        self._executioner = executioner

    def send(self, request: TokenRequest, read_seconds: float) -> str:
        """Send, or die around it."""
        send = super().send
        result: str = self._executioner.around("token request", lambda: send(request, read_seconds))
        return result


def watch(world: World, make_session: Callable[[], requests.Session], executioner: Executioner) -> World:
    """Return the same world seen by a process that the executioner watches."""
    runtime = world.make_runtime()
    broker = runtime.broker
    store = Store(WatchedClient(broker.store._client, executioner), broker.store.prefix)  # type: ignore[arg-type]
    events = Events(
        WatchedClient(broker.events._client, executioner),  # type: ignore[arg-type]
        "default",
        broker.store.prefix,
        runtime.logger,
    )
    watched = replace(
        broker,
        store=store,
        events=events,
        token_endpoint=WatchedEndpoint(make_session, executioner),
        link_keys=KeyRing(store, LINK_KEY, broker.now),
        state_keys=KeyRing(store, STATE_KEY, broker.now),
        sleep=lambda _: None,
    )
    return replace(world, runtime=replace(runtime, broker=watched), cookies=dict(world.cookies))
