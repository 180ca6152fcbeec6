"""Reporting that NetSuite refused a token, and asking for one with enough life left."""

from __future__ import annotations

import threading

import pytest

from suitetoken.errors import AuthorizationRequired, InvalidInput, TokenExpired, Unavailable
from suitetoken.reader import TokenReader
from tests.readers.fake_secret import LIFE, FakeSecret, Time, Workload


def test_a_refused_token_is_read_again(workload: Workload, secret: FakeSecret) -> None:
    """After a report the next caller gets a token that was read after it, though the old one has not ended."""
    old = workload.ask()
    new = secret.rotate(access_token="access-token-newer")
    workload.reader.invalidate(old)
    assert workload.ask() == new
    assert len(secret.reads) == 2


def test_lesson_a_late_report_does_nothing(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Lesson: a report about a token that is not held any more changes nothing and costs no reading."""
    old = workload.ask()
    new = secret.rotate(access_token="access-token-newer")
    workload.reader.invalidate(old)
    workload.ask()
    for _ in range(50):
        time.advance(11)
        workload.reader.invalidate(old)
        assert workload.ask() == new
    assert len(secret.reads) == 2


def test_lesson_a_report_is_not_answered_by_a_reading_from_before(
    workload: Workload, time: Time, secret: FakeSecret
) -> None:
    """Lesson: when a reading that began before the report brings the refused token, another reading follows."""
    old = workload.ask()
    time.advance(LIFE / 2 + 360)
    gate = secret.hold()
    workload.reader.token()
    assert gate.reached.wait(30)
    workload.reader.invalidate(old)
    new = secret.rotate()
    gate.open()
    assert workload.ask() == new
    assert len(secret.reads) == 3


def test_lesson_a_report_is_answered_by_any_newer_token(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Lesson: when a reading that began before the report brings another token, that one is served at once."""
    old = workload.ask()
    time.advance(LIFE / 2)
    new = secret.rotate()
    time.advance(360)
    gate = secret.hold()
    workload.reader.token()
    assert gate.reached.wait(30)
    workload.reader.invalidate(old)
    gate.open()
    assert workload.ask() == new
    assert len(secret.reads) == 2


def test_fifty_reports_cost_one_reading(workload: Workload, secret: FakeSecret) -> None:
    """Many threads whose requests were refused at once share one reading and get the same token."""
    old = workload.ask()
    new = secret.rotate(access_token="access-token-newer")
    begin = threading.Barrier(50)
    answers: list[str] = []

    def retry() -> None:
        begin.wait(30)
        workload.reader.invalidate(old)
        answers.append(workload.reader.token())

    threads = [threading.Thread(target=retry) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [new] * 50
    assert len(secret.reads) == 2


def test_a_token_that_is_refused_again_and_again_is_read_every_ten_seconds(
    workload: Workload, time: Time, secret: FakeSecret
) -> None:
    """Where NetSuite refuses what the store holds, reports lead to one reading in 10 seconds and no error of ours."""
    token = workload.ask()
    for _ in range(100):
        time.advance(1)
        workload.reader.invalidate(token)
        assert workload.ask() == token
    assert len(secret.reads) == 1 + 10


def test_lesson_a_report_works_after_an_earlier_error(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Lesson: a report is followed at once, without a pause, although the reading before it failed."""
    old = workload.ask()
    time.advance(LIFE / 2 + 360)
    secret.go_down()
    workload.ask()
    secret.come_back()
    new = secret.rotate()
    workload.reader.invalidate(old)
    assert workload.ask() == new


def test_a_report_while_the_store_is_down_takes_no_token_away(workload: Workload, secret: FakeSecret) -> None:
    """A refusal alone is no proof: where the store cannot be asked, the token that has not ended is still served."""
    old = workload.ask()
    secret.go_down()
    workload.reader.invalidate(old)
    assert workload.ask() == old


def test_a_report_is_not_forgotten_by_who_cannot_wait(workload: Workload, secret: FakeSecret) -> None:
    """A caller who has waited enough gets the token that was reported, and the next one still gets a newer one."""
    old = workload.reader.current()
    new = secret.rotate(access_token="access-token-newer")
    workload.reader.invalidate(old.access_token)
    assert workload.reader._keeper.take_turn(0, may_wait=False) == old
    assert workload.ask() == new


def test_a_refused_token_gives_way_to_an_older_one(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Where an operator has put the version from before back, it takes the place of the one that is refused."""
    workload.ask()
    older = secret.document
    time.advance(60)
    new = secret.rotate()
    workload.reader.invalidate(workload.ask())
    assert workload.ask() == new
    secret.document = older
    time.advance(60)
    workload.reader.invalidate(new)
    assert older.token is not None
    assert workload.ask() == older.token.access_token


def test_a_report_before_any_reading_does_nothing(secret: FakeSecret, reader: TokenReader) -> None:
    """A report to a reader that holds nothing costs nothing."""
    reader.invalidate("access-token-canary")
    assert secret.reads == []


def test_enough_life_costs_no_reading(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """A caller who needs less than is left gets the token that is held."""
    token = workload.ask()
    time.advance(600)
    assert workload.ask(LIFE - 700) == token
    assert len(secret.reads) == 1


def test_too_little_life_is_read_again(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """A caller who needs more than the held token has left gets the newer one, which is read at once."""
    old = workload.ask()
    time.advance(1500)
    new = secret.rotate()
    assert workload.ask() == old
    assert workload.ask(3000) == new
    assert len(secret.reads) == 2


def test_too_little_life_is_noticed_between_two_looks(workload: Workload, time: Time) -> None:
    """A caller who needs almost the whole life is refused as soon as that is gone, however short ago others asked."""
    workload.ask()
    time.advance(20)
    with pytest.raises(Unavailable):
        workload.ask(LIFE - 10)


def test_too_little_life_everywhere_says_when_to_come_back(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Where the newest token has too little left, the error says when the next rotation is due; others are served."""
    token = workload.ask()
    time.advance(1000)
    for _ in range(100):
        time.advance(1)
        with pytest.raises(Unavailable, match=r"finance-prod.*3000 s.*due at 2027-01-15 08:30:00 UTC") as caught:
            workload.ask(3000)
        assert caught.value.retryable
        assert workload.ask() == token
    assert len(secret.reads) <= 1 + 10


def test_a_life_no_token_has_is_a_mistake(workload: Workload) -> None:
    """Asking for more than a token's whole life is wrong input, for waiting would never help."""
    with pytest.raises(InvalidInput, match=r"3600 s"):
        workload.ask(LIFE + 1)


def test_too_little_life_and_a_problem_needs_a_person(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Where no newer token will come before a person acts, a caller who needs more is told that."""
    secret.complain()
    workload.ask()
    time.advance(1500)
    with pytest.raises(AuthorizationRequired, match=r"finance-prod"):
        workload.ask(3000)


def test_an_ended_token_serves_no_job(workload: Workload, time: Time) -> None:
    """A caller who needs some life left hears that the token has ended, not that it has too little."""
    workload.ask()
    time.advance(LIFE)
    with pytest.raises(TokenExpired):
        workload.ask(600)


def test_lesson_a_long_job_asks_before_each_part(workload: Workload, time: Time, secret: FakeSecret) -> None:
    """Lesson: a job that asks for the life of its next part before each part never holds a token that ends inside."""
    part = 900
    for _ in range(40):
        if time.true - secret.document.token.issued_at >= LIFE / 2:  # type: ignore[union-attr]
            secret.rotate()
        token = workload.reader.current(part)
        assert token.expires_at >= time.true + part
        time.advance(part)
        workload.settle()
