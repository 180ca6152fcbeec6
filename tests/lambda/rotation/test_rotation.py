"""Rotating a connection: what is due, what a failure means, what survives."""

from __future__ import annotations

from suitetoken.aws.records import token_secret
from suitetoken.aws.store import CURRENT
from suitetoken.documents import Problem
from tests.samples.tokens import CONFIDENTIAL
from tests.worlds.steps import NAME, Road, count_calls, make_road


def test_a_fresh_token_costs_two_reads(road: Road) -> None:
    """A sweep does not ask for it; whoever does has both documents looked at."""
    reads = count_calls(road, "GetSecretValue")
    road.world.rotate(NAME)
    assert [read["SecretId"] for read in reads] == ["suitetoken/token/finance", "suitetoken/connection/finance"]


def test_a_confidential_rotation_costs_three_reads_and_two_writes(confidential: Road) -> None:
    """Token, connection, client; then the new version and the move of its label."""
    confidential.world.clock.advance(1801)
    reads, puts, moves = (
        count_calls(confidential, operation)
        for operation in ("GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    )
    confidential.world.rotate(NAME)
    assert (len(reads), len(puts), len(moves)) == (3, 1, 1)
    assert all("VersionStage" in read for read in reads)


def test_readers_are_served_for_the_whole_consent(quick: Road) -> None:
    """Six days with a sweep every half hour: never an expired token, and one grant throughout."""
    for _ in range(6 * 48):
        quick.pass_time(1800, sweep=1800)
        assert quick.serves_good_token
    assert quick.world.token(NAME).problem is None


def test_a_request_by_hand_leaves_a_young_token_alone(road: Road) -> None:
    """Unless it is forced; ten minutes of age are enough otherwise."""
    before = len(road.netsuite.requests)
    road.world.clock.advance(60)
    road.world.rotate(NAME, requested=True)
    assert len(road.netsuite.requests) == before
    road.world.rotate(NAME, force=True)
    assert len(road.netsuite.requests) == before + 1
    road.world.clock.advance(600)
    road.world.rotate(NAME, requested=True)
    assert len(road.netsuite.requests) == before + 2


def test_authorizing_again_heals_everything(road: Road) -> None:
    """Same name, no old problem, readers served; and consent counts anew."""
    road.world.clock.advance(604_801)
    road.world.rotate(NAME)
    assert road.authorize().status == 200
    assert road.world.token(NAME).problem is None
    assert road.world.connection(NAME).problem is None
    assert road.serves_good_token


def test_an_early_authorization_does_not_interrupt_readers(road: Road) -> None:
    """The new grant's token takes the old one's place; the old grant's late token never comes back."""
    before = road.world.token(NAME).token
    road.world.clock.advance(600)
    road.authorize()
    after = road.world.token(NAME).token
    assert before is not None
    assert after is not None
    assert after.grant_id != before.grant_id
    assert after.issued_at > before.issued_at


def test_an_old_refresh_that_ends_after_a_new_authorization_is_dropped(road: Road) -> None:
    """Its token would be an older grant's."""
    world, netsuite = road.world, road.netsuite
    world.clock.advance(2401)

    def authorize_a_moment_later() -> None:
        world.clock.advance(1)
        assert road.authorize().status == 200

    netsuite.meanwhile_after = [authorize_a_moment_later]
    world.rotate(NAME)
    grant, token = world.connection(NAME).grant, world.token(NAME).token
    assert grant is not None
    assert token is not None
    assert token.grant_id == grant.id
    assert netsuite.accepts(road.refresh_token)


def test_a_connection_nobody_authorized_waits_without_writing() -> None:
    """Every sweep finds it so; the first may record it, the others write nothing."""
    with make_road(CONFIDENTIAL) as road:
        road.world.rotate(NAME)
        puts = count_calls(road, "PutSecretValue")
        road.pass_time(3000)
        assert puts == []
        assert road.netsuite.requests == []
        assert isinstance(road.world.token(NAME).problem, Problem)


def test_the_previous_version_is_kept_by_its_label(confidential: Road) -> None:
    """AWSPREVIOUS names the token before; readers ask for AWSCURRENT only."""
    world = confidential.world
    before = world.store.read(token_secret(NAME), CURRENT)
    world.clock.advance(1801)
    world.rotate(NAME)
    assert world.store.read(token_secret(NAME), "AWSPREVIOUS").id == before.id
