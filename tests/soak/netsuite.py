"""NetSuite in all weathers, with a clock of its own: down, throttling, failing, slow, or answering nobody any more.

It keeps the truth that the laws compare with: which grants live, whose access token ends when.
"""

from __future__ import annotations

import itertools
import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import jwt
import requests

from tests.samples.tokens import make_access_jwt, make_jwt
from tests.soak.weather import Log, Spells
from tests.worlds.small_netsuite import LOST, NEVER_SENT, WEEK, TokenAdapter
from tests.worlds.world import Clock
from token_broker.grants.answers import read_claims

KINDS = ("down", "throttled", "unavailable", "failing", "wrong content", "losing answers", "cut off", "slow", "keeping")
LIFE = 3600
_STRAY_FAULTS = 0.003
_PUBLIC_TOKEN_SECONDS = 48 * 3600
_LOSING = frozenset({"losing answers", "cut off"})
REFUSED = 400, '{"error":"invalid_grant"}'
CLIENT_REFUSED = 401, '{"error":"invalid_client"}'
DISLIKED = 500, '{"error":"server_error"}'


@dataclass
class Uploaded:
    """A certificate that an administrator has uploaded."""

    public_key: Any
    until: float
    revoked: bool = False


@dataclass
class Record:
    """An integration record; a public client's has no secret."""

    name: str
    client_id: str
    secret: str | None
    rotation_seconds: float = WEEK
    enabled: bool = True
    certificates: dict[str, Uploaded] = field(default_factory=dict)


@dataclass
class Consent:
    """One consent and the refresh tokens that came from it; `lost` once an answer with such a token never arrived."""

    record: Record
    number: int
    began: float
    role: str
    valid: set[str] = field(default_factory=set)
    refused: int = 0
    revoked: bool = False
    lost: bool = False


