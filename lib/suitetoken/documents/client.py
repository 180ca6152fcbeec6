"""The client document: one NetSuite integration record as seen from here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from suitetoken.documents.fields import parse_object, to_json
from suitetoken.netsuite.rules import (
    Endpoints,
    make_endpoints,
    parse_account_id,
    parse_client_id,
    parse_client_secret,
    parse_url,
)

OVERRIDES = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "rest_url", "restlet_url")
"""The endpoints a client document may replace, for sandboxes behind a proxy or a server on this machine."""

_KNOWN = frozenset({"account_id", "client_id", "client_secret", *OVERRIDES})


@dataclass(frozen=True, slots=True)
class Client:
    """One integration record: `client_secret` is None for a public client (RFC 6749 section 2.1)."""

    account_id: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    overrides: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_public(self) -> bool:
        """Whether the client has no secret, so that its refresh tokens can be used once only."""
        return self.client_secret is None

    @property
    def tag(self) -> str:
        """Who codes are sent as, and where to: 64 bits of a digest of account, client id and endpoints, no secret."""
        told = (self.client_id, self.account_id, self.endpoints.authorization_endpoint, self.endpoints.token_endpoint)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]

    @property
    def endpoints(self) -> Endpoints:
        """Where this client's account is reached."""
        return make_endpoints(self.account_id, self.overrides)

    @classmethod
    def from_json(cls, body: str, document: str) -> Client:
        """Read the document named `document`, or raise InvalidDocument."""
        fields = parse_object(body, document)
        has_secret = "client_secret" in fields.values
        urls = {name: fields.optional_parsed(name, partial(parse_url, field=name)) for name in OVERRIDES}
        return cls(
            account_id=fields.parsed("account_id", parse_account_id),
            client_id=fields.parsed("client_id", parse_client_id),
            client_secret=fields.parsed("client_secret", parse_client_secret) if has_secret else None,
            overrides={name: url for name, url in urls.items() if url},
            others=fields.others(_KNOWN),
        )

    def to_json(self) -> str:
        """Return the document's text."""
        return to_json(
            {
                "account_id": self.account_id,
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                **self.overrides,
            },
            self.others,
        )
