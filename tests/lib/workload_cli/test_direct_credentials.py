"""Where a direct call finds its credentials, in boto3's order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from suitetoken.reader.direct.credentials import find_credentials
from suitetoken.reader.direct.exchange import Answer
from suitetoken.reader.direct.signature import Credentials

BODY = json.dumps({"AccessKeyId": "id", "SecretAccessKey": "secret", "Token": "token", "Expiration": "2030-01-01"})
ROLES = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


@dataclass
class Network:
    """Answers what it knows with 200, anything else with 404, and notes what was asked."""

    known: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes, timeout: float) -> Answer:
        """Answer one request."""
        self.asked.append((method, url, dict(headers)))
        return Answer(200, "", self.known[url].encode()) if url in self.known else Answer(404, "", b"")


@pytest.mark.parametrize(
    ("environ", "credentials"),
    [
        (KEYS, Credentials("id", "secret", None)),
        ({**KEYS, "AWS_SESSION_TOKEN": "token"}, Credentials("id", "secret", "token")),
        ({**KEYS, "AWS_SECURITY_TOKEN": "old", "AWS_SESSION_TOKEN": "token"}, Credentials("id", "secret", "old")),
        ({**KEYS, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, Credentials("id", "secret", None)),
        ({"AWS_ACCESS_KEY_ID": "id"}, None),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"}, None),
    ],
)
def test_environment_comes_first(environ: dict[str, str], credentials: Credentials | None) -> None:
    """Keys in the environment are used, and nobody is asked for others; half a pair is left to boto3's error."""
    network = Network()
    assert find_credentials(environ, network.send) == credentials
    assert network.asked == []


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"}, "http://169.254.170.2/v2/x"),
        (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"},
            "http://169.254.170.23/v1/credentials",
        ),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x"}, "http://127.0.0.1:9/x"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://vault.example/x"}, "https://vault.example/x"),
    ],
)
def test_container(environ: dict[str, str], url: str) -> None:
    """A container's credentials come from the address in its environment."""
    network = Network({url: BODY})
    assert find_credentials(environ, network.send) == Credentials("id", "secret", "token")
    assert network.asked == [("GET", url, {})]


def test_container_s_token_is_sent(tmp_path: Path) -> None:
    """The container's own token goes along, from its file where there is one."""
    url = "http://169.254.170.23/v1/credentials"
    (tmp_path / "token").write_text("from-file", encoding="utf-8")
    environ = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "from-variable"}
    for more, token in [
        ({}, "from-variable"),
        ({"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token")}, "from-file"),
    ]:
        network = Network({url: BODY})
        assert find_credentials({**environ, **more}, network.send) is not None
        assert network.asked[0][2] == {"Authorization": token}


@pytest.mark.parametrize("url", ["http://evil.example/x", "http://169.254.169.254/x", "ftp://127.0.0.2/x", ""])
def test_container_s_token_goes_nowhere_else(url: str) -> None:
    """An address in the clear that is no container endpoint is never asked."""
    network = Network({url: BODY})
    environ = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "secret"}
    assert find_credentials(environ, network.send) is None
    assert network.asked == []


def test_instance() -> None:
    """An instance's role comes from version 2 of its metadata service, in a session."""
    network = Network(
        {"http://169.254.169.254/latest/api/token": "session", ROLES: "nightly\n", f"{ROLES}nightly": BODY}
    )
    assert find_credentials({}, network.send) == Credentials("id", "secret", "token")
    assert [(method, headers) for method, _, headers in network.asked] == [
        ("PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"}),
        ("GET", {"X-aws-ec2-metadata-token": "session"}),
        ("GET", {"X-aws-ec2-metadata-token": "session"}),
    ]


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_EC2_METADATA_DISABLED": "TRUE"},
        {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"},
    ],
)
def test_instance_is_not_asked(environ: dict[str, str]) -> None:
    """Where the environment says no, or means another way, nobody is asked."""
    network = Network()
    assert find_credentials(environ, network.send) is None
    assert network.asked == []


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"http://169.254.169.254/latest/api/token": "session"},
        {"http://169.254.169.254/latest/api/token": "session", ROLES: "nightly", f"{ROLES}nightly": "[]"},
        {"http://169.254.169.254/latest/api/token": "session", ROLES: "nightly", f"{ROLES}nightly": '{"Code": "x"}'},
    ],
)
def test_instance_without_a_role(known: dict[str, str]) -> None:
    """Whatever is missing at the metadata service, it is left to boto3 to say so."""
    assert find_credentials({}, Network(known).send) is None
