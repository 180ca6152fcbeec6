"""deploy.sh: what it takes, the bucket that it makes, and what it prints, with a scripted `aws`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.stacks.scripted_aws import NO_STACK, run


def test_deploy_prints_the_redirect_uri(tmp_path: Path) -> None:
    """The redirect URI is the only data on stdout; the next steps are talk."""
    ran = run(tmp_path, "deploy.sh", NOTIFY_EMAIL="ops@example.com", PARAMETERS="LogRetentionDays=90")
    assert (ran.code, ran.data) == (0, "https://x.example/oauth/callback\n")
    assert "suitetoken client add" in ran.talk
    said = {"Prefix": "suitetoken", "NotifyEmail": "ops@example.com", "LogRetentionDays": "90"}
    assert ran.parameters() == said


def test_deploy_keeps_what_is_not_said(tmp_path: Path) -> None:
    """Deploying again without NOTIFY_EMAIL leaves the subscription as it is; a new parameter gets its default."""
    ran = run(tmp_path, "deploy.sh")
    kept = [each["ParameterKey"] for each in ran.request["Parameters"] if each.get("UsePreviousValue")]
    assert kept == ["NotifyEmail", "ScheduleState"]
    assert "Tags" not in ran.request
    assert "RoleARN" not in ran.request


def test_deploy_takes_the_address_away(tmp_path: Path) -> None:
    """NOTIFY_EMAIL=none ends the subscription."""
    assert run(tmp_path, "deploy.sh", NOTIFY_EMAIL="none").parameters()["NotifyEmail"] == ""


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
        ({"SECRETS_KEY": "arn:aws:kms:us-east-1:123456789012:key/k"}, "a key of KMS in eu-west-1"),
        ({"MONITORING": "none"}, "basic or full"),
        ({"WATCH_MINUTES": "181"}, "0 to 180"),
        ({"TAGS": "team"}, "TAGS: team"),
        ({"TAGS": "aws:team=finance"}, "TAGS: aws:team=finance"),
        ({"DEPLOY_ROLE": "deployer"}, "no ARN of a role"),
        ({"TERMINATION_PROTECTION": "yes"}, "on or off"),
    ],
)
def test_wrong_input_is_refused_before_anything_is_made(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    """What is wrong is said in words; nothing was created."""
    ran = run(tmp_path, "deploy.sh", None, **environ)
    assert ran.code == 1
    assert words in ran.talk
    assert not ran.asked("create-bucket")
    assert not ran.asked("create-change-set")


@pytest.mark.parametrize("key", ["own", "aws", "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab"])
def test_the_secrets_key_is_made_or_given(tmp_path: Path, key: str) -> None:
    """A key of the stack, AWS's, or one that is there already."""
    assert run(tmp_path, "deploy.sh", SECRETS_KEY=key).parameters()["SecretsKey"] == key


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
    expected = {"DomainName": "n.example.com", "CertificateArn": CERTIFICATE, "PermissionsBoundary": ""}
    assert ran.parameters() == {"Prefix": "suitetoken", **expected}


def test_an_address_that_moved_is_told(tmp_path: Path) -> None:
    """NetSuite knows the old redirect URI: both are named, and what goes on meanwhile."""
    moves = {
        "OutputKey=='RedirectUri'": f"echo https://$(wc -l <'{tmp_path}/calls' | tr -d ' ').example/oauth/callback"
    }
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
    missing = {
        "head-bucket": "echo 'An error occurred (404): Not Found' >&2; exit 254",
        "get-bucket-policy": "echo NoSuchBucketPolicy >&2; exit 254",
    }
    ran = run(tmp_path, "deploy.sh", missing, REGION=region)
    assert ran.code == 0
    assert ran.asked(f"create-bucket --bucket suitetoken-artifacts-123456789012-{region}")
    assert ran.asked("LocationConstraint") is placed
    for setting in ("BlockPublicPolicy=true", "AES256", "Status=Enabled", "aws:SecureTransport", "NoncurrentDays"):
        assert ran.asked(setting)


def test_somebody_elses_bucket_is_refused(tmp_path: Path) -> None:
    """A bucket with our name that another account owns gets no code of ours, and none of theirs is deployed."""
    ran = run(tmp_path, "deploy.sh", {"head-bucket": "echo 'An error occurred (403): Forbidden' >&2; exit 254"})
    assert ran.code == 1
    assert "Forbidden" in ran.talk
    assert ran.asked("--expected-bucket-owner 123456789012")
    assert not ran.asked("cloudformation package")


@pytest.mark.slow
def test_a_bucket_of_before_gets_what_it_lacks(tmp_path: Path) -> None:
    """TLS only and an end for old versions; a bucket that has them is left alone, and so is a policy of others."""
    lacking = {"get-bucket-policy": "echo NoSuchBucketPolicy >&2; exit 254"}
    assert run(tmp_path / "1", "deploy.sh", lacking).asked("put-bucket-policy")
    assert not run(tmp_path / "2", "deploy.sh").asked("put-bucket")
    theirs = run(tmp_path / "3", "deploy.sh", {"get-bucket-policy": "echo '{}'"})
    assert (theirs.code, theirs.asked("put-bucket"), "policy that was not made here" in theirs.talk) == (0, False, True)


def test_the_policy_of_the_bucket_refuses_what_comes_without_tls(tmp_path: Path) -> None:
    """For the bucket and all that is in it, whoever asks; the ARNs are those of the region's partition."""
    for number, (region, partition) in enumerate({"eu-west-1": "aws", "cn-north-1": "aws-cn"}.items()):
        answers = {"get-bucket-policy": "echo NoSuchBucketPolicy >&2; exit 254"}
        ran = run(tmp_path / str(number), "deploy.sh", answers, REGION=region)
        (call,) = [call for call in ran.calls if "put-bucket-policy" in call]
        (statement,) = json.loads(call.partition("--policy ")[2])["Statement"]
        arn = f"arn:{partition}:s3:::suitetoken-artifacts-123456789012-{region}"
        assert statement["Resource"] == [arn, f"{arn}/*"]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
