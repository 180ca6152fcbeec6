"""A simulated person: fills in the very forms that a browser shows."""

from __future__ import annotations

from dataclasses import dataclass

import requests


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who logs in as an entity with a role and decides. `session` is their browser."""

    session: requests.Session
    entity: str = "12"
    role: str = "1017"

    def consent(self, authorization_url: str) -> str:
        """Log in, press Allow, and return the address NetSuite sends the browser back to."""
        return self._decide(authorization_url, "allow")

    def deny(self, authorization_url: str) -> str:
        """Log in, press Deny, and return the address NetSuite sends the browser back to."""
        return self._decide(authorization_url, "deny")

    def _decide(self, authorization_url: str, decision: str) -> str:
        """Raises LookupError where NetSuite shows a page in place of a redirect."""
        shown = self.session.get(authorization_url, allow_redirects=False, timeout=10)
        if shown.status_code == 200:
            form = {"entity": self.entity, "role": self.role}
            shown = self.session.post(authorization_url, data=form, allow_redirects=False, timeout=10)
        if shown.status_code == 200:
            form["decision"] = decision
            shown = self.session.post(authorization_url, data=form, allow_redirects=False, timeout=10)
        if shown.status_code != 302:
            raise LookupError(f"NetSuite shows a page (HTTP {shown.status_code}) and sends nobody back")
        return shown.headers["Location"]
