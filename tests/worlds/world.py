"""A deployment in this process: the broker's real handlers over AWS as moto plays it, with a clock that tests move."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import boto3
import requests

from local.aws import corrected_moto
from suitetoken.aws.records import client_secret, connection_secret, read_connection, read_token, token_secret
from suitetoken.aws.store import Store
from suitetoken.documents import Client, Connection, TokenDocument, never_authorized
from suitetoken.signing.keys import LINK_KEY, STATE_KEY
from tests.samples.tokens import NOW, SCOPE
from token_broker import rotate, sweep, web
from token_broker.context.broker import Broker
from token_broker.runtime import Runtime

ORIGIN = "https://broker.example"
REGION = "eu-central-1"


@dataclass
class Clock:
    """Epoch seconds that only a test moves."""

    now: float = NOW

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move the time on."""
        self.now += seconds


@dataclass(frozen=True)
class LambdaContext:
    """What Lambda hands to a handler."""

    function_name: str
    remaining: float = 60
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:suitetoken"
    aws_request_id: str = "11111111-2222-3333-4444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""
        return int(self.remaining * 1000)


@dataclass(frozen=True)
class Page:
    """An HTTP response as API Gateway gives it to the browser."""

    status: int
    headers: Mapping[str, str]
    body: str
    cookies: tuple[str, ...] = ()

    @property
    def location(self) -> str:
        """Where the page sends the browser."""
        return self.headers["Location"]


@dataclass
class World:
    """Everything a test of a flow needs."""

    clock: Clock
    runtime: Runtime
    queue_url: str
    make_runtime: Callable[[], Runtime]
    cookies: dict[str, str] = field(default_factory=dict)
    make_context: Callable[[str], LambdaContext] = LambdaContext

    @property
    def store(self) -> Store:
        """The secrets."""
        return self.runtime.broker.store

    @property
    def broker(self) -> Broker:
        """The broker's tools."""
        return self.runtime.broker

    def add_connection(self, name: str, client: Client, **fields: Any) -> None:
        """Add a client of the same name and a connection, as the command line does."""
        connection = Connection(**{"client": name, "scope": SCOPE, **fields})
        problem = never_authorized(name, int(self.clock()))
        self.store.create(client_secret(name), client.to_json(), "client")
        self.store.create(connection_secret(name), connection.to_json(), "connection")
        self.store.create(token_secret(name), TokenDocument(problem=problem).to_json(), "token")

    def make_link(self, name: str) -> str:
        """Return the path of a fresh link."""
        link = self.broker.make_fresh_link(name, self.connection(name))
        return link.removeprefix(ORIGIN)

    def connection(self, name: str) -> Connection:
        """Return the connection as it is stored."""
        return read_connection(self.store, name).document

    def token(self, name: str) -> TokenDocument:
        """Return the token document that readers get."""
        return read_token(self.store, name).document

    def get(self, path: str, query: str = "", **headers: str) -> Page:
        """Open an address in the browser; its query may be part of it."""
        path, _, own = path.partition("?")
        return self.browse("GET", path, query or own, headers)

    def post(self, path: str, query: str = "", **headers: str) -> Page:
        """Press the button of our own page, unless the headers say otherwise."""
        return self.browse("POST", path, query, headers or {"origin": ORIGIN})

    def rotate(self, name: str, action: str = "rotate", remaining: float = 90, **request: bool) -> dict[str, Any]:
        """Deliver one queue message."""
        body = json.dumps({"connection": name, "action": action, **request})
        return self.deliver(body, remaining)

    def deliver(self, body: str, remaining: float = 90, sent_at: float | None = None) -> dict[str, Any]:
        """Deliver a queue message of any body, as SQS hands it to Lambda; it was put there just now, or earlier."""
        sent = int((sent_at or self.clock()) * 1000) if math.isfinite(self.clock()) else 0
        record = {
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "receiptHandle": "handle",
            "body": body,
            "attributes": {"MessageGroupId": "group", "ApproximateReceiveCount": "1", "SentTimestamp": str(sent)},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:suitetoken-rotate.fifo",
            "awsRegion": REGION,
        }
        return rotate.make_handler(self.runtime)({"Records": [record]}, LambdaContext("rotate", remaining))  # type: ignore[arg-type]

    def take_messages(self) -> list[str]:
        """Take what waits in the queue, and return the bodies."""
        queue = boto3.client("sqs", region_name=REGION)
        found = queue.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in found]

    def come_round(self) -> None:
        """Let the schedule fire, and work off every message that is on the queue then."""
        self.sweep()
        queue: Any = self.broker.queue._client
        while found := queue.receive_message(QueueUrl=self.queue_url).get("Messages", []):
            for message in found:
                self.deliver(message["Body"])
                queue.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])

    def sweep(self) -> dict[str, Any]:
        """Let the schedule fire."""
        event = {"scheduled_time": f"{self.clock()}"}
        return sweep.make_handler(self.runtime)(event, LambdaContext("sweep"))  # type: ignore[arg-type]

    def browse(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Page:
        """Ask for an address by any method. An event without cookies has no list of them, as API Gateway makes it."""
        cookies = [f"{name}={value}" for name, value in self.cookies.items()]
        event = {
            "version": "2.0",
            "routeKey": f"{method} {path}",
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": {name: ",".join(values) for name, values in parse_qs(query).items()},
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            **({"cookies": cookies} if cookies else {}),
            "requestContext": {
                "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
                "stage": "$default",
                "requestId": "request",
            },
            "isBase64Encoded": False,
        }
        answer = web.make_handler(self.runtime)(event, self.make_context("web"))  # type: ignore[arg-type]
        set_cookies = tuple(answer.get("cookies") or ())
        for cookie in set_cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Page(answer["statusCode"], answer["headers"], answer["body"], set_cookies)


MakeWorld = Callable[[Callable[[], requests.Session], Clock], AbstractContextManager[World]]


@cache
def session() -> boto3.Session:
    """The one boto3 session of all worlds: it has read AWS's descriptions of its services, which takes most time."""
    return boto3.Session(region_name=REGION)


@contextmanager
def make_world(make_session: Callable[[], requests.Session], clock: Clock | None = None) -> Iterator[World]:
    """Give a world whose token requests go through `make_session`."""
    moment = clock or Clock()
    with corrected_moto(moment):
        queue = session().client("sqs", region_name=REGION)
        queue_url = queue.create_queue(QueueName="suitetoken-rotate.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        yield make_world_of(session().client, queue_url, make_session, moment)


def make_world_of(
    make_client: Callable[..., Any], queue_url: str, make_session: Callable[[], requests.Session], clock: Clock
) -> World:
    """Return a world over the AWS that these clients reach, with its signing keys."""
    environ = {
        "SUITETOKEN_PREFIX": "suitetoken",
        "SUITETOKEN_PUBLIC_URL": ORIGIN,
        "SUITETOKEN_QUEUE_URL": queue_url,
        "POWERTOOLS_SERVICE_NAME": "test",
    }

    def make_runtime() -> Runtime:
        return Runtime.from_environ(environ, now=clock, make_session=make_session, make_client=make_client)

    runtime = make_runtime()
    for key in (LINK_KEY, STATE_KEY):
        runtime.broker.store.create(key, f"{key}-canary-" + "k" * 48, "signing key")
    return World(clock, runtime, queue_url, make_runtime)
