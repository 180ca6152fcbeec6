"""Runs deploy.sh or destroy.sh in a folder of its own, with a scripted `aws` in the place of the AWS CLI."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INFRA = Path(__file__).parents[2] / "infra"
NO_STACK = "echo 'Stack with id suitetoken does not exist' >&2; exit 254"
NO_CHANGES = r"printf 'FAILED\tThe submitted information didn'\''t contain changes.\n'"
EVENTS = (
    r"printf 'suitetoken\tROLLBACK_COMPLETE\tNone\nKey\tCREATE_FAILED\tResource creation cancelled\n"
    r"Topic\tCREATE_FAILED\tnot allowed\nsuitetoken\tCREATE_IN_PROGRESS\tUser Initiated\nOld\tUPDATE_FAILED\told\n'"
)
NORMAL = {
    "sts get-caller-identity": r"printf '123456789012\tarn:aws:sts::123456789012:assumed-role/admin/ann@example.com\n'",
    "describe-stacks": "echo CREATE_COMPLETE",
    "describe-stack-events": EVENTS,
    "ParameterKey=='": "echo None",
    "describe-alarms": (
        r"printf 'arn:aws:cloudwatch:r:a:alarm:x-sweep-silent\tarn:aws:cloudwatch:r:a:alarm:x-dead-letters\n'"
    ),
    "OutputKey": "echo https://x.example/oauth/callback",
    "OutputKey=='SecretsKeyArn'": "echo None",
    "EnableTerminationProtection": "echo True",
    "get-template-summary": r"printf 'Prefix\tNotifyEmail\tScheduleState\n'",
    "create-change-set": "echo arn:aws:cloudformation:r:a:changeSet/c/1",
    "describe-change-set --change-set-name arn:aws:cloudformation:r:a:changeSet/c/1 --output text": (
        r"printf 'CREATE_COMPLETE\tNone\n'"
    ),
    "package": "echo 'Resources: {}' >.build/template.yaml",
    "get-bucket-policy": "echo OnlyOverTls",
    "describe-secret": "echo ResourceNotFoundException >&2; exit 254",
    "list-secrets": r"printf 'suitetoken/token/finance-prod\tNone\n'",
}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended, what it said, and what it asked of AWS; `request` is what it put into the last change set."""

    code: int
    data: str
    talk: str
    calls: list[str]
    request: dict[str, Any]

    def asked(self, words: str) -> bool:
        """Whether any call held these words."""
        return any(words in call for call in self.calls)

    @property
    def release(self) -> str:
        """The release that was asked for."""
        return next(str(it["ParameterValue"]) for it in self.request["Parameters"] if it["ParameterKey"] == "Release")

    def parameters(self) -> dict[str, str]:
        """Return the parameters that the change set gives new values, beside the release; the others are kept."""
        given = self.request["Parameters"]
        said = {each["ParameterKey"]: each["ParameterValue"] for each in given if "ParameterValue" in each}
        assert said.pop("Release")
        return said


def run(
    folder: Path, script: str, answers: dict[str, str] | None = None, artefact: bytes = b"zip", /, **environ: str
) -> Ran:
    """Run a script in a checkout of its own; `answers` says what `aws` does when its arguments hold these words."""
    shutil.copytree(INFRA, folder / "infra", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".build").mkdir()
    (folder / ".build" / "broker.zip").write_bytes(artefact)
    (folder / "calls").touch()
    cases = "".join(f'*"{words}"*) {act};;\n' for words, act in reversed((NORMAL | (answers or {})).items()))
    _write_program(folder / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    _write_program(folder / "bin" / "aws", f'echo "$*" >>"{folder}/calls"\ncase "$*" in\n{cases}esac')
    _write_program(folder / "bin" / "sleep", f'echo "sleep $*" >>"{folder}/calls"')
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    ran = subprocess.run(  # noqa: S603 (our own script)
        [folder / "infra" / script],
        env={"PATH": path, "REGION": "eu-west-1", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    written = folder / ".build" / "change-set.json"
    request = json.loads(written.read_text() or "{}") if written.is_file() else {}
    return Ran(ran.returncode, ran.stdout, ran.stderr, (folder / "calls").read_text().splitlines(), request)


def _write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)
