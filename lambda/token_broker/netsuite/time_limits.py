"""How long to wait for NetSuite's token endpoint, in seconds; each wait has to fit the function that waits."""

from __future__ import annotations

CONNECT_SECONDS = 5
"""For the connection, whatever is sent over it."""
EXCHANGE_SECONDS = 15
"""For the answer to a code: a browser waits, and API Gateway answers it after 30 seconds, whatever happens here."""
ROTATION_SECONDS = 30
"""For the answer to a refresh token or an assertion: only the queue waits, and a lost answer may cost the consent."""
REVOCATION_SECONDS = 15
"""For the answer to an ordered revocation: there may be two in one message, and it is asked again at the next sweep."""
GIVE_BACK_SECONDS = 10
"""For the revocation of what a connection that was revoked meanwhile has just been given: it is not repeated."""
