"""What the next rotations make of answers, doubts, marks and problems that the one before has left."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.aws.records import client_secret, connection_secret
from suitetoken.documents import TokenDocument
from tests.crashes.kill import Executioner, Killed, watch
from tests.memory_aws.world import bus_of, told
from tests.samples.tokens import NOW, make_access_token
from tests.worlds.small_netsuite import LOST
from tests.worlds.steps import NAME, Road
from tests.worlds.stored_versions import fill_with_versions
from token_broker.notices.events import CONSENT_ENDING, ROTATION_FAILED
from token_broker.rotation.news import is_worth_telling
from token_broker.saving.one_time import ANSWERED
from token_broker.saving.presentations import PRESENTED
from token_broker.saving.versions import MOST_BEFORE_SAVING

DUE = 2401


def test_the_answer_to_the_token_before_is_not_taken_for_this_ones(quick_public: Road) -> None:
    """An ANSWERED version is there from the rotation before; the token whose answer was lost is tried again."""
    for faults in ([], [LOST]):
        quick_public.world.clock.advance(DUE)
        quick_public.netsuite.before = list(faults)
        quick_public.world.rotate(NAME)
    quick_public.pass_time(300)
    assert quick_public.world.token(NAME).token.issued_at == quick_public.world.clock()  # type: ignore[union-attr]


def test_a_damaged_saved_answer_is_in_nobodys_way(quick_public: Road) -> None:
    """It is no answer; the token is tried again."""
    quick_public.world.clock.advance(DUE)
    quick_public.netsuite.before = [LOST]
    quick_public.world.rotate(NAME)
    quick_public.world.store.put(connection_secret(NAME), "{damaged", version_id=str(uuid.uuid4()), label=ANSWERED)
    quick_public.pass_time(300)
    assert quick_public.world.token(NAME).token.issued_at == quick_public.world.clock()  # type: ignore[union-attr]
    assert quick_public.netsuite.accepts(quick_public.refresh_token)


def test_a_second_answer_is_saved_beside_one_that_nobody_could_read(quick_public: Road) -> None:
    """Each presenting has a version of its own for its answer."""
    quick_public.world.clock.advance(DUE)
    quick_public.netsuite.before = [(200, '{"refresh_token": "cut off')]
    quick_public.world.rotate(NAME)
    quick_public.pass_time(300)
    assert quick_public.netsuite.accepts(quick_public.refresh_token)


def test_what_was_certainly_not_spent_is_no_doubt_later(quick_public: Road) -> None:
    """Throttled, and tried again a second later; when NetSuite says no then, that is what is told."""
    quick_public.world.clock.advance(DUE)
    quick_public.netsuite.before = [(429, "")]
    quick_public.world.rotate(NAME)
    quick_public.netsuite.chains[-1].valid.clear()
    quick_public.world.clock.advance(1)
    quick_public.world.rotate(NAME)
    problem = quick_public.world.connection(NAME).problem
    assert problem is not None
    assert problem.code == "invalid_grant"


def test_a_saved_answer_that_has_aged_is_not_published_but_refreshed(quick_public: Road) -> None:
    """Died before publishing, and nobody came for two hours: readers get a token that has not ended."""
    quick_public.world.clock.advance(DUE)
    with pytest.raises(Killed):
        watch(quick_public.world, quick_public.make_session, Executioner(at=4)).rotate(NAME)
    quick_public.world.clock.advance(7200)
    quick_public.world.rotate(NAME)
    assert quick_public.serves_good_token


def test_a_doubt_is_told_once(quick_public: Road) -> None:
    """Not with every further try."""
    quick_public.world.clock.advance(DUE - 900)
    quick_public.netsuite.before = [LOST] * 3
    for _ in range(3):
        quick_public.world.rotate(NAME, force=True)
        quick_public.world.clock.advance(300)
    assert len(told(quick_public.world, ROTATION_FAILED)) == 1


def test_a_problem_ends_with_the_next_success(road: Road) -> None:
    """In the connection as for the readers."""
    road.world.clock.advance(DUE)
    road.netsuite.before = [(401, '{"error":"invalid_client"}')]
    road.world.rotate(NAME)
    assert road.world.connection(NAME).problem is not None
    road.world.rotate(NAME, force=True)
    assert (road.world.connection(NAME).problem, road.world.token(NAME).problem) == (None, None)


def test_a_client_that_is_itself_again_is_asked_at_the_next_sweep(road: Road) -> None:
    """What stood was ours, and no refusal of NetSuite's to wait after."""
    right = road.world.store.read(client_secret(NAME)).body
    wrong = replace(road.client, client_id="f" * 64).to_json()
    road.world.store.update(client_secret(NAME), lambda _: wrong)
    road.world.clock.advance(DUE)
    road.world.rotate(NAME)
    problem = road.world.connection(NAME).problem
    assert problem is not None
    assert problem.code == "client_changed"
    road.world.store.update(client_secret(NAME), lambda _: right)
    road.pass_time(300)
    assert (road.world.connection(NAME).problem, road.world.token(NAME).problem) == (None, None)


