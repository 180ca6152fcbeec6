"""The documents kept in Secrets Manager: frozen types and their JSON."""

from suitetoken.documents.client import OVERRIDES, Client
from suitetoken.documents.connection import DEFAULT_ROTATION_HOURS, Connection
from suitetoken.documents.grant import NO_GRANT, Answer, Claim, Grant
from suitetoken.documents.problem import Problem
from suitetoken.documents.token import YOUNGEST_SECONDS, AccessToken, TokenDocument

__all__ = [
    "DEFAULT_ROTATION_HOURS",
    "NO_GRANT",
    "OVERRIDES",
    "YOUNGEST_SECONDS",
    "AccessToken",
    "Answer",
    "Claim",
    "Client",
    "Connection",
    "Grant",
    "Problem",
    "TokenDocument",
]
