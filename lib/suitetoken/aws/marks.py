"""Marks: what the id of a version says of its document, so that a list of secrets tells whom to look at.

A list shows the ids of current versions and no values. An id of ours is the time from which on its document wants to
be looked at, and a tag of its grant; every other id, random or a digest, says nothing.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass

from suitetoken.documents import Connection, TokenDocument

UNFINISHED_SECONDS = 120
"""After this long an attempt is no longer under way: twice the web function's time limit."""
EVERY_SWEEP, NEVER = 100_000_000, 999_999_999_999
"""The times of a document that is to be looked at in every sweep, and of one that gives no reason to be."""
_MARK = re.compile(r"([1-9][0-9]{8,11})-([0-9a-f]{8})[0-9a-f]{24}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mark:
    """From when on a document is to be looked at, in epoch seconds, and which grant it is of."""

    look_at: int
    grant: str


def mark_token(document: TokenDocument | None) -> str | None:
    """Return an id for a version of a token document: it is looked at when its token is due.

    Only a token without a problem has such an id: everything else is to be looked at in every sweep.
    """
    if document is None or document.token is None or document.problem is not None:
        return None
    return _make_id(document.token.refresh_at, document.token.grant_id)


def mark_connection(connection: Connection | None) -> str | None:
    """Return an id for a version of a connection that is being ended, or has a grant.

    The former is looked at in every sweep, the latter once an attempt lies unfinished. Any other needs no mark: its
    token document holds none that is good, or a certificate's.
    """
    if connection is not None and connection.ending is not None:
        return _make_id(EVERY_SWEEP, connection.grant_id)
    if connection is None or connection.grant is None:
        return None
    began = [claim.at for claim in connection.claims if claim.outcome is None]
    return _make_id(min(began) + UNFINISHED_SECONDS if began else NEVER, connection.grant.id)


def read_mark(version_id: str) -> Mark | None:
    """Return what a version's id says; None where it says nothing."""
    match = _MARK.fullmatch(version_id)
    return Mark(int(match[1]), match[2]) if match else None


def _make_id(look_at: int, grant_id: str) -> str:
    return f"{look_at}-{hashlib.sha256(grant_id.encode()).hexdigest()[:8]}{uuid.uuid4().hex[:24]}"
