"""The twin: the template's stack on this machine, with a NetSuite to authorize at, behind one object."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

import boto3

from local.aws.observed import observed_events, observed_messages, read_notices
from local.aws.server import aws_server
from local.environment import ACCOUNT, REGION, make_environ, merge_environ
from local.functions.functions import Functions, FunctionSettings, Handler, make_broker_handler
from local.gateway.gateway import Gateway
from local.netsuite import default_world, serve
from local.parts import read_functions, read_mapping, read_routes, read_schedule
from local.stack.resource_types import Place
from local.stack.stack import make_stack
from local.stack.template import Template
from local.triggers.queue import QueueDriver
from local.triggers.schedule import ScheduleDriver
from suitetoken.netsuite.rules import make_endpoints
from suitetoken.shared_names import CALLBACK_PATH

NETSUITE_ACCOUNT = "1234567"
"""The account of the integration records that are there from the start."""
TEMPLATE = Path(__file__).parents[1] / "template.yaml"


class Twin:
    """A running stack. As a context manager everything starts on free ports and stops, threads and all, at the end.

    While it runs, this process's environment points boto3 at it. One runs in a process at a time.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        port: int = 0,
        aws_port: int = 0,
        netsuite_port: int = 0,
        prefix: str = "suitetoken",
        log: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Start nothing yet. `now` is the clock of AWS, functions and NetSuite; `log` gets what the functions print."""
        self.now = now
        self.prefix = prefix
        self._port = port
        self._aws_port = aws_port
        self._netsuite_port = netsuite_port
        self._log = log
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self.aws_url = starting.enter_context(aws_server(self.now, self._aws_port))
            self.environ = make_environ(self.aws_url, self.prefix)
            starting.enter_context(patch.dict(os.environ, merge_environ(os.environ, self.environ), clear=True))
            starting.enter_context(patch.object(boto3, "DEFAULT_SESSION", None))
            self.events = starting.enter_context(observed_events())
            self._start_parts(starting)
            self._running = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    @property
    def function_log(self) -> str:
        """Everything the functions printed so far."""
        return self._functions.log

    @property
    def notices(self) -> list[str]:
        """Every notice that a person subscribed to the topic would have got so far."""
        return read_notices(ACCOUNT, REGION)

    def client(self, service: str) -> Any:
        """Return a boto3 client of the twin's AWS."""
        return boto3.client(service)

    def overrides(self, account_id: str = NETSUITE_ACCOUNT) -> dict[str, str]:
        """Return the endpoints that a client document must name to lead to this NetSuite."""
        return override_endpoints(self.netsuite_url, account_id)

    def tick(self) -> int:
        """Let the schedule fire now, and handle what it puts on the queue; return how many messages were handled."""
        self.schedule.tick()
        return self.drain()

    def drain(self) -> int:
        """Handle the queue's messages until none is left; return how many were handled."""
        return self.queue.drain()

    def drive(self) -> None:
        """Let schedule and queue go on by themselves from now on, as they do in AWS."""
        if self._schedule_enabled:
            self.schedule.start()
        self.queue.start()

    def _start_parts(self, starting: ExitStack) -> None:
        gateway = Gateway(self._start, now=self.now, port=self._port)
        starting.callback(gateway.close)
        self.public_url = gateway.url
        place = Place(REGION, ACCOUNT, self.public_url)
        self.stack = make_stack(
            Template.from_file(TEMPLATE), {"Prefix": self.prefix, "Release": "local"}, place, self.client
        )
        self._functions = Functions(read_functions(self.stack), self._make_handler, self._log)
        starting.callback(self._functions.close)
        self._make_drivers(starting)
        self._start_netsuite(starting)
        gateway.serve(read_routes(self.stack))

    def _start_netsuite(self, starting: ExitStack) -> None:
        self.netsuite = default_world(self.now)
        self.netsuite_url = starting.enter_context(serve(self.netsuite, port=self._netsuite_port)).url
        redirect_uris, scopes = [f"{self.public_url}{CALLBACK_PATH}"], ["restlets", "rest_webservices"]
        add = partial(self.netsuite.add_integration, NETSUITE_ACCOUNT, redirect_uris=redirect_uris, scopes=scopes)
        self.confidential = add(name="Confidential client")
        self.public = add(name="Public client", public=True)
        self.machine = add(name="Machine to machine", client_credentials=True)

    def _make_drivers(self, starting: ExitStack) -> None:
        mapped, rotate = read_mapping(self.stack, REGION)
        self.queue = QueueDriver(self.client("sqs"), mapped, partial(self._functions.invoke, rotate))
        starting.callback(self.queue.close)
        starting.enter_context(observed_messages(self.queue.notify))
        scheduled = read_schedule(self.stack)
        sweep = partial(self._functions.invoke, scheduled.function)
        self.schedule = ScheduleDriver(scheduled.every, scheduled.template_input, sweep, self.now)
        self._schedule_enabled = scheduled.enabled
        starting.callback(self.schedule.close)

    def _start(self, function: str, event: dict[str, Any]) -> Future[Any]:
        return self._functions.start(function, event)

    def _make_handler(self, settings: FunctionSettings) -> Handler:
        return make_broker_handler(settings, self.now)


def override_endpoints(netsuite_url: str, account_id: str = NETSUITE_ACCOUNT) -> dict[str, str]:
    """Return an account's endpoints by the names of a client document, as they are at a simulator."""
    real = asdict(make_endpoints(account_id))
    return {name: f"{netsuite_url}/{_as_path(url)}" for name, url in real.items()}


def _as_path(url: str) -> str:
    """Return a NetSuite URL as the simulator has it on this machine: the host without its domain comes first."""
    return url.removeprefix("https://").replace(".netsuite.com", "", 1)
