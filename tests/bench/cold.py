"""Cold start: whole processes, from their start until they have printed what is in the secret, and gone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3

from local.aws.server import aws_server
from tests.bench.interleaved import Timing, time_arms
from tests.bench.store import NAME, SECRET_ID, BenchStore

BARE = "python, doing nothing"
OUR_COMMAND = "suitetoken token"
AWS_CLI = "aws secretsmanager get-secret-value"
OUR_LIBRARY = "suitetoken TokenReader"
BOTO3 = "boto3 get_secret_value"
_ROUNDS = 9
_BIN = Path(sys.executable).parent
_LIBRARY = f"from suitetoken import TokenReader; print(TokenReader({NAME!r}).token())"
_CLIENT = (
    f"import boto3; print(boto3.client('secretsmanager').get_secret_value(SecretId={SECRET_ID!r})['SecretString'])"
)
COMMANDS = {
    BARE: [sys.executable, "-c", "print()"],
    OUR_COMMAND: [str(_BIN / "suitetoken"), "token", NAME],
    AWS_CLI: [str(_BIN / "aws"), "secretsmanager", "get-secret-value", "--secret-id", SECRET_ID],
    OUR_LIBRARY: [sys.executable, "-c", _LIBRARY],
    BOTO3: [sys.executable, "-c", _CLIENT],
}


def measure_cold_starts() -> dict[str, Timing]:
    """Return the seconds of each command against AWS as moto plays it on this machine.

    Credentials are in the environment, and each command has run once, so that its bytecode is there.
    """
    with _secret_on_this_machine() as environ:
        arms = {name: partial(_time_command, command, environ) for name, command in COMMANDS.items()}
        for arm in arms.values():
            arm()
        return time_arms(arms, _ROUNDS)


@contextmanager
def _secret_on_this_machine() -> Iterator[Mapping[str, str]]:
    store = BenchStore()
    store.rotate()
    with aws_server() as url, TemporaryDirectory() as home:
        keys = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "eu-west-1"}
        client = boto3.client(
            "secretsmanager",
            endpoint_url=url,
            region_name=keys["AWS_DEFAULT_REGION"],
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
        )
        client.create_secret(Name=SECRET_ID, SecretString=store.versions[store.current])
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        yield kept | keys | {"AWS_ENDPOINT_URL": url, "HOME": home, "PYTHONPYCACHEPREFIX": home}


def _time_command(command: list[str], environ: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (our own commands)
    return time.perf_counter() - began
