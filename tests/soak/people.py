"""People around a deployment: who follow links or do not, change settings, revoke, replace, come back or forget it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.x509 import load_pem_x509_certificate

from suitetoken.admin import certificates
from suitetoken.admin.clients import ClientChange, update_client
from suitetoken.admin.connections import ConnectionChange, add_connection, make_connection, update_settings
from suitetoken.admin.hosted_links import revoke_links
from suitetoken.admin.orders import order
from suitetoken.admin.signing_keys import replace_key
from suitetoken.aws.records import read_connection
from suitetoken.documents import REGISTERED
from suitetoken.errors import NotFound, SuiteTokenError
from suitetoken.netsuite.machine import KEY_SPECS
from tests.samples.tokens import SCOPE
from tests.soak.agenda import CONFIDENTIAL, MACHINE, Case
from tests.soak.deployment import Invocation
from tests.soak.netsuite import StormyNetSuite, Uploaded
from tests.worlds.world import ORIGIN, World
from token_broker.runtime import Runtime

if TYPE_CHECKING:
    from tests.soak.simulation import Simulation

HOUR, DAY = 3600, 86_400
DELAYS = (0.1, 0.2, 1, 4, 16, 60)
"""Hours after which somebody does what is to be done."""
CERTIFICATE_DAYS = 90
WEB_SECONDS = 60
"""The template's time limit of the web function."""
_ROLE, _OTHER_ROLE = "1017", "1000"


@dataclass(frozen=True)
class Habit:
    """What happens to connections of some kinds once in so many days."""

    days: float
    act: Callable[[People, Case], object]
    kinds: frozenset[str]


