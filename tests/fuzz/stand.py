"""The deployment that is fuzzed: the real handlers over AWS in memory, with a connection of every kind.

It is made once and put back between two inputs. All that leaves it is kept: pages, logs, metrics, events, messages.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from suitetoken.documents import Certificate, Certificates, Client
from suitetoken.netsuite.machine import CLIENT_CREDENTIALS
from suitetoken.signing.keys import LINK_KEY, STATE_KEY
from tests.fuzz.memory import Secrets, State, Told
from tests.fuzz.wire import WireNetSuite
from tests.samples.machines import export, make_certificate, make_key
from tests.samples.tokens import NOW
from tests.worlds.world import ORIGIN, Clock, LambdaContext, World
from token_broker import rotate, sweep, web
from token_broker.runtime import Handler, Runtime

PUBLIC, CONFIDENTIAL, MACHINE = "payroll", "finance", "nightly"
"""The connections: of a public client, of a confidential one, and one without a person."""
PERSONS = (CONFIDENTIAL, PUBLIC)
NAMES = (*PERSONS, MACHINE)
MACHINE_KEY = "key/nightly/1"
PREFIX = "suitetoken/"
DUE_SECONDS = 2401
_ENDPOINT = "http://127.0.0.1:1/services/rest/auth/oauth2/v1"
_ENVIRON = {
    "SUITETOKEN_PREFIX": "suitetoken",
    "SUITETOKEN_PUBLIC_URL": ORIGIN,
    "SUITETOKEN_QUEUE_URL": "queue",
    "POWERTOOLS_SERVICE_NAME": "fuzz",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}


@dataclass
class Stand:
    """A deployment that can be put back as it was."""

    world: World
    secrets: Secrets
    netsuite: WireNetSuite
    told: Told
    shown: io.StringIO
    web: Handler
    rotate: Handler
    sweep: Handler
    own_secrets: set[str] = field(default_factory=set)
    state: State = field(default_factory=dict)

    def put_back(self) -> None:
        """Begin the next input where every other one begins. Setting the clock back has the keys read again."""
        self.secrets.put_back(self.state)
        self.world.clock.now = NOW
        self.netsuite.answers.clear()
        self.netsuite.asked = 0
        self.netsuite.secrets = set()
        self.told.things.clear()
        self.shown.seek(0)
        self.shown.truncate()

    def send(self, event: Any) -> dict[str, Any]:
        """Hand an event to the web function."""
        with redirect_stdout(self.shown):
            return self.web(event, LambdaContext("web"))  # type: ignore[arg-type]

    def browse(self, method: str, address: str, cookies: Iterable[str] = (), **headers: str) -> dict[str, Any]:
        """Open an address as a browser does."""
        path, _, query = address.partition("?")
        return self.send(make_event(method, path, query, headers, list(cookies)))

    def deliver(self, *bodies: str) -> dict[str, Any]:
        """Hand messages to the rotate function."""
        records = [
            {"messageId": str(number), "eventSource": "aws:sqs", "body": body, "attributes": {"MessageGroupId": "one"}}
            for number, body in enumerate(bodies)
        ]
        with redirect_stdout(self.shown):
            return self.rotate({"Records": records}, LambdaContext("rotate", 90))  # type: ignore[arg-type]

    def schedule(self, event: Any) -> dict[str, Any]:
        """Let the schedule fire with this event."""
        with redirect_stdout(self.shown):
            return self.sweep(event, LambdaContext("sweep"))  # type: ignore[arg-type]

    def press_button(self, name: str) -> tuple[dict[str, str], list[str]]:
        """Begin an attempt; returns what NetSuite sends the browser back with, and the browser's cookies."""
        answer = self.browse("POST", self.world.make_link(name), origin=ORIGIN)
        state = parse_qs(urlsplit(answer["headers"]["Location"]).query)["state"][0]
        parameters = {"state": state, "role": "1017", "entity": "12", "company": "1234567_SB1", "code": "c" * 64}
        return parameters, [cookie.partition(";")[0] for cookie in answer["cookies"]]

    def come_back(self, parameters: dict[str, str], cookies: list[str]) -> list[dict[str, Any]]:
        """Reach the callback and follow to the page that is shown in the end; returns every response on the way."""
        answer = self.browse("GET", f"/oauth/callback?{urlencode(parameters, errors='surrogatepass')}", cookies)
        if answer["statusCode"] != 303:
            return [answer]
        return [answer, self.browse("GET", answer["headers"]["Location"])]

    def authorize(self, name: str) -> list[dict[str, Any]]:
        """Do all that a person does."""
        return self.come_back(*self.press_button(name))


