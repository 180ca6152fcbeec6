"""TokenReader: the current access token of one connection, as fast as memory and never after its end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from random import random as any_random
from typing import TYPE_CHECKING, NoReturn

from suitetoken.documents import AccessToken
from suitetoken.reader.complaints import show_time
from suitetoken.reader.forks import mend_after_fork
from suitetoken.reader.keeper import Keeper
from suitetoken.reader.moments import Clocks
from suitetoken.reader.names import parse_token_name
from suitetoken.reader.secret_value import ReadSecret
from suitetoken.reader.secrets_manager import SecretsManagerRead
from suitetoken.reader.timing import Random
from suitetoken.shared_names import DEFAULT_PREFIX, PREFIX_VARIABLE

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_WAITS = 2
"""How many readings a caller waits for at most: one that had begun before it asked, and one of its own."""


class TokenReader:
    """Holds a connection's current access token and reads it again when that is due.

    One object may be shared by all threads, asyncio tasks and forked processes. While an unexpired token is held,
    nobody waits: it is read again in a short-lived thread. With none, one caller reads and the others wait for it.
    Nothing is read before the first token is asked for.
    """

    __slots__ = ("__weakref__", "_keeper", "_now", "name")

    def __init__(
        self,
        name_or_arn: str,
        *,
        prefix: str | None = None,
        client: SecretsManagerClient | None = None,
        region: str | None = None,
        profile: str | None = None,
        read: ReadSecret | None = None,
        now: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        random: Random = any_random,
    ) -> None:
        """Read the token of a connection, by its name or by the whole ARN of the token's secret.

        `prefix` is the deployment's (else SUITETOKEN_PREFIX, else `suitetoken`). `client` is a boto3 Secrets Manager
        client; without one, a client for `region` and `profile` is made when it is first needed. `read` stands in
        for Secrets Manager. `now` gives epoch seconds, `steady` a clock that is never set, `random` 0 up to 1.
        Raises InvalidInput for a name that no connection can have.
        """
        name = parse_token_name(name_or_arn, prefix or os.environ.get(PREFIX_VARIABLE) or DEFAULT_PREFIX)
        read = read or SecretsManagerRead(name, client=client, region=region, profile=profile)
        self.name = name.connection
        self._now = now
        self._keeper = Keeper(name, read, Clocks(now, steady), random)
        mend_after_fork(self._keeper)

    def token(self, min_remaining: float = 0) -> str:
        """Return the current access token, with at least `min_remaining` seconds left.

        Raises AuthorizationRequired where a person must act, TokenExpired where no newer token has been published,
        Unavailable where the store does not answer or the newest token has less left, NotFound, AccessDenied,
        InvalidDocument, and InvalidInput where no token lives that long. None of these is raised while a token is
        held that has not ended and has as much left as was asked for.
        """
        window = self._keeper.window
        if window.opens <= self._now() < window.closes and min_remaining <= window.spare:
            return window.text
        return self._look(min_remaining).access_token

    def current(self, min_remaining: float = 0) -> AccessToken:
        """Return the current access token with all that belongs to it; otherwise as `token`."""
        window = self._keeper.window
        if window.opens <= self._now() < window.closes and min_remaining <= window.spare:
            return window.token
        return self._look(min_remaining)

    async def atoken(self, min_remaining: float = 0) -> str:
        """Return what `token` returns, without blocking the asyncio event loop."""
        return (await self.acurrent(min_remaining)).access_token

    async def acurrent(self, min_remaining: float = 0) -> AccessToken:
        """Return what `current` returns, without blocking the asyncio event loop."""
        window = self._keeper.window
        if window.opens <= self._now() < window.closes and min_remaining <= window.spare:
            return window.token
        return await self._alook(min_remaining)

    def invalidate(self, token: str) -> None:
        """Report that NetSuite refused `token`: the next caller gets one that is read after this.

        Nothing happens where another token is held by now, so a late report does no harm. The store may still hold
        the same one; reports are followed at most once in 10 seconds.
        """
        self._keeper.reject(token)

    def _look(self, min_remaining: float) -> AccessToken:
        for waits_left in range(_WAITS, -1, -1):
            turn = self._keeper.take_turn(min_remaining, may_wait=waits_left > 0)
            if isinstance(turn, AccessToken):
                return turn
            if turn.is_mine:
                self._keeper.fly(turn.flight)
            else:
                turn.flight.wait()
        raise AssertionError("a caller that may not wait is served or refused")

    async def _alook(self, min_remaining: float) -> AccessToken:
        for waits_left in range(_WAITS, -1, -1):
            turn = self._keeper.take_turn(min_remaining, may_wait=waits_left > 0)
            if isinstance(turn, AccessToken):
                return turn
            if turn.is_mine and not self._keeper.depart(turn.flight):
                self._keeper.fly(turn.flight)
            await turn.flight.await_landing()
        raise AssertionError("a caller that may not wait is served or refused")

    def __repr__(self) -> str:
        reading = self._keeper.state.reading
        token = reading.document.token if reading else None
        return (
            f"<TokenReader {self.name}: {f'token until {show_time(token.expires_at)}' if token else 'no token read'}>"
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a TokenReader cannot be pickled or copied; make one where it is needed: {self!r}")
