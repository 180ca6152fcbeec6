"""What a failed refresh means: tried again, told, or the end of the grant."""

from __future__ import annotations

import pytest
import requests
from urllib3.exceptions import ReadTimeoutError

from suitetoken.aws.records import client_secret
from suitetoken.documents import Client
from tests.worlds.small_netsuite import NEVER_SENT
from tests.worlds.steps import NAME, Road, count_calls

LOST = requests.ReadTimeout(ReadTimeoutError(None, "", "time-out"))  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", [NEVER_SENT, (429, ""), (503, "")], ids=["never sent", "429", "503"])
def test_what_certainly_spent_nothing_is_tried_again_by_the_next_sweep(
    road: Road, fault: Exception | tuple[int, str]
) -> None:
    """The old token goes on being served, and the grant is as good as before."""
    road.world.clock.advance(2401)
    road.netsuite.before = [fault, fault]
    road.world.rotate(NAME)
    assert road.serves_good_token
    road.pass_time(600)
    assert road.world.token(NAME).token.issued_at == road.world.clock()  # type: ignore[union-attr]
    assert road.world.connection(NAME).problem is None


def test_hours_of_failures_at_netsuite_end_no_one_time_grant(public: Road) -> None:
    """500 and nonsense prove nothing: when NetSuite is well again, so is the connection, without a person."""
    public.world.clock.advance(2401)
    public.netsuite.before = [(500, '{"error":"server_error"}'), (200, "<html>"), LOST] * 30
    public.pass_time(6 * 3600)
    problem = public.world.connection(NAME).problem
    assert (problem.code if problem else None) in (None, "invalid_answer")
    public.netsuite.before = []
    public.pass_time(2400)
    assert public.serves_good_token
    assert public.netsuite.accepts(public.refresh_token)


def test_a_dead_grant_is_asked_for_once_only(road: Road) -> None:
    """Hundreds of sweeps over an ended grant send NetSuite nothing more."""
    for chain in road.netsuite.chains:
        chain.valid.clear()
    road.pass_time(2700)
    sent = len(road.netsuite.requests)
    problem = road.world.token(NAME).problem
    assert problem is not None
    assert problem.code == "invalid_grant"
    puts = count_calls(road, "PutSecretValue")
    for _ in range(200):
        road.world.rotate(NAME)
    assert len(road.netsuite.requests) == sent
    assert puts == []


def test_ended_consent_is_called_by_its_name(road: Road) -> None:
    """A person reads that consent has ended, not that a grant is invalid."""
    road.world.clock.advance(604_801)
    road.world.rotate(NAME)
    problem = road.world.token(NAME).problem
    assert problem is not None
    assert problem.code == "consent_ended"
    assert "suitetoken link finance" in problem.message


def test_an_invalid_grant_of_a_grant_that_was_replaced_meanwhile_changes_nothing(confidential: Road) -> None:
    """The loser reads again before it calls anything dead."""
    world, netsuite = confidential.world, confidential.netsuite
    world.clock.advance(1801)

    def end_the_old_grant_and_authorize() -> None:
        for chain in netsuite.chains:
            chain.valid.clear()
        assert confidential.authorize().status == 200

    netsuite.meanwhile = [end_the_old_grant_and_authorize]
    world.rotate(NAME)
    assert world.connection(NAME).problem is None
    assert world.token(NAME).problem is None
    assert confidential.serves_good_token


def test_too_little_time_means_no_request(road: Road) -> None:
    """A worker that could not save the answer does not ask for one."""
    road.world.clock.advance(2401)
    sent = len(road.netsuite.requests)
    road.world.rotate(NAME, remaining=40)
    assert len(road.netsuite.requests) == sent
    road.world.rotate(NAME)
    assert len(road.netsuite.requests) == sent + 1


def test_a_refused_client_is_tried_again_rarely_and_heals_by_itself(confidential: Road) -> None:
    """The grant is not dead: once the client secret is mended, the next try works."""
    world = confidential.world
    world.clock.advance(1801)
    confidential.netsuite.before = [(401, '{"error":"invalid_client"}')] * 2
    world.rotate(NAME)
    confidential.pass_time(300)
    assert world.token(NAME).problem.code == "invalid_client"  # type: ignore[union-attr]
    sent = len(confidential.netsuite.requests)
    confidential.pass_time(900)
    assert len(confidential.netsuite.requests) == sent
    confidential.pass_time(1200)
    assert world.token(NAME).problem is None
    assert world.connection(NAME).problem is None


def test_a_forced_rotation_tries_a_refused_client_at_once(confidential: Road) -> None:
    """An operator who has mended it need not wait."""
    confidential.world.clock.advance(1801)
    confidential.netsuite.before = [(401, '{"error":"invalid_client"}')]
    confidential.world.rotate(NAME)
    confidential.world.clock.advance(400)
    confidential.world.rotate(NAME, force=True)
    assert confidential.world.token(NAME).problem is None


def test_another_client_means_authorize_again_without_asking_netsuite(road: Road) -> None:
    """A grant belongs to the client it was given to; NetSuite would answer invalid_grant."""
    other = Client("1234567_SB1", "b" * 64, road.client.client_secret)
    road.world.store.update(client_secret("finance"), lambda _: other.to_json())
    road.world.clock.advance(2401)
    sent = len(road.netsuite.requests)
    road.world.rotate(NAME)
    assert road.world.token(NAME).problem.code == "client_changed"  # type: ignore[union-attr]
    assert len(road.netsuite.requests) == sent
    road.world.store.update(client_secret("finance"), lambda _: road.client.to_json())
    road.world.rotate(NAME)
    assert road.world.token(NAME).problem is None
