"""AWS as a server on 127.0.0.1 with IAM switched on, readers' credentials, and where machines get theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import requests

from local.aws.server import aws_server
from suitetoken.aws.policies import make_reader_policy, parse_place

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ROLES = "/latest/meta-data/iam/security-credentials/"


@dataclass(frozen=True)
class Aws:
    """A running AWS without IAM's checks yet."""

    url: str

    def client(self, service: str, **keys: str) -> Any:
        """Return a client, of the administrator unless keys are given."""
        given = keys or {"aws_access_key_id": "admin", "aws_secret_access_key": "admin"}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **given)

    def put_token(self, connection: str, body: str) -> None:
        """Store a token document."""
        self.client("secretsmanager").create_secret(Name=f"suitetoken/token/{connection}", SecretString=body)

    def add_reader(self, connection: str) -> dict[str, str]:
        """Return the temporary keys, as environment variables, of a role that has one reader's policy."""
        iam = self.client("iam")
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = iam.create_role(RoleName=f"reads-{connection}", AssumeRolePolicyDocument=trust)["Role"]
        policy = make_reader_policy("suitetoken", connection, parse_place(REGION, ACCOUNT))
        document = json.dumps(policy)
        iam.put_role_policy(RoleName=role["RoleName"], PolicyName="read", PolicyDocument=document)
        keys = self.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="nightly")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let IAM decide on every call in the block, and check its signature."""
        self._check_from(0)
        try:
            yield
        finally:
            self._check_from(float("inf"))

    def _check_from(self, call: float) -> None:
        headers = {"Content-Type": "text/plain"}
        requests.post(f"{self.url}/moto-api/reset-auth", str(call), headers=headers, timeout=10).raise_for_status()


@contextmanager
def running_aws() -> Iterator[Aws]:
    """Serve an empty AWS."""
    with aws_server() as url:
        yield Aws(url)


@dataclass
class Machine:
    """Where a container or an instance gets its credentials; notes what it was asked. `keys` are environment's."""

    keys: Mapping[str, str]
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def container(self) -> dict[str, str]:
        """The environment of a container, whose token is `pod`."""
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.url}/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "pod",
        }

    @property
    def instance(self) -> dict[str, str]:
        """The environment that makes this the instance's metadata service."""
        return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": self.url, "AWS_EC2_METADATA_DISABLED": "false"}

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> str | None:
        """Return the answer's body; None refuses."""
        self.asked.append(f"{method} {path}")
        is_session = _find(headers, "X-aws-ec2-metadata-token") == "session"
        if (method, path) == ("PUT", "/latest/api/token") and _find(headers, "X-aws-ec2-metadata-token-ttl-seconds"):
            return "session"
        if path == "/container" and _find(headers, "Authorization") == "pod":
            return self._credentials
        if is_session and path in (ROLES, f"{ROLES}nightly"):
            return "nightly" if path == ROLES else self._credentials
        return None

    @property
    def _credentials(self) -> str:
        return json.dumps(
            {
                "Code": "Success",
                "AccessKeyId": self.keys["AWS_ACCESS_KEY_ID"],
                "SecretAccessKey": self.keys["AWS_SECRET_ACCESS_KEY"],
                "Token": self.keys["AWS_SESSION_TOKEN"],
                "Expiration": "2099-01-01T00:00:00Z",
            }
        )


def _find(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)


@contextmanager
def running_machine(keys: Mapping[str, str]) -> Iterator[Machine]:
    """Serve the credentials of a container and of an instance."""
    machine = Machine(keys)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = machine.answer(self.command, self.path, dict(self.headers.items()))
            self.send_response(401 if body is None else 200)
            self.end_headers()
            self.wfile.write((body or "").encode())

        do_PUT = do_GET  # noqa: N815 (the name is http.server's)

        def log_message(self, *_: Any) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        machine.url = f"http://127.0.0.1:{port}"
        yield machine


@contextmanager
def serving(server: HTTPServer) -> Iterator[int]:
    """Serve in a thread and give the port."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