def test_a_damaged_mark_of_a_presenting_is_taken_for_a_doubt(quick_public: Road) -> None:
    """Nobody can tell whether the token was sent; it is tried, under a number that no presenting before has had."""
    for _ in range(2):
        quick_public.world.clock.advance(DUE)
        secret, version = connection_secret(NAME), str(uuid.uuid4())
        quick_public.world.store.put(secret, "{damaged", version_id=version, label=PRESENTED)
        quick_public.world.rotate(NAME)
        assert quick_public.world.token(NAME).token.issued_at == quick_public.world.clock()  # type: ignore[union-attr]


def test_a_rotation_without_room_is_told_before_readers_notice(quick_public: Road) -> None:
    """As any other that fails: nobody can see how many versions a secret has."""
    quick_public.world.clock.advance(2400)
    fill_with_versions(quick_public.world, NAME, 97)
    quick_public.pass_time(1500)
    assert [each["problem"] for each in told(quick_public.world, ROTATION_FAILED)] == ["quota_reached"] * 2


@given(st.lists(st.integers(0, 59), min_size=20, max_size=20), st.integers(0, 299))
def test_a_failing_refresh_is_told_however_late_each_sweep_is(lateness: list[int], phase: int) -> None:
    """A quarter of an hour before readers notice, and when they do, by one sweep or by two."""
    token, begin = make_access_token(), NOW - 3600 - phase
    moments = [begin + 300 * index + late for index, late in enumerate(lateness)]
    document = TokenDocument(replace(token, expires_at=NOW))
    telling = [at for at in moments if is_worth_telling(document, at)]
    early, late = [at for at in telling if at < NOW], [at for at in telling if at >= NOW]
    assert len(early) in {1, 2}
    assert len(late) in {1, 2}


def test_a_reminder_about_a_grant_that_was_replaced_meanwhile_counts_for_none(quick_public: Road) -> None:
    """The new consent's own reminders are all still to come."""
    quick_public.pass_time(4 * 86_400 - 3600)

    def authorize() -> None:
        assert quick_public.beside().authorize().status == 200

    quick_public.world.clock.advance(3660)
    bus_of(quick_public.world).meanwhile = [authorize]
    quick_public.world.rotate(NAME)
    assert len(told(quick_public.world, CONSENT_ENDING)) == 1
    assert quick_public.world.connection(NAME).reminded_at is None
    assert quick_public.holds_newest_consent


def test_where_room_is_short_a_rotation_waits_until_the_token_is_about_to_end(quick_public: Road) -> None:
    """Fewer are made on a day with many other versions, so that the last of them still finds room."""
    quick_public.world.clock.advance(2400)
    fill_with_versions(quick_public.world, NAME, MOST_BEFORE_SAVING + 1)
    ages = []
    for _ in range(5):
        quick_public.world.rotate(NAME)
        token = quick_public.world.token(NAME).token
        assert token is not None
        ages.append(int(quick_public.world.clock()) - token.issued_at)
        quick_public.world.clock.advance(300)
    assert ages == [2400, 0, 300, 600, 900]


def test_a_day_with_room_keeps_the_margin(quick_public: Road) -> None:
    """One version less, and nothing waits."""
    quick_public.world.clock.advance(2400)
    fill_with_versions(quick_public.world, NAME, MOST_BEFORE_SAVING)
    quick_public.world.rotate(NAME)
    assert quick_public.world.token(NAME).token.issued_at == quick_public.world.clock()  # type: ignore[union-attr]
