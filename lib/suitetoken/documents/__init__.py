"""The documents kept in Secrets Manager: frozen types and their JSON."""

from suitetoken.documents.certificate import CREATED, REGISTERED, Certificate, Certificates
from suitetoken.documents.client import OVERRIDES, Client
from suitetoken.documents.connection import DEFAULT_ROTATION_HOURS, REMOVE, REVOKE, Connection
from suitetoken.documents.grant import GIVEN_UP, NO_GRANT, Answer, Claim, Grant
from suitetoken.documents.problem import (
    DEAD_GRANT,
    NEEDS_CONSENT,
    NOT_AUTHORIZED,
    REVOCATION_UNCONFIRMED,
    WITHOUT_AUTHORIZATION,
    Problem,
    never_authorized,
    no_certificate,
)
from suitetoken.documents.queue_message import ROTATE, QueueMessage
from suitetoken.documents.token import AccessToken, TokenDocument

__all__ = [
    "CREATED",
    "DEAD_GRANT",
    "DEFAULT_ROTATION_HOURS",
    "GIVEN_UP",
    "NEEDS_CONSENT",
    "NOT_AUTHORIZED",
    "NO_GRANT",
    "OVERRIDES",
    "REGISTERED",
    "REMOVE",
    "REVOCATION_UNCONFIRMED",
    "REVOKE",
    "ROTATE",
    "WITHOUT_AUTHORIZATION",
    "AccessToken",
    "Answer",
    "Certificate",
    "Certificates",
    "Claim",
    "Client",
    "Connection",
    "Grant",
    "Problem",
    "QueueMessage",
    "TokenDocument",
    "never_authorized",
    "no_certificate",
]