def make_event(
    method: str, path: str, query: str = "", headers: dict[str, str] | None = None, cookies: list[str] | None = None
) -> dict[str, Any]:
    """Return a request as API Gateway hands it to Lambda, payload version 2.0."""
    pairs = parse_qs(query, errors="surrogatepass")
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "queryStringParameters": {name: ",".join(values) for name, values in pairs.items()},
        "headers": {name.replace("_", "-"): value for name, value in (headers or {}).items()},
        "cookies": cookies or [],
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
            "requestId": "request",
        },
        "isBase64Encoded": False,
    }


@cache
def _make_stand() -> Stand:
    clock = Clock()
    secrets, told, shown, netsuite = Secrets(clock), Told(), io.StringIO(), WireNetSuite(clock)
    clients = {"secretsmanager": secrets, "sqs": told, "events": told}

    def make_runtime() -> Runtime:
        return Runtime.from_environ(
            _ENVIRON, now=clock, make_session=netsuite.make_session, make_client=lambda service, **_: clients[service]
        )

    with redirect_stdout(shown):
        runtime = make_runtime()
    world = World(clock, runtime, "queue", make_runtime)
    handlers = (web.make_handler(runtime), rotate.make_handler(runtime), sweep.make_handler(runtime))
    stand = Stand(world, secrets, netsuite, told, shown, *handlers)
    _fill(stand)
    return stand


def _fill(stand: Stand) -> None:
    """Have three connections that have all been through what leaves its traces: consent, rotation, saved answers."""
    store = stand.world.store
    for key in (LINK_KEY, STATE_KEY):
        stand.secrets.fill(PREFIX + key, f"{key}-canary-" + "k" * 48, sha256(key.encode()).hexdigest()[:32])
    endpoints = {"token_endpoint": f"{_ENDPOINT}/token", "revocation_endpoint": f"{_ENDPOINT}/revoke"}
    for name, secret in ((CONFIDENTIAL, "client-secret-canary"), (PUBLIC, None)):
        stand.world.add_connection(name, Client("1234567_SB1", "a" * 64, secret, endpoints))
    client = Client("1234567_SB1", "a" * 64, None, endpoints)
    held = Certificates(current=_make_certificate(stand))
    stand.world.add_connection(MACHINE, client, grant_type=CLIENT_CREDENTIALS, certificates=held)
    for name in PERSONS:
        assert stand.authorize(name)[-1]["statusCode"] == 200
    for name in NAMES:
        answer = stand.deliver(f'{{"connection": "{name}", "action": "rotate", "force": true}}')
        assert answer == {"batchItemFailures": []}
        assert stand.world.token(name).token is not None
    stand.own_secrets = stand.netsuite.secrets | {store.read(key).body for key in (LINK_KEY, STATE_KEY, MACHINE_KEY)}
    stand.own_secrets |= {"client-secret-canary"}
    stand.state = stand.secrets.remember()


def _make_certificate(stand: Stand) -> Certificate:
    key = make_key()
    stand.world.store.create(MACHINE_KEY, export(key), "private key")
    digest = sha256(b"certificate").hexdigest()
    return Certificate(MACHINE_KEY, "ES256", make_certificate(key), digest, NOW, NOW + 31_536_000, "id-of-it")


@contextmanager
def fresh_stand() -> Iterator[Stand]:
    """Give the deployment as every input finds it."""
    stand = _make_stand()
    stand.put_back()
    yield stand
