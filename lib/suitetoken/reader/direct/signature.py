"""AWS Signature Version 4 of a request without a query. Pure; proven on AWS's published test vectors.

Source: AWS IAM User Guide, "Create a signed AWS API request". A signer of our own because importing botocore's takes
four times as long as the whole call, and the small signers on PyPI take no clock that a test could set.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What AWS knows a caller by; `session_token` is there for temporary ones."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A request to `host` (with its port, unless that is the scheme's own). No path but / is needed here."""

    method: str
    host: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def sign(request: Request, credentials: Credentials, region: str, service: str, now: float) -> dict[str, str]:
    """Return all headers to send, by which AWS knows who sent the request; `now` is in epoch seconds."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    headers = {**request.headers, "Host": request.host, "X-Amz-Date": moment}
    if credentials.session_token:
        headers["X-Amz-Security-Token"] = credentials.session_token
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    signed = sorted((name.lower(), " ".join(value.split())) for name, value in headers.items())
    names = ";".join(name for name, _ in signed)
    lines = [f"{name}:{value}" for name, value in signed]
    canonical = "\n".join([request.method, "/", "", *lines, "", names, _digest(request.body)])
    text = "\n".join([_ALGORITHM, moment, scope, _digest(canonical.encode())])
    signature = hmac.digest(_derive_key(credentials.secret_access_key, scope), text.encode(), "sha256").hex()
    credential = f"{credentials.access_key_id}/{scope}"
    headers["Authorization"] = f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return headers


def _derive_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
