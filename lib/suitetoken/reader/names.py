"""From what a caller calls a token to the secret that holds it, its region, and the name to complain under."""

from __future__ import annotations

from dataclasses import dataclass

from suitetoken.errors import InvalidInput
from suitetoken.netsuite import parse_name

_SUFFIX_LENGTH = 7
"""Secrets Manager ends a secret's ARN in a hyphen and six characters."""


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
    parts = text.split(":")
    if len(parts) != 7 or parts[2] != "secretsmanager" or parts[5] != "secret" or "/token/" not in parts[6]:
        raise InvalidInput(
            "this is not the ARN of a token's secret.",
            next_step="give the connection's name, or an ARN like arn:aws:secretsmanager:REGION:ACCOUNT:secret:"
            "suitetoken/token/NAME-AbCdEf.",
        )
    return TokenName(text, parts[6].partition("/token/")[2][:-_SUFFIX_LENGTH], parts[3])
