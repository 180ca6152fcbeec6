"""An execution environment runs a folder's handler by AWS's runtime client, and finds nothing else than it is given."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from local.functions.execution import OF_THE_CLIENT, ExecutionEnvironment, Machine, link_packages
from local.functions.functions import FunctionSettings
from local.functions.runtime_api import FunctionFailed

SETTINGS = FunctionSettings(
    "f", "arn:aws:lambda:us-east-1:123456789012:function:f", "code.handler", 30, 512, {"A": "1"}
)
CODE = """
import os, sys

def handler(event, context):
    print("handled", event)
    if event == "fail":
        raise ValueError("this event is refused")
    if event == "end":
        os._exit(3)
    return {
        "event": event,
        "arn": context.invoked_function_arn,
        "remaining": context.get_remaining_time_in_millis(),
        "environ": dict(os.environ),
        "path": sys.path,
    }
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Give a machine with a handler of ours, and the runtime client alone."""
    machine = Machine(Path(sys.executable), tmp_path / "task", tmp_path / "runtime", tmp_path, {"AWS_REGION": "r"})
    for folder in (machine.task_root, machine.runtime):
        folder.mkdir()
    (machine.task_root / "code.py").write_text(CODE, "utf-8")
    link_packages(OF_THE_CLIENT, Path(boto3.__file__).parents[1], machine.runtime)
    return machine


@pytest.fixture
def function(machine: Machine) -> Iterator[ExecutionEnvironment]:
    """Give a running function."""
    function = ExecutionEnvironment(SETTINGS, machine, {"aws_access_key_id": "key"}, machine.home / "log")
    yield function
    function.close()


def test_event_and_context_arrive(function: ExecutionEnvironment) -> None:
    """The handler gets the event, the function's ARN and the template's timeout, and its answer comes back."""
    answer = function.invoke({"a": ["ü", 1]})
    assert answer["event"] == {"a": ["ü", 1]}
    assert answer["arn"] == SETTINGS.arn
    assert 20_000 < answer["remaining"] <= 30_000


def test_nothing_of_this_machine_is_in_reach(function: ExecutionEnvironment, machine: Machine) -> None:
    """Environment and path are what Lambda gives: the template's variables, the role's keys, artefact and runtime."""
    answer = function.invoke({})
    environ = answer["environ"]
    assert (environ["A"], environ["AWS_REGION"], environ["AWS_ACCESS_KEY_ID"]) == ("1", "r", "key")
    assert environ["LAMBDA_TASK_ROOT"] == str(machine.task_root)
    assert not {"PYTHONPATH", "VIRTUAL_ENV", "USER", "AWS_PROFILE"} & environ.keys()
    assert answer["path"][:2] == [str(machine.task_root), str(machine.runtime)]
    assert not [part for part in answer["path"] if "site-packages" in part]


def test_what_is_printed_is_there_with_the_answer(function: ExecutionEnvironment, machine: Machine) -> None:
    """The log is complete as soon as the answer is here."""
    for number in range(20):
        function.invoke(number)
        assert (machine.home / "log").read_text("utf-8").endswith(f"handled {number}\n")


def test_an_error_is_told_and_survived(function: ExecutionEnvironment) -> None:
    """What the handler raises is the invocation's error, and the next event is handled."""
    with pytest.raises(FunctionFailed, match="ValueError: this event is refused"):
        function.invoke("fail")
    assert function.invoke("next")["event"] == "next"


def test_events_wait_their_turn(function: ExecutionEnvironment) -> None:
    """An environment handles one event at a time; each answer belongs to its own event."""
    answers = [function.start(number) for number in range(5)]
    assert [answer.result(30)["event"] for answer in answers] == list(range(5))


def test_a_process_that_ends_fails_its_invocation(machine: Machine) -> None:
    """Neither the event whose process died nor those behind it are waited for for ever."""
    function = ExecutionEnvironment(SETTINGS, machine, {}, machine.home / "log")
    answers = [function.start(event) for event in ("end", "waits behind it")]
    assert function.wait() == 3
    function.close()
    for answer in answers:
        with pytest.raises(FunctionFailed, match="ended"):
            answer.result(1)


def test_a_broken_import_is_a_failed_start(machine: Machine) -> None:
    """A module that cannot be imported is told at once, by name."""
    (machine.task_root / "code.py").write_text("import nothing_like_this", "utf-8")
    with pytest.raises(FunctionFailed, match="nothing_like_this"):
        ExecutionEnvironment(SETTINGS, machine, {}, machine.home / "log")


def test_a_package_that_is_not_installed_is_named(tmp_path: Path) -> None:
    """What the runtime must have and this machine has not is an error that names it."""
    with pytest.raises(LookupError, match="no_such_package"):
        link_packages(["no_such_package"], tmp_path, tmp_path)
