"""Reading the current access token: kept in memory, re-read in time, never handed out after its end."""

from suitetoken.reader.secret_value import ReadSecret, SecretValue
from suitetoken.reader.token_reader import TokenReader

__all__ = ["ReadSecret", "SecretValue", "TokenReader"]
