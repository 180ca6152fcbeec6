"""The signer: AWS's published Signature Version 4 test suite, and botocore's signer beside ours."""

from __future__ import annotations

import calendar
import time
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from suitetoken.reader.direct.signature import Credentials, Request, sign

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE_TIME = 1_440_938_160.0
"""2015-08-30 12:36:00 UTC."""
SESSION_TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUu"
    "wthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQc"
    "HNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/o"
    "LxBA=="
)
SUITE: dict[str, tuple[str, dict[str, str], bytes, str | None, str, str]] = {
    "get-vanilla": (
        "GET",
        {},
        b"",
        None,
        "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "get-header-value-trim": (
        "GET",
        {"My-Header1": " value1", "My-Header2": ' "a   b   c"'},
        b"",
        None,
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    "post-vanilla": (
        "POST",
        {},
        b"",
        None,
        "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "post-header-key-sort": (
        "POST",
        {"My-Header1": "value1"},
        b"",
        None,
        "host;my-header1;x-amz-date",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ),
    "post-header-value-case": (
        "POST",
        {"My-Header1": "VALUE1"},
        b"",
        None,
        "host;my-header1;x-amz-date",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    ),
    "post-sts-header-before": (
        "POST",
        {},
        b"",
        SESSION_TOKEN,
        "host;x-amz-date;x-amz-security-token",
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ),
    "post-x-www-form-urlencoded": (
        "POST",
        {"Content-Type": "application/x-www-form-urlencoded"},
        b"Param1=value1",
        None,
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
}
"""Method, headers, body and session token; signed headers and signature. The cases of the suite without a query."""
WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)


@pytest.mark.parametrize("name", SUITE)
def test_aws_s_own_vectors(name: str) -> None:
    """The Authorization header is to the character what AWS's test suite publishes."""
    method, headers, body, session_token, signed_headers, signature = SUITE[name]
    request = Request(method, "example.amazonaws.com", headers, body)
    signed = sign(request, Credentials("AKIDEXAMPLE", SECRET, session_token), "us-east-1", "service", SUITE_TIME)
    assert signed["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={signed_headers}, Signature={signature}"
    )


@given(
    key=WORDS,
    secret=WORDS,
    token=st.none() | WORDS,
    body=st.binary(max_size=200),
    headers=st.dictionaries(st.sampled_from(["Content-Type", "X-Amz-Target", "X-Any"]), WORDS),
)
def test_botocore_signs_alike(key: str, secret: str, token: str | None, body: bytes, headers: dict[str, str]) -> None:
    """Whatever is signed, botocore's signer gives the same signature."""
    theirs = AWSRequest("POST", "https://secretsmanager.eu-west-1.amazonaws.com/", headers=headers, data=body)
    SigV4Auth(BotocoreCredentials(key, secret, token), "secretsmanager", "eu-west-1").add_auth(theirs)
    request = Request("POST", "secretsmanager.eu-west-1.amazonaws.com", headers, body)
    ours = sign(request, Credentials(key, secret, token), "eu-west-1", "secretsmanager", find_time(theirs))
    assert ours["Authorization"] == theirs.headers["Authorization"]


def find_time(request: Any) -> float:
    """Return the time that botocore signed, in epoch seconds."""
    return calendar.timegm(time.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))


def test_secrets_are_not_shown() -> None:
    """Neither the repr of credentials nor that of a request holds what must not be seen."""
    shown = f"{Credentials('id', 'secret-canary', 'session-canary')} {Request('POST', 'h', {}, b'body-canary')}"
    assert "canary" not in shown
