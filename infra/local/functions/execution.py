"""An execution environment as Lambda makes it: a process with the unzipped artefact, the runtime, and a role's keys.

Source: AWS Lambda Developer Guide, "Defined runtime environment variables" and "Building Lambda functions with Python".
Everything Lambda's runtime does is done by awslambdaric, AWS's own runtime interface client.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.functions.functions import FunctionSettings
from local.functions.runtime_api import FunctionFailed, Invocation, RuntimeApi

OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six")
"""What Lambda's Python runtime brings along and the artefact therefore leaves out."""
OF_THE_CLIENT = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
"""The runtime's own part: it asks for events and calls the handler."""
_START = """
import sys
sys.path[:0] = sys.argv[1:3]
del sys.argv[1:3]
from awslambdaric.__main__ import main
main(sys.argv)
"""
_LONGEST_START = 60


@dataclass(frozen=True, slots=True)
class Machine:
    """What every environment has in common: the interpreter, where the artefact lies, where the runtime lies.

    `environ` leads to AWS. The home folder is empty, so that nothing of this machine's user is found.
    """

    python: Path
    task_root: Path
    runtime: Path
    home: Path
    environ: Mapping[str, str] = field(repr=False)


class ExecutionEnvironment:
    """One process of one function, started at once; end it with `close`."""

    def __init__(self, settings: FunctionSettings, machine: Machine, keys: Mapping[str, str], log: Path) -> None:
        """Start the process with the credentials of the function's role, or raise FunctionFailed.

        `keys` are boto3's keyword arguments. What the function prints is in the file `log` before its answer is here.
        """
        self._settings = settings
        self._api = RuntimeApi()
        command = (machine.python, "-I", "-S", "-c", _START, machine.task_root, machine.runtime, settings.handler)
        began = time.perf_counter()
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 (our own command)
                [str(part) for part in command],
                env=make_environ(settings, machine, keys, self._api.address),
                cwd=machine.task_root,
                stdout=output,
                stderr=output,
            )
        self._await_start()
        self.init_seconds = time.perf_counter() - began

    def start(self, event: Any) -> Future[Any]:
        """Begin an invocation; its future has the answer, or FunctionFailed."""
        return self._api.invoke(Invocation(event, self._settings.arn, self._settings.timeout))

    def invoke(self, event: Any) -> Any:
        """Return the answer to an event, or raise FunctionFailed."""
        return self.start(event).result(self._settings.timeout)

    def wait(self) -> int:
        """Wait for the process to end by itself and return its exit code."""
        return self._process.wait(self._settings.timeout)

    def close(self) -> None:
        """End the process, as Lambda does: without a word. What it has not answered fails."""
        self._process.kill()
        self._process.wait()
        self._api.close()

    def _await_start(self) -> None:
        if not self._api.ready.wait(_LONGEST_START):
            self.close()
            raise FunctionFailed(f"{self._settings.name} did not start in {_LONGEST_START} s")
        if self._api.start_error:
            self.close()
            raise self._api.start_error


def make_environ(
    settings: FunctionSettings, machine: Machine, keys: Mapping[str, str], runtime_api: str
) -> dict[str, str]:
    """Return the whole environment of the process: the template's variables, Lambda's own, and nothing of ours."""
    return {
        **settings.environment,
        **machine.environ,
        **{name.upper(): value for name, value in keys.items()},
        "_HANDLER": settings.handler,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings.memory),
        "AWS_LAMBDA_FUNCTION_NAME": settings.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{settings.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "HOME": str(machine.home),
        "LAMBDA_RUNTIME_DIR": str(machine.runtime),
        "LAMBDA_TASK_ROOT": str(machine.task_root),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
    }


def link_packages(names: Iterable[str], site_packages: Path, folder: Path) -> None:
    """Make installed packages importable from `folder` alone, or raise LookupError naming the one that is missing."""
    for name in names:
        found = [path for path in site_packages.iterdir() if path.name == name or path.name.startswith(f"{name}.")]
        if not found:
            raise LookupError(f"{name} is not installed in {site_packages}")
        for path in found:
            (folder / path.name).symlink_to(path)
