"""What is measured, and how a line of the log leads from the sweep to the rotation it asked for."""

from __future__ import annotations

import json

import pytest

from tests.samples.tokens import NOW, make_access_token
from tests.worlds.printed import keep_log, read_log, read_metrics
from tests.worlds.steps import NAME, Road
from token_broker.context.outcome import Outcome, measure
from token_broker.notices.metrics import count, emit

GOOD = make_access_token(expires_at=NOW + 60, issued_at=NOW - 600)
EXPIRED = make_access_token(expires_at=NOW)


@pytest.mark.parametrize(
    ("outcome", "lacks"),
    [
        (Outcome("fresh", NAME, token=GOOD), False),
        (Outcome("failed", NAME, error="netsuite_unreachable", token=GOOD), False),
        (Outcome("failed", NAME, error="netsuite_unreachable", token=EXPIRED), True),
        (Outcome("waiting", NAME, error="consent_ended"), True),
        (Outcome("waiting", NAME, error="not_authorized"), False),
        (Outcome("waiting", NAME, error="revoked"), False),
        (Outcome("healed", NAME), False),
        (Outcome("failed", NAME, error="invalid_document"), True),
        (Outcome("failed", NAME, error="unavailable", token_unknown=True), False),
    ],
)
def test_who_lacks_a_token(outcome: Outcome, lacks: bool) -> None:
    """Whoever should have a good one and has none; not who was never given one, and not where nobody could tell."""
    assert outcome.lacks_good_token(NOW) is lacks
    assert ("ConnectionsWithoutToken" in [each.name for each in measure(outcome, NOW)]) is lacks


def test_basic_monitoring_writes_what_is_wrong_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Each alarm of basic monitoring has its metric exactly where it would fire."""
    measures = [*measure(Outcome("x", NAME, None, GOOD, NOW + 5400), NOW), count("Crashes"), count("Connections", 3)]
    emit("pp", measures, basic=True)
    assert {each.name for each in read_metrics(capsys.readouterr().out)} == {"HoursUntilConsentEnds", "Crashes"}
    emit("pp", measure(Outcome("x", NAME, "signing_failed", EXPIRED, NOW + 86_400), NOW), basic=True)
    assert {each.name for each in read_metrics(capsys.readouterr().out)} == {
        "SigningFailures",
        "ConnectionsWithoutToken",
    }


def test_what_is_measured_of_a_rotation() -> None:
    """Age and life of a token in seconds, hours until consent ends; never below nothing."""
    measured = {each.name: each.value for each in measure(Outcome("x", NAME, None, GOOD, NOW + 5400), NOW)}
    assert measured == {"Rotations": 1, "TokenLifeLeft": 60, "TokenAge": 600, "HoursUntilConsentEnds": 1.5}
    late = {each.name: each.value for each in measure(Outcome("x", NAME, None, EXPIRED, NOW - 5), NOW)}
    assert (late["TokenLifeLeft"], late["HoursUntilConsentEnds"]) == (0, 0)
    assert "TokenAge" not in late


def test_hours_until_consent_ends_are_measured_at_each_rotation(road: Road, capsys: pytest.CaptureFixture[str]) -> None:
    """Once a rotation, for only then is the connection read; an idle sweep costs no further read for it."""
    road.world.rotate(NAME)
    assert "HoursUntilConsentEnds" not in {each.name for each in read_metrics(capsys.readouterr().out)}
    road.pass_time(3000)
    hours = [each.value for each in read_metrics(capsys.readouterr().out) if each.name == "HoursUntilConsentEnds"]
    assert len(hours) == 1
    grant = road.world.connection(NAME).grant
    assert grant is not None
    assert (grant.expires_at - NOW) / 3600 - 1 < hours[0] < (grant.expires_at - NOW) / 3600


def test_every_token_request_is_timed(confidential: Road, capsys: pytest.CaptureFixture[str]) -> None:
    """By what was asked for, in milliseconds; the log has the outcome and whose it was."""
    log = keep_log(confidential.world)
    confidential.world.clock.advance(1)
    confidential.authorize()
    confidential.pass_time(3000)
    confidential.world.rotate(NAME, "revoke")
    timed = [dict(each.dimensions) for each in read_metrics(capsys.readouterr().out) if each.name == "TokenRequestTime"]
    assert timed == [{"prefix": "suitetoken", "request": kind} for kind in ("exchange", "refresh", "revocation")]
    lines = [line for line in read_log(log.getvalue()) if line["message"] == "token request"]
    assert [(line["outcome"], line["connection"]) for line in lines] == [("answered", NAME)] * 3
    assert all(isinstance(line["milliseconds"], int) for line in lines)


def test_a_rotation_is_traced_to_its_sweep(confidential: Road) -> None:
    """The scheduled time is in the sweep's log, in the message, and in every line of the rotation."""
    world = confidential.world
    world.take_messages()
    world.clock.advance(3000)
    log = keep_log(confidential.world)
    world.sweep()
    (body,) = world.take_messages()
    world.deliver(body)
    lines = read_log(log.getvalue())
    assert {line["message"] for line in lines} >= {"swept", "token request", "rotate"}
    assert {line["correlation_id"] for line in lines} == {f"{world.clock()}"}
    assert {line.get("connection") for line in lines} == {None, NAME}


def test_other_messages_are_traced_by_their_own_id(confidential: Road) -> None:
    """An operator's order, what nobody understands, and whatever stands where the sweep's time should be."""
    log = keep_log(confidential.world)
    confidential.world.rotate(NAME)
    confidential.world.deliver("?")
    confidential.world.deliver(json.dumps({"connection": NAME, "action": "rotate", "correlation_id": "x" * 500}))
    found = [line["correlation_id"] for line in read_log(log.getvalue())]
    own = "059f36b4-87a3-44ab-83d2-661975830a7d"
    assert found == [own, own, "x" * 64]
