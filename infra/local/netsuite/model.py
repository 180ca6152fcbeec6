"""What the simulator knows: accounts, users, integration records, codes, certificates and tokens."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from local.netsuite.audit import Audit
from local.netsuite.faults import Faults
from local.netsuite.switches import Switches


@dataclass(slots=True)
class User:
    """A person with roles, by internal id. `entity` is the user's own internal id, which may be negative."""

    entity: str
    name: str
    roles: dict[str, str]
    active: bool = True


@dataclass(slots=True)
class Integration:
    """An integration record. Public clients have no secret and one-time refresh tokens."""

    name: str
    account_id: str
    client_id: str
    client_secret: str | None = field(repr=False)
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]
    refresh_token_hours: int = 48
    rotation_hours: int = 168
    consent_policy: str = "Always Ask"
    code_grant: bool = True
    client_credentials: bool = False
    enabled: bool = True
    application_id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())

    @property
    def is_public(self) -> bool:
        """Whether the record's Public Client box is ticked."""
        return self.client_secret is None


@dataclass(slots=True)
class Account:
    """A NetSuite account. `id` is the raw form, such as `1234567_SB1`."""

    id: str
    users: dict[str, User]
    concurrency_limit: int = 5
    in_flight: int = 0

    @property
    def host_id(self) -> str:
        """The account id as host names have it."""
        return self.id.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code and everything it is bound to."""

    client_id: str
    redirect_uri: str
    challenge: str | None
    scope: tuple[str, ...]
    role: str
    entity: str
    made_at: float


@dataclass(slots=True)
class Chain:
    """One authorization: all tokens that follow from one consent."""

    id: str
    client_id: str
    scope: tuple[str, ...]
    role: str
    entity: str
    began_at: int
    revoked: bool = False
    certificate_id: str | None = None
    spent: set[str] = field(default_factory=set, repr=False)


@dataclass(slots=True)
class Mapped:
    """A certificate as the client credentials set-up lists it: for one record, role and entity; times in seconds."""

    id: str
    client_id: str
    role: str
    entity: str
    algorithm: str
    thumbprint: str
    public_key: Any = field(repr=False)
    created: int
    valid_from: int
    valid_until: int
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class TokenRequestRecord:
    """One request at the token endpoint, without anything secret."""

    grant_type: str
    application: str
    outcome: str


class Simulator:
    """The state of everything, behind one lock. `now` gives epoch seconds."""

    def __init__(self, now: Callable[[], float], switches: Switches | None = None) -> None:
        """Begin with no account."""
        self.now = now
        self.switches = switches or Switches()
        self.lock = RLock()
        self.accounts: dict[str, Account] = {}
        self.integrations: dict[str, Integration] = {}
        self.codes: dict[str, Code] = {}
        self.used_codes: set[str] = set()
        self.states: set[str] = set()
        self.consented: set[tuple[str, str, str]] = set()
        self.chains: dict[str, Chain] = {}
        self.certificates: dict[str, Mapped] = {}
        self.certificate_roles: set[str] = set()
        """Roles with the permission Manage own OAuth 2.0 Client Credentials Certificates."""
        self.token_requests: list[TokenRequestRecord] = []
        self.audit = Audit(now)
        self.faults = Faults()

    def add_account(self, account_id: str, users: list[User], concurrency_limit: int = 5) -> Account:
        """Add an account with its users."""
        account = Account(account_id, {user.entity: user for user in users}, concurrency_limit)
        self.accounts[account.host_id] = account
        return account

    def add_integration(
        self,
        account_id: str,
        *,
        name: str,
        redirect_uris: list[str],
        scopes: list[str],
        public: bool = False,
        refresh_token_hours: int = 48,
        rotation_hours: int = 168,
        consent_policy: str = "Always Ask",
        client_credentials: bool = False,
    ) -> Integration:
        """Add an integration record; its client id and secret are made up, 64 hexadecimal characters each.

        Raises ValueError for a public client of the client credentials grant (Oracle NetSuite Help,
        section_157771733782).
        """
        if public and client_credentials:
            raise ValueError("the client credentials grant is not for public clients")
        integration = Integration(
            name=name,
            account_id=account_id,
            client_id=secrets.token_hex(32),
            client_secret=None if public else secrets.token_hex(32),
            redirect_uris=tuple(redirect_uris),
            scopes=frozenset(scopes),
            refresh_token_hours=refresh_token_hours,
            rotation_hours=rotation_hours,
            consent_policy=consent_policy,
            code_grant=bool(redirect_uris),
            client_credentials=client_credentials,
        )
        self.integrations[integration.client_id] = integration
        return integration

    def account_of(self, integration: Integration) -> Account:
        """Return the account that a record belongs to."""
        return next(account for account in self.accounts.values() if account.id == integration.account_id)
