"""Names that the template, the broker, the library and the command must agree on; each is written here once.

The template, the shell scripts and Ansible's documentation cannot import them: tests/project/test_shared_names.py holds
those to this file.
"""

from __future__ import annotations

DEFAULT_PREFIX = "suitetoken"
"""The deployment that is meant where none is named."""

PREFIX_VARIABLE = "SUITETOKEN_PREFIX"
PUBLIC_URL_VARIABLE = "SUITETOKEN_PUBLIC_URL"
QUEUE_URL_VARIABLE = "SUITETOKEN_QUEUE_URL"
EVENT_BUS_VARIABLE = "SUITETOKEN_EVENT_BUS"
MONITORING_VARIABLE = "SUITETOKEN_MONITORING"
VARIABLES = frozenset(
    {PREFIX_VARIABLE, PUBLIC_URL_VARIABLE, QUEUE_URL_VARIABLE, EVENT_BUS_VARIABLE, MONITORING_VARIABLE}
)
"""Every variable of the environment that the functions read; the library and the command read the first two."""

AUTHORIZE_PATH = "/authorize/"
"""Where hosted links lead, before the link's signed text."""
CALLBACK_PATH = "/oauth/callback"
"""The path of the redirection endpoint (RFC 6749 section 3.1.2)."""


def name_queue(prefix: str) -> str:
    """Return the name of the FIFO queue of a deployment, on which the broker is asked for rotations and revocations."""
    return f"{prefix}-rotate.fifo"
