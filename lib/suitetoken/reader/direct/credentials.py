"""Finds AWS credentials where that takes no more than the environment or one local address; else boto3 must.

The order is boto3's: environment, container endpoint, instance metadata service. Profiles, which come in between, are
excluded before (`settings.is_plain`). Source: AWS SDKs and Tools Reference Guide, "Container credential provider" and
"IMDS credential provider".
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from suitetoken.reader.direct.exchange import Answer, Send
from suitetoken.reader.direct.settings import Environ
from suitetoken.reader.direct.signature import Credentials

_CONTAINER_URL = "http://169.254.170.2"
_CONTAINER_HOSTS = frozenset({"169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost", "127.0.0.1", "::1"})
_INSTANCE_URL = "http://169.254.169.254"
_ROLES = "latest/meta-data/iam/security-credentials/"
_SECONDS = 1.0
_FOR_BOTO3 = ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "AWS_IMDS_USE_IPV6", "AWS_WEB_IDENTITY_TOKEN_FILE")


def find_credentials(environ: Environ, send: Send) -> Credentials | None:
    """Return the credentials, or None where only boto3 can tell; raises OSError, HTTPException and ValueError."""
    if environ.get("AWS_ACCESS_KEY_ID"):
        return _find_in_environment(environ)
    if any(name in environ for name in _FOR_BOTO3):
        return None
    if "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" in environ or "AWS_CONTAINER_CREDENTIALS_FULL_URI" in environ:
        return _fetch_of_container(environ, send)
    if environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return None
    return _fetch_of_instance(environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or _INSTANCE_URL, send)


def _find_in_environment(environ: Environ) -> Credentials | None:
    secret = environ.get("AWS_SECRET_ACCESS_KEY")
    token = environ.get("AWS_SECURITY_TOKEN") or environ.get("AWS_SESSION_TOKEN")
    return Credentials(environ["AWS_ACCESS_KEY_ID"], secret, token) if secret else None


def _fetch_of_container(environ: Environ, send: Send) -> Credentials | None:
    relative = environ.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    url = f"{_CONTAINER_URL}{relative}" if relative else environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _CONTAINER_HOSTS:
        return None
    token = environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    if file := environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123 (importing pathlib costs as much as the call)
            token = opened.read()
    return _parse(send("GET", url, {"Authorization": token} if token else {}, b"", _SECONDS))


def _fetch_of_instance(base: str, send: Send) -> Credentials | None:
    """Ask version 2 of the service, which wants a session of its own; where there is only version 1, boto3 asks."""
    base = base.rstrip("/")
    session = send("PUT", f"{base}/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"}, b"", _SECONDS)
    if session.status != 200:
        return None
    headers = {"X-aws-ec2-metadata-token": session.body.decode()}
    role = send("GET", f"{base}/{_ROLES}", headers, b"", _SECONDS)
    if role.status != 200:
        return None
    return _parse(send("GET", f"{base}/{_ROLES}{role.body.decode().strip()}", headers, b"", _SECONDS))


def _parse(answer: Answer) -> Credentials | None:
    values = json.loads(answer.body) if answer.status == 200 else None
    if not isinstance(values, dict):
        return None
    key_id, secret, token = (values.get(name) for name in ("AccessKeyId", "SecretAccessKey", "Token"))
    return Credentials(key_id, secret, token) if key_id and secret and token else None
