"""The flows that are disturbed: what comes before each, the act itself, and how it is seen to be done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from suitetoken.admin.clients import ClientChange, add_client, remove_client, update_client
from suitetoken.admin.connections import ConnectionChange, add_connection, make_connection, update_settings
from suitetoken.admin.hosted_links import revoke_links
from suitetoken.admin.orders import order
from suitetoken.admin.signing_keys import KEYS, replace_key
from suitetoken.aws.records import connection_secret, read_client, token_secret
from suitetoken.errors import SuiteTokenError
from suitetoken.signing.links import Link, sign_link
from tests.memory_aws.world import told
from tests.samples.tokens import NOW, SCOPE
from tests.worlds.machine_world import MachineRoad
from tests.worlds.steps import NAME, Road
from token_broker.notices.events import AUTHORIZATION_REQUIRED

R = TypeVar("R", Road, MachineRoad)
NEW_SECRET, NEW_URL = "e" * 64, "https://rest.example"
ADDED = "added"
_DAY = 86_400


class By(Enum):
    """Who begins a flow, and begins it again after an accident.

    The sweep, a person with a link, an operator's command, or the broker by an operator's order.
    """

    SWEEP = "sweep"
    PERSON = "person"
    OPERATOR = "operator"
    ORDER = "order"


@dataclass(frozen=True)
class Flow(Generic[R]):
    """A flow to disturb. `served`: readers have a good token before it and must have one all along."""

    name: str
    by: By
    prepare: Callable[[R], object]
    act: Callable[[R], object]
    is_done: Callable[[R], bool]
    served: bool = True


def is_whole(road: Road) -> bool:
    """Whether the grant is good, readers have its token, and no problem stands."""
    connection, token = road.world.connection(NAME), road.world.token(NAME)
    served = token.token is not None and token.token.grant_id == connection.grant_id and road.serves_good_token
    return served and road.netsuite.accepts(road.refresh_token) and (connection.problem, token.problem) == (None, None)


def has_new_grant(road: Road) -> bool:
    """Whether everything is of a grant that was given after the world began."""
    return is_whole(road) and road.world.connection(NAME).authorized_at > NOW


def has_new_token(road: Road) -> bool:
    """Whether the token is one that is not due."""
    token = road.world.token(NAME).token
    return is_whole(road) and token is not None and token.refresh_at > road.world.clock()


def authorize(road: Road) -> None:
    """Let a person authorize, a minute ago."""
    assert road.authorize().status == 200
    road.world.clock.advance(60)


def let_consent_age(road: Road) -> None:
    """Let a person authorize, nearly four days ago: a reminder will be due with the next token."""
    authorize(road)
    road.world.clock.advance(4 * _DAY - 1200)
    road.world.rotate(NAME)
    road.world.clock.advance(60)


def rotate(road: Road) -> None:
    """Let the sweep find the token due."""
    road.world.clock.advance(2401)
    road.world.rotate(NAME)


def lose_grant(road: Road) -> None:
    """Let a person authorize, and NetSuite's administrator revoke it."""
    authorize(road)
    for chain in road.netsuite.chains:
        chain.valid.clear()


def is_told(road: Road) -> bool:
    """Whether readers are told that a person must act, and people by an event."""
    problem, shown = road.world.connection(NAME).problem, road.world.token(NAME).problem
    if problem is None or shown is None or shown.code != problem.code or problem.untold:
        return False
    return any(call["problem"] == problem.code for call in told(road.world, AUTHORIZATION_REQUIRED))


def change_client(road: Road) -> None:
    """Do as `suitetoken client update` does: a new secret, or where there is none another address."""
    store = road.world.store
    change = (
        ClientChange(overrides={"rest_url": NEW_URL}) if road.client.is_public else ClientChange(None, None, NEW_SECRET)
    )
    for name in update_client(store, NAME, change).granted:
        order(road.world.broker.queue._client, store, name, "rotate", force=True)


