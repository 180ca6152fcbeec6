"""deploy.sh and destroy.sh: what they ask of the AWS CLI and what they say, with a scripted `aws` in its place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

INFRA = Path(__file__).parents[2] / "infra"
NO_STACK = "echo 'Stack with id suitetoken does not exist' >&2; exit 254"
EVENTS = (
    r"printf 'suitetoken\tROLLBACK_COMPLETE\tNone\nKey\tCREATE_FAILED\tResource creation cancelled\n"
    r"Topic\tCREATE_FAILED\tnot allowed\nsuitetoken\tCREATE_IN_PROGRESS\tUser Initiated\nOld\tUPDATE_FAILED\told\n'"
)
NORMAL = {
    "sts get-caller-identity": "echo 123456789012",
    "describe-stacks": "echo CREATE_COMPLETE",
    "describe-stack-events": EVENTS,
    "OutputKey": "echo https://x.example/oauth/callback",
    "--no-execute-changeset": "echo aws describe --change-set-name arn:aws:cloudformation:r:a:changeSet/c/1",
    "list-secrets": r"printf 'suitetoken/token/finance-prod\n'",
}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended, what it said, and what it asked of AWS."""

    code: int
    data: str
    talk: str
    calls: list[str]

    def asked(self, words: str) -> bool:
        """Whether any call held these words."""
        return any(words in call for call in self.calls)


