"""The scanners' exceptions: none without its reason beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from policies import main, read_policies

ROOT = Path(__file__).parents[2]
EXCEPTION = re.compile(r"^\s+(?:- \S+|(?:\"B\d+\",? ?)+)")


@pytest.mark.parametrize(("file", "least"), [(".checkov.yaml", 1), (".ansible-lint", 1), ("pyproject.toml", 2)])
def test_every_exception_has_its_reason_beside_it(file: str, least: int) -> None:
    """A rule that is left out silently is a rule that nobody decided on."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if file == "pyproject.toml":
        text = text.partition("[tool.bandit]")[2].partition("\n]")[0]
    exceptions = [line for line in text.splitlines() if EXCEPTION.match(line)]
    assert len(exceptions) >= least
    assert [line for line in exceptions if "# " not in line] == []


def test_every_exception_in_the_code_has_its_reason() -> None:
    """Bandit's own marks, beside ruff's."""
    marks = [
        line
        for room in ("lib", "lambda", "infra")
        for path in (ROOT / room).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "# nosec" in line
    ]
    assert marks
    assert [line for line in marks if not re.search(r"# nosec B\d+ # \(.+\)$", line)] == []


def test_every_role_of_the_template_is_read(tmp_path: Path) -> None:
    """The files hold whole policies, and no name of CloudFormation's is left in them."""
    main(str(tmp_path))
    written = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()}
    assert written == dict(read_policies({"SecretsKey": "own", "Monitoring": "full"}))
    assert {name.partition("Role-")[0] for name in written} >= {"Web", "Sweep", "Rotate", "Schedule"}
    for policy in written.values():
        resources = [each for statement in policy["Statement"] for each in [statement["Resource"]]]
        flat = [each for found in resources for each in (found if isinstance(found, list) else [found])]
        assert all(each == "*" or each.startswith("arn:aws:") for each in flat)
