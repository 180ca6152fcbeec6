"""Proof that a registered certificate works: the broker's first token with it, or what stopped it."""

from __future__ import annotations

from suitetoken.admin.waiting import Patience
from suitetoken.aws.records import read_connection
from suitetoken.aws.store import Store
from suitetoken.documents import Certificate, Problem
from suitetoken.errors import AuthorizationRequired, Unavailable


def wait_for_proof(store: Store, name: str, certificate: Certificate, patience: Patience) -> None:
    """Return once the broker has got a token with the certificate and it is the one in use.

    Raises AuthorizationRequired with the broker's own words where NetSuite or the key refused, Unavailable where
    nothing has come of it in time.
    """

    def look() -> Problem | bool | None:
        connection = read_connection(store, name).document
        held = connection.certificates
        if held.current is not None and held.current.thumbprint == certificate.thumbprint and held.current.proved_at:
            return True
        if held.next is not None and held.next.thumbprint == certificate.thumbprint and held.next.confirmed_problem:
            return held.next.confirmed_problem
        return connection.problem

    found = patience.wait(look)
    if isinstance(found, Problem):
        raise AuthorizationRequired(
            found.message,
            subject=name,
            next_step=f"mend it, then `suitetoken certificate register {name} --certificate-id ID`.",
        )
    if found is None:
        raise Unavailable(
            f"the broker has got no token with the certificate within {patience.seconds:g} s; it goes on trying.",
            subject=name,
            next_step=f"see `suitetoken status {name}` and the log of the rotate function.",
        )
