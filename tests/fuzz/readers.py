"""Whatever the token's secret holds, and whatever AWS answers, as the library reads it for a workload."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from suitetoken import TokenReader
from suitetoken.aws.records import token_secret
from suitetoken.errors import SuiteTokenError, Unavailable
from suitetoken.reader import SecretValue
from suitetoken.reader.direct.direct_read import DirectRead
from suitetoken.reader.direct.exchange import Answer
from suitetoken.reader.names import TokenName
from suitetoken.reader.secret_value import parse_date
from tests.fuzz.damage import BYTES, damaged_json, one_of
from tests.fuzz.laws import hold_our_own_error
from tests.fuzz.stand import CONFIDENTIAL, PREFIX, fresh_stand
from tests.fuzz.stored_documents import find_secrets
from tests.fuzz.target import Target
from tests.samples.tokens import NOW

_DATES = ["", "Tue, 15 Jan 2027 08:00:00 GMT", "Tue, 15 Jan 2027 08:00:00", "x", "Fri, 99 Feb 99999 99:99:99 GMT", "é"]
_KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}


@dataclass(frozen=True)
class Read:
    """One reading: the body of the secret, the Date header, this machine's clock, and what the caller wants."""

    body: str
    date: str
    now: float
    min_remaining: float


def _whole() -> dict[str, Any]:
    with fresh_stand() as stand:
        document: dict[str, Any] = json.loads(stand.secrets.read_as_it_is(PREFIX + token_secret(CONFIDENTIAL)) or "")
    return document


@st.composite
def readings(draw: st.DrawFn) -> Read:
    """Draw a token document, mostly damaged, and when it is read."""
    body = draw(damaged_json(_whole()))
    now = draw(one_of([NOW, NOW + 1800, NOW + 3599, NOW + 3601, 0, 2**40]))
    return Read(body, draw(one_of(_DATES)), now, draw(one_of([0, 600, 3600, 10**9, -5])))


def check_reading(reading: Read) -> None:
    """A token that can be sent and has not ended, or one of our own errors; neither shows what is secret."""

    def read() -> SecretValue:
        return SecretValue(reading.body, parse_date(reading.date))

    _hold_reader(TokenReader("finance", read=read, now=lambda: reading.now), reading)


def _hold_reader(reader: TokenReader, reading: Read) -> None:
    shown = [repr(reader)]
    try:
        token = reader.current(reading.min_remaining)
    except SuiteTokenError as error:
        hold_our_own_error(error)
        shown += [str(error), repr(error)]
    else:
        assert token.access_token.isascii()
        assert token.access_token.isprintable()
        assert token.expires_at > reading.now
        assert reader.token(reading.min_remaining) == token.access_token
        shown.append(repr(token))
    shown.append(repr(reader))
    for secret in find_secrets(reading.body):
        assert len(secret) < 8 or not any(secret in text for text in shown)


@dataclass(frozen=True)
class Answered:
    """What AWS, or something in its place, answers to the one signed call."""

    status: int
    date: str
    body: bytes


@st.composite
def answers(draw: st.DrawFn) -> Answered:
    """Draw an answer of Secrets Manager's API, mostly damaged."""
    answer = {"SecretString": json.dumps(_whole()), "VersionId": "x", "VersionStages": ["AWSCURRENT"], "Name": "y"}
    text = damaged_json(answer).map(lambda body: body.encode("utf-8", "surrogatepass"))
    return Answered(draw(one_of([200, 200, 200, 400, 500, 0])), draw(one_of(_DATES)), draw(text | BYTES))


def check_direct_reading(answered: Answered) -> None:
    """The one signed call is believed only as far as it is a plain answer; for the rest the other way is taken."""

    def fall_back() -> SecretValue:
        raise Unavailable("the other way was taken.")

    read = DirectRead(
        TokenName("suitetoken/token/finance", "finance"),
        environ=_KEYS,
        now=lambda: NOW,
        send=lambda *_: Answer(answered.status, answered.date, answered.body),
        fallback=fall_back,
    )
    reader = TokenReader("finance", read=read, now=lambda: NOW)
    _hold_reader(reader, Read("", answered.date, NOW, 0))


TARGETS = (
    Target("token documents as workloads read them", readings(), check_reading, share=4),
    Target("answers of Secrets Manager to the signed call", answers(), check_direct_reading, share=2),
)
