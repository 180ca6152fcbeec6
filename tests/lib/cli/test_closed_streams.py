"""Standard streams that are closed before the command begins, as `<&-` and `>&-` of a shell close them."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND = f"{sys.executable} -c 'from suitetoken.cli.main import main; main()'"
OFFLINE = "policy finance-prod --offline"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `$S` is the command; without AWS, and without anybody at a terminal."""
    environ = {"PYTHONPATH": ":".join(sys.path), "AWS_REGION": "eu-west-1", "HOME": "/nonexistent"}
    return subprocess.run(  # noqa: S603 (our own command)
        ["/bin/sh", "-c", line.replace("$S", COMMAND)], capture_output=True, text=True, env=environ, check=False
    )


def test_a_question_without_standard_input_is_not_confirmed() -> None:
    """Nobody is there to ask, and `--yes` is named."""
    ended = shell("$S revoke finance-prod <&-")
    assert (ended.returncode, ended.stdout) == (130, "")
    assert "--yes" in ended.stderr
    assert "unexpected" not in ended.stderr


@pytest.mark.parametrize("command", [OFFLINE, "--help", "completion bash"])
def test_what_cannot_be_printed_is_not_done(command: str) -> None:
    """Without standard output the data is lost, so the command does not end with 0."""
    assert shell(f"$S {command}").returncode == 0
    ended = shell(f"$S {command} >&-")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "standard output is closed" in ended.stderr


def test_what_is_said_may_be_dropped() -> None:
    """Without standard error the data comes all the same, and the exit code says how it ended."""
    ended = shell(f"$S {OFFLINE} 2>&-")
    assert (ended.returncode, '"Statement"' in ended.stdout) == (0, True)
    assert shell("$S revoke A_B --yes 2>&-").returncode == 2


def test_with_all_of_them_closed_the_exit_code_is_left() -> None:
    """Nothing is said, and nothing is written where a file or connection got the number of a stream."""
    ended = shell(f"$S {OFFLINE} <&- >&- 2>&-")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
