"""Waiting for the broker: how `--wait` ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from suitetoken.admin.waiting import Patience, look_before, wait_for_removal, wait_for_revocation, wait_for_rotation
from suitetoken.aws.records import update_connection, update_token
from suitetoken.documents import REMOVE, REVOCATION_UNCONFIRMED, Certificates, Connection, Problem, TokenDocument
from suitetoken.errors import AuthorizationRequired, Unavailable
from tests.samples.documents import MACHINE
from tests.samples.tokens import make_access_token, make_grant
from tests.terminals.machine_operator import MachineDesk
from tests.terminals.operator import Desk


class Wait:
    """A clock that only waiting moves, and what the broker does after so many seconds."""

    def __init__(self, after: float, act: Callable[[], object]) -> None:
        self.time, self.after, self.act, self.done = 0.0, after, act, False

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.time += seconds
        if self.time >= self.after and not self.done:
            self.done = True
            self.act()

    def patience(self, seconds: float = 30) -> Patience:
        """Return the patience of a command that waits in this time."""
        return Patience(seconds, lambda: self.time, self.sleep)


def publish(desk: Desk, document: TokenDocument) -> None:
    """Publish a token document as the broker does."""
    update_token(desk.store, "finance", lambda _: document)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with a connection that has a grant and a token."""
    desk.set_up()
    update_connection(desk.store, "finance", lambda connection: replace(connection, grant=make_grant()))
    publish(desk, TokenDocument(make_access_token()))
    return desk


def test_a_rotation_is_over_when_another_token_is_there(office: Desk) -> None:
    """And not before."""
    before = look_before(office.store, "finance")
    wait = Wait(6, lambda: publish(office, TokenDocument(make_access_token(access_token="next"))))
    wait_for_rotation(office.store, "finance", before, wait.patience())
    assert wait.done


def test_without_an_answer_the_wait_ends(office: Desk) -> None:
    """With an error that may pass; the command looks at least once."""
    before = look_before(office.store, "finance")
    for seconds in (0, 10):
        with pytest.raises(Unavailable):
            wait_for_rotation(office.store, "finance", before, Wait(99, office.secrets).patience(seconds))
    assert office.type("rotate", "finance", "--force", "--wait", "--timeout", "0").code == 6


def test_a_rotation_that_meets_a_problem_needs_a_person(office: Desk) -> None:
    """The broker's own words, whether the problem came now or stood before."""
    before = look_before(office.store, "finance")
    problem = TokenDocument(make_access_token(), Problem("invalid_client", "The client was refused.", 0))
    with pytest.raises(AuthorizationRequired, match="refused"):
        wait_for_rotation(office.store, "finance", before, Wait(4, lambda: publish(office, problem)).patience())
    standing = look_before(office.store, "finance")
    with pytest.raises(AuthorizationRequired, match="refused"):
        wait_for_rotation(office.store, "finance", standing, Wait(99, office.secrets).patience(4))


def test_a_problem_that_readers_do_not_know_yet_ends_the_wait(office: Desk) -> None:
    """The broker writes it into the connection first; what it is, and the next step of `status`, are said."""
    before = look_before(office.store, "finance")
    problem = Problem("invalid_client", "The client was refused.", 5)

    def record() -> None:
        update_connection(office.store, "finance", lambda now: replace(now, problem=problem))

    wait = Wait(4, record)
    with pytest.raises(AuthorizationRequired, match=r"\(invalid_client\): .*refused.*suitetoken client update"):
        wait_for_rotation(office.store, "finance", before, wait.patience(60))
    assert wait.time < 60


def test_a_problem_that_stood_before_is_named_when_nothing_comes_of_the_order(office: Desk) -> None:
    """And not at once: the order may be what ends it."""
    publish(office, TokenDocument(make_access_token(), Problem("invalid_client", "The client was refused.", 0)))
    wait = Wait(99, office.secrets)
    with pytest.raises(AuthorizationRequired, match=r"within 8 s.*\(invalid_client\)"):
        wait_for_rotation(office.store, "finance", look_before(office.store, "finance"), wait.patience(8))
    assert wait.time >= 8


def test_a_problem_of_another_kind_is_news_in_the_same_second(office: Desk) -> None:
    """A problem's code tells it from another one, not its time alone."""

    def hold(code: str) -> None:
        problem = Problem(code, "NetSuite refused it.", 5)
        update_connection(office.store, "finance", lambda now: replace(now, problem=problem))

    hold("request_refused")
    wait = Wait(4, lambda: hold("invalid_client"))
    with pytest.raises(AuthorizationRequired, match=r"the rotation failed \(invalid_client\)"):
        wait_for_rotation(office.store, "finance", look_before(office.store, "finance"), wait.patience())
    assert wait.time == 4


def test_what_only_a_consent_ends_is_not_waited_for(office: Desk) -> None:
    """No rotation can help; the person is told at once."""
    publish(office, TokenDocument(problem=Problem("consent_ended", "The consent has ended.", 0)))
    wait = Wait(0, office.secrets)
    with pytest.raises(AuthorizationRequired):
        wait_for_rotation(office.store, "finance", look_before(office.store, "finance"), wait.patience())
    assert wait.time == 0
    assert office.type("rotate", "finance", "--wait").code == 3


