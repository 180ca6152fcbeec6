"""Opens what the version before has left, as a world of this version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from suitetoken.documents import Client
from tests.memory_aws.secrets import Held, MemorySecrets
from tests.memory_aws.world import make_memory_world
from tests.worlds.small_netsuite import Chain, SmallNetSuite
from tests.worlds.steps import NAME, Road
from tests.worlds.world import Clock

BEFORE = Path(__file__).parent / "before"


def read_state(name: str) -> dict[str, Any]:
    """Return one moment's record."""
    state: dict[str, Any] = json.loads((BEFORE / f"{name}.json").read_text(encoding="utf-8"))
    return state


@contextmanager
def open_state(name: str) -> Iterator[Road]:
    """Give a road at that moment: the same documents, the same NetSuite, the same time."""
    state = read_state(name)
    clock = Clock(state["now"])
    netsuite = SmallNetSuite(clock)
    netsuite.chains = [Chain(**{**each, "valid": set(each["valid"])}) for each in state["netsuite"]["chains"]]
    netsuite._codes = dict(state["netsuite"]["codes"])
    with make_memory_world(netsuite.make_session, clock) as world:
        secrets: Any = world.store._client
        assert isinstance(secrets, MemorySecrets)
        for secret, held in state["secrets"].items():
            if secret not in secrets.held:
                secrets.create_secret(Name=secret, SecretString="{}")
            secrets.held[secret] = _hold(held["versions"])
        world.cookies.update(state.get("cookies", {}))
        client = Client.from_json(_current(state, f"suitetoken/client/{NAME}"), NAME)
        yield Road(world, netsuite, client)


def _current(state: dict[str, Any], secret: str) -> str:
    versions = state["secrets"][secret]["versions"]
    return next(str(each["body"]) for each in versions if "AWSCURRENT" in each["labels"])


def _hold(versions: list[dict[str, Any]]) -> Held:
    return Held(
        {each["id"]: each["body"] for each in versions},
        {each["id"]: each["made_at"] for each in versions},
        {each["id"]: tuple(each["labels"]) for each in versions if each["labels"]},
    )
