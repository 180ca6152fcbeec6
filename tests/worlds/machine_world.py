"""A deployment and the whole simulator with one connection that needs no person, named `finance`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import boto3
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from local.netsuite import Integration, Simulator, SimulatorAdapter, create_app, default_world
from local.netsuite.certificates import upload
from suitetoken.aws.records import update_connection
from suitetoken.documents import Certificate, Certificates, Client, Connection
from suitetoken.netsuite.machine import CLIENT_CREDENTIALS
from tests.samples.machines import export, make_certificate, make_key
from tests.samples.tokens import NOW
from tests.worlds.world import REGION, Clock, MakeWorld, World, make_world

NAME = "finance"
SCOPE = ("rest_webservices",)


@dataclass
class MachineRoad:
    """A world, its NetSuite, and the record that machines use."""

    world: World
    simulator: Simulator
    integration: Integration
    make_session: Callable[[], requests.Session]
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        """The connection as it is stored."""
        return self.world.connection(NAME)

    @property
    def serves_good_token(self) -> bool:
        """Whether readers get a token that has not expired."""
        token = self.world.token(NAME).token
        return token is not None and token.expires_at > self.world.clock()

    def make_kms_certificate(self) -> Certificate:
        """Return a certificate of a key in KMS, not yet uploaded: NetSuite does not look at who signed it."""
        kms = boto3.client("kms", region_name=REGION)
        made = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]
        der = kms.get_public_key(KeyId=made["KeyId"])["PublicKey"]
        return self._describe(made["Arn"], "ES256", make_certificate_of(der))

    def make_secret_certificate(self, algorithm: str = "ES256", number: int = 0) -> Certificate:
        """Return a certificate of a private key in Secrets Manager, not yet uploaded."""
        key, secret = make_key(algorithm, number=number), f"key/{NAME}/{number + 1}"
        self.world.store.create(secret, export(key), "private key")
        return self._describe(secret, algorithm, make_certificate(key))

    def upload(self, certificate: Certificate, role: str = "1017", entity: str = "12") -> Certificate:
        """Do as the administrator does; returns the certificate with its id."""
        mapped = upload(self.simulator, self.integration, certificate.pem, role, entity)
        return replace(certificate, certificate_id=mapped.id)

    def hold(self, **held: Any) -> None:
        """Put certificates into the connection's document."""
        update_connection(
            self.world.store,
            NAME,
            lambda now: replace(now, certificates=replace(now.certificates, **held), problem=None),
        )

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Return the details of the events of a kind, in order."""
        return [json.loads(event["Detail"]) for event in self.events if event["DetailType"] == kind]

    def start(self, certificate: Certificate | None = None) -> Certificate:
        """Let the connection have a certificate that works, and get its first token."""
        uploaded = self.upload(certificate or self.make_kms_certificate())
        self.hold(current=uploaded)
        self.world.rotate(NAME, force=True)
        assert self.serves_good_token
        return uploaded

    def pass_time(self, seconds: float, sweep: int = 300) -> None:
        """Let time pass with a sweep every five minutes."""
        for _ in range(int(seconds // sweep)):
            self.world.clock.advance(sweep)
            self.world.rotate(NAME)

    def _describe(self, key: str, algorithm: str, pem: str) -> Certificate:
        parsed = x509.load_pem_x509_certificate(pem.encode())
        digest = sha256(parsed.public_bytes(Encoding.DER)).hexdigest()
        end = int(parsed.not_valid_after_utc.timestamp())
        return Certificate(key, algorithm, pem, digest, NOW, end)


def make_certificate_of(public_key: bytes) -> str:
    """Return a certificate that names this public key, signed by another: the simulator, as NetSuite, takes it."""
    name = x509.Name([])
    begin = datetime.fromtimestamp(NOW, UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(x509.random_serial_number())
    key: Any = load_der_public_key(public_key)
    builder = builder.public_key(key).not_valid_before(begin).not_valid_after(begin + timedelta(days=365))
    return builder.sign(make_key(), hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@contextmanager
def make_machine_road(**certificates: Any) -> Iterator[MachineRoad]:
    """Give a world whose connection has these certificates, or none yet; its events are kept."""
    with make_silent_road(make_world, **certificates) as road:
        watched: Any = road.world.broker.events._client
        watched.meta.events.register(
            "provide-client-params.events.PutEvents", lambda params, **_: road.events.extend(params["Entries"])
        )
        yield road


@contextmanager
def make_silent_road(make_world: MakeWorld, **certificates: Any) -> Iterator[MachineRoad]:
    """Give the same road in any world; nobody keeps its events."""
    clock = Clock()
    simulator = default_world(clock)
    integration = simulator.add_integration(
        "1234567", name="machine", redirect_uris=[], scopes=[*SCOPE, "restlets"], client_credentials=True
    )

    def make_session() -> requests.Session:
        session = requests.Session()
        session.mount("https://", SimulatorAdapter(create_app(simulator)))
        return session

    with make_world(make_session, clock) as world:
        client = Client("1234567", integration.client_id)
        world.add_connection(
            NAME, client, scope=SCOPE, grant_type=CLIENT_CREDENTIALS, certificates=Certificates(**certificates)
        )
        yield MachineRoad(world, simulator, integration, make_session)


@pytest.fixture
def machine() -> Iterator[MachineRoad]:
    """A connection without a person and without a certificate."""
    with make_machine_road() as road:
        yield road


def problem_code(road: MachineRoad) -> str | None:
    """Return the code that both documents show, having seen that they agree."""
    said, known = road.world.token(NAME).problem, road.connection.problem
    assert (said.code if said else None) == (known.code if known else None)
    return said.code if said else None


def fail_kms(road: MachineRoad, code: str, key: str = "") -> Callable[[], None]:
    """Let KMS answer each Sign (with this key) as AWS words an error; returns what ends that."""
    client: Any = road.world.broker.signers._kms
    http = type("Http", (), {"status_code": 400})()

    def answer(params: dict[str, Any], **_: Any) -> Any:
        refused = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {}}
        return (http, refused) if key in str(params["body"]) else None

    client.meta.events.register("before-call.kms.Sign", answer)
    return lambda: client.meta.events.unregister("before-call.kms.Sign", answer)
