"""What a function is made of when it starts: settings, clients, clock. No other broker file makes boto3 clients."""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import requests
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from suitetoken.aws.store import Store
from suitetoken.signing.keys import LINK_KEY, STATE_KEY, KeyRing
from token_broker.context.broker import Broker
from token_broker.context.rotation_queue import RotationQueue
from token_broker.context.settings import Settings
from token_broker.netsuite.signers import Signers
from token_broker.netsuite.token_endpoint import Timing, TokenEndpoint
from token_broker.notices.events import Events
from token_broker.notices.metrics import Measure, emit

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
_TALKATIVE = ("aws_lambda_powertools", "boto3", "botocore", "urllib3")
"""Loggers that print requests, secrets and all, when somebody sets the whole function to DEBUG, and chatter on INFO."""
_AWS = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})


@dataclass(frozen=True, slots=True)
class Runtime:
    """One execution environment's tools."""

    settings: Settings
    broker: Broker
    logger: Logger

    @classmethod
    def from_environ(
        cls,
        environ: Mapping[str, str],
        *,
        now: Callable[[], float] = time.time,
        make_session: Callable[[], requests.Session] = requests.Session,
        make_client: Callable[..., Any] = boto3.client,
    ) -> Runtime:
        """Make everything from the environment that the template gives a function. Calls nothing yet."""
        settings = Settings.from_environ(environ)
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        service = environ.get("POWERTOOLS_SERVICE_NAME", "broker")
        logger = Logger(service=service, level=environ.get("POWERTOOLS_LOG_LEVEL", "INFO"))
        store = Store(make_client("secretsmanager", config=_AWS), settings.prefix)
        broker = Broker(
            settings=settings,
            store=store,
            token_endpoint=TokenEndpoint(make_session, observe=_tell(logger, settings)),
            events=Events(make_client("events", config=_AWS), settings.event_bus, settings.prefix, logger),
            link_keys=KeyRing(store, LINK_KEY, now),
            state_keys=KeyRing(store, STATE_KEY, now),
            queue=RotationQueue(make_client("sqs", config=_AWS), settings.queue_url),
            signers=Signers(lambda: make_client("kms", config=_AWS), store),
            now=now,
            worker=uuid.uuid4().hex,
        )
        return cls(settings, broker, logger)


def _tell(logger: Logger, settings: Settings) -> Callable[[Timing], None]:
    """Return what logs and measures each token request."""

    def tell(timing: Timing) -> None:
        kind, milliseconds = timing.request, timing.milliseconds
        logger.info("token request", request=kind, outcome=timing.outcome, milliseconds=milliseconds)
        measure = Measure("TokenRequestTime", MetricUnit.Milliseconds, milliseconds, {"request": kind})
        emit(settings.prefix, [measure], basic=settings.basic_monitoring)

    return tell


def make_entry_point(make_handler: Callable[[Runtime], Handler]) -> Handler:
    """Return what Lambda calls: a handler whose runtime is made at the first event and kept for all that follow."""

    @cache
    def made() -> Handler:
        return make_handler(Runtime.from_environ(os.environ))

    def enter(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return made()(event, context)

    return enter
