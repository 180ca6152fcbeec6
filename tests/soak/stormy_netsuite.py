"""NetSuite in all weathers: down, throttling, failing, answering something else, or answering nobody any more."""

from __future__ import annotations

import json
from collections import Counter
from urllib.parse import parse_qs

import requests
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from small_netsuite import Chain, SmallNetSuite
from soak.weather import Log, Spells
from token_broker.answers import read_claims
from token_samples import make_access_jwt
from world import Clock

KINDS = ("down", "throttled", "unavailable", "failing", "wrong content", "losing answers", "slow")
_STRAY_FAULTS = 0.004
_OTHER_ROLE = "1000;12"


class StormyNetSuite(SmallNetSuite):
    """The small NetSuite, with weather. `another_role` makes the next consent one of another role."""

    def __init__(self, clock: Clock, weather: Spells, log: Log) -> None:
        """Begin with fair weather."""
        super().__init__(clock)
        self.clock, self.weather, self.log = clock, weather, log
        self.refused: Counter[str] = Counter()
        self.another_role = False

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        """Answer, or fail as the weather is."""
        stray = self.weather.chance.random() < _STRAY_FAULTS
        kind = self.weather.chance.choice(KINDS) if stray else self.weather.kind
        if kind:
            self.log.note(f"NetSuite {kind}")
            self._prepare(kind)
        response = super().send(request, *args, **kwargs)
        form = parse_qs(str(request.body))
        if response.status_code == 400 and "refresh_token" in form:
            self.refused[form["refresh_token"][0]] += 1
        return response

    def has_chain_of(self, refresh_token: str) -> bool:
        """Whether the consent of a refresh token lasts yet, as far as NetSuite is concerned."""
        began = read_claims(refresh_token).get("oit")
        return any(int(chain.began) == began and chain.valid and self._alive(chain) for chain in self.chains)

    def is_alive(self, refresh_token: str) -> bool:
        """Whether a refresh token is good, whatever the weather."""
        return self.accepts(refresh_token)

    def _prepare(self, kind: str) -> None:
        if kind == "down":
            self.before = [requests.ConnectionError(NewConnectionError(None, "refused"))]  # type: ignore[arg-type]
        elif kind == "throttled":
            self.before = [(429, "")]
        elif kind == "unavailable":
            self.before = [(503, "<html>maintenance</html>")]
        elif kind == "failing":
            self.before = [(500, '{"error":"server_error"}')]
        elif kind == "wrong content":
            self.before = [(200, "<html>log in</html>")]
        elif kind == "losing answers":
            self.after = [requests.ReadTimeout(ReadTimeoutError(None, "", "time-out"))]  # type: ignore[arg-type]
        else:
            self.clock.advance(self.weather.chance.randint(5, 25))

    def _answer(self, request: requests.PreparedRequest, form: dict[str, str]) -> tuple[int, str]:
        if form.get("grant_type") != "client_credentials":
            return super()._answer(request, form)
        now, number = int(self.clock()), next(self._numbers)
        claims = {"sub": "1234567_SB1;0;1017;12;N", "aud": ["a" * 64, "app:x"], "jti": f"a.c.{number}"}
        token = make_access_jwt(**claims, iat=now, exp=now + 3600, oit=now)
        self.secrets.add(token)
        return 200, json.dumps({"access_token": token, "expires_in": "3600", "token_type": "Bearer"})

    def _tokens(self, chain: Chain, *, refresh: bool) -> str:
        answer = super()._tokens(chain, refresh=refresh)
        if not self.another_role:
            return answer
        now = int(self.clock())
        other = make_access_jwt(sub=_OTHER_ROLE, iat=now, exp=now + 3600)
        self.secrets.add(other)  # the first consent may be of any role
        return json.dumps({**json.loads(answer), "access_token": other})
