"""An account with too many requests under way: pauses, an end to patience, and a cap of one's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import requests

from local.netsuite import Simulator
from suitetoken.errors import InvalidInput, NetSuiteError
from suitetoken.session.netsuite_session import DEFAULT_RETRIES, NetSuiteSession
from suitetoken.session.throttling import make_delays
from tests.readers.session import Connected, FixedAnswer


def _limit(simulator: Simulator, limit: int) -> None:
    simulator.accounts["1234567"].concurrency_limit = limit


def _relent_after(connected: Connected, tries: int) -> NetSuiteSession:
    """Return a session to an account that turns so many requests away."""
    _limit(connected.stage.simulator, 0)
    session = connected.make_session()

    def pause(seconds: float) -> None:
        connected.pauses.append(seconds)
        _limit(connected.stage.simulator, 5 if len(connected.pauses) >= tries else 0)

    session._sleep = pause
    return session


def test_rest_is_tried_again(connected: Connected) -> None:
    """A REST request that is turned away (429) is sent again after growing pauses until it is answered."""
    session = _relent_after(connected, 3)
    assert session.rest("GET", "record/v1/account").status_code == 200
    assert connected.pauses == [1, 2, 4]


def test_a_restlet_is_tried_again(connected: Connected) -> None:
    """A RESTlet that is turned away (400, SSS_REQUEST_LIMIT_EXCEEDED) is called again with the same body."""
    session = _relent_after(connected, 2)
    assert session.restlet(1, 1, "POST", json={"a": 1}).json()["body"] == {"a": 1}
    assert connected.pauses == [1, 2]


def test_patience_ends(connected: Connected) -> None:
    """After the last try the error carries NetSuite's code, says what to do, and may be retried later."""
    _limit(connected.stage.simulator, 0)
    with pytest.raises(NetSuiteError, match=r"429 CONCURRENCY_LIMIT_EXCEEDED.*max_in_flight") as caught:
        connected.session.rest("GET", "record/v1/account")
    assert caught.value.retryable
    assert len(connected.wire.sent) == 1 + DEFAULT_RETRIES
    with pytest.raises(NetSuiteError, match="400 SSS_REQUEST_LIMIT_EXCEEDED") as caught:
        connected.session.restlet(1, 1)
    assert caught.value.retryable


def test_retries_can_be_forgone(connected: Connected) -> None:
    """With no retries a request that is turned away comes back at once."""
    _limit(connected.stage.simulator, 0)
    assert connected.make_session(retries=0).get("record/v1/account").status_code == 429
    assert connected.pauses == []


def test_another_error_is_not_tried_again(connected: Connected) -> None:
    """A request that is wrong, and one that may have taken effect, are sent once."""
    with pytest.raises(NetSuiteError, match="INVALID_PARAMETER"):
        connected.session.rest("GET", "record/v1/account?limit=0")
    connected.stage.simulator.faults.add("resource", "500")
    with pytest.raises(NetSuiteError, match="500"):
        connected.session.rest("POST", "record/v1/account", json={})
    assert connected.pauses == []


def test_a_body_that_is_gone_is_not_tried_again(connected: Connected) -> None:
    """A request whose body can be read once only is not sent again."""

    def stream() -> Iterator[bytes]:
        yield b"{}"

    busy = FixedAnswer(429)
    connected.session.mount("https://", busy)
    assert connected.session.post("record/v1/account", data=stream()).status_code == 429
    assert len(busy.sent) == 1


def test_pauses_grow_to_a_bound_and_differ() -> None:
    """Pauses double up to half a minute, and chance takes up to a half off each."""
    assert list(make_delays(8, lambda: 1.0)) == [1, 2, 4, 8, 16, 30, 30, 30]
    assert list(make_delays(3, lambda: 0.0)) == [0.5, 1, 2]


def test_lesson_a_token_that_ends_in_a_pause_is_replaced(connected: Connected) -> None:
    """Lesson: before each further try the token is looked at again: one that ended in the pause is not sent."""
    _limit(connected.stage.simulator, 0)
    rotated: list[str] = []

    def sleep_for_an_hour(_: float) -> None:
        connected.stage.clock.advance(3600)
        rotated.append(connected.rotate())
        _limit(connected.stage.simulator, 5)

    connected.session._sleep = sleep_for_an_hour
    assert connected.session.rest("GET", "record/v1/account").status_code == 200
    assert connected.sent_tokens[-1] == rotated[-1]
    assert len(set(connected.sent_tokens)) == 2


class Crowd:
    """Counts how many requests are on the wire at once."""

    def __init__(self, send: Callable[..., requests.Response]) -> None:
        """Stand before `send`."""
        self._send = send
        self._lock = threading.Lock()
        self._now = self.most = 0

    def send(self, *args: object, **sending: object) -> requests.Response:
        """Count and send."""
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            return self._send(*args, **sending)
        finally:
            with self._lock:
                self._now -= 1


@pytest.mark.parametrize("cap", [1, 3])
def test_a_cap_is_kept(connected: Connected, cap: int) -> None:
    """However many threads use a session, no more requests than the cap are on the wire, and nobody is turned away."""
    _limit(connected.stage.simulator, cap)
    session = connected.make_session(max_in_flight=cap)
    crowd = Crowd(connected.wire.behind.send)
    connected.wire.behind.send = crowd.send  # type: ignore[method-assign]
    answers: list[int] = []

    def ask() -> None:
        answers.extend(session.rest("GET", "record/v1/account").status_code for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [200] * 60
    assert 1 <= crowd.most <= cap
    assert connected.pauses == []


def test_a_place_is_given_back_after_an_error(connected: Connected) -> None:
    """A request that fails on the wire does not keep its place."""
    session = connected.make_session(max_in_flight=1)
    connected.stage.simulator.faults.add("resource", "reset", 3)
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            session.rest("GET", "record/v1/account")
    assert session.rest("GET", "record/v1/account").status_code == 200


def test_a_cap_below_one_is_refused() -> None:
    """A cap under which nothing could ever be sent is refused."""
    with pytest.raises(InvalidInput, match="max_in_flight"):
        NetSuiteSession("finance-prod", max_in_flight=0)


def test_lesson_a_token_that_ends_while_waiting_for_a_place_is_replaced(connected: Connected) -> None:
    """Lesson: a request that waited long for its place leaves with the token of that moment, not of before."""
    session = connected.make_session(max_in_flight=1)
    prepared = session.prepare_request(requests.Request("GET", f"{connected.session.reader.current().rest_url}/x"))
    old = prepared.headers["Authorization"]
    connected.stage.clock.advance(3600)
    new = connected.rotate()
    session.send(prepared)
    assert connected.sent_tokens == [new]
    assert new not in old