def add(road: Road, name: str) -> None:
    """Do as `suitetoken client add` and `suitetoken connection add` do."""
    now = int(road.world.clock())
    add_client(road.world.store, name, road.client)
    add_connection(road.world.store, name, make_connection(name, SCOPE), now)


def remove_all(road: Road) -> None:
    """Remove connection and client, as a mistake."""
    authorize(road)
    road.world.rotate(NAME, action="remove")
    remove_client(road.world.store, NAME)


def _has_new_client(road: Road) -> bool:
    client = read_client(road.world.store, NAME)
    new = client.overrides == {"rest_url": NEW_URL} if client.is_public else client.client_secret == NEW_SECRET
    return new and is_whole(road)


def _has_dead_links(road: Road) -> bool:
    connection, key = road.world.connection(NAME), road.world.broker.link_keys.signing_key()
    first = Link(NAME, connection.grant_id, "before", int(road.world.clock()) + 3600)
    dead = connection.link_series != "" and road.world.get(f"/authorize/{sign_link(first, key)}").status == 410
    return dead and road.world.get(road.world.make_link(NAME)).status == 200 and is_whole(road)


def _signs_anew(which: str) -> Callable[[Road], bool]:
    def is_done(road: Road) -> bool:
        return "canary" not in road.world.store.read(KEYS[which]).body and is_whole(road)

    return is_done


def _replaces(which: str) -> Callable[[Road], None]:
    return lambda road: replace_key(road.world.store, which)


def _can_be_authorized(name: str) -> Callable[[Road], bool]:
    def is_done(road: Road) -> bool:
        with contextlib.suppress(SuiteTokenError):
            return road.authorize(name).status == 200
        return False

    return is_done


def has_nothing(road: Road) -> bool:
    """Whether neither readers, nor the broker, nor NetSuite has anything of the grant any more."""
    forgotten = road.world.connection(NAME).grant is None and road.world.token(NAME).token is None
    return forgotten and not any(chain.valid for chain in road.netsuite.chains)


def is_gone(road: Road) -> bool:
    """Whether both secrets are scheduled for deletion and NetSuite knows the grant no more."""
    there = any(road.world.store.exists(secret(NAME)) for secret in (connection_secret, token_secret))
    return not there and not any(chain.valid for chain in road.netsuite.chains)


FLOWS: tuple[Flow[Road], ...] = (
    Flow("first authorization", By.PERSON, lambda _: None, Road.authorize, is_whole, served=False),
    Flow("authorization again", By.PERSON, authorize, Road.authorize, has_new_grant),
    Flow("rotation", By.SWEEP, authorize, rotate, has_new_token),
    Flow("rotation with a reminder", By.SWEEP, let_consent_age, rotate, has_new_token),
    Flow("rotation of a grant that is dead", By.SWEEP, lose_grant, rotate, is_told),
    Flow("revocation", By.ORDER, authorize, lambda road: road.world.rotate(NAME, "revoke"), has_nothing, False),
    Flow("removal", By.ORDER, authorize, lambda road: road.world.rotate(NAME, "remove"), is_gone, served=False),
    Flow(
        "update of a connection",
        By.OPERATOR,
        authorize,
        lambda road: update_settings(road.world.store, NAME, ConnectionChange(rotation_hours=200)),
        lambda road: road.world.connection(NAME).rotation_hours == 200 and is_whole(road),
    ),
    Flow("update of a client", By.OPERATOR, authorize, change_client, _has_new_client),
    Flow(
        "revocation of links",
        By.OPERATOR,
        authorize,
        lambda road: revoke_links(road.world.store, NAME),
        _has_dead_links,
    ),
    Flow("rotation of the link key", By.OPERATOR, authorize, _replaces("link"), _signs_anew("link")),
    Flow("rotation of the state key", By.OPERATOR, authorize, _replaces("state"), _signs_anew("state")),
    Flow("addition", By.OPERATOR, authorize, lambda road: add(road, ADDED), _can_be_authorized(ADDED)),
    Flow("restoration", By.OPERATOR, remove_all, lambda road: add(road, NAME), _can_be_authorized(NAME), served=False),
)
