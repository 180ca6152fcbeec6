"""destroy.sh: what it says before it deletes, and what it deletes, with a scripted `aws`."""

from __future__ import annotations

from pathlib import Path

from tests.stacks.scripted_aws import NO_STACK, run

GOING = {"Stacks[0].StackStatus": "grep -q delete-stack calls && { " + NO_STACK + "; }; echo CREATE_COMPLETE"}
"""The stack is there until it is deleted."""


def test_destroy_asks(tmp_path: Path) -> None:
    """Without a person to ask, nothing is deleted; what would stay has been said."""
    ran = run(tmp_path, "destroy.sh")
    assert ran.code == 1
    assert "suitetoken/token/finance-prod" in ran.talk
    assert "$0.40" in ran.talk
    assert not ran.asked("delete-stack")


def test_destroy_deletes_the_stack_and_no_secret(tmp_path: Path) -> None:
    """YES=1 deletes the stack; secrets with clients, connections and tokens stay."""
    ran = run(tmp_path, "destroy.sh", GOING, YES="1")
    assert ran.code == 0
    assert ran.asked("delete-stack --stack-name suitetoken")
    assert not ran.asked("delete-secret")


def test_destroy_names_the_keys_that_stay(tmp_path: Path) -> None:
    """Those that secrets are under, of whatever time, and the stack's own, each once; none where there is none."""
    secrets = r"printf 'suitetoken/key/nightly\tarn:k/old\nsuitetoken/token/a\tarn:k/new\nsuitetoken/token/b\tNone\n'"
    ran = run(tmp_path / "1", "destroy.sh", {"list-secrets": secrets, "OutputKey=='SecretsKeyArn'": "echo arn:k/new"})
    stays = ran.talk.partition("These secrets stay")[2]
    assert [line.strip() for line in stays.splitlines()[1:4]] == [
        "suitetoken/key/nightly",
        "suitetoken/token/a",
        "suitetoken/token/b",
    ]
    keys = ran.talk.partition("These keys stay")[2].splitlines()
    assert [line.strip() for line in keys[1:3]] == ["arn:k/new", "arn:k/old"]
    assert ran.asked("suitetoken/key/,")
    assert "These keys stay" not in run(tmp_path / "2", "destroy.sh").talk


def test_destroy_without_a_stack(tmp_path: Path) -> None:
    """There is nothing to delete, and that is said."""
    ran = run(tmp_path, "destroy.sh", {"Stacks[0].StackStatus": NO_STACK}, YES="1")
    assert ran.code == 1
    assert "There is no stack suitetoken" in ran.talk


def test_destroy_takes_the_protection_off_once_it_is_confirmed(tmp_path: Path) -> None:
    """It says so first; a stack that is not protected needs nothing."""
    asked = run(tmp_path / "1", "destroy.sh")
    assert "protected against deletion" in asked.talk
    assert not asked.asked("update-termination-protection")
    confirmed = run(tmp_path / "2", "destroy.sh", GOING, YES="1")
    order = [call.split()[1] for call in confirmed.calls if "termination" in call or "delete-stack" in call]
    assert order[-2:] == ["update-termination-protection", "delete-stack"]
    without = run(tmp_path / "3", "destroy.sh", {**GOING, "EnableTerminationProtection": "echo False"}, YES="1")
    assert (without.code, without.asked("update-termination-protection")) == (0, False)


def test_a_stack_that_cannot_be_deleted_is_told(tmp_path: Path) -> None:
    """With the events that say why."""
    stays = {
        "Stacks[0].StackStatus": "if grep -q delete-stack calls; then echo DELETE_FAILED; else echo CREATE_COMPLETE; fi"
    }
    ran = run(tmp_path, "destroy.sh", stays, YES="1")
    assert ran.code == 1
    assert "Topic: not allowed" in ran.talk
    assert "is DELETE_FAILED" in ran.talk


def test_destroy_waits_for_nobody_elses_operation(tmp_path: Path) -> None:
    """A deployment that is under way is named, and nothing is deleted."""
    ran = run(tmp_path, "destroy.sh", {"Stacks[0].StackStatus": "echo UPDATE_IN_PROGRESS"}, YES="1")
    assert (ran.code, ran.asked("delete-stack")) == (6, False)
    assert "UPDATE_IN_PROGRESS" in ran.talk
