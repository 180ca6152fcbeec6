"""Keeps what was read, and lets one call of the store be under way at a time, however many callers there are."""

from __future__ import annotations

from dataclasses import dataclass
from threading import RLock, Thread

from suitetoken.documents import AccessToken
from suitetoken.reader.complaints import explain
from suitetoken.reader.decision import Step, decide, find_token
from suitetoken.reader.flight import Flight
from suitetoken.reader.moments import Clocks, Moment
from suitetoken.reader.names import TokenName
from suitetoken.reader.secret_value import ReadSecret
from suitetoken.reader.state import Reading, State, parse_reading
from suitetoken.reader.timing import Random
from suitetoken.reader.window import CLOSED, Window, open_window


@dataclass(frozen=True, slots=True)
class Turn:
    """A caller's part in a flight: to fly it (`is_mine`) or to wait until somebody else has."""

    flight: Flight
    is_mine: bool


class Keeper:
    """The state behind one reader. The lock is held for arithmetic only, never over a call of the store."""

    __slots__ = ("__weakref__", "_begun", "_clocks", "_flight", "_lock", "_name", "_random", "_read", "state", "window")

    def __init__(self, name: TokenName, read: ReadSecret, clocks: Clocks, random: Random) -> None:
        """Keep what `read` gives; nothing is read yet."""
        self._name = name
        self._read = read
        self._clocks = clocks
        self._random = random
        self._begun = 0
        self.state = State()
        self.window: Window = CLOSED
        self.after_fork()

    def after_fork(self) -> None:
        """Begin with a free lock and no flight: in a child process the thread that had them does not exist."""
        # Reentrant, for a signal handler may ask for a token while the thread it interrupts holds the lock.
        self._lock = RLock()
        self._flight: Flight | None = None

    def take_turn(self, min_remaining: float, *, may_wait: bool) -> AccessToken | Turn:
        """Return the token to hand out, or what to do first, or raise the error that says why there is no token."""
        with self._lock:
            now = self._clocks.look()
            flight = self._flight if self._flight and self._flight.is_under_way(now) else None
            step = decide(self.state, now, min_remaining, is_reading=flight is not None, may_wait=may_wait)
            if step is Step.WAIT and flight is not None:
                return Turn(flight, is_mine=False)
            if step is Step.READ:
                return Turn(self._begin(now), is_mine=True)
            token = find_token(self.state, now, min_remaining)
            if token is None:
                raise explain(self.state, self._name.connection, now, min_remaining)
            begun = self._begin(now) if step is Step.SERVE_AND_READ else None
            if self.state.rejected is None:
                self.window = open_window(self.state, token, now, is_reading=self._flight is not None)
        if begun is not None and not self.depart(begun):
            self._land(begun, None)
        return token

    def _begin(self, now: Moment) -> Flight:
        self._begun += 1
        self._flight = Flight(self._begun, now)
        return self._flight

    def reject(self, token: str) -> None:
        """Note that NetSuite refused `token`."""
        with self._lock:
            self.state = self.state.reject(token, self._begun, self._clocks.look())
            if self.state.rejected is not None:
                self.window = CLOSED

    def fly(self, flight: Flight) -> None:
        """Call the store in this thread, keep the outcome and wake those who wait; a failure is an outcome too."""
        outcome: Reading | Exception | None = None
        try:
            outcome = parse_reading(self._read(), flight.began, self._name.secret_id)
        except Exception as error:  # noqa: BLE001 - any error must reach the callers who wait
            outcome = error
        finally:
            self._land(flight, outcome)

    def depart(self, flight: Flight) -> bool:
        """Let a thread of its own fly; False where no thread can be started, and then nothing was begun.

        The thread ends with the call. It does not keep the process alive: an exit never waits for AWS.
        """
        thread = Thread(target=self.fly, args=(flight,), name=f"suitetoken {self._name.connection}", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # too many threads, or the interpreter is shutting down
            return False
        return True

    def _land(self, flight: Flight, outcome: Reading | Exception | None) -> None:
        """Keep the outcome; None is that of a flight that was interrupted, after which somebody else may try."""
        with self._lock:
            now = self._clocks.look()
            if isinstance(outcome, Reading):
                self.state = self.state.succeed(flight.number, outcome, now, self._random)
            elif outcome is not None:
                self.state = self.state.fail(flight.number, outcome, now, self._random)
            if self._flight is flight:
                self._flight = None
            self.window = CLOSED
        flight.landed.set_result(None)
