"""The packaged artefact deployed: moto with IAM on, NetSuite's simulator, each function a process under its role."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from artefact import is_needed, list_files
from local.aws.enforcement import Decision, enforced
from local.aws.server import aws_server
from local.environment import ACCOUNT, REGION
from local.functions.execution import OF_THE_CLIENT, OF_THE_RUNTIME, ExecutionEnvironment, Machine, link_packages
from local.gateway.gateway import Gateway
from local.netsuite import Integration, Simulator, default_world, serve
from local.parts import read_functions, read_mapping, read_routes, read_schedule
from local.triggers.queue import QueueDriver
from local.triggers.schedule import ScheduleDriver
from local.twin import NETSUITE_ACCOUNT
from package import ROOT, SOURCES
from tests.stacks.enforced import EnforcedStack, Keys, deploy_with_roles, make_user
from tests.stacks.iam_page import read_policy

ARCHIVE = ROOT / ".build" / "broker.zip"
PREFIX = "suitetoken"
SCOPES = ["restlets", "rest_webservices"]


@dataclass(frozen=True)
class Packaged:
    """A running deployment of the artefact."""

    deployed: EnforcedStack
    functions: dict[str, ExecutionEnvironment]
    gateway: Gateway
    schedule: ScheduleDriver
    queue: QueueDriver
    netsuite: Simulator
    netsuite_url: str
    confidential: Integration
    public: Integration
    operator: Keys
    decisions: list[Decision]
    machine: Machine
    archived: list[str]
    logs: Path

    @property
    def log(self) -> list[str]:
        """Every line that the functions printed, function by function."""
        return [line for file in sorted(self.logs.iterdir()) for line in file.read_text("utf-8").splitlines()]

    def clear_log(self) -> None:
        """Forget what was printed."""
        for file in self.logs.iterdir():
            os.truncate(file, 0)

    def client_of_operator(self, service: str) -> Any:
        """Return a client with an operator's own credentials."""
        return self.deployed.client(service, self.operator)

    def client_of_function(self, name: str, service: str) -> Any:
        """Return a client with the role of a function."""
        return self.deployed.client_of(role_of(self.deployed, f"{PREFIX}-{name}"), service)


def read_archive() -> zipfile.ZipFile:
    """Return the artefact that `make package` made, or fail where it is not of this tree."""
    if not ARCHIVE.exists():
        raise AssertionError(".build/broker.zip is not there: run `make package`")
    archive = zipfile.ZipFile(io.BytesIO(ARCHIVE.read_bytes()))
    ours = {
        f"{package}/{name}": path.read_bytes()
        for source, package in SOURCES
        for name, path in list_files(source / package)
        if is_needed(f"{package}/{name}")
    }
    packed = {name: archive.read(name) for name in archive.namelist() if name in ours}
    assert packed == ours, ".build/broker.zip was made of another tree: run `make package`"
    return archive


def unpack(folder: Path, environ: dict[str, str]) -> Machine:
    """Unpack the artefact as on Lambda, with the runtime beside it and an empty home."""
    machine = Machine(Path(sys.executable), folder / "task", folder / "runtime", folder / "home", environ)
    read_archive().extractall(machine.task_root)
    for path in (machine.runtime, machine.home):
        path.mkdir()
    link_packages((*OF_THE_RUNTIME, *OF_THE_CLIENT), Path(boto3.__file__).parents[1], machine.runtime)
    return machine


@contextmanager
def packaged(folder: Path, now: Any, **parameters: str) -> Iterator[Packaged]:
    """Start everything; `now` is the clock of AWS and NetSuite, the functions live in real time."""
    functions: dict[str, ExecutionEnvironment] = {}

    def start(name: str, event: Any) -> Future[Any]:
        return functions[name].start(event)

    def invoke(name: str, event: Any) -> Any:
        return functions[name].invoke(event)

    with ExitStack() as running:
        endpoint = running.enter_context(aws_server(now))
        gateway = Gateway(start, now=now)
        running.callback(gateway.close)
        deployed = deploy_with_roles(PREFIX, gateway.url, endpoint, **parameters)
        operator = make_user("operator", _policy_of_operator(deployed), endpoint)
        decisions = running.enter_context(enforced())
        machine = unpack(folder, _lead_to(endpoint))
        logs = folder / "logs"
        logs.mkdir()
        for name, settings in read_functions(deployed.stack).items():
            keys = deployed.keys_of(role_of(deployed, name))
            functions[name] = ExecutionEnvironment(settings, machine, keys, logs / name)
            running.callback(functions[name].close)
        mapped, rotate = read_mapping(deployed.stack, REGION)
        scheduled = read_schedule(deployed.stack)
        netsuite = default_world(now)
        netsuite_url = running.enter_context(serve(netsuite)).url
        redirect_uris = [f"{gateway.url}/oauth/callback"]
        add = partial(netsuite.add_integration, NETSUITE_ACCOUNT, redirect_uris=redirect_uris, scopes=SCOPES)
        gateway.serve(read_routes(deployed.stack))
        yield Packaged(
            deployed=deployed,
            functions=functions,
            gateway=gateway,
            schedule=ScheduleDriver(
                scheduled.every, scheduled.template_input, partial(invoke, scheduled.function), now
            ),
            queue=QueueDriver(deployed.client_of(role_of(deployed, rotate), "sqs"), mapped, partial(invoke, rotate)),
            netsuite=netsuite,
            netsuite_url=netsuite_url,
            confidential=add(name="confidential"),
            public=add(name="public", public=True),
            operator=operator,
            decisions=decisions,
            machine=machine,
            archived=read_archive().namelist(),
            logs=logs,
        )


def role_of(deployed: EnforcedStack, function: str) -> str:
    """Return the logical name of the role that the template gives a function."""
    properties = next(it.properties for it in deployed.stack.of_type("AWS::Lambda::Function") if it.ref == function)
    roles = {it.attributes["Arn"]: it.name for it in deployed.stack.of_type("AWS::IAM::Role")}
    return roles[properties["Role"]]


def _policy_of_operator(deployed: EnforcedStack) -> dict[str, Any]:
    """Return what the page gives an operator; more where the secrets have a key of their own."""
    keys = [made.attributes["Arn"] for made in deployed.stack.of_type("AWS::KMS::Key")]
    where = {"PREFIX": PREFIX, "REGION": REGION, "ACCOUNT_ID": ACCOUNT, "KEY_ARN": "".join(keys)}
    headings = ("Operators", "Operators where the secrets have a key of their own")[: 1 + len(keys)]
    statements = [it for heading in headings for it in read_policy(heading, **where)["Statement"]]
    return {"Version": "2012-10-17", "Statement": statements}


def _lead_to(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
