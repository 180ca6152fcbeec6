"""The reader of a command: one that reads fast, for the process ends with what it read."""

from __future__ import annotations

from suitetoken.cli.options import Deployment
from suitetoken.reader import TokenReader
from suitetoken.reader.direct.direct_read import DirectRead
from suitetoken.reader.names import parse_token_name


def open_reader(deployment: Deployment, name_or_arn: str) -> TokenReader:
    """Return the reader of a connection's token, by the connection's name or the whole ARN of the token's secret."""
    name = parse_token_name(name_or_arn, deployment.prefix)
    read = DirectRead(name, region=deployment.region, profile=deployment.profile)
    return TokenReader(name_or_arn, prefix=deployment.prefix, read=read)