def run(folder: Path, script: str, answers: dict[str, str] | None = None, **environ: str) -> Ran:
    """Run a script in a checkout of its own; `answers` says what `aws` does when its arguments hold these words."""
    shutil.copytree(INFRA, folder / "infra", ignore=shutil.ignore_patterns("local", "__pycache__"))
    (folder / ".build").mkdir()
    (folder / ".build" / "broker.zip").write_bytes(b"zip")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (folder / "bin").mkdir()
    (folder / "calls").touch()
    cases = "".join(f'*"{words}"*) {act};;\n' for words, act in reversed((NORMAL | (answers or {})).items()))
    aws = folder / "bin" / "aws"
    aws.write_text(f'#!/bin/bash\necho "$*" >>"{folder}/calls"\ncase "$*" in\n{cases}esac\n')
    aws.chmod(0o755)
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    ran = subprocess.run(  # noqa: S603 (our own script)
        [folder / "infra" / script],
        env={"PATH": path, "REGION": "eu-west-1", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr, (folder / "calls").read_text().splitlines())


def test_deploy_prints_the_redirect_uri(tmp_path: Path) -> None:
    """The redirect URI is the only data on stdout; the next steps are talk."""
    ran = run(tmp_path, "deploy.sh", NOTIFY_EMAIL="ops@example.com", PARAMETERS="LogRetentionDays=90")
    assert (ran.code, ran.data) == (0, "https://x.example/oauth/callback\n")
    assert "suitetoken client add" in ran.talk
    assert ran.asked("--parameter-overrides Prefix=suitetoken NotifyEmail=ops@example.com LogRetentionDays=90")


def test_deploy_keeps_what_is_not_said(tmp_path: Path) -> None:
    """Deploying again without NOTIFY_EMAIL leaves the subscription as it is."""
    assert not run(tmp_path, "deploy.sh").asked("NotifyEmail")


def test_deploy_takes_the_address_away(tmp_path: Path) -> None:
    """NOTIFY_EMAIL=none ends the subscription."""
    assert any(call.endswith("NotifyEmail=") for call in run(tmp_path, "deploy.sh", NOTIFY_EMAIL="none").calls)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"PREFIX": "Suite/Token"}, "PREFIX=Suite/Token"),
        ({"PREFIX": "awsome"}, "PREFIX=awsome"),
        ({"REGION": ""}, "No region"),
        ({"NOTIFY_EMAIL": "ops"}, "no e-mail address"),
        ({"DOMAIN_NAME": "https://x.example"}, "no host name"),
        ({"CERTIFICATE_ARN": "arn:aws:acm:us-east-1:123456789012:certificate/x"}, "in the region eu-west-1"),
        ({"HOSTED_ZONE_ID": "example.com"}, "no id of a hosted zone"),
        ({"PERMISSIONS_BOUNDARY": "boundary"}, "no ARN of a policy"),
        ({"READER_ACCOUNTS": "1234"}, "twelve digits each"),
        ({"SECRETS_KEY": "mine"}, "own or aws"),
    ],
)
def test_wrong_input_is_refused_before_anything_is_made(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    """What is wrong is said in words; nothing was created."""
    ran = run(tmp_path, "deploy.sh", None, **environ)
    assert ran.code == 1
    assert words in ran.talk
    assert not ran.asked("create-bucket")
    assert not ran.asked("cloudformation deploy")


CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/x"


def test_a_new_domain_needs_its_certificate(tmp_path: Path) -> None:
    """Said before anything is made, not by CloudFormation after a while."""
    ran = run(tmp_path, "deploy.sh", {"describe-stacks": NO_STACK}, DOMAIN_NAME="netsuite.example.com")
    assert (ran.code, "CERTIFICATE_ARN" in ran.talk, ran.asked("create-bucket")) == (1, True, False)


def test_a_domain_is_given_and_taken_away(tmp_path: Path) -> None:
    """As parameters of the stack; `none` empties one."""
    ran = run(
        tmp_path, "deploy.sh", DOMAIN_NAME="n.example.com", CERTIFICATE_ARN=CERTIFICATE, PERMISSIONS_BOUNDARY="none"
    )
    assert ran.asked(f"DomainName=n.example.com CertificateArn={CERTIFICATE} PermissionsBoundary=")


def test_an_address_that_moved_is_told(tmp_path: Path) -> None:
    """NetSuite knows the old redirect URI: both are named, and what goes on meanwhile."""
    moves = {"OutputKey=='RedirectUri'": f"echo https://$(wc -l <'{tmp_path}/calls').example/oauth/callback"}
    ran = run(tmp_path, "deploy.sh", moves)
    assert "Register the new redirect URI" in ran.talk
    assert "tokens and grants go on" in ran.talk
    assert "has changed" not in run(tmp_path / "again", "deploy.sh").talk


def test_refused_credentials_are_told(tmp_path: Path) -> None:
    """What AWS says about the credentials is shown, and which profile it was."""
    answers = {"sts get-caller-identity": "echo 'The token has expired' >&2; exit 255"}
    ran = run(tmp_path, "deploy.sh", answers, PROFILE="finance")
    assert ran.code == 1
    assert "The token has expired" in ran.talk
    assert "of profile finance" in ran.talk


def test_profile_wins_over_keys_in_the_environment(tmp_path: Path) -> None:
    """PROFILE=… means that account, although the AWS CLI would rather take access keys from the environment."""
    answers = {"sts get-caller-identity": 'echo "profile $AWS_PROFILE, key ${AWS_ACCESS_KEY_ID-none}" >&2; exit 1'}
    ran = run(tmp_path, "deploy.sh", answers, PROFILE="finance", AWS_ACCESS_KEY_ID="AKIA")
    assert "profile finance, key none" in ran.talk


@pytest.mark.parametrize(("region", "placed"), [("eu-west-1", True), ("us-east-1", False)])
def test_missing_bucket_is_made_private(tmp_path: Path, region: str, placed: bool) -> None:
    """The artefact bucket is made in the region, blocked for the public, encrypted and versioned."""
    missing = {"head-bucket": "echo 'An error occurred (404): Not Found' >&2; exit 254"}
    ran = run(tmp_path, "deploy.sh", missing, REGION=region)
    assert ran.code == 0
    assert ran.asked(f"create-bucket --bucket suitetoken-artifacts-123456789012-{region}")
    assert ran.asked("LocationConstraint") is placed
    for setting in ("BlockPublicPolicy=true", "AES256", "Status=Enabled"):
        assert ran.asked(setting)


def test_somebody_elses_bucket_is_refused(tmp_path: Path) -> None:
    """A bucket with our name that another account owns gets no code of ours, and none of theirs is deployed."""
    ran = run(tmp_path, "deploy.sh", {"head-bucket": "echo 'An error occurred (403): Forbidden' >&2; exit 254"})
    assert ran.code == 1
    assert "Forbidden" in ran.talk
    assert ran.asked("--expected-bucket-owner 123456789012")
    assert not ran.asked("cloudformation package")


def test_failure_shows_the_event_that_caused_it(tmp_path: Path) -> None:
    """Of this deployment's events those that failed are shown; not what was cancelled for it, nor an older failure."""
    ran = run(tmp_path, "deploy.sh", {"cloudformation deploy": "exit 255"})
    assert ran.code == 1
    assert "Topic: not allowed" in ran.talk
    assert "cancelled" not in ran.talk
    assert "old" not in ran.talk


def test_stack_that_is_busy_is_left_alone(tmp_path: Path) -> None:
    """Two people do not deploy at once."""
    ran = run(tmp_path, "deploy.sh", {"Stacks[0].StackStatus": "echo UPDATE_IN_PROGRESS"})
    assert ran.code == 1
    assert not ran.asked("cloudformation deploy")


def test_first_deployment_that_failed_is_cleared_away(tmp_path: Path) -> None:
    """CloudFormation cannot update what a failed first deployment left; it is empty, so it is deleted first."""
    ran = run(tmp_path, "deploy.sh", {"Stacks[0].StackStatus": "echo ROLLBACK_COMPLETE"})
    assert ran.code == 0
    order = [call for call in ran.calls if "delete-stack" in call or "cloudformation deploy" in call]
    assert "delete-stack" in order[0]


@pytest.mark.parametrize(("status", "is_new"), [("echo CREATE_COMPLETE", False), (NO_STACK, True)])
def test_dry_run_changes_nothing(tmp_path: Path, status: str, is_new: bool) -> None:
    """The change set is shown and deleted, with the empty stack that it makes for a new one; nothing is uploaded."""
    ran = run(tmp_path, "deploy.sh", {"Stacks[0].StackStatus": status}, DRY_RUN="1")
    assert ran.code == 0
    assert ran.asked("describe-change-set")
    assert ran.asked("delete-change-set --change-set-name arn:aws:cloudformation:r:a:changeSet/c/1")
    assert ran.asked("delete-stack") is is_new
    assert not ran.asked("s3")
    assert all("--no-execute-changeset" in call for call in ran.calls if "cloudformation deploy" in call)
    assert "S3Key: broker/" in (tmp_path / ".build" / "dry-run.yaml").read_text()


def test_dry_run_without_changes_says_so(tmp_path: Path) -> None:
    """The empty change set that the AWS CLI leaves behind is deleted too."""
    answers = {"--no-execute-changeset": "echo No changes to deploy", "list-change-sets": "echo arn:empty"}
    ran = run(tmp_path, "deploy.sh", answers, DRY_RUN="1")
    assert ran.code == 0
    assert "Nothing would change" in ran.talk
    assert ran.asked("delete-change-set --change-set-name arn:empty")


def test_destroy_asks(tmp_path: Path) -> None:
    """Without a person to ask, nothing is deleted; what would stay has been said."""
    ran = run(tmp_path, "destroy.sh")
    assert ran.code == 1
    assert "suitetoken/token/finance-prod" in ran.talk
    assert "$0.40" in ran.talk
    assert not ran.asked("delete-stack")


def test_destroy_deletes_the_stack_and_no_secret(tmp_path: Path) -> None:
    """YES=1 deletes the stack; secrets with clients, connections and tokens stay."""
    ran = run(tmp_path, "destroy.sh", YES="1")
    assert ran.code == 0
    assert ran.asked("delete-stack --stack-name suitetoken")
    assert not ran.asked("delete-secret")


def test_destroy_without_a_stack(tmp_path: Path) -> None:
    """There is nothing to delete, and that is said."""
    ran = run(tmp_path, "destroy.sh", {"Stacks[0].StackStatus": NO_STACK}, YES="1")
    assert ran.code == 1
    assert "There is no stack suitetoken" in ran.talk
