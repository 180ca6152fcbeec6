"""What becomes of output that cannot be written, and of files that cannot be read: told as such, by every command."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from suitetoken.cli.main import _COMMANDS, run, suitetoken
from suitetoken.cli.written import CLOSED_PIPE, explain_system_error
from tests.terminals.operator import Desk

PRINTING = [
    ["--help"],
    ["--version"],
    ["status"],
    ["status", "--json"],
    ["client", "list"],
    ["client", "list", "--json"],
    ["client", "show", "acme"],
    ["connection", "list"],
    ["connection", "show", "finance"],
    ["connection", "show", "finance", "--json"],
    ["link", "finance"],
    ["policy", "finance", "--offline"],
    ["completion", "bash"],
    *([name, "--help"] for name in sorted(_COMMANDS)),
]
CODE = "import sys; from suitetoken.cli.main import main; main()"


class Unwritable(io.StringIO):
    """Standard output that refuses every write, or only what is flushed at the end."""

    def __init__(self, number: int, *, late: bool) -> None:
        """Refuse with this error of the operating system."""
        super().__init__()
        self._number = number
        self._late = late
        self._nowhere = os.open(os.devnull, os.O_WRONLY)

    def fileno(self) -> int:
        """Return that of a file, as a real standard output does."""
        return self._nowhere

    def close(self) -> None:
        """Close the file too."""
        if not self.closed:
            os.close(self._nowhere)
        super().close()

    def write(self, text: str) -> int:
        """Refuse, or keep it for later."""
        if not self._late:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Refuse."""
        raise OSError(self._number, os.strerror(self._number))


@pytest.mark.slow
@pytest.mark.parametrize("late", [False, True], ids=["at once", "at the end"])
@pytest.mark.parametrize("command", PRINTING, ids=" ".join)
def test_a_full_disk_is_told_as_such(office: Desk, command: list[str], late: bool) -> None:
    """One line with the system's own reason; not a kind of exception, and not success."""
    office.monkeypatch.setattr("sys.stdout", Unwritable(errno.ENOSPC, late=late))
    code = run(command)
    err = office.capsys.readouterr().err
    assert (code, "the output cannot be written: No space left on device" in err) == (1, True)
    assert "unexpected" not in err


@pytest.mark.slow
@pytest.mark.parametrize("late", [False, True], ids=["at once", "at the end"])
@pytest.mark.parametrize("command", PRINTING, ids=" ".join)
def test_a_closed_pipe_ends_a_command_in_silence(office: Desk, command: list[str], late: bool) -> None:
    """As `| head -1` ends other tools: 128 and the signal's number, and no word about it."""
    office.monkeypatch.setattr("sys.stdout", Unwritable(errno.EPIPE, late=late))
    code = run(command)
    assert (code, "pipe" in office.capsys.readouterr().err.lower()) == (CLOSED_PIPE, False)


@pytest.mark.parametrize("arguments", [["--help"], ["completion", "zsh"]], ids=" ".join)
def test_the_process_ends_in_silence_too(arguments: list[str]) -> None:
    """Python itself has nothing to add as it ends."""
    ours, theirs = os.pipe()
    os.close(ours)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CODE, *arguments]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, env=environ, check=False, timeout=60)  # noqa: S603
    os.close(theirs)
    assert (done.returncode, done.stderr) == (CLOSED_PIPE, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_the_process_says_that_a_disk_is_full() -> None:
    """Python itself has nothing to add as it ends."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CODE, "completion", "zsh"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environ, check=False, timeout=60)  # noqa: S603
    told = "suitetoken: the output cannot be written: No space left on device. Next: make room, and ask again.\n"
    assert (done.returncode, done.stderr.decode()) == (1, told)


READING = [
    ("--data", ["call", "finance", "POST", "record/v1/customer", "--data"]),
    ("--data", ["restlet", "finance", "POST", "--script", "1", "--deploy", "1", "--data"]),
    ("QUERY", ["suiteql", "finance"]),
]


@pytest.mark.parametrize(("option", "command"), READING, ids=lambda value: " ".join(value)[:20])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    office: Desk, tmp_path: Path, option: str, command: list[str]
) -> None:
    """One that is not there, a folder, and one that is no text."""
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for path, reason in (
        (tmp_path / "missing.json", "No such file or directory"),
        (tmp_path, "Is a directory"),
        (binary, "not text in UTF-8"),
    ):
        typed = office.type(*command, f"@{path}")
        assert typed.code == 2
        assert all(word in typed.err for word in (option, str(path), reason))


@pytest.mark.parametrize("query", ["", " ", "\n\t", "@{empty}", "@-"])
def test_an_empty_query_is_wrong_usage(office: Desk, tmp_path: Path, query: str) -> None:
    """However it is given; NetSuite is not asked."""
    (tmp_path / "empty").write_text("\n")
    typed = office.type("suiteql", "finance", query.format(empty=tmp_path / "empty"))
    assert (typed.code, "the query is empty" in typed.err) == (2, True)


def test_what_the_system_refuses_is_told_with_its_reason() -> None:
    """The file where it names one; a quota and a full disk are the same to the person who reads it."""
    assert explain_system_error(PermissionError(errno.EACCES, "Permission denied", "/a")) == "'/a': Permission denied."
    assert "Disk quota exceeded" in explain_system_error(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert explain_system_error(OSError(errno.EMFILE, "Too many open files")).startswith("OSError: Too many open files")


def test_a_mistyped_command_is_guessed(office: Desk) -> None:
    """At every level, for every command; nonsense is not."""
    levels: list[tuple[list[str], list[str]]] = [([], sorted(_COMMANDS))]
    context = click.Context(suitetoken)
    for name in sorted(_COMMANDS):
        command = suitetoken.get_command(context, name)
        if isinstance(command, click.Group):
            levels.append(([name], sorted(command.commands)))
    for above, names in levels:
        for name in names:
            typed = office.type(*above, name[:2] + name[3:])
            assert (typed.code, f"'{name}'" in typed.err, "Did you mean" in typed.err) == (2, True, True), name
    assert "Did you mean" not in office.type("xyzzy").err


def test_the_version_has_a_short_option(office: Desk) -> None:
    """-V, as many tools have it."""
    assert office.type("-V").out == office.type("--version").out
    assert office.type("-V").out.startswith("suitetoken, version ")