class People:
    """Those who authorize, those who operate, and NetSuite's administrators."""

    def __init__(self, simulation: Simulation, chance: Random, netsuite: StormyNetSuite, runtime: Runtime) -> None:
        """Have them use the store of this runtime."""
        self._simulation, self._chance, self._netsuite = simulation, chance, netsuite
        self.runtime = runtime

    @property
    def _now(self) -> float:
        return self._simulation.clock.now

    def begin(self, case: Case) -> None:
        """Let a connection's life begin: its first authorization, or its first certificate, and its habits."""
        case.plan(self._now, lambda: self._settle_in(case))
        for habit in HABITS:
            if case.kind in habit.kinds:
                self._repeat(case, habit)

    def hear(self, case: Case, kind: str, link: str | None) -> None:
        """Let an event reach whoever is to act on it, who may not care."""
        if case.kind == MACHINE:
            if kind in {"Certificate Ending", "Rotation Failed"} and self._chance.random() < 0.5:
                self._later(case, lambda: self.replace_certificate(case))
            return
        cares = 0.9 if kind == "Authorization Required" else 0.4
        if link is not None and self._chance.random() < cares:
            self._later(case, lambda: self.follow(case, link.removeprefix(ORIGIN)))

    def follow(self, case: Case, link: str | None = None) -> None:
        """Open a link, a fresh one unless one is given, press the button, consent, come back: as far as it goes."""
        self._operate(case, lambda: self._follow(case, link))

    def _follow(self, case: Case, link: str | None) -> None:
        world = self._browser()
        page = world.post(link or world.make_link(case.name))
        if page.status != 303:
            return
        answer = self._answer(case, parse_qs(urlsplit(page.location).query)["state"][0])
        consents = len(self._netsuite.consents)
        page = world.get("/oauth/callback", urlencode(answer))
        if self._chance.random() < 0.1:
            world.get("/oauth/callback", urlencode(answer))
        told = world.get(page.location) if page.status == 303 else page
        self._simulation.laws.check_no_crash(case, crashed=told.status == 500)
        if told.status == 200 and len(self._netsuite.consents) > consents:
            self._simulation.laws.check_success(case, self._netsuite.consents[consents].began)

    def _answer(self, case: Case, state: str) -> dict[str, str]:
        """Return what NetSuite sends the browser back with: mostly a code, at times of another role, or a refusal."""
        drawn = self._chance.random()
        about = {"state": state, "role": _ROLE, "entity": "12", "company": case.client.account_id}
        if drawn < 0.03:
            return {**about, "error": "access_denied"}
        role = _OTHER_ROLE if drawn < 0.08 else _ROLE
        return {**about, "role": role, "code": self._netsuite.consent(case.client.client_id, role)}

    def abandon(self, case: Case) -> None:
        """Press the button and never come back."""
        world = self._browser()
        self._operate(case, lambda: world.post(world.make_link(case.name)))

    def change_settings(self, case: Case) -> None:
        """Pin the role, or let the pin go."""
        change = ConnectionChange(role=self._chance.choice((_ROLE, "")))
        self._operate(case, lambda: update_settings(self._store, case.name, change))

    def revoke_links(self, case: Case) -> None:
        """Kill all links of the connection."""
        self._operate(case, lambda: revoke_links(self._store, case.name))

    def insist(self, case: Case) -> None:
        """Ask for a rotation now."""
        self._operate(case, lambda: order(self._queue, self._store, case.name, "rotate", force=True))

    def revoke(self, case: Case) -> None:
        """Revoke the connection; somebody authorizes again, or gives a new certificate, later."""
        self._operate(case, lambda: order(self._queue, self._store, case.name, "revoke"))
        again = self.replace_certificate if case.kind == MACHINE else self.follow
        self._later(case, lambda: again(case))

    def remove(self, case: Case) -> None:
        """Remove the connection, and add it again later."""
        self._operate(case, lambda: order(self._queue, self._store, case.name, "remove"))
        self._later(case, lambda: self._add_again(case))

    def revoke_in_netsuite(self, case: Case) -> None:
        """Let an administrator revoke consents, or the certificate."""
        self._netsuite.revoke(case.client.client_id)
        for uploaded in self._netsuite.records[case.client.client_id].certificates.values():
            uploaded.revoked = True
        if case.kind == MACHINE:
            self._later(case, lambda: self.replace_certificate(case))

    def disable(self, case: Case) -> None:
        """Let an administrator disable the integration record for some hours."""
        record = self._netsuite.records[case.client.client_id]
        record.enabled = False
        case.plan(self._now + self._chance.choice((0.5, 2, 8)) * HOUR, lambda: setattr(record, "enabled", True))

    def reset_secret(self, case: Case) -> None:
        """Let an administrator make a new client secret, which the operator hears of later."""
        secret = f"client-secret-canary-{self._chance.getrandbits(32):08x}"
        self._netsuite.records[case.client.client_id].secret = secret
        self._later(case, lambda: self._update_secret(case, secret))

    def replace_certificate(self, case: Case) -> None:
        """Make the certificate that shall follow, have it uploaded, register it, and retire the one before."""
        self._operate(case, lambda: self._replace_certificate(case))

    def replace_keys(self) -> None:
        """Replace a signing key."""
        replace_key(self._store, self._chance.choice(("link", "state")))

    @property
    def _store(self) -> Any:
        return self.runtime.broker.store

    @property
    def _queue(self) -> Any:
        return self._simulation.deployment.make_client("sqs")

    @property
    def _keys(self) -> certificates.Keys:
        return certificates.Keys(None, self._store)  # type: ignore[arg-type] # no key of these is in KMS

    def _browser(self) -> World:
        clock = self._simulation.clock

        def make_context(function: str) -> Invocation:
            return Invocation(function, clock=clock, ends=clock.now + WEB_SECONDS)

        return World(clock, self.runtime, "", lambda: self.runtime, make_context=make_context)

    def _operate(self, case: Case, act: Callable[[], object]) -> None:
        """Do as an operator does: told of an error, try again in an hour."""
        try:
            act()
        except NotFound:  # removed: it is added again by somebody else
            return
        except SuiteTokenError:
            case.plan(self._now + HOUR, lambda: self._operate(case, act))

    def _settle_in(self, case: Case) -> None:
        if case.kind == MACHINE:
            self.replace_certificate(case)
        else:
            self.follow(case)

    def _add_again(self, case: Case) -> None:
        grant_type = "client_credentials" if case.kind == MACHINE else "authorization_code"
        scope = ("rest_webservices",) if case.kind == MACHINE else SCOPE

        def add() -> None:
            connection = make_connection(case.name, scope, grant_type=grant_type)
            add_connection(self._store, case.name, connection, int(self._now))
            self._later(case, lambda: self._settle_in(case))

        self._operate(case, add)

    def _update_secret(self, case: Case, secret: str) -> None:
        def update() -> None:
            if self._netsuite.records[case.client.client_id].secret != secret:
                return
            update_client(self._store, case.name, ClientChange(client_secret=secret))
            case.client = replace(case.client, client_secret=secret)
            order(self._queue, self._store, case.name, "rotate", force=True)

        self._operate(case, update)

    def _replace_certificate(self, case: Case) -> None:
        wanted = certificates.Wanted(KEY_SPECS[0], "secrets-manager", CERTIFICATE_DAYS)
        if read_connection(self._store, case.name).document.certificates.old is not None:
            certificates.retire(self._keys, case.name)
        held = read_connection(self._store, case.name).document.certificates
        begun = held.current is None or held.current.state != REGISTERED
        make = certificates.create if begun else certificates.follow
        made, _ = make(self._keys, case.name, wanted, self._now)
        key = load_pem_x509_certificate(made.pem.encode()).public_key()
        record = self._netsuite.records[case.client.client_id]
        number = f"{made.thumbprint[:24]}"
        record.certificates[number] = Uploaded(key, made.valid_until)
        certificates.register(self._store, case.name, number)
        order(self._queue, self._store, case.name, "rotate", force=True)

    def _later(self, case: Case, act: Callable[[], object]) -> None:
        case.plan(self._now + self._chance.choice(DELAYS) * HOUR, act)

    def _repeat(self, case: Case, habit: Habit) -> None:
        def act() -> None:
            self._repeat(case, habit)
            if not case.removed:
                habit.act(self, case)

        case.plan(self._now + self._chance.expovariate(1 / (habit.days * DAY)), act)


def _of(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_ALL = _of("confidential", "public", MACHINE)
_PERSONS = _of("confidential", "public")
HABITS: Iterable[Habit] = (
    Habit(5, People.follow, _PERSONS),
    Habit(10, People.abandon, _PERSONS),
    Habit(10, People.change_settings, _PERSONS),
    Habit(10, People.insist, _ALL),
    Habit(30, People.revoke_links, _PERSONS),
    Habit(45, People.revoke, _ALL),
    Habit(90, People.remove, _ALL),
    Habit(60, People.revoke_in_netsuite, _ALL),
    Habit(90, People.disable, _ALL),
    Habit(60, People.reset_secret, _of(CONFIDENTIAL)),
)
