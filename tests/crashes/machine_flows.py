"""The flows of connections without a person that are disturbed, those of the broker and those of operators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from suitetoken.admin.certificates import Keys, Wanted, create, follow, register, retire
from suitetoken.documents import REGISTERED, Certificate
from suitetoken.netsuite.machine import parse_key_spec
from tests.crashes.flows import By, Flow
from tests.samples.tokens import NOW
from tests.worlds.machine_world import NAME, MachineRoad


def _keys(road: MachineRoad) -> Keys:
    return Keys(road.world.broker.signers._kms, road.world.store)


def _wanted(key_store: str) -> Wanted:
    return Wanted(parse_key_spec("ECC_NIST_P256"), key_store, 365)


def _creates(key_store: str) -> Callable[[MachineRoad], object]:
    return lambda road: create(_keys(road), NAME, _wanted(key_store), road.world.clock())


def _follow(road: MachineRoad) -> None:
    follow(_keys(road), NAME, _wanted("secrets-manager"), road.world.clock())


def _is_made(road: MachineRoad) -> bool:
    """Whether the connection has a certificate whose key signs: uploaded, it works."""
    made = road.connection.certificates.current
    return made is not None and _works(road, made)


def _works(road: MachineRoad, made: Certificate) -> bool:
    road.hold(current=road.upload(made))
    road.world.rotate(NAME, force=True)
    return is_whole(road)


def _upload(road: MachineRoad) -> None:
    """Have a certificate that NetSuite knows and we do not yet."""
    road.hold(current=replace(road.upload(road.make_secret_certificate()), certificate_id=None))


def _register(road: MachineRoad) -> None:
    """Do as `suitetoken certificate register` does, without waiting."""
    (mapped,) = road.simulator.certificates.values()
    register(road.world.store, NAME, mapped.id)


def start(road: MachineRoad) -> None:
    """Have a certificate that works, and a token of it, a minute old."""
    road.start(road.make_secret_certificate())
    road.world.clock.advance(60)


def _hold_following(road: MachineRoad) -> None:
    start(road)
    road.hold(next=road.upload(road.make_secret_certificate(number=1)))


def _move_on(road: MachineRoad) -> None:
    _hold_following(road)
    _ask(road)
    road.world.clock.advance(60)


def _hold(road: MachineRoad) -> None:
    road.hold(current=road.upload(road.make_secret_certificate()))


def _ask(road: MachineRoad) -> None:
    road.world.rotate(NAME, force=True)


def rotate(road: MachineRoad) -> None:
    """Let the sweep find the token due."""
    road.world.clock.advance(2401)
    road.world.rotate(NAME)


def is_whole(road: MachineRoad) -> bool:
    """Whether readers have a good token of the certificate in use, which has worked, and no problem stands."""
    current, token = road.connection.certificates.current, road.world.token(NAME)
    if current is None or current.proved_at is None or token.token is None:
        return False
    same = token.token.grant_id == current.grant_id and road.serves_good_token
    return same and (token.problem, road.connection.problem) == (None, None)


def _is_new(road: MachineRoad) -> bool:
    token = road.world.token(NAME).token
    return is_whole(road) and token is not None and token.issued_at > NOW + 60


def _has_moved_on(road: MachineRoad) -> bool:
    held = road.connection.certificates
    return is_whole(road) and held.next is None and held.old is not None


def _has_following(road: MachineRoad) -> bool:
    following = road.connection.certificates.next
    return following is not None and is_whole(road) and following.state != REGISTERED


def _has_no_old(road: MachineRoad) -> bool:
    return road.connection.certificates.old is None and is_whole(road)


def _is_registered(road: MachineRoad) -> bool:
    current = road.connection.certificates.current
    if current is None or current.certificate_id is None:
        return False
    _ask(road)
    return is_whole(road)


def has_nothing(road: MachineRoad) -> bool:
    """Whether no certificate is in use and readers have no token."""
    return road.connection.certificates.current is None and road.world.token(NAME).token is None


MACHINE_FLOWS: tuple[Flow[MachineRoad], ...] = (
    Flow("first token", By.SWEEP, _hold, _ask, is_whole, served=False),
    Flow("rotation", By.SWEEP, start, rotate, _is_new),
    Flow("following certificate", By.OPERATOR, _hold_following, _ask, _has_moved_on),
    Flow("giving up", By.ORDER, start, lambda road: road.world.rotate(NAME, "revoke"), has_nothing, served=False),
    Flow("certificate with a key in KMS", By.OPERATOR, lambda _: None, _creates("kms"), _is_made, served=False),
    Flow(
        "certificate with a key in Secrets Manager",
        By.OPERATOR,
        lambda _: None,
        _creates("secrets-manager"),
        _is_made,
        served=False,
    ),
    Flow("registration of a certificate", By.OPERATOR, _upload, _register, _is_registered, served=False),
    Flow("making of the following certificate", By.OPERATOR, start, _follow, _has_following),
    Flow("retirement of a certificate", By.OPERATOR, _move_on, lambda road: retire(_keys(road), NAME), _has_no_old),
)