class StormyNetSuite(TokenAdapter):
    """Answers token and revocation requests as the weather lets it. `skew` is how far its clock is off."""

    def __init__(
        self, clock: Clock, weather: Spells, log: Log, pass_time: Callable[[float], None], skew: float
    ) -> None:
        """Know nobody yet."""
        super().__init__()
        self._clock, self._log, self._pass_time, self._skew = clock, log, pass_time, skew
        self.weather = weather
        self.records: dict[str, Record] = {}
        self.consents: list[Consent] = []
        self._codes: dict[str, tuple[Record, str]] = {}
        self._numbers = itertools.count()
        self.asked: Callable[[str], None] = lambda _: None
        self._keeps = False

    def consent(self, client_id: str, role: str) -> str:
        """Let a person consent as a role, and return the code."""
        code = f"{next(self._numbers):064x}"
        self._codes[code] = (self.records[client_id], role)
        return code

    def find(self, token: str) -> Consent | None:
        """Return the consent that a token of ours, spent or not, came from."""
        number = read_claims(token).get("consent")
        return self.consents[number] if isinstance(number, int) else None

    def takes(self, refresh_token: str) -> bool:
        """Whether a refresh token would be taken now, in fair weather."""
        consent = self.find(refresh_token)
        return consent is not None and refresh_token in consent.valid and self.lives(consent)

    def lives(self, consent: Consent) -> bool:
        """Whether a consent lasts yet and its record is enabled."""
        length = consent.record.rotation_seconds if consent.record.secret is None else WEEK
        return not consent.revoked and consent.record.enabled and self._clock.now <= consent.began + length

    def ends(self, access_token: str) -> float:
        """Return the true time at which an access token ends; a revoked one has ended."""
        consent = self.find(access_token)
        if consent is not None and consent.revoked:
            return 0.0
        return float(read_claims(access_token).get("given", 0)) + LIFE

    def revoke(self, client_id: str) -> None:
        """Let an administrator revoke all that a client was given."""
        for consent in self.consents:
            if consent.record.client_id == client_id:
                self._revoke(consent)

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Answer, or fail as the weather is."""
        chance = self.weather.chance
        stray = chance.random() < _STRAY_FAULTS
        kind = chance.choice(KINDS) if stray else self.weather.kind
        if kind:
            self._log.note(f"NetSuite: {kind}")
            early = self._fail_before(kind)
            if early is not None:
                return self.respond(request, *early)
        form = {name: values[0] for name, values in parse_qs(str(request.body)).items()}
        self._keeps = kind == "keeping"
        status, body = self._answer(request, form)
        self._hand_over(status, body, lost=kind in _LOSING)
        if kind == "slow":
            self._pass_time(chance.randint(3, 20))
        if kind == "losing answers":
            raise LOST.with_traceback(None)  # or it would hold the frames of every time before
        return self.respond(request, status, body[: len(body) // 2] if kind == "cut off" else body)

    def _fail_before(self, kind: str) -> tuple[int, str] | None:
        if kind == "down":
            raise NEVER_SENT.with_traceback(None)
        if kind == "slow":
            self._pass_time(self.weather.chance.randint(3, 20))
        return {
            "throttled": (429, ""),
            "unavailable": (503, "<html>maintenance</html>"),
            "failing": (500, '{"error":"server_error"}'),
            "wrong content": (200, "<html>log in</html>"),
        }.get(kind)

    def _hand_over(self, status: int, body: str, *, lost: bool) -> None:
        """Note which refresh token the process has in its hands now, or that it never will."""
        token = json.loads(body).get("refresh_token", "") if status == 200 and body else ""
        consent = self.find(token) if token else None
        if consent is None:
            return
        consent.lost = consent.lost or lost
        if not lost and self._log.acts:
            act = self._log.acts[-1]
            act.in_hand, act.since = token, len(act.faults)

    def _answer(self, request: requests.PreparedRequest, form: dict[str, str]) -> tuple[int, str]:
        if form.get("grant_type") == "client_credentials":
            return self._answer_machine(form["client_assertion"])
        record = self._authenticate(request, form)
        if record is None:
            return CLIENT_REFUSED
        self.asked(record.name)
        if "revoke" in str(request.url):
            consent = self.find(form["token"])
            if consent is not None:
                self._revoke(consent)
            return 200, ""
        if form["grant_type"] == "authorization_code":
            return self._exchange(record, form["code"])
        return self._refresh(record, form["refresh_token"])

    def _authenticate(self, request: requests.PreparedRequest, form: dict[str, str]) -> Record | None:
        basic = str(request.headers.get("Authorization", ""))
        given = b64decode(basic.removeprefix("Basic ")).decode().partition(":") if basic else None
        client_id, secret = (unquote(given[0]), unquote(given[2])) if given else (form.get("client_id", ""), None)
        record = self.records.get(client_id)
        return record if record is not None and record.enabled and record.secret == secret else None

    def _exchange(self, record: Record, code: str) -> tuple[int, str]:
        known = self._codes.pop(code, None)
        if known is None or known[0] is not record:
            return REFUSED
        consent = Consent(record, len(self.consents), self._clock.now, known[1])
        self.consents.append(consent)
        return 200, self._tokens(consent, refresh=True)

    def _refresh(self, record: Record, token: str) -> tuple[int, str]:
        consent = self.find(token)
        if consent is None or consent.record is not record or not self.takes(token):
            if consent is not None:
                consent.refused += 1
                consent.lost = consent.lost or self._is_in_hand(consent)
            return REFUSED
        rotates = record.secret is None and not self._keeps
        if rotates:
            consent.valid.clear()
        return 200, self._tokens(consent, refresh=rotates)

    def _is_in_hand(self, consent: Consent) -> bool:
        """Whether a process sleeps with the answer in its hands, for longer than Lambda lets any live."""
        return any(act.in_hand and self.find(act.in_hand) is consent for act in self._log.acts)

    def _answer_machine(self, assertion: str) -> tuple[int, str]:
        """Take an assertion that is signed with an uploaded certificate's key, neither late nor early."""
        claims = read_claims(assertion)
        record = self.records.get(str(claims.get("iss")))
        if record is None or not record.enabled:
            return CLIENT_REFUSED
        self.asked(record.name)
        uploaded = record.certificates.get(jwt.get_unverified_header(assertion)["kid"])
        if uploaded is None or uploaded.revoked or uploaded.until <= self._clock.now:
            return REFUSED
        now = self._clock.now + self._skew
        if not claims["iat"] <= now <= claims["exp"]:
            self._log.note("NetSuite: clocks differ")
            return DISLIKED
        jwt.PyJWS().decode(assertion, uploaded.public_key, ["ES256"])
        about = {"sub": "1234567_SB1;0;1017;12;N", "aud": [record.client_id, "app:x"]}
        return 200, json.dumps(
            {"access_token": self._access_token(about), "expires_in": "3600", "token_type": "Bearer"}
        )

    def _tokens(self, consent: Consent, *, refresh: bool) -> str:
        tokens = {
            "access_token": self._access_token({"sub": f"{consent.role};12"}, consent),
            "expires_in": "3600",
            "token_type": "bearer",
        }
        if refresh:
            now, begun = self._clock.now + self._skew, consent.began + self._skew
            life = WEEK if consent.record.secret is not None else _PUBLIC_TOKEN_SECONDS
            given = {"iat": int(now), "exp": int(now + life), "oit": int(begun)}
            token = make_jwt(**given, consent=consent.number, given=self._clock.now, jti=self._draw())
            consent.valid.add(token)
            tokens["refresh_token"] = token
        return json.dumps(tokens)

    def _access_token(self, about: dict[str, Any], consent: Consent | None = None) -> str:
        now = int(self._clock.now + self._skew)
        begun = int((consent.began if consent else self._clock.now) + self._skew)
        times = {"iat": now, "exp": now + LIFE, "oit": begun}
        number = consent.number if consent else None
        return make_access_jwt(**about, **times, consent=number, given=self._clock.now, jti=self._draw())

    def _draw(self) -> str:
        return f"{self.weather.chance.getrandbits(64):016x}"

    def _revoke(self, consent: Consent) -> None:
        consent.revoked = True
        consent.valid.clear()
