"""A ReadSecret that makes one signed call itself where it can, and leaves everything else to boto3.

It decides on success only: whatever is not a plain answer with a document (a refusal, throttling, a fault, no answer)
is asked again by boto3, whose retries and errors are the same as everywhere else.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import urlsplit

from suitetoken.reader.direct.credentials import find_credentials
from suitetoken.reader.direct.exchange import Answer, Send, send
from suitetoken.reader.direct.settings import Environ, find_config_files, find_endpoint, find_region, is_plain
from suitetoken.reader.direct.signature import Request, sign
from suitetoken.reader.names import TokenName
from suitetoken.reader.secret_value import ReadSecret, SecretValue, parse_date
from suitetoken.reader.secrets_manager import SecretsManagerRead

_SECONDS = 4.0
_SERVICE = "secretsmanager"
_HEADERS = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"}


class DirectRead:
    """For commands, which run for less time than importing boto3 takes. Long-running processes do not need it."""

    def __init__(
        self,
        name: TokenName,
        *,
        region: str | None = None,
        profile: str | None = None,
        environ: Environ = os.environ,
        now: Callable[[], float] = time.time,
        send: Send = send,
        fallback: ReadSecret | None = None,
    ) -> None:
        """Read the secret `name`; an ARN's own region stands over `region`. `fallback` stands in for boto3."""
        self._secret_id = name.secret_id
        self._region = name.region or region
        self._is_possible = profile is None
        self._environ = environ
        self._now = now
        self._send = send
        self._fallback = fallback or SecretsManagerRead(name, region=self._region, profile=profile)

    def __call__(self) -> SecretValue:
        """Return the document under AWSCURRENT, or raise what boto3's reading raises."""
        return self._attempt() or self._fallback()

    def _attempt(self) -> SecretValue | None:
        if not self._is_possible:
            return None
        config = self._read_config()
        region = self._region or self._environ.get("AWS_DEFAULT_REGION") or find_region(config)
        if region is None or not is_plain(self._environ, config):
            return None
        try:
            url = find_endpoint(self._environ, region)
            answer = self._ask(url, region) if url else None
            return _parse(answer) if answer else None
        except (OSError, HTTPException, ValueError, RecursionError):
            return None

    def _ask(self, url: str, region: str) -> Answer | None:
        credentials = find_credentials(self._environ, self._send)
        if credentials is None:
            return None
        body = json.dumps({"SecretId": self._secret_id, "VersionStage": "AWSCURRENT"}).encode()
        request = Request("POST", urlsplit(url).netloc, _HEADERS, body)
        signed = sign(request, credentials, region, _SERVICE, self._now())
        # Not signed, as botocore does not: proxies may change it.
        return self._send("POST", url, {**signed, "User-Agent": "suitetoken"}, body, _SECONDS)

    def _read_config(self) -> list[str]:
        texts = []
        for path in find_config_files(self._environ):
            try:
                with open(os.path.expanduser(path), encoding="utf-8") as file:  # noqa: PTH111, PTH123 (as above)
                    texts.append(file.read())
            except FileNotFoundError:
                continue
            except (OSError, ValueError):
                texts.append("unreadable")
        return texts


def _parse(answer: Answer) -> SecretValue | None:
    values = json.loads(answer.body) if answer.status == 200 else None
    body = values.get("SecretString") if isinstance(values, dict) else None
    return SecretValue(body, parse_date(answer.date)) if isinstance(body, str) else None
