"""Who asks on the twin is a name that a person understands."""

from __future__ import annotations

import getpass

import boto3
import pytest

from local.aws import corrected_moto
from local.aws.caller import find_login_name
from suitetoken.admin.addresses import read_caller


def test_the_landing_page_names_the_person_at_this_machine() -> None:
    """Not the tool that plays AWS."""
    with corrected_moto():
        caller = read_caller(boto3.client("sts", region_name="eu-west-1"))
    assert caller == find_login_name() != "moto"


def test_an_assumed_role_keeps_its_name() -> None:
    """As the functions have it."""
    with corrected_moto():
        sts = boto3.client("sts", region_name="eu-west-1")
        arn = "arn:aws:iam::123456789012:role/nightly"
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="job-17")["Credentials"]
        assumed = boto3.client(
            "sts",
            region_name="eu-west-1",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        assert read_caller(assumed) == "job-17"


def _nobody() -> str:
    raise KeyError("uid not found")


@pytest.mark.parametrize(
    ("login", "shown"), [(lambda: "ada", "ada"), (lambda: "DOMAIN\\ada l", "DOMAIN-ada-l"), (_nobody, "you")]
)
def test_any_login_name_can_be_shown(monkeypatch: pytest.MonkeyPatch, login: object, shown: str) -> None:
    """Also one that no user of IAM may have, and none."""
    monkeypatch.setattr(getpass, "getuser", login)
    assert find_login_name() == shown
