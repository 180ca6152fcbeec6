"""`exec` becomes the command: its environment, its exit code, its signals, and nothing of ours besides."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.terminals.workload import Office

CODE = "from suitetoken.cli.main import main; main()"
SHOW = "env | grep ^NETSUITE_ | sort; cat /proc/$$/cmdline | tr '\\0' ' '"


@dataclass(frozen=True)
class Terminal:
    """Runs the command in a process of its own, which `exec` may replace."""

    environ: dict[str, str]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin."""
        return subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, "-c", CODE, *arguments],
            env=self.environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run to the end; return exit code, stdout and stderr."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=30)
        return process.returncode, out, err


@pytest.fixture
def terminal(at_work: None) -> Terminal:
    """Give a terminal at work."""
    return Terminal({**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})


def test_command_finds_the_token_in_its_environment(terminal: Terminal, office: Office) -> None:
    """The four variables are set, and the token is on no command line."""
    code, out, _ = terminal.run("exec", "finance-prod", "--", "sh", "-c", SHOW)
    variables = dict(line.split("=", 1) for line in out.splitlines()[:4])
    assert code == 0
    assert variables == {
        "NETSUITE_ACCESS_TOKEN": office.token,
        "NETSUITE_ACCOUNT_ID": "1234567",
        "NETSUITE_REST_URL": f"{office.netsuite_url}/1234567.suitetalk.api",
        "NETSUITE_RESTLET_URL": f"{office.netsuite_url}/1234567.restlets.api/app/site/hosting/restlet.nl",
    }
    assert office.token not in out.splitlines()[4]


def test_environment_is_kept(terminal: Terminal) -> None:
    """What was there before is there too."""
    kept = Terminal({**terminal.environ, "OF_MINE": "kept"})
    assert kept.run("exec", "finance-prod", "--", "sh", "-c", "echo $OF_MINE")[1] == "kept\n"


@pytest.mark.parametrize("code", [0, 1, 7, 125])
def test_exit_code_is_the_command_s(terminal: Terminal, code: int) -> None:
    """It ends with what the command ends with, and says nothing."""
    assert terminal.run("exec", "finance-prod", "--", "sh", "-c", f"exit {code}") == (code, "", "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("tired", "--", "true"), 125),
        (("nobody", "--", "true"), 125),
        (("Not A Name", "--", "true"), 125),
        (("finance-prod", "--min-remaining", "9999", "--", "true"), 125),
        (("finance-prod", "--min-remaining", "-1", "--", "true"), 125),
        (("finance-prod", "--no-such-option", "--", "true"), 125),
        (("finance-prod",), 125),
        (("finance-prod", "--", "/"), 126),
        (("finance-prod", "--", "/etc/passwd"), 126),
        (("finance-prod", "--", "no-such-command"), 127),
        (("finance-prod", "--", "/etc/passwd/x"), 127),
    ],
)
def test_own_failures_have_their_own_codes(terminal: Terminal, arguments: tuple[str, ...], code: int) -> None:
    """125 before the command, 126 and 127 where it cannot be run, each with a line on stderr."""
    ended = terminal.run("exec", *arguments)
    assert ended[:2] == (code, "")
    assert ended[2]


def test_it_is_the_same_process(terminal: Terminal) -> None:
    """Nothing of ours stays: the command has the process, and so every signal that is sent to it."""
    process = terminal.start("exec", "finance-prod", "--", "sh", "-c", "echo $$; exec sleep 60")
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{process.pid}\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == -signal.SIGTERM


def test_core_dumps_are_as_they_were(terminal: Terminal) -> None:
    """Ours leaves none; the command is another program, and has the limit that the caller has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    own = 8192 if hard == resource.RLIM_INFINITY else min(hard, 8192)
    resource.setrlimit(resource.RLIMIT_CORE, (own, hard))
    try:
        code, out, _ = terminal.run("exec", "finance-prod", "--", "bash", "-c", "ulimit -S -c")
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    assert (code, out.strip()) == (0, f"{own // 1024}")


def test_signals_are_as_they_were(terminal: Terminal) -> None:
    """Python ignores SIGPIPE; the command does not inherit that, so a pipe that nobody reads ends it."""
    code, out, _ = terminal.run("exec", "finance-prod", "--", "sh", "-c", "kill -PIPE $$; echo survived")
    assert (code, out) == (-signal.SIGPIPE, "")
