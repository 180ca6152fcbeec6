"""From what a caller calls a token to the secret that holds it, its region, and the name to complain under."""

from __future__ import annotations

import re
from dataclasses import dataclass

from suitetoken.errors import InvalidInput
from suitetoken.netsuite.rules import parse_name

_ARN = re.compile(
    r"arn:[a-z-]+:secretsmanager:(?P<region>[a-z0-9-]+):[0-9]{12}:secret:[^:]+/token/(?P<name>[^:/]+)-[A-Za-z0-9]{6}",
    re.ASCII,
)
"""Secrets Manager ends a secret's ARN in a hyphen and six characters of its own."""


@dataclass(frozen=True, slots=True)
class TokenName:
    """`secret_id` is what AWS is asked for; `connection` is for people; `region` is known from an ARN only."""

    secret_id: str
    connection: str
    region: str | None = None


def parse_token_name(text: str, prefix: str) -> TokenName:
    """Return the secret of a connection's token, from the connection's name or from the secret's whole ARN.

    Raises InvalidInput. A whole ARN opens a secret of another account or region than the caller's own.
    """
    if not text.startswith("arn:"):
        return TokenName(f"{prefix}/token/{parse_name(text, 'connection')}", text)
    arn = _ARN.fullmatch(text)
    if arn is None:
        raise InvalidInput(
            "this is not the ARN of a token's secret.",
            next_step="give the connection's name, or the whole ARN, like "
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:suitetoken/token/finance-prod-AbCdEf.",
        )
    return TokenName(text, parse_name(arn["name"], "connection"), arn["region"])