def test_a_young_token_is_not_asked_for_again(office: Desk) -> None:
    """Nothing is sent, and that is no error; --force sends."""
    publish(office, TokenDocument(make_access_token(issued_at=int(office.world.clock()))))
    answer = office.type("rotate", "finance", "--wait")
    assert (answer.code, "--force" in answer.err, office.world.take_messages()) == (0, True, [])
    assert office.type("rotate", "finance", "--force").code == 0
    assert len(office.world.take_messages()) == 1


def test_a_young_token_whose_time_has_come_is_asked_for(office: Desk) -> None:
    """A token that lives for minutes only is rotated as the sweep does it: the command and the broker agree."""
    now = int(office.world.clock())
    publish(office, TokenDocument(make_access_token(issued_at=now - 200, refresh_at=now - 50, expires_at=now + 100)))
    assert office.type("rotate", "finance").code == 0
    assert len(office.world.take_messages()) == 1


def test_a_grant_is_revoked_when_it_is_forgotten(office: Desk) -> None:
    """A token document without a token is no proof: NetSuite may not have confirmed."""
    publish(office, TokenDocument(problem=Problem("invalid_grant", "x", 0)))
    with pytest.raises(Unavailable):
        wait_for_revocation(office.store, "finance", Wait(99, office.secrets).patience())
    forget = Wait(4, lambda: update_connection(office.store, "finance", lambda held: replace(held, grant=None)))
    wait_for_revocation(office.store, "finance", forget.patience())
    assert forget.done


def test_a_machine_is_revoked_when_no_certificate_is_asked_with_any_more(office: Desk) -> None:
    """Neither the one in use nor the one to follow; the broker keeps one as the old one. No grant is no proof here."""
    machine = Connection.from_json(json.dumps(MACHINE), "nightly")
    held = machine.certificates
    office.store.create("connection/nightly", machine.to_json(), "a connection without a person")

    def hold(certificates: Certificates) -> None:
        update_connection(office.store, "nightly", lambda known: replace(known, certificates=certificates))

    for waited_for in (held, replace(held, next=None), replace(held, current=None)):
        hold(waited_for)
        with pytest.raises(Unavailable):
            wait_for_revocation(office.store, "nightly", Wait(99, office.secrets).patience(4))
    forget = Wait(4, lambda: hold(Certificates(old=held.current)))
    assert wait_for_revocation(office.store, "nightly", forget.patience()).is_machine
    assert forget.done


def test_revoking_a_machine_says_how_to_go_on(machine_desk: MachineDesk) -> None:
    """By another certificate: no link authorizes such a connection."""
    machine_desk.start("--key-store", "secrets-manager")
    assert machine_desk.desk.world.connection("nightly").is_granted
    answer = machine_desk.type("revoke", "nightly", "--yes", "--wait")
    assert (answer.code, machine_desk.desk.world.connection("nightly").is_granted) == (0, False)
    assert ("certificate create nightly" in answer.err, "link" in answer.err) == (True, False)


def test_a_certificate_that_was_refused_may_work_again(machine_desk: MachineDesk) -> None:
    """The refusal is named with what to run, again where it stands; and a rotation that mends it is waited for."""
    machine_desk.start("--key-store", "secrets-manager")
    for mapped in machine_desk.simulator.certificates.values():
        mapped.revoked = True
    rotate = ("rotate", "nightly", "--force", "--wait", "--timeout", "0")
    for said in ("the rotation failed (invalid_grant)", "a problem stands (invalid_grant)"):
        answer = machine_desk.type(*rotate)
        assert (answer.code, said in answer.err) == (3, True)
        assert "Next: run `suitetoken certificate show nightly`" in answer.err
    for mapped in machine_desk.simulator.certificates.values():
        mapped.revoked = False
    mended = machine_desk.type(*rotate)
    assert (mended.code, "Rotated nightly" in mended.err) == (0, True)


def test_a_connection_is_removed_when_it_is_gone(office: Desk) -> None:
    """Scheduled for deletion is gone."""
    with pytest.raises(Unavailable):
        wait_for_removal(office.store, "finance", Wait(99, office.secrets).patience())
    wait_for_removal(office.store, "finance", Wait(4, lambda: office.store.delete("connection/finance")).patience())


def test_whoever_insists_waits_although_netsuite_has_not_confirmed_before(office: Desk) -> None:
    """The broker has not seen the new order yet; what stands there is its word about the one before."""
    problem = Problem(REVOCATION_UNCONFIRMED, "NetSuite has not confirmed the revocation.", 0)
    update_connection(office.store, "finance", lambda held: replace(held, ending=REMOVE, problem=problem))
    forget = Wait(
        4, lambda: update_connection(office.store, "finance", lambda held: replace(held, grant=None, ending=None))
    )
    gone = Wait(4, lambda: office.store.delete("connection/finance"))
    with pytest.raises(Unavailable, match="not confirmed"):
        wait_for_removal(office.store, "finance", gone.patience())
    assert wait_for_revocation(office.store, "finance", forget.patience(), force=True).grant is None
    wait_for_removal(office.store, "finance", gone.patience(), force=True)
    assert (forget.done, gone.done) == (True, True)
