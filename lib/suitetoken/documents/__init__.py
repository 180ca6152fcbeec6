"""The documents kept in Secrets Manager: frozen types and their JSON."""

from suitetoken.documents.certificate import CREATED, REGISTERED, Certificate, Certificates
from suitetoken.documents.client import OVERRIDES, Client
from suitetoken.documents.connection import DEFAULT_ROTATION_HOURS, Connection
from suitetoken.documents.grant import NO_GRANT, Answer, Claim, Grant
from suitetoken.documents.problem import Problem
from suitetoken.documents.token import YOUNGEST_SECONDS, AccessToken, TokenDocument

__all__ = [
    "CREATED",
    "DEFAULT_ROTATION_HOURS",
    "NO_GRANT",
    "OVERRIDES",
    "REGISTERED",
    "YOUNGEST_SECONDS",
    "AccessToken",
    "Answer",
    "Certificate",
    "Certificates",
    "Claim",
    "Client",
    "Connection",
    "Grant",
    "Problem",
    "TokenDocument",
]
