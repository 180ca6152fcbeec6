"""deploy.sh beside others: somebody else's deployment, a first one that failed, names that are still taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from change_set import TEMPLATE
from local.stack.template import load_document
from tests.stacks.scripted_aws import NO_STACK, run

BECOMES = "if grep -q execute-change-set calls; then echo {}; else echo {}; fi"
"""What the stack is after the change set is carried out, and before."""


def test_stack_that_is_busy_is_left_alone(tmp_path: Path) -> None:
    """Two people do not deploy at once: which operation it is, since when, by whom, and how to wait for it."""
    answers = {
        "Stacks[0].StackStatus": "echo UPDATE_IN_PROGRESS",
        "ClientRequestToken": r"printf '2026-11-27T10:11:12Z\tby-ann-at-20261127T101110Z-1\n'",
    }
    ran = run(tmp_path, "deploy.sh", answers)
    assert (ran.code, ran.asked("create-change-set"), ran.asked("create-bucket")) == (6, False, False)
    for words in (
        "UPDATE_IN_PROGRESS",
        "2026-11-27T10:11:12Z",
        "by-ann",
        "wait stack-update-complete",
        "cancel-update",
    ):
        assert words in ran.talk


@pytest.mark.parametrize("call", ["create-change-set", "execute-change-set"])
def test_two_who_begin_at_the_same_moment(tmp_path: Path, call: str) -> None:
    """The later one is refused by CloudFormation, and reads the same."""
    answers = {
        call: "echo 'An error occurred (ValidationError): can not be updated' >&2; exit 254",
        "Stacks[0].StackStatus": f"echo $(grep -q {call} calls && echo UPDATE_IN_PROGRESS || echo CREATE_COMPLETE)",
    }
    ran = run(tmp_path, "deploy.sh", answers)
    assert ran.code == 6
    assert "wait stack-update-complete" in ran.talk


def test_a_plan_that_another_deployment_made_obsolete(tmp_path: Path) -> None:
    """Nothing was changed, and deploying again is what to do."""
    answers = {"execute-change-set": "echo 'cannot be executed in its current status of [OBSOLETE]' >&2; exit 254"}
    ran = run(tmp_path, "deploy.sh", answers)
    assert ran.code == 1
    assert "deploy again" in ran.talk


def test_first_deployment_that_failed_is_cleared_away(tmp_path: Path) -> None:
    """CloudFormation cannot update what a failed first deployment left; it is empty, so it is deleted first."""
    status = "grep -q delete-stack calls && { " + NO_STACK + "; }; echo ROLLBACK_COMPLETE"
    status = "grep -q execute calls && { echo CREATE_COMPLETE; exit; }; " + status
    ran = run(tmp_path, "deploy.sh", {"Stacks[0].StackStatus": status})
    assert ran.code == 0
    order = [call for call in ran.calls if "delete-stack" in call or "create-change-set" in call]
    assert "delete-stack" in order[0]
    assert "--change-set-type CREATE" in order[1]


def test_names_that_are_still_being_deleted_are_waited_for(tmp_path: Path) -> None:
    """After destroy and deploy at once the names of the signing keys may be taken for a while."""
    gone = "[[ $(grep -c describe-secret calls) -le 3 ]] || { echo ResourceNotFound >&2; exit 254; }"
    answers = {
        "Stacks[0].StackStatus": BECOMES.format("CREATE_COMPLETE", "REVIEW_IN_PROGRESS"),
        "describe-secret": f"{gone}; echo 1.7e9",
    }
    ran = run(tmp_path, "deploy.sh", answers)
    assert ran.code == 0
    assert ran.calls.count("sleep 5") == 3
    assert "Waiting until the name suitetoken/signing-key/link is free" in ran.talk
    assert [call for call in ran.calls if "describe-secret" in call][-1].count("signing-key/state") == 1


@pytest.mark.parametrize(("date", "waits", "words"), [("1.7e9", 60, "still being deleted"), ("None", 0, "is there")])
def test_waiting_for_names_ends(tmp_path: Path, date: str, waits: int, words: str) -> None:
    """After five minutes, or at once where a secret lives; the command that frees the name is said."""
    answers = {"Stacks[0].StackStatus": NO_STACK, "describe-secret": f"echo {date}"}
    ran = run(tmp_path, "deploy.sh", answers)
    assert (ran.code, ran.calls.count("sleep 5"), ran.asked("create-change-set")) == (1, waits, False)
    assert words in ran.talk
    assert "--force-delete-without-recovery" in ran.talk


def test_the_names_that_are_waited_for_are_the_template_s() -> None:
    """A secret that is added to the template is waited for too."""
    resources = load_document(TEMPLATE.read_text("utf-8"))["Resources"].values()
    names = [
        each["Properties"]["Name"]["Fn::Sub"] for each in resources if each["Type"] == "AWS::SecretsManager::Secret"
    ]
    assert sorted(names) == ["${Prefix}/signing-key/link", "${Prefix}/signing-key/state"]
    assert "for name in link state;" in (TEMPLATE.parent / "waiting.sh").read_text()


def test_a_name_that_is_taken_all_the_same_is_tried_again(tmp_path: Path) -> None:
    """Secrets Manager may call a secret gone before its name is free: the failed stack is cleared, and made again."""
    status = (
        "case $(grep -c execute-change-set calls)$(grep -c delete-stack calls) in "
        "00) echo REVIEW_IN_PROGRESS;; 10) echo ROLLBACK_COMPLETE;; 11) {};; *) echo CREATE_COMPLETE;; esac"
    )
    answers = {
        "Stacks[0].StackStatus": status.format(NO_STACK),
        "describe-stack-events": r"printf 'LinkKey\tCREATE_FAILED\tthis name is already scheduled for deletion\n'",
    }
    ran = run(tmp_path, "deploy.sh", answers)
    assert ran.code == 0
    assert ran.asked("sleep 60")
    assert len([call for call in ran.calls if "execute-change-set" in call]) == 2
