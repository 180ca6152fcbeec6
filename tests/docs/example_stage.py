"""A twin on which every printed example can run: the names that examples use are there, as often as one is needed."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from local.demo.browser import Browser, authorize
from local.netsuite import Integration
from local.netsuite.certificates import upload
from local.twin import NETSUITE_ACCOUNT, Twin
from suitetoken.aws.records import update_connection
from suitetoken.aws.store import Store
from suitetoken.cli.main import run

PRINTED_CERTIFICATE = "NPMnRyPg-WDWhPiAbisjKiH0fqnBpjOZ367wDTe0pqA"
_SHELL = frozenset("<>|$`")
_FILES = {
    "yes": "y\n",
    "secret": "{secret}",
    "new-secret": "{secret}",
    "order.json": '{"item": 1}',
    "nightly-export.sh": "#!/bin/sh\nexit 0\n",
    "long_job.py": "",
}


@dataclass(frozen=True)
class Ran:
    """How one example ended."""

    code: int
    err: str


@dataclass
class ExampleStage:
    """The twin, and its secrets as they were when all names were prepared."""

    twin: Twin
    monkeypatch: pytest.MonkeyPatch
    saved: dict[str, str]

    def run(self, line: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> Ran:
        """Run a printed line in `folder`, with the twin as it was prepared."""
        self._put_back()
        self._lay_out(folder)
        self.monkeypatch.chdir(folder)
        line = self._fill_in(line)
        if _SHELL & set(line) or line.startswith("suitetoken exec "):  # which takes the place of its process
            return _run_in_shell(line, folder)
        typed = "secret" if "--client-secret-stdin" in line else "yes"
        self.monkeypatch.setattr("sys.stdin", io.StringIO((folder / typed).read_text()))
        capfd.readouterr()
        code = run(shlex.split(line)[1:])
        return Ran(code, capfd.readouterr().err)

    def _fill_in(self, line: str) -> str:
        """Put what a person has in the place of what stands for it."""
        machine = "client add machines" in line
        integration = (
            self.twin.machine if machine else self.twin.public if "--public" in line else self.twin.confidential
        )
        words = {"CLIENT_ID": integration.client_id, "--client-id ID": f"--client-id {integration.client_id}"}
        for word, filled in {**words, "NEW_ID": PRINTED_CERTIFICATE}.items():
            line = line.replace(word, filled)
        return line

    def _lay_out(self, folder: Path) -> None:
        for name, text in _FILES.items():
            path = folder / name
            path.write_text(text.format(secret=self.twin.confidential.client_secret) if "{secret}" in text else text)
            path.chmod(0o755)
        for name in (".local/share/bash-completion/completions", ".config/fish/completions"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def _put_back(self) -> None:
        """Have every secret as it was, and NetSuite's grants alive."""
        client = self.twin.client("secretsmanager")
        for name in _list_secrets(client):
            copies = [each["Region"] for each in client.describe_secret(SecretId=name).get("ReplicationStatus", [])]
            if copies:
                client.remove_regions_from_replication(SecretId=name, RemoveReplicaRegions=copies)
        for name in _list_secrets(client) - self.saved.keys():
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        for name, body in self.saved.items():
            client.restore_secret(SecretId=name)
            client.put_secret_value(SecretId=name, SecretString=body)
        for chain in self.twin.netsuite.chains.values():
            chain.revoked = False


def _list_secrets(client: Any) -> set[str]:
    pages = client.get_paginator("list_secrets").paginate(IncludePlannedDeletion=True)
    return {each["Name"] for page in pages for each in page["SecretList"]}


def _run_in_shell(line: str, folder: Path) -> Ran:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = subprocess.run(  # noqa: S603 (our own examples)
        ["bash", "-c", line],  # noqa: S607
        env={**os.environ, "PATH": path, "HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(ran.returncode, ran.stderr)


def _add_client(twin: Twin, name: str, integration: Integration) -> None:
    overrides = [part for field, url in twin.overrides().items() for part in (f"--{field.replace('_', '-')}", url)]
    secret = ["--client-secret-stdin"] if integration.client_secret else ["--public"]
    ids = ["--account-id", NETSUITE_ACCOUNT, "--client-id", integration.client_id]
    assert run(["client", "add", name, *ids, *secret, *overrides]) == 0


def _authorize(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert run(["link", name]) == 0
    with Browser() as browser:
        authorize(browser, capfd.readouterr().out.strip())


def _prepare(twin: Twin, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path) -> None:
    secret = folder / "secret"
    secret.write_text(twin.confidential.client_secret or "")
    for name, integration in (("prod", twin.confidential), ("acme", twin.confidential), ("machines", twin.machine)):
        monkeypatch.setattr("sys.stdin", io.StringIO(secret.read_text()))
        _add_client(twin, name, integration)
    assert run(["connection", "add", "finance-prod", "--client", "prod", "--scope", "rest_webservices restlets"]) == 0
    _authorize("finance-prod", capfd)
    machine = ["--scope", "rest_webservices", "--grant-type", "client_credentials"]
    assert run(["connection", "add", "nightly", "--client", "machines", *machine]) == 0
    capfd.readouterr()
    assert run(["certificate", "create", "nightly"]) == 0
    mapped = upload(twin.netsuite, twin.machine, capfd.readouterr().out, role="1017", entity="12")
    del twin.netsuite.certificates[mapped.id]
    twin.netsuite.certificates[PRINTED_CERTIFICATE] = replace(mapped, id=PRINTED_CERTIFICATE)


def save(twin: Twin) -> dict[str, str]:
    """Return the body of every secret that is there now."""
    client = twin.client("secretsmanager")
    return {name: client.get_secret_value(SecretId=name)["SecretString"] for name in _list_secrets(client)}


def make_registered(twin: Twin) -> dict[str, str]:
    """Return the secrets with the connection `nightly` in use, its certificate registered."""
    assert run(["certificate", "register", "nightly", "--certificate-id", PRINTED_CERTIFICATE]) == 0
    return save(twin)


def make_followed(twin: Twin) -> dict[str, str]:
    """Return the secrets with a certificate before the present one of `nightly`, not retired yet."""
    store = Store(twin.client("secretsmanager"), twin.prefix)
    update_connection(
        store, "nightly", lambda now: replace(now, certificates=replace(now.certificates, old=now.certificates.current))
    )
    return save(twin)


@contextmanager
def example_stage(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> Iterator[tuple[ExampleStage, dict[str, dict[str, str]]]]:
    """Give the stage, and the states of `nightly` by name: created, registered, followed."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SUITETOKEN_"))]:
        monkeypatch.delenv(name)
    with Twin() as twin:
        twin.drive()
        _prepare(twin, monkeypatch, capfd, folder)
        states = {"created": save(twin)}
        states["registered"] = make_registered(twin)
        states["followed"] = make_followed(twin)
        yield ExampleStage(twin, monkeypatch, states["registered"]), states
