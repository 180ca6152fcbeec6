"""`python -m local run`, as another terminal meets it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from local.__main__ import main
from local.environment import make_environ, merge_environ
from local.run import only_one, stopped_by_signals
from local.shell import make_shell_file
from suitetoken.errors import AlreadyExists

PROJECT = Path(__file__).parents[3]
ROOTS = os.pathsep.join(str(PROJECT / part) for part in ("lib", "lambda", "infra"))


def start(folder: Path) -> subprocess.Popen[str]:
    """Start a twin, as a person does in a terminal."""
    command = [sys.executable, "-m", "local", "run", "--for", "120", "--folder", str(folder)]
    environ = {**os.environ, "PYTHONPATH": ROOTS}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)  # noqa: S603


@dataclass
class Running:
    """A twin in a process of its own, and what it said."""

    process: subprocess.Popen[str]
    folder: Path
    said: str


def read_introduction(process: subprocess.Popen[str]) -> str:
    """Return what the process says up to its last hint."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if "--restlet-url" in line:
            break
    return said


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give a twin that was started from the command line."""
    folder = tmp_path_factory.mktemp("local")
    with start(folder) as process:
        try:
            yield Running(process, folder, read_introduction(process))
        finally:
            process.kill()


def test_env_leads_another_terminal_to_the_twin(running: Running) -> None:
    """After loading the file, boto3 finds the twin's AWS, whatever profile was set before; only the owner may read."""
    env = running.folder / "env"
    assert env.stat().st_mode & 0o777 == 0o600
    code = "import boto3; print(boto3.client('ssm').get_parameter(Name='/suitetoken/public-url')['Parameter']['Value'])"
    script = f". {shlex.quote(str(env))}; {shlex.quote(sys.executable)} -c {shlex.quote(code)}"
    found = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "AWS_PROFILE": "other"},
    )
    assert f"hosted links   {found.stdout.strip()}" in running.said


def test_the_example_playbook_takes_the_variables(running: Running) -> None:
    """They lead it to the twin's NetSuite; only the owner may read them, for there is a client secret."""
    path = running.folder / "netsuite.json"
    assert path.stat().st_mode & 0o777 == 0o600
    (play,) = yaml.safe_load((PROJECT / "docs/examples/netsuite.yml").read_text())
    assert json.loads(path.read_text()).keys() <= play["vars"].keys()
    assert f"ansible-playbook docs/examples/netsuite.yml --extra-vars @{path}" in running.said


def test_second_twin_in_the_same_folder_is_refused(running: Running) -> None:
    """Two twins would write over each other's files, so the second says so, names the first one's address and ends."""
    with start(running.folder) as second:
        _, said = second.communicate(timeout=60)
    assert second.returncode == 1
    address = re.search(r"hosted links   (\S+)", running.said)
    assert address is not None
    assert f"runs here already: {address[1]} Next: use it" in said
    assert f"`kill {running.process.pid}`" in said
    assert (running.folder / "env").exists()


def test_termination_ends_it_cleanly(running: Running) -> None:
    """SIGTERM ends it with code 0, and the files that would lead nowhere are gone."""
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    assert not (running.folder / "env").exists()
    assert not (running.folder / "client-secret").exists()
    assert not (running.folder / "netsuite.json").exists()


def test_a_twin_that_still_starts_has_no_address_yet(tmp_path: Path) -> None:
    """Nor does one before leave its own: the note is empty until the new one can be used."""
    (tmp_path / "lock").write_text("1 http://127.0.0.1:9")
    with only_one(tmp_path), pytest.raises(AlreadyExists, match="is starting here already"), only_one(tmp_path):
        pytest.fail("two hold the folder")


def test_a_signal_ends_the_waiting_at_whatever_moment_it_comes() -> None:
    """Also while the waiting begins, or another signal is being taken."""
    with stopped_by_signals() as stop:

        def send() -> None:
            for _ in range(300):
                os.kill(os.getpid(), signal.SIGHUP)
                time.sleep(0.0005)

        sender = threading.Thread(target=send)
        sender.start()
        assert {stop.get(timeout=10) for _ in range(5)} == {signal.SIGHUP}
        sender.join()


def test_other_accounts_are_out_of_reach() -> None:
    """Neither a profile, nor a session token, nor another endpoint survives beside the twin's variables."""
    base = {
        "AWS_PROFILE": "prod",
        "AWS_SESSION_TOKEN": "x",
        "AWS_ENDPOINT_URL_SQS": "https://elsewhere.example",
        "AWS_ENDPOINT_URL": "https://elsewhere.example",
        "NO_PROXY": "intranet.example",
        "HOME": "/home/somebody",
    }
    merged = merge_environ(base, make_environ("http://127.0.0.1:5000", "p"))
    assert merged["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5000"
    assert merged["NO_PROXY"] == "intranet.example,127.0.0.1"
    assert merged["HOME"] == "/home/somebody"
    assert merged.keys().isdisjoint({"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_SQS"})


def test_shell_file_quotes_what_it_holds() -> None:
    """A folder with a blank or a quote in its name does not break the file."""
    text = make_shell_file({"A": "it's"}, Path("/some where/bin"))
    script = f'PATH=/bin; {text}\nprintf "%s|%s|%s" "$A" "$PATH" "$NO_PROXY"'
    found = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True, env={})  # noqa: S603
    assert found.stdout == "it's|/some where/bin:/bin|127.0.0.1"


@pytest.mark.parametrize("option", ["--port", "--aws-port", "--netsuite-port"])
def test_a_port_in_use_is_named_and_nothing_is_left(tmp_path: Path, option: str) -> None:
    """In one sentence, with the option that names another; the folder was not made."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = CliRunner().invoke(main, ["run", option, str(port), "--folder", str(tmp_path / "new")])
    assert ended.exit_code == 1
    assert f"port {port} " in ended.output
    assert f"name another with {option}" in ended.output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """With what to type."""
    (tmp_path / "file").write_text("")
    ended = CliRunner().invoke(main, ["run", "--folder", str(tmp_path / "file" / "new")])
    assert ended.exit_code == 1
    assert str(tmp_path / "file") in ended.output
    assert "--folder" in ended.output
