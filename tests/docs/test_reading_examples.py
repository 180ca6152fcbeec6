"""The examples of docs/reading.md for a shell and for Node, run as they stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest

from local.aws.server import aws_server
from tests.samples.documents import TOKEN
from tests.samples.token_schema import find_faults

PAGE = (Path(__file__).parents[2] / "docs/reading.md").read_text(encoding="utf-8")
SECRET = "suitetoken/token/finance-prod"
KEYS = {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "reader", "AWS_DEFAULT_REGION": "eu-west-1"}
ANSWER = '{"items":["account"]}'


def find_example(language: str, words: str) -> str:
    """Return the one example in a language that holds these words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if words in block]
    return str(found)


def open_secrets(url: str) -> Any:
    """Return an administrator's client."""
    keys = {"aws_access_key_id": "admin", "aws_secret_access_key": "admin"}
    return boto3.client("secretsmanager", endpoint_url=url, region_name=KEYS["AWS_DEFAULT_REGION"], **keys)


@dataclass
class Place:
    """AWS with one token's secret, and a NetSuite that notes what it is sent."""

    aws_url: str
    home: Path
    netsuite_url: str = ""
    authorizations: list[str] = field(default_factory=list)

    def publish(self, **fields: Any) -> None:
        """Make a token of ten minutes ago the current one."""
        now = int(time.time())
        times = {"issued_at": now - 600, "refresh_at": now + 1200, "expires_at": now + 3000}
        token = {name: value for name, value in TOKEN.items() if name != "problem"}
        self.put({**token, **times, "rest_url": self.netsuite_url, **fields})

    def put(self, document: dict[str, Any]) -> None:
        """Make this the current document."""
        assert find_faults(document) == []
        open_secrets(self.aws_url).put_secret_value(SecretId=SECRET, SecretString=json.dumps(document))

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run an example to its end."""
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.home), "AWS_ENDPOINT_URL": self.aws_url, **KEYS}
        return subprocess.run(  # noqa: S603 (our own examples)
            command, env=environ, cwd=self.home, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture(scope="module")
def served() -> Iterator[Place]:
    """Serve an AWS and a NetSuite."""
    with aws_server() as url:
        open_secrets(url).create_secret(Name=SECRET, SecretString="{}")
        yield Place(url, Path())


@pytest.fixture
def place(served: Place, tmp_path: Path) -> Iterator[Place]:
    """Give a fresh NetSuite beside the AWS, and an empty home."""

    class NetSuite(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.authorizations.append(f"{self.headers['Authorization']} {self.path}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(ANSWER.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), NetSuite)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    served.home, served.authorizations = tmp_path, []
    served.netsuite_url = f"http://127.0.0.1:{server.server_port}/netsuite"
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def run_shell(place: Place) -> subprocess.CompletedProcess[str]:
    """Run the shell example."""
    return place.run("bash", "-c", find_example("sh", "get-secret-value"))


def run_node(place: Place) -> subprocess.CompletedProcess[str]:
    """Run the Node example that needs no package."""
    (place.home / "token.mjs").write_text(find_example("js", "// token.mjs"))
    (place.home / "main.mjs").write_text(find_example("js", "node:child_process"))
    return place.run("node", "main.mjs")


RUNNERS = [
    pytest.param(run, id=tool, marks=pytest.mark.skipif(missing, reason=f"needs {needs}"))
    for run, tool, needs in ((run_shell, "shell", "aws jq curl"), (run_node, "node", "aws node"))
    for missing in [any(shutil.which(each) is None for each in needs.split())]
]


@pytest.mark.parametrize("run", RUNNERS)
def test_the_token_reaches_netsuite(place: Place, run: Any) -> None:
    """The example sends the current token to the address in the document and prints the answer."""
    place.publish()
    done = run(place)
    assert done.returncode == 0, done.stderr
    assert ANSWER in done.stdout
    assert place.authorizations == [
        f"Bearer {TOKEN['access_token']} /netsuite/services/rest/record/v1/metadata-catalog"
    ]


@pytest.mark.parametrize("run", RUNNERS)
def test_an_expired_token_is_not_sent(place: Place, run: Any) -> None:
    """It ends with an error that says so and shows no token."""
    place.publish(expires_at=int(time.time()) - 1)
    done = run(place)
    assert done.returncode != 0
    assert "the token has expired" in done.stderr
    assert TOKEN["access_token"] not in done.stdout + done.stderr
    assert place.authorizations == []


@pytest.mark.parametrize("run", RUNNERS)
def test_a_problem_is_shown(place: Place, run: Any) -> None:
    """Where a person must act, the message says what to do."""
    place.put({"problem": TOKEN["problem"]})
    done = run(place)
    assert done.returncode != 0
    assert TOKEN["problem"]["message"] in done.stderr
    assert place.authorizations == []


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_node_example_holds_a_token_well(place: Place) -> None:
    """One reading for many callers, no waiting at a rotation, outages survived, nothing expired handed out."""
    (place.home / "token.mjs").write_text(find_example("js", "// token.mjs"))
    (place.home / "hold_token.mjs").write_text((Path(__file__).parent / "hold_token.mjs").read_text(encoding="utf-8"))
    done = place.run("node", "hold_token.mjs")
    assert done.returncode == 0, done.stderr
