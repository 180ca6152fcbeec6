"""`policy`, `completion`, `status --watch`, and what `token` refuses."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from suitetoken.admin.status import ConnectionStatus, State
from suitetoken.cli.main import suitetoken as suitetoken_command
from suitetoken.cli.status_table import keep_looking
from suitetoken.errors import AccessDenied, SuiteTokenError, Unavailable
from tests.terminals.workload import Command, Office

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROWS = [ConnectionStatus("finance-prod", State.HEALTHY, "")]


def read_arn(out: str) -> str:
    """Return the resource of the first statement."""
    return str(json.loads(out)["Statement"][0]["Resource"])


def test_policy_names_the_caller_s_account(suitetoken: Command) -> None:
    """Without more, the policy is for the account and region that the credentials are used in."""
    expected = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:suitetoken/token/finance-prod-??????"
    assert read_arn(suitetoken("policy", "finance-prod").out) == expected


def test_policy_of_another_place(suitetoken: Command) -> None:
    """Account, region and prefix may be given."""
    ended = suitetoken("policy", "x", "--account-id", "999999999999", "--region", "us-gov-west-1", "--prefix", "acme")
    assert read_arn(ended.out) == "arn:aws-us-gov:secretsmanager:us-gov-west-1:999999999999:secret:acme/token/x-??????"


def test_policy_offline_asks_nobody(suitetoken: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without AWS there are words to fill in."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert ":REGION:ACCOUNT_ID:" in read_arn(suitetoken("policy", "finance-prod", "--offline").out)


def test_policy_of_no_connection_says_so(suitetoken: Command) -> None:
    """It is printed all the same, for it may be wanted before; nothing is said where the token is there."""
    ended = suitetoken("policy", "misspelt")
    assert (ended.code, "/token/misspelt-" in read_arn(ended.out)) == (0, True)
    assert ("no connection misspelt" in ended.err, "prefix suitetoken in eu-west-1" in ended.err) == (True, True)
    assert suitetoken("policy", "finance-prod").err == ""


@pytest.mark.parametrize("given", [("--offline",), ("--account-id", "999999999999")])
def test_policy_looks_for_no_connection_elsewhere(suitetoken: Command, given: tuple[str, ...]) -> None:
    """Whoever asks nobody, or makes one for another account, is told nothing of what is here."""
    assert suitetoken("policy", "misspelt", *given).err == ""


def test_policy_is_printed_for_those_who_may_not_look(
    office: Office, suitetoken: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the token is there is not theirs to know; the policy is."""
    keys = "".join(f"{key.lower()} = {value}\n" for key, value in office.aws.add_reader("other").items())
    (tmp_path / "credentials").write_text(f"[other]\n{keys}", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    with office.aws.guarded():
        ended = suitetoken("policy", "misspelt", "--kms-key", KEY, "--profile", "other")
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize(
    "wrong", [("--account-id", "1"), ("--kms-key", "*"), ("--offline", "--account-id", "123456789012")]
)
def test_policy_checks_what_it_is_given(suitetoken: Command, wrong: tuple[str, ...]) -> None:
    """Wrong usage prints no policy."""
    ended = suitetoken("policy", "finance-prod", *wrong)
    assert (ended.code, ended.out) == (2, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_asks_this_command(suitetoken: Command, shell: str) -> None:
    """Each shell's script asks `suitetoken` in click's way."""
    ended = suitetoken("completion", shell)
    assert f"_SUITETOKEN_COMPLETE={shell}_complete" in ended.out


def test_completion_is_valid_bash(suitetoken: Command) -> None:
    """The script is one that bash accepts."""
    bash = shutil.which("bash")
    assert bash is not None
    script = suitetoken("completion", "bash").out
    subprocess.run([bash, "-n"], input=script, text=True, timeout=30, check=True)  # noqa: S603 (our own script)


def test_completion_knows_all_commands(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What bash is offered for a first word are the commands."""
    for name, value in {
        "_SUITETOKEN_COMPLETE": "bash_complete",
        "COMP_WORDS": "suitetoken s",
        "COMP_CWORD": "1",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        suitetoken_command.main([], prog_name="suitetoken")
    assert capsys.readouterr().out.split() == ["plain,status", "plain,suiteql"]


def test_watch_needs_a_terminal(suitetoken: Command) -> None:
    """A script is told what to use instead."""
    ended = suitetoken("status", "--watch")
    assert (ended.code, "--json" in ended.err) == (2, True)
    assert suitetoken("status", "--watch", "--json").code == 2


def test_no_token_lasts_less_than_nothing(suitetoken: Command) -> None:
    """A negative life is a slip of the hand, and no token is printed for it."""
    ended = suitetoken("token", "finance-prod", "--min-remaining", "-1")
    assert (ended.code, ended.out, "--min-remaining" in ended.err) == (2, "", True)


class Watcher:
    """Somebody who looks on until they have seen enough, and then presses Ctrl-C."""

    def __init__(self, *readings: list[ConnectionStatus] | SuiteTokenError) -> None:
        """See these readings."""
        self._readings = list(readings)
        self._screen = io.StringIO()
        self.pauses: list[float] = []

    def look(self) -> list[ConnectionStatus]:
        """Look on; return the last rows."""
        console = Console(file=self._screen, force_terminal=True, width=100)
        return keep_looking(self._read, 15, console=console, now=lambda: 0.0, sleep=self._sleep)

    @property
    def screen(self) -> str:
        """All that was drawn."""
        return self._screen.getvalue()

    def _read(self, now: int) -> list[ConnectionStatus]:
        reading = self._readings.pop(0)
        if isinstance(reading, SuiteTokenError):
            raise reading
        return reading

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if not self._readings:
            raise KeyboardInterrupt


def test_watch_draws_until_ctrl_c() -> None:
    """It reads again after each pause, and ends with the last rows."""
    late = [ConnectionStatus("finance-prod", State.ROTATION_LATE, "")]
    watcher = Watcher(ROWS, late)
    assert watcher.look() == late
    assert watcher.pauses == [15, 15]
    assert watcher.screen.index("healthy") < watcher.screen.index("rotation late")


def test_watch_survives_what_may_pass() -> None:
    """A reading that fails for now is told below the last rows; the next one clears that."""
    watcher = Watcher(ROWS, Unavailable("AWS is asleep."), ROWS)
    assert watcher.look() == ROWS
    assert watcher.screen.count("AWS is asleep.") == 1
    assert watcher.screen.rindex("healthy") > watcher.screen.index("AWS is asleep.")


def test_watch_ends_with_what_will_not_pass() -> None:
    """Credentials that have ended end it, as they end every command."""
    with pytest.raises(AccessDenied):
        Watcher(ROWS, AccessDenied("no longer")).look()
