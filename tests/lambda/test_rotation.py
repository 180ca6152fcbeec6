"""Rotating a connection: what is due, what a failure means, what survives."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import requests
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from road import NAME, Road, make_road
from suitetoken.documents import Client, Connection, Problem
from suitetoken.records import client_secret, connection_secret, token_secret, update_connection
from suitetoken.store import CURRENT
from token_broker.one_time import ANSWERED, HOLD_SECONDS, PRESENTED
from token_samples import CONFIDENTIAL

NEVER_SENT = requests.ConnectionError(NewConnectionError(None, "refused"))  # type: ignore[arg-type]
LOST = requests.ReadTimeout(ReadTimeoutError(None, "", "time-out"))  # type: ignore[arg-type]


def count_calls(road: Road, operation: str) -> list[dict[str, Any]]:
    """Return a list that fills with the parameters of each such AWS call from now on."""
    calls: list[dict[str, Any]] = []
    events = road.world.store._client.meta.events
    events.register(f"provide-client-params.secrets-manager.{operation}", lambda params, **_: calls.append(params))
    return calls


def test_a_fresh_token_costs_one_read(road: Road) -> None:
    """An idle sweep looks at the token document and nothing else."""
    reads = count_calls(road, "GetSecretValue")
    road.world.rotate(NAME)
    assert [read["SecretId"] for read in reads] == ["suitetoken/token/finance"]


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


def test_readers_are_served_for_the_whole_consent(road: Road) -> None:
    """Six days with a sweep every half hour: never an expired token, and one grant throughout."""
    for _ in range(6 * 48):
        road.pass_time(1800, sweep=1800)
        assert road.serves_good_token
    assert road.world.token(NAME).problem is None


def test_a_day_of_a_public_client_makes_fewer_than_a_hundred_versions(public: Road) -> None:
    """Two versions a rotation: presented and answered; Secrets Manager keeps about a hundred a day."""
    puts = count_calls(public, "PutSecretValue")
    public.pass_time(86_400)
    assert sum(put["SecretId"].endswith("connection/finance") for put in puts) < 90


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


def test_hours_of_failures_at_netsuite_end_no_one_time_grant(public: Road) -> None:
    """500 and nonsense prove nothing: when NetSuite is well again, so is the connection, without a person."""
    public.world.clock.advance(2401)
    public.netsuite.before = [(500, '{"error":"server_error"}'), (200, "<html>"), LOST] * 30
    public.pass_time(6 * 3600)
    assert public.world.connection(NAME).problem is None
    public.netsuite.before = []
    public.pass_time(1800)
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
    public.netsuite.before = [(200, "<html>proxy</html>")]
    public.world.rotate(NAME)
    saved = public.world.store.find(connection_secret(NAME), ANSWERED)
    assert saved is not None
    assert json.loads(saved.body)["answer"]["raw"] == "<html>proxy</html>"
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
    confidential.netsuite.before = [(401, '{"error":"invalid_client"}')]
    world.rotate(NAME)
    assert world.token(NAME).problem.code == "invalid_client"  # type: ignore[union-attr]
    sent = len(confidential.netsuite.requests)
    confidential.pass_time(1500)
    assert len(confidential.netsuite.requests) == sent
    confidential.pass_time(600)
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


@pytest.mark.parametrize("body", ["", "{", "[]", '{"access_token": 5}', '{"something": "else"}'])
def test_a_damaged_token_document_is_made_again(road: Road, body: str) -> None:
    """All of it follows from the grant."""
    road.world.store.update(token_secret(NAME), lambda _: body or " ")
    road.world.rotate(NAME)
    assert road.serves_good_token


@pytest.mark.parametrize("body", ["{", "[]", '{"client": "finance"}', '{"client": "../x", "scope": "restlets"}'])
def test_a_damaged_connection_document_stops_at_a_clear_error(
    road: Road, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is sent, nothing is written over, and the log names the document."""
    road.world.store.update(connection_secret(NAME), lambda _: body)
    road.world.clock.advance(2401)
    sent = len(road.netsuite.requests)
    assert road.world.rotate(NAME) == {"batchItemFailures": []}
    assert len(road.netsuite.requests) == sent
    assert road.world.store.read(connection_secret(NAME)).body == body
    assert "suitetoken/connection/finance" in caplog.text


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "{}", '{"connection": "../x", "action": "rotate"}', '{"connection": "a"}']
)
def test_a_message_that_is_none_of_ours_is_dropped(road: Road, body: str) -> None:
    """It would come back for ever otherwise."""
    assert road.world.deliver(body) == {"batchItemFailures": []}


def test_a_connection_that_was_removed_meanwhile_is_let_go(road: Road) -> None:
    """No crash, no resurrection, nothing to deliver again."""
    road.world.rotate(NAME, action="remove")
    assert road.world.rotate(NAME) == {"batchItemFailures": []}
    assert not road.world.store.exists(connection_secret(NAME))


def test_revoking_tells_netsuite_and_then_forgets(road: Road) -> None:
    """No refresh token is left here or good there, and readers are told; twice is as good as once."""
    token = road.refresh_token
    road.world.rotate(NAME, action="revoke")
    road.world.rotate(NAME, action="revoke")
    assert road.netsuite.requests.count("revoke") == 1
    assert not road.netsuite.accepts(token)
    assert road.world.connection(NAME).grant is None
    assert road.world.token(NAME).token is None
    assert road.world.token(NAME).problem.code == "revoked"  # type: ignore[union-attr]


def test_a_revocation_that_netsuite_did_not_confirm_keeps_the_grant(road: Road) -> None:
    """It is never called revoked on hope."""
    road.netsuite.before = [NEVER_SENT]
    road.world.rotate(NAME, action="revoke")
    assert road.world.connection(NAME).grant is not None
    road.world.rotate(NAME, action="revoke")
    assert road.world.connection(NAME).grant is None


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
