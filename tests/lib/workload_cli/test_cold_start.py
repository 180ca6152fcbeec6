"""What a cold start may cost, counted in what is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from suitetoken.documents import TokenDocument
from tests.readers.aws import REGION, Aws, running_aws
from tests.samples.tokens import make_access_token

HEAVY = {"boto3", "botocore", "requests", "rich", "jinja2", "itsdangerous", "asyncio", "suitetoken.store"}
CODE = """
import sys
from suitetoken.cli.main import run
code = run(sys.argv[1:]) if sys.argv[1:] else 0
print(*sorted({name for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """An AWS with one token that is good for long."""
    with running_aws() as aws:
        far = 4_000_000_000
        aws.put_token("own", TokenDocument(make_access_token(expires_at=far, refresh_at=far - 1)).to_json())
        yield aws


def start(*arguments: str, **environ: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run the command in a process of its own; return how it ended and which modules it had imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ended = subprocess.run(  # noqa: S603 (the command is ours)
        [sys.executable, "-c", CODE, *arguments],
        env={**kept, "PYTHONPATH": os.pathsep.join(sys.path), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended, set(ended.stderr.splitlines()[-1].split())


def test_door_loads_nothing_heavy() -> None:
    """Before a command is known, no library of a command is loaded."""
    _, modules = start()
    assert modules & HEAVY == set()
    assert not any(name.startswith("suitetoken.reader") for name in modules)


def test_token_needs_no_boto3(aws: Aws, tmp_path: Path) -> None:
    """With keys in the environment a token is printed without boto3, and without what other commands need."""
    keys = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": REGION}
    ended, modules = start("token", "own", AWS_ENDPOINT_URL=aws.url, HOME=str(tmp_path), **keys)
    assert (ended.returncode, ended.stdout) == (0, "access-token-canary\n")
    assert modules & HEAVY == set()


def test_profile_is_read_by_boto3(aws: Aws, tmp_path: Path) -> None:
    """With a profile the same token is printed, and boto3 has read it."""
    credentials, config = tmp_path / "credentials", tmp_path / "config"
    credentials.write_text("[work]\naws_access_key_id = id\naws_secret_access_key = secret\n", encoding="utf-8")
    config.write_text(f"[profile work]\nregion = {REGION}\nendpoint_url = {aws.url}\n", encoding="utf-8")
    files = {"AWS_SHARED_CREDENTIALS_FILE": str(credentials), "AWS_CONFIG_FILE": str(config)}
    ended, modules = start("token", "own", AWS_PROFILE="work", HOME=str(tmp_path), **files)
    assert (ended.returncode, ended.stdout) == (0, "access-token-canary\n")
    assert "botocore" in modules
