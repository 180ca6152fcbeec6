"""Opening a client of AWS: what is set wrong for it here is told at once, not by the first call."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, InvalidRegionError, NoRegionError

from suitetoken.errors import InvalidInput

_PART_OF_A_HOST = re.compile(r"[A-Za-z0-9-]{1,63}", re.ASCII)


def open_client(session: Any, service: str, **details: Any) -> Any:
    """Return a client of a boto3 session; call it in `translated`.

    Raises InvalidInput where the endpoint that is set is not a URL of HTTP: botocore has a bare ValueError for some
    such endpoints, and notices others only when they are used.
    """
    _check_region(session.region_name)
    try:
        client = session.client(service, **details)
        _check_url(client.meta.endpoint_url)
    except BotoCoreError:
        raise
    except ValueError as error:
        raise InvalidInput(
            "the AWS endpoint that is set is not a URL such as http://127.0.0.1:5000.",
            subject=service,
            next_step="correct or unset AWS_ENDPOINT_URL, or endpoint_url in the AWS profile.",
        ) from error
    return client


def _check_url(url: str) -> None:
    """Raise ValueError for what is not a URL of HTTP, or has a port that cannot be."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.port == 0:
        raise ValueError("not a URL of HTTP")


def _check_region(region: str | None) -> None:
    """Raise what botocore raises for most regions that can be none, and not for an empty one or a line break."""
    if region == "":
        raise NoRegionError
    if region is not None and not _PART_OF_A_HOST.fullmatch(region):
        raise InvalidRegionError(region_name=region)
