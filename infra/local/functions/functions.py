"""Runs the template's functions in this process as Lambda would: their environment, timeout, context and log."""

from __future__ import annotations

import importlib
import time
import traceback
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from local.functions.output import capture_output

Handler = Callable[[dict[str, Any], Any], Any]
_MOST_AT_ONCE = 32
_one_cold_start = Lock()
"""boto3's default session may not make clients in two threads at once."""


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template says about a function. `timeout` is in seconds, `memory` in MB."""

    name: str
    arn: str
    handler: str
    timeout: int
    memory: int
    environment: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context object (AWS Lambda Developer Guide, "Using the Lambda context object with Python")."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda would end the invocation."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class Function:
    """One function: every invocation takes a free execution environment or makes another."""

    def __init__(self, settings: FunctionSettings, make_handler: Callable[[FunctionSettings], Handler]) -> None:
        """Make no environment yet: the first invocation is a cold start."""
        self.settings = settings
        self._make_handler = make_handler
        self._free: deque[Handler] = deque()

    def invoke(self, event: dict[str, Any], log: Callable[[str], object]) -> Any:
        """Return the handler's answer, or raise what it raised; what it prints goes to `log`."""
        with capture_output(log):
            handler = self._take()
            try:
                return handler(event, self._make_context())
            except Exception:
                log(f"[ERROR] {traceback.format_exc()}")
                raise
            finally:
                self._free.append(handler)

    def _take(self) -> Handler:
        try:
            return self._free.popleft()
        except IndexError:
            with _one_cold_start:
                return self._make_handler(self.settings)

    def _make_context(self) -> Context:
        return Context(
            function_name=self.settings.name,
            invoked_function_arn=self.settings.arn,
            memory_limit_in_mb=str(self.settings.memory),
            aws_request_id=str(uuid.uuid4()),
            deadline=time.monotonic() + self.settings.timeout,
        )


class Functions:
    """All functions of a template by name, and the last lines of their logs."""

    def __init__(
        self,
        settings: Mapping[str, FunctionSettings],
        make_handler: Callable[[FunctionSettings], Handler],
        log: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Make every function; `log` also gets each piece of what they print."""
        self._functions = {name: Function(each, make_handler) for name, each in settings.items()}
        self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, "function")
        self._log = log
        self._kept: deque[str] = deque(maxlen=20_000)

    @property
    def log(self) -> str:
        """What the functions printed, as their log groups would hold it."""
        return "".join(self._kept)

    def start(self, name: str, event: dict[str, Any]) -> Future[Any]:
        """Begin an invocation and return at once."""
        return self._threads.submit(self._functions[name].invoke, event, self._note)

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        """Return the function's answer, or raise what it raised."""
        return self.start(name, event).result()

    def close(self) -> None:
        """Wait for what still runs."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _note(self, text: str) -> None:
        self._kept.append(text)
        self._log(text)


def make_broker_handler(settings: FunctionSettings, now: Callable[[], float]) -> Handler:
    """Return a handler of the broker as its module makes it, but with this clock and the template's environment."""
    from token_broker.runtime import Runtime

    module_name = settings.handler.rpartition(".")[0]
    module = importlib.import_module(module_name)
    handler: Handler = module.make_handler(Runtime.from_environ(settings.environment, now=now))
    return handler
