"""deploy.sh: the change set, its dry run, and what is said where it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from change_set import TEMPLATE, make_small_template
from local.stack.template import load_document
from tests.stacks.scripted_aws import NO_CHANGES, NO_STACK, run

BECOMES = "if grep -q execute-change-set calls; then echo {}; else echo {}; fi"
"""What the stack is after the change set is carried out, and before."""


def test_the_template_comes_from_the_bucket(tmp_path: Path) -> None:
    """CloudFormation takes no more than 51,200 bytes that are sent along."""
    ran = run(tmp_path, "deploy.sh")
    address = ran.request["TemplateURL"]
    bucket = "suitetoken-artifacts-123456789012-eu-west-1"
    assert address.startswith(f"https://s3.eu-west-1.amazonaws.com/{bucket}/broker/")
    assert ran.asked(f"put-object --bucket {bucket} --key {address.partition(bucket + '/')[2]}")
    assert "TemplateBody" not in ran.request


def test_the_template_of_a_dry_run_needs_no_bucket() -> None:
    """Without comments and spaces it is small enough to be sent along; every file of this machine has its object."""
    small = make_small_template("bucket")
    assert len(small.encode()) < 51_200
    shown, written = json.loads(small), load_document(TEMPLATE.read_text("utf-8"))
    changed = [name for name, each in written["Resources"].items() if each != shown["Resources"][name]]
    assert changed == ["WebFunction", "SweepFunction", "RotateFunction", "SigningLibrary"]
    assert ".build" not in small
    for name in changed:
        properties = shown["Resources"][name]["Properties"]
        assert properties["Code" if "Code" in properties else "Content"]["S3Bucket"] == "bucket"


def test_tags_and_role_reach_the_stack(tmp_path: Path) -> None:
    """CloudFormation puts the stack's tags on everything that it makes and that takes tags; `none` takes them away."""
    role = "arn:aws:iam::123456789012:role/deployer"
    ran = run(tmp_path / "1", "deploy.sh", TAGS="team=finance cost-centre=12", DEPLOY_ROLE=role)
    assert ran.request["Tags"] == [{"Key": "team", "Value": "finance"}, {"Key": "cost-centre", "Value": "12"}]
    assert ran.request["RoleARN"] == role
    assert ran.parameters()["SecretTags"] == "team=finance cost-centre=12"
    without = run(tmp_path / "2", "deploy.sh", TAGS="none")
    assert (without.request["Tags"], without.parameters()["SecretTags"]) == ([], "")


@pytest.mark.slow
def test_a_release_is_taken_back_by_its_alarms(tmp_path: Path) -> None:
    """While it is made and for a quarter of an hour after; alarms that fire already, or a told silence, take none."""
    rollback = run(tmp_path / "1", "deploy.sh").request["RollbackConfiguration"]
    assert rollback["MonitoringTimeInMinutes"] == 15
    arns = ["arn:aws:cloudwatch:r:a:alarm:x-sweep-silent", "arn:aws:cloudwatch:r:a:alarm:x-dead-letters"]
    assert [each["Arn"] for each in rollback["RollbackTriggers"]] == arns
    nothing = {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}
    firing = run(tmp_path / "2", "deploy.sh", {"describe-alarms": "true"})
    assert firing.request["RollbackConfiguration"] == nothing
    told = run(tmp_path / "3", "deploy.sh", PARAMETERS="ScheduleState=DISABLED")
    assert told.request["RollbackConfiguration"] == nothing
    silent = {"ParameterKey=='ScheduleState'": "echo DISABLED"}
    assert run(tmp_path / "4", "deploy.sh", silent).request["RollbackConfiguration"] == nothing


@pytest.mark.slow
def test_what_is_no_release_is_not_waited_for(tmp_path: Path) -> None:
    """A parameter alone, or WATCH_MINUTES=0; a new stack has no alarms yet."""
    release = run(tmp_path / "1", "deploy.sh").release
    same = run(tmp_path / "2", "deploy.sh", {"ParameterKey=='Release'": f"echo {release}"})
    hurried = run(tmp_path / "3", "deploy.sh", WATCH_MINUTES="0")
    for ran in (same, hurried):
        assert ran.request["RollbackConfiguration"]["MonitoringTimeInMinutes"] == 0
        assert len(ran.request["RollbackConfiguration"]["RollbackTriggers"]) == 2
    status = BECOMES.format("CREATE_COMPLETE", "REVIEW_IN_PROGRESS")
    new = run(tmp_path / "4", "deploy.sh", {"Stacks[0].StackStatus": status})
    assert new.request["RollbackConfiguration"] == {"RollbackTriggers": [], "MonitoringTimeInMinutes": 0}


def test_a_release_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    """Another artefact is another release; nothing else is, so that deploying again changes nothing."""
    names = [run(tmp_path / str(number), "deploy.sh").release for number in (1, 2)]
    assert names[0] == names[1]
    assert run(tmp_path / "3", "deploy.sh", None, b"another").release != names[0]


