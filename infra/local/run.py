"""`python -m local run`: the twin in the foreground, with everything another terminal needs to use it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TextIO

from local.shell import make_shell_file, private_file
from local.twin import NETSUITE_ACCOUNT, Twin
from suitetoken.aws.records import client_secret
from suitetoken.aws.store import Store
from suitetoken.documents import Client
from suitetoken.errors import AlreadyExists, InvalidInput

DEFAULT_FOLDER = Path(__file__).parents[2] / ".local"
DEFAULT_SECONDS = 8 * 3600
_UPLOAD = "/_simulator/certificates"
_QUERY = "SELECT acctnumber, accountsearchdisplayname FROM account"
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports on 127.0.0.1; 0 is a free one."""

    gateway: int = 0
    aws: int = 0
    netsuite: int = 0


def run(ports: Ports, folder: Path, seconds: int, say: Callable[[str], object]) -> None:
    """Run the twin until a signal ends it, or the time is over; `say` gets what a person should read.

    Raises AlreadyExists where another twin writes to the same folder, InvalidInput for a port that is in use.
    """
    refuse_taken(ports)
    with ExitStack() as stack, stopped_by_signals() as stop:
        folder.mkdir(exist_ok=True)
        lock = stack.enter_context(only_one(folder))
        log = stack.enter_context((folder / "functions.log").open("w", encoding="utf-8", buffering=1))
        twin = stack.enter_context(
            Twin(port=ports.gateway, aws_port=ports.aws, netsuite_port=ports.netsuite, log=log.write)
        )
        add_clients(twin)
        shell = make_shell_file(twin.environ, Path(sys.executable).parent)
        stack.enter_context(private_file(folder / "env", shell))
        stack.enter_context(private_file(folder / "client-secret", twin.confidential.client_secret or ""))
        stack.enter_context(private_file(folder / "netsuite.json", make_playbook_variables(twin)))
        twin.drive()
        lock.write(f"{os.getpid()} {twin.public_url}")
        lock.flush()
        say(introduce(twin, folder, seconds))
        with suppress(Empty):
            stop.get(timeout=seconds)
        say("Stopping …")
    say("The twin has stopped; everything in it is gone.")


def refuse_taken(ports: Ports) -> None:
    """Raise InvalidInput for a port that another program uses, before anything has begun."""
    for option, port in (("--port", ports.gateway), ("--aws-port", ports.aws), ("--netsuite-port", ports.netsuite)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise InvalidInput(
                    f"port {port} of this machine cannot be had ({error.strerror}).",
                    next_step=f"name another with {option}, or leave it out for a free one.",
                ) from error


def add_clients(twin: Twin) -> None:
    """Add the clients that a newcomer can start from."""
    store = Store(twin.client("secretsmanager"), twin.prefix)
    for name, integration in (
        ("sandbox", twin.confidential),
        ("sandbox-public", twin.public),
        ("sandbox-machine", twin.machine),
    ):
        client = Client(NETSUITE_ACCOUNT, integration.client_id, integration.client_secret, twin.overrides())
        store.create(client_secret(name), client.to_json(), "A client of the simulated NetSuite")


def make_playbook_variables(twin: Twin) -> str:
    """Return the variables that lead the example playbook to the twin's NetSuite, as JSON."""
    return json.dumps(
        {
            "netsuite_account_id": NETSUITE_ACCOUNT,
            "netsuite_client_id": twin.confidential.client_id,
            "netsuite_client_secret": twin.confidential.client_secret,
            "netsuite_overrides": twin.overrides(),
        }
    )


def introduce(twin: Twin, folder: Path, seconds: int) -> str:
    """Return what a person must know: the addresses, and what to type next."""
    until = time.strftime("%H:%M", time.localtime(time.time() + seconds))
    options = "".join(
        f" \\\n      --{name.replace('_', '-')} {url}" for name, url in twin.overrides(NETSUITE_ACCOUNT).items()
    )
    return f"""\
The local twin runs until {until}, or until Ctrl-C.

  hosted links   {twin.public_url}
  AWS            {twin.aws_url}  (simulated by moto)
  NetSuite       {twin.netsuite_url}  (simulated; account {NETSUITE_ACCOUNT})
  function logs  {_shown(folder / "functions.log")}

In another terminal, in this folder:

  . {_shown(folder / "env")}
  suitetoken connection add finance --client sandbox --scope restlets --scope rest_webservices
  suitetoken link finance          # open it in a browser, log in as anybody, allow
  suitetoken token finance
  suitetoken suiteql finance "{_QUERY}"
  suitetoken status

The clients `sandbox` (confidential), `sandbox-public` (public) and `sandbox-machine` are there already. The last is for
connections without a person (docs/machine-to-machine.md); what an administrator does there in NetSuite's pages is here:

  jq -n --rawfile pem nightly.pem --arg id {twin.machine.client_id} \\
    '{{client_id: $id, fileContent: $pem, role: 1017, entity: 12}}' | curl --json @- {twin.netsuite_url}{_UPLOAD}

With Ansible, from nothing to an answer; run it again after somebody has opened its links (docs/ansible.md):

  ansible-playbook docs/examples/netsuite.yml --extra-vars @{_shown(folder / "netsuite.json")}

To add a client yourself:

  suitetoken client add mine --account-id {NETSUITE_ACCOUNT} --client-id {twin.confidential.client_id} \\
      --client-secret-stdin < {_shown(folder / "client-secret")}{options}
"""


@contextmanager
def only_one(folder: Path) -> Iterator[TextIO]:
    """Hold the folder for one twin, or raise AlreadyExists: two would write over each other's files.

    Gives the file for the number of its process and its address, which the next one who comes is told.
    """
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        file.seek(0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _say_who_runs(folder, file.read()) from None
        file.truncate(0)
        yield file


def _say_who_runs(folder: Path, noted: str) -> AlreadyExists:
    """Return the error for the second twin; the first one has noted nothing while it starts."""
    process, _, address = noted.partition(" ")
    if not address:
        return AlreadyExists("a local twin is starting here already.", next_step="see the terminal that it runs in.")
    next_step = f"use it (`. {_shown(folder / 'env')}`), or end it with Ctrl-C in its terminal or `kill {process}`."
    return AlreadyExists(f"a local twin runs here already: {address}", next_step=next_step)


@contextmanager
def stopped_by_signals() -> Iterator[SimpleQueue[int]]:
    """Give a queue that gets something from Ctrl-C, a termination or a closed terminal.

    No Event: a signal that comes while the waiting takes its lock would wait for that very lock for ever, whereas a
    SimpleQueue may be put into at any moment (Python's documentation of `queue`, "Reentrancy").
    """
    stop: SimpleQueue[int] = SimpleQueue()
    before = {number: signal.signal(number, lambda number, _: stop.put(number)) for number in _ENDINGS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
