"""Which settings a direct call follows, and which ones it leaves to boto3."""

from __future__ import annotations

import pytest

from suitetoken.reader.direct.settings import find_config_files, find_endpoint, find_region, is_plain

KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


def test_bare_environment_is_plain() -> None:
    """Keys and a region need nothing that boto3 alone can do."""
    assert is_plain({**KEYS, "AWS_REGION": "eu-west-1", "NO_PROXY": "127.0.0.1", "HTTPS_PROXY": ""}, [])


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_DATA_PATH",
        "https_proxy",
        "HTTP_PROXY",
        "ALL_PROXY",
    ],
)
def test_setting_of_boto3_is_left_to_it(name: str) -> None:
    """Each of these changes what boto3 would do, so boto3 does it."""
    assert not is_plain({**KEYS, name: "x"}, [])


@pytest.mark.parametrize(
    ("text", "with_keys", "without_keys"),
    [
        ("", True, True),
        ("[default]\nregion = eu-west-1\n# endpoint_url = x\noutput=json\n", True, True),
        ("[default]\naws_access_key_id = a\naws_secret_access_key = b\n", True, False),
        ("[profile a]\nsso_session = s\n[sso-session s]\nsso_region = eu-west-1\n", True, False),
        ("[default]\nrole_arn = arn\nsource_profile = b\n", True, False),
        ("[default]\ncredential_process = /bin/x\n", True, False),
        ("[default]\nendpoint_url = https://example.com\n", False, False),
        ("[default]\nca_bundle = /x\n", False, False),
        ("[default]\nuse_fips_endpoint = true\n", False, False),
        (
            "[default]\nservices = s\n[services s]\nsecretsmanager =\n  endpoint_url = https://example.com\n",
            False,
            False,
        ),
        ("[default]\nnot_invented_yet = 1\n", False, False),
        ("no ini file at all", False, False),
    ],
)
def test_config_file(text: str, with_keys: bool, without_keys: bool) -> None:
    """A file counts once it says more than region and output, or names credentials where the environment has none."""
    assert is_plain(KEYS, [text]) is with_keys
    assert is_plain({}, [text]) is without_keys


def test_config_files_are_boto3_s() -> None:
    """The files are where boto3 looks for them, also where the environment names others."""
    assert find_config_files({})[:2] == ("~/.aws/config", "~/.aws/credentials")
    named = {"AWS_CONFIG_FILE": "/c", "AWS_SHARED_CREDENTIALS_FILE": "/s"}
    assert find_config_files(named)[:2] == ("/c", "/s")


@pytest.mark.parametrize(
    ("environ", "region", "url"),
    [
        ({}, "eu-west-1", "https://secretsmanager.eu-west-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"}, "eu-west-1", "http://127.0.0.1:5000"),
        (
            {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://b/"},
            "eu-west-1",
            "http://b/",
        ),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:5000/aws"}, "eu-west-1", None),
        ({}, "cn-north-1", None),
        ({}, "us-iso-east-1", None),
        ({}, "us-gov-west-1", None),
        ({}, "evil.example/#", None),
        ({}, "eu-west-1.evil.example", None),
    ],
)
def test_endpoint(environ: dict[str, str], region: str, url: str | None) -> None:
    """The endpoint is the one that boto3 would take, or left to it; no region leads to another host."""
    assert find_endpoint(environ, region) == url


@pytest.mark.parametrize(
    ("texts", "region"),
    [
        ([], None),
        (["[default]\nregion = eu-west-1\n", ""], "eu-west-1"),
        (["[ profile default ]\nRegion=eu-west-1"], "eu-west-1"),
        (["[profile work]\nregion = us-east-1\n[default]\noutput = json\nregion = eu-west-1"], "eu-west-1"),
        (["[profile work]\nregion = us-east-1"], None),
        (["[default]\nregion = eu-west-1", "[default]\nregion = us-east-1"], None),
        (["region = eu-west-1"], None),
    ],
)
def test_region_of_the_default_profile(texts: list[str], region: str | None) -> None:
    """Where only a file names the region it is that of the default profile, if there is one answer."""
    assert find_region(texts) == region