def test_a_parameter_that_there_is_not_is_told(tmp_path: Path) -> None:
    """With those that there are; nothing was changed."""
    ran = run(tmp_path, "deploy.sh", PARAMETERS="LogRetention=90")
    assert (ran.code, ran.asked("create-change-set")) == (1, False)
    assert "no parameter LogRetention; it has" in ran.talk


def test_parameters_that_cannot_be_read_are_not_reset(tmp_path: Path) -> None:
    """Where the stack's parameters are not to be had, nothing is deployed: they would go back to their defaults."""
    ran = run(tmp_path, "deploy.sh", {"get-template-summary": "echo AccessDenied >&2; exit 254"})
    assert (ran.code, ran.asked("create-change-set")) == (1, False)
    assert "AccessDenied" in ran.talk


def test_failure_shows_the_event_that_caused_it(tmp_path: Path) -> None:
    """Of this deployment's events those that failed are shown; not what was cancelled for it, nor an older failure."""
    ran = run(
        tmp_path, "deploy.sh", {"Stacks[0].StackStatus": BECOMES.format("UPDATE_ROLLBACK_COMPLETE", "CREATE_COMPLETE")}
    )
    assert ran.code == 1
    assert "Topic: not allowed" in ran.talk
    assert "UPDATE_ROLLBACK_COMPLETE" in ran.talk
    assert "cancelled" not in ran.talk
    assert "old" not in ran.talk


@pytest.mark.parametrize("dry", ["", "1"])
def test_a_refused_change_set_shows_its_reason(tmp_path: Path, dry: str) -> None:
    """And what CloudFormation's own validation found; the change set is deleted, nothing is carried out."""
    answers = {
        "describe-change-set": r"printf 'FAILED\tRule DomainHasItsCertificate failed\n'",
        "describe-events": r"printf 'HttpApi\tName is too long\n'",
    }
    ran = run(tmp_path, "deploy.sh", answers, DRY_RUN=dry)
    assert ran.code == 1
    assert "Rule DomainHasItsCertificate failed" in ran.talk
    assert "Name is too long" in ran.talk
    assert ran.asked("delete-change-set")
    assert not ran.asked("execute-change-set")


def test_who_deploys_is_in_the_events(tmp_path: Path) -> None:
    """The name of the caller goes along, in letters that CloudFormation takes."""
    (call,) = [call for call in run(tmp_path, "deploy.sh").calls if "execute-change-set" in call]
    assert "--client-request-token by-ann-example-com-at-" in call


@pytest.mark.slow
def test_a_new_stack_is_protected(tmp_path: Path) -> None:
    """Against deletion, unless it is said; an old one stays as it is, unless it is said."""
    new = {"Stacks[0].StackStatus": BECOMES.format("CREATE_COMPLETE", "REVIEW_IN_PROGRESS")}
    protects = "update-termination-protection --stack-name suitetoken --enable-termination-protection"
    assert run(tmp_path / "1", "deploy.sh", new).asked(protects)
    assert not run(tmp_path / "2", "deploy.sh").asked("update-termination-protection")
    assert run(tmp_path / "3", "deploy.sh", TERMINATION_PROTECTION="on").asked(protects)
    assert run(tmp_path / "4", "deploy.sh", new, TERMINATION_PROTECTION="off").asked(
        "--no-enable-termination-protection"
    )


@pytest.mark.parametrize(("status", "is_new"), [("echo CREATE_COMPLETE", False), (NO_STACK, True)])
def test_dry_run_changes_nothing(tmp_path: Path, status: str, is_new: bool) -> None:
    """The change set is shown and deleted, with the empty stack that it makes for a new one; nothing is uploaded."""
    ran = run(tmp_path, "deploy.sh", {"Stacks[0].StackStatus": status}, DRY_RUN="1")
    assert ran.code == 0
    assert ran.asked("describe-change-set")
    assert ran.asked("delete-change-set --change-set-name arn:aws:cloudformation:r:a:changeSet/c/1")
    assert ran.asked("delete-stack") is is_new
    assert not ran.asked("s3")
    assert not ran.asked("execute-change-set")
    assert "TemplateURL" not in ran.request
    assert json.loads(ran.request["TemplateBody"])["Resources"]["WebFunction"]["Properties"]["Code"]["S3Key"]


@pytest.mark.parametrize("dry", ["", "1"])
def test_no_changes_are_said(tmp_path: Path, dry: str) -> None:
    """The empty change set counts as failed, and is deleted."""
    ran = run(tmp_path, "deploy.sh", {"describe-change-set": NO_CHANGES}, DRY_RUN=dry)
    assert ran.code == 0
    assert ("Nothing would change" if dry else "Nothing is to be changed") in ran.talk
    assert ran.asked("delete-change-set")
    assert not ran.asked("execute-change-set")
