"""The recipes of docs/recipes.md for cron, Lambda and Airflow, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.netsuite.world import CHART
from tests.terminals.workload import Office, at_work, office

__all__ = ["at_work", "office"]

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "recipes.md").read_text(encoding="utf-8")
BANKS = [account.number for account in CHART if account.type == "Bank"]


def find_blocks(page: str) -> list[str]:
    """Return every block of code of a page."""
    return re.findall(r"^```[a-z]+\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def find_recipe(words: str) -> str:
    """Return the one block that holds these words."""
    (found,) = [block for block in find_blocks(PAGE) if words in block]
    return found


def test_the_recipes_are_the_same_in_both_languages() -> None:
    """What is tried in one page is what stands in the other."""
    assert find_blocks((DOCS / "recipes.zh-CN.md").read_text(encoding="utf-8")) == find_blocks(PAGE)


def run_nightly(folder: Path, office: Office, connection: str = "finance-prod") -> subprocess.CompletedProcess[str]:
    """Run the script as cron does, with the command of this environment."""
    script = folder / "accounts.sh"
    script.write_text(find_recipe("# accounts.sh").replace("finance-prod", connection), encoding="utf-8")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603 (our own recipe)
        ["bash", str(script)],  # noqa: S607
        env={**office.environ, "PATH": path, "HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_nightly_script_writes_its_file(office: Office, tmp_path: Path) -> None:
    """Every account, in a table that a spreadsheet reads."""
    assert run_nightly(tmp_path, office).returncode == 0
    lines = (tmp_path / "accounts.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(CHART) + 1


def test_a_night_that_fails_keeps_the_file_of_the_night_before(office: Office, tmp_path: Path) -> None:
    """And ends with the code that says what to do."""
    (tmp_path / "accounts.csv").write_text("yesterday", encoding="utf-8")
    ran = run_nightly(tmp_path, office, "tired")
    assert ran.returncode == 3
    assert (tmp_path / "accounts.csv").read_text(encoding="utf-8") == "yesterday"


@pytest.mark.usefixtures("at_work")
def test_the_lambda_function_answers(office: Office) -> None:
    """Twice with one session, as warm invocations do."""
    found: dict[str, Any] = {}
    exec(find_recipe("# orders.py"), found)  # noqa: S102 (our own recipe)
    with found["netsuite"]:
        for _ in range(2):
            assert found["handler"]({"type": "Bank"}, None) == {"accounts": BANKS}


@pytest.mark.usefixtures("at_work")
def test_the_task_of_airflow_answers(office: Office) -> None:
    """What a worker runs; Airflow itself is not installed here."""
    found: dict[str, Any] = {}
    exec(find_recipe("# dags/accounts.py"), found)  # noqa: S102 (our own recipe)
    assert found["load_accounts"]("Bank") == len(BANKS)
