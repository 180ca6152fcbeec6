"""One-time refresh tokens: presented once, saved as they come, given up only on NetSuite's word."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from suitetoken.aws.records import connection_secret, update_connection
from suitetoken.documents import Connection
from tests.crashes.kill import Killed, watch
from tests.worlds.small_netsuite import LOST
from tests.worlds.steps import NAME, Road, count_calls
from tests.worlds.stored_versions import fill_with_versions
from token_broker.saving.one_time import ANSWERED
from token_broker.saving.presentations import HOLD_SECONDS, PRESENTED
from token_broker.saving.versions import MOST_BEFORE_ROTATION

CUT_OFF = '{"refresh_token": "cut off'


def test_a_day_of_a_public_client_makes_fewer_than_a_hundred_versions(public: Road) -> None:
    """Two versions a rotation: presented and answered; Secrets Manager keeps about a hundred a day."""
    puts = count_calls(public, "PutSecretValue")
    public.pass_time(86_400)
    assert sum(put["SecretId"].endswith("connection/finance") for put in puts) < 90


def test_a_one_time_token_is_not_sent_where_its_answer_could_not_be_saved(public: Road) -> None:
    """Secrets Manager refuses more than a hundred versions of a day: the token waits until the oldest are a day old."""
    public.world.clock.advance(2401)
    fill_with_versions(public.world, NAME, MOST_BEFORE_ROTATION + 1)
    sent, before = len(public.netsuite.requests), public.refresh_token
    assert public.world.rotate(NAME) == {"batchItemFailures": []}
    assert (len(public.netsuite.requests), public.refresh_token) == (sent, before)
    public.world.clock.advance(86_400)
    public.world.rotate(NAME)
    assert public.netsuite.accepts(public.refresh_token)
    assert public.serves_good_token


def test_the_last_versions_of_a_day_are_enough_for_a_rotation(public: Road) -> None:
    """Presented, answered: both are put."""
    public.world.clock.advance(2401)
    fill_with_versions(public.world, NAME, MOST_BEFORE_ROTATION)
    public.world.rotate(NAME)
    assert public.netsuite.accepts(public.refresh_token)
    assert public.serves_good_token


def test_an_answer_without_a_refresh_token_makes_no_version(public: Road) -> None:
    """There is nothing in it to save, and a day has room for a hundred."""
    public.world.clock.advance(2401)
    public.netsuite.before = [(200, "<html>log in</html>")]
    puts = count_calls(public, "PutSecretValue")
    public.world.rotate(NAME)
    assert [put["VersionStages"] for put in puts] == [["PRESENTED"]]


def test_a_lost_answer_is_not_answered_by_sending_a_one_time_token_again_at_once(public: Road) -> None:
    """Another worker might hold the answer; and NetSuite would refuse the spent token."""
    public.world.clock.advance(2401)
    public.netsuite.before = [LOST]
    public.world.rotate(NAME)
    sent = len(public.netsuite.requests)
    public.world.clock.advance(HOLD_SECONDS - 1)
    public.world.rotate(NAME)
    assert len(public.netsuite.requests) == sent


def test_a_one_time_token_that_never_arrived_is_saved_by_the_second_try(public: Road) -> None:
    """The request was lost on its way there: nothing was spent."""
    public.world.clock.advance(2401)
    public.netsuite.before = [LOST]
    public.world.rotate(NAME)
    public.pass_time(300)
    assert public.world.token(NAME).token.issued_at == public.world.clock()  # type: ignore[union-attr]
    assert public.netsuite.accepts(public.refresh_token)


def test_a_spent_one_time_token_whose_answer_was_lost_is_told_as_that(public: Road) -> None:
    """The one window nobody can close: reported at the second try, the good access token served until its end."""
    public.world.clock.advance(2401)
    public.netsuite.after = [LOST]
    public.world.rotate(NAME)
    public.pass_time(300)
    problem = public.world.connection(NAME).problem
    assert problem is not None
    assert problem.code == "ambiguous"
    assert public.world.token(NAME).problem == problem
    assert public.serves_good_token


@dataclass
class Sleeper:
    """A worker that falls asleep with the answer in its hands, saves it when it wakes up, and dies."""

    meanwhile: Callable[[], object]

    def write(self, name: str, act: Callable[[], Any], lost: Exception) -> Any:
        """Act."""
        if "ANSWERED" not in name:
            return act()
        self.meanwhile()
        act()
        raise Killed

    read = write


@pytest.mark.parametrize("called_lost", [False, True])
def test_an_answer_that_is_saved_late_is_found(public: Road, called_lost: bool) -> None:
    """The token was presented again meanwhile: nothing came of it, or the word that it is spent, taken back."""
    public.world.clock.advance(2401)

    def present_again() -> None:
        public.netsuite.before = [] if called_lost else [LOST]
        public.pass_time(300)

    sleeping = watch(public.world, public.make_session, Sleeper(present_again))
    with pytest.raises(Killed):
        sleeping.rotate(NAME)
    problem = public.world.connection(NAME).problem
    assert (problem.code if problem else None) == ("ambiguous" if called_lost else None)
    public.pass_time(600)
    assert public.netsuite.accepts(public.refresh_token)
    assert public.serves_good_token
    assert public.world.connection(NAME).problem is None
    assert public.world.token(NAME).problem is None


def test_an_operators_change_during_a_refresh_loses_no_one_time_token(public: Road) -> None:
    """The answer is merged into the document that the operator has changed."""
    world, netsuite = public.world, public.netsuite
    world.clock.advance(2401)

    def note(connection: Connection) -> Connection:
        return replace(connection, others={"note": "mine"})

    netsuite.meanwhile = [lambda: update_connection(world.store, NAME, note)]
    world.rotate(NAME)
    assert world.connection(NAME).others == {"note": "mine"}
    assert netsuite.accepts(public.refresh_token)
    assert world.token(NAME).token.issued_at == world.clock()  # type: ignore[union-attr]


def test_two_workers_present_a_one_time_token_once(public: Road) -> None:
    """The second finds that it is presented already and leaves it alone."""
    world, netsuite = public.world, public.netsuite
    world.clock.advance(2401)
    before = len(netsuite.requests)
    netsuite.meanwhile = [lambda: replace(world, runtime=world.make_runtime()).rotate(NAME)]
    world.rotate(NAME)
    assert len(netsuite.requests) == before + 1
    assert netsuite.accepts(public.refresh_token)


def test_an_answer_that_cannot_be_read_is_durable_before_anybody_tries(public: Road) -> None:
    """And tried once more later, for NetSuite may not have been the one who answered."""
    public.world.clock.advance(2401)
    public.netsuite.before = [(200, CUT_OFF)]
    public.world.rotate(NAME)
    saved = public.world.store.find(connection_secret(NAME), ANSWERED)
    assert saved is not None
    assert json.loads(saved.body)["answer"]["raw"] == CUT_OFF
    public.pass_time(300)
    assert public.world.token(NAME).token.issued_at == public.world.clock()  # type: ignore[union-attr]


def test_a_one_time_token_is_not_sent_before_it_is_presented(public: Road) -> None:
    """The write path is proven first: when AWS takes no version, NetSuite is not asked."""
    public.world.clock.advance(2401)
    sent = len(public.netsuite.requests)

    def refuse(params: dict[str, Any], **_: Any) -> None:
        if PRESENTED in params["VersionStages"]:
            raise ConnectionError

    public.world.store._client.meta.events.register("provide-client-params.secrets-manager.PutSecretValue", refuse)
    public.world.rotate(NAME)
    assert len(public.netsuite.requests) == sent
