"""What comparable systems learned from lost tokens, where no other test holds it; docs/lessons.md has all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.crashes.kill import Executioner, Killed, watch
from tests.samples.tokens import CONFIDENTIAL, PUBLIC
from tests.stacks.template import deploy
from tests.worlds.small_netsuite import LOST, NEVER_SENT
from tests.worlds.steps import NAME, Road, make_road
from token_broker.saving.presentations import HOLD_SECONDS

DUE = 2401
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "any")


@pytest.fixture(params=[CONFIDENTIAL, PUBLIC], ids=["confidential", "public"])
def road(request: pytest.FixtureRequest) -> Iterator[Road]:
    """An authorized connection of either kind."""
    with make_road(request.param) as road:
        road.authorize()
        yield road


def fail(client: Any, service: str, operation: str, when: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Throttle calls of an operation while `when` says so; returns the list of calls that were throttled."""
    failed: list[dict[str, Any]] = []

    def throttle(params: dict[str, Any], **_: Any) -> None:
        if when(params):
            failed.append(params)
            raise THROTTLED

    client.meta.events.register(f"provide-client-params.{service}.{operation}", throttle)
    return failed


def test_a_save_that_aws_refuses_is_repeated_under_the_same_id() -> None:
    """L3: the answer to a one-time token is not given up while there is time."""
    with make_road(PUBLIC) as road:
        road.authorize()
        road.world.clock.advance(DUE)
        faults = [THROTTLED] * 2

        def is_an_answer(params: dict[str, Any]) -> bool:
            return params["VersionStages"] == ["ANSWERED"] and bool(faults and faults.pop())

        failed = fail(road.world.store._client, "secrets-manager", "PutSecretValue", is_an_answer)
        road.world.rotate(NAME)
        assert len({params["ClientRequestToken"] for params in failed}) == 1
        assert len(failed) == 2
        assert road.netsuite.accepts(road.refresh_token)
        assert road.world.token(NAME).token.issued_at == road.world.clock()  # type: ignore[union-attr]


def test_a_sweep_that_dies_in_the_middle_keeps_what_it_has_done(quick: Road) -> None:
    """L6: it dies after ten of its messages, a rotation in the middle of one; each connection is saved by itself."""
    names = sorted(f"finance-{number:02}" for number in range(14))
    for name in names:
        quick.world.add_connection(name, quick.client)
        quick.authorize(name)
    quick.world.rotate(NAME, action="remove")
    quick.world.clock.advance(DUE)

    def list_fresh() -> list[str]:
        now = quick.world.clock()
        return [name for name in names if quick.world.token(name).token.issued_at == now]  # type: ignore[union-attr]

    with pytest.raises(Killed):
        watch(quick.world, quick.make_session, Executioner(1)).sweep()
    queue: Any = quick.world.broker.queue._client
    bodies = [message["Body"] for message in queue.waiting]
    for body in bodies[:3]:
        quick.world.deliver(body)
    with pytest.raises(Killed):
        watch(quick.world, quick.make_session, Executioner(0)).deliver(bodies[3])
    assert (len(bodies), list_fresh()) == (10, names[:3])
    queue.waiting.clear()
    quick.world.come_round()
    assert list_fresh() == names


def test_another_worker_is_left_its_answer_for_longer_than_it_can_live() -> None:
    """L11: the time is in the unit of the template's time limit, and longer."""
    assert deploy().properties["RotateFunction"]["Timeout"] < HOLD_SECONDS


def test_after_two_hours_without_a_schedule_the_next_sweep_succeeds(road: Road) -> None:
    """L29: the access token is long gone, the grant is not."""
    road.world.clock.advance(2 * 3600)
    assert not road.serves_good_token
    road.world.rotate(NAME)
    assert road.serves_good_token


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [NEVER_SENT, (429, ""), (503, ""), (500, '{"error":"server_error"}'), (502, "<html>"), (200, "<html>"), LOST],
    ids=["never sent", "429", "503", "500", "502", "a web page", "no answer"],
)
def test_a_day_without_netsuite_declares_no_grant_dead(quick: Road, fault: Exception | tuple[int, str]) -> None:
    """L33: whatever it says instead of an answer; when NetSuite is back, so is the token, without a person."""
    quick.netsuite.before = [fault] * 288
    quick.pass_time(86_400)
    problem = quick.world.connection(NAME).problem
    assert (problem.code if problem else None) in (None, "invalid_answer")
    quick.netsuite.before = []
    quick.pass_time(2400)
    assert (quick.serves_good_token, quick.world.connection(NAME).problem) == (True, None)


def test_news_that_cannot_be_told_spoils_no_rotation(road: Road) -> None:
    """L35: the refresh stands although EventBridge does not answer."""
    road.world.clock.advance(DUE)
    failed = fail(road.world.broker.events._client, "eventbridge", "PutEvents", lambda _: True)
    assert road.world.rotate(NAME) == {"batchItemFailures": []}
    assert failed
    assert road.world.token(NAME).token.issued_at == road.world.clock()  # type: ignore[union-attr]


def test_a_rotation_that_says_so_has_changed_the_stored_token(road: Road) -> None:
    """L36: readers find what NetSuite gave, and the one before under its label."""
    before = road.world.token(NAME).token
    road.world.clock.advance(DUE)
    road.world.rotate(NAME)
    after = road.world.token(NAME).token
    assert before is not None
    assert after is not None
    assert after.access_token != before.access_token
    assert after.access_token in road.netsuite.secrets


def test_revoking_one_connection_leaves_another_of_the_same_client_alone() -> None:
    """L38: no two connections hold one grant."""
    with make_road(CONFIDENTIAL) as road:
        road.world.add_connection("other", CONFIDENTIAL)
        road.authorize()
        road.authorize("other")
        road.world.rotate("other", action="revoke")
        assert road.netsuite.accepts(road.refresh_token)
        road.world.clock.advance(DUE)
        road.world.rotate(NAME)
        assert road.serves_good_token
