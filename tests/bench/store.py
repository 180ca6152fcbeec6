"""A Secrets Manager in memory that answers as boto3 does, counts its calls, and can be slow, held up or down."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from suitetoken.documents import TokenDocument
from tests.samples.tokens import make_access_jwt, make_access_token

NAME = "finance-prod"
SECRET_ID = f"suitetoken/token/{NAME}"
LIFE = 3600
ROTATE_AFTER = 1800


@dataclass
class BenchStore:
    """Plays the client of one secret. All arms of a benchmark read the same document through it."""

    now: Callable[[], float] = time.time
    before_answer: Callable[[], object] = field(default=lambda: None)
    is_down: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    current: str = ""
    expires_at: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def rotate(self, age: float = 0) -> None:
        """Publish a new token, issued `age` seconds ago, as the broker does."""
        issued = int(self.now() - age)
        self.current = f"version-{len(self.versions):032}"
        self.expires_at = issued + LIFE
        token = make_access_token(
            access_token=make_access_jwt(iat=issued, exp=self.expires_at, jti=self.current),
            issued_at=issued,
            refresh_at=issued + ROTATE_AFTER,
            expires_at=self.expires_at,
        )
        self.versions[self.current] = TokenDocument(token).to_json()
        self.ends[token.access_token] = self.expires_at

    def find_end(self, token: str) -> int:
        """Return when a token that was published ends, in epoch seconds."""
        return self.ends[token]

    def get_secret_value(self, **request: Any) -> dict[str, Any]:
        """Answer GetSecretValue."""
        self._take_call("GetSecretValue")
        version = request.get("VersionId") or self.current
        text = self.versions[version]
        return {
            "ARN": f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{SECRET_ID}-AbCdEf",
            "Name": SECRET_ID,
            "VersionId": version,
            "SecretString": text[:1] + text[1:],  # a text of its own, as from the network
            "VersionStages": ["AWSCURRENT"],
            "CreatedDate": datetime.fromtimestamp(self.now(), UTC),
            **self._metadata(),
        }

    def describe_secret(self, **_: Any) -> dict[str, Any]:
        """Answer DescribeSecret."""
        self._take_call("DescribeSecret")
        return {"Name": SECRET_ID, "VersionIdsToStages": {self.current: ["AWSCURRENT"]}, **self._metadata()}

    def _take_call(self, name: str) -> None:
        with self._lock:
            self.calls[name] += 1
            self.unanswered += self.is_down
        self.before_answer()
        if self.is_down:
            raise ClientError({"Error": {"Code": "InternalServiceError", "Message": "down"}}, name)

    def _metadata(self) -> dict[str, Any]:
        date = format_datetime(datetime.fromtimestamp(self.now(), UTC), usegmt=True)
        headers = {
            "x-amzn-requestid": "5f0e9f2c-8b3f-4c5b-9d7e-000000000000",
            "content-type": "application/x-amz-json-1.1",
            "date": date,
        }
        return {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": headers, "RetryAttempts": 0}}
