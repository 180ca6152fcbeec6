"""Playbooks run for real: `ansible-playbook` in a process of its own against the local twin."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.demo.browser import Browser, authorize
from local.environment import merge_environ
from local.twin import Twin
from suitetoken.aws.store import Store

ROOT = Path(__file__).parents[2]
_ANSIBLE = Path(sys.executable).with_name("ansible-playbook")
_TIMEOUT = 200
_TASK = re.compile(r"^TASK \[(.*?)\] \*+$\n(.*?)(?=^TASK |^PLAY RECAP|\Z)", re.MULTILINE | re.DOTALL)
_RESULT = re.compile(r"^(?:ok|changed|failed|fatal): \[localhost\].*?=> (?=\{\s*\"|\{\})", re.MULTILINE)
_DECODER = json.JSONDecoder()
_SETTINGS = {
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_PIPELINING": "true",
}


@dataclass(frozen=True)
class Played:
    """How a playbook ended: everything it printed, and what each task returned for each item, by the task's name."""

    code: int
    text: str

    @property
    def results(self) -> dict[str, list[dict[str, Any]]]:
        """What the tasks returned; shown by Ansible with `-v` and more."""
        tasks: dict[str, list[dict[str, Any]]] = {}
        for name, below in _TASK.findall(self.text):
            tasks[name] = [_DECODER.raw_decode(below, found.end())[0] for found in _RESULT.finditer(below)]
        return tasks

    @property
    def changed(self) -> list[str]:
        """The tasks that changed something."""
        return [name for name, results in self.results.items() if any(result.get("changed") for result in results)]


def run_playbook(playbook: Path, home: Path, environ: Mapping[str, str], *arguments: str) -> Played:
    """Run a playbook in this environment, with a home of its own, showing what its tasks return."""
    settings = {"HOME": str(home), **_SETTINGS}
    done = subprocess.run(  # noqa: S603 (our own playbooks)
        [str(_ANSIBLE), str(playbook), "-v", *arguments],
        env=merge_environ({**os.environ, **settings}, environ),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    return Played(done.returncode, done.stdout + done.stderr)


@dataclass
class Theatre:
    """A running twin and the playbooks that are run against it."""

    twin: Twin
    folder: Path

    @property
    def store(self) -> Store:
        """The secrets."""
        return Store(self.twin.client("secretsmanager"), self.twin.prefix)

    def play(self, playbook: Path, *arguments: str) -> Played:
        """Run a playbook, showing what its tasks return."""
        integration = self.twin.confidential
        environ = {
            "NETSUITE_CLIENT_ID": integration.client_id,
            "NETSUITE_CLIENT_SECRET": integration.client_secret or "",
            **self.twin.environ,
        }
        connections = [{"name": "finance-prod", "scope": ["rest_webservices", "restlets"]}]
        given = {"netsuite_overrides": self.twin.overrides(), "netsuite_connections": connections}
        return run_playbook(playbook, self.folder, environ, "--extra-vars", json.dumps(given), *arguments)

    def write(self, name: str, text: str) -> Path:
        """Write a playbook of a test's own."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def consent(self, link: str) -> None:
        """Let a person open the link and allow."""
        with Browser() as browser:
            page = authorize(browser, link)
        assert page.status == 200


@pytest.fixture
def theatre(tmp_path: Path) -> Iterator[Theatre]:
    """A twin whose schedule and queue go on by themselves."""
    with Twin() as twin:
        twin.drive()
        yield Theatre(twin, tmp_path)
