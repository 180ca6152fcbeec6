"""Are the secrets in order? Documents that parse and belong together, tokens that are good, keys that sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from suitetoken.admin.doctor.finding import Finding, denied, right, warning, wrong
from suitetoken.admin.status import ConnectionStatus, State, judge
from suitetoken.aws.errors import translated
from suitetoken.aws.records import read_client, read_connection, read_token
from suitetoken.aws.store import Store
from suitetoken.documents import Client, Connection, TokenDocument
from suitetoken.errors import AccessDenied, SuiteTokenError
from suitetoken.signing.keys import STATE_KEY

MOST_AT_ONCE = 8
SHORTEST_KEY = 32
"""Characters: about 190 bits of letters and digits."""
OLDEST_KEY_DAYS = 365
_DAY = 86_400
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Read(Generic[D]):
    """The documents of one kind by name, and the lines about those that cannot be read."""

    documents: Mapping[str, D]
    broken: Mapping[str, Finding] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """All names, readable or not."""
        return set(self.documents) | set(self.broken)


@dataclass(frozen=True, slots=True)
class Secrets:
    """All documents of a deployment."""

    clients: Read[Client]
    connections: Read[Connection]
    tokens: Read[TokenDocument]


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A signing key without the key: its length, where that may be known, and when it was made (epoch seconds)."""

    length: int | None
    made_at: float


def read_secrets(store: Store) -> Secrets:
    """Read every document, a few at the same time. Raises AccessDenied where their names may not be seen."""
    return Secrets(
        _read_all(store, "client", read_client),
        _read_all(store, "connection", lambda store, name: read_connection(store, name).document),
        _read_all(store, "token", lambda store, name: read_token(store, name).document),
    )


def _read_all(store: Store, kind: str, read: Callable[[Store, str], D]) -> Read[D]:
    def one(name: str) -> D | Finding:
        try:
            return read(store, name)
        except AccessDenied as error:
            return denied(f"{kind}s", f"{error.subject or name} may not be read.", "secretsmanager:GetSecretValue")
        except SuiteTokenError as error:
            return wrong(f"{kind}s", f"{error.subject or name}: {error.message}", error.next_step or "add it again.")

    names = sorted(store.list_names(kind))
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        found = dict(zip(names, pool.map(one, names), strict=True))
    broken = {name: each for name, each in found.items() if isinstance(each, Finding)}
    return Read({name: each for name, each in found.items() if not isinstance(each, Finding)}, broken)


def judge_documents(secrets: Secrets) -> list[Finding]:
    """Whether every document is what its name says, and none lacks what it belongs to."""
    kinds: dict[str, Read[Any]] = {
        "clients": secrets.clients,
        "connections": secrets.connections,
        "tokens": secrets.tokens,
    }
    found = [finding for kind, read in kinds.items() for finding in _judge_kind(kind, read)]
    return [*found, *_find_orphans(secrets)]


def _judge_kind(kind: str, read: Read[Any]) -> list[Finding]:
    if read.broken:
        return list(read.broken.values())
    return [right(kind, f"Valid: all of {len(read.documents)}.")]


def _find_orphans(secrets: Secrets) -> Iterator[Finding]:
    for name, connection in secrets.connections.documents.items():
        if connection.client not in secrets.clients.names:
            message = f"{name} needs the client {connection.client}, which is not there."
            yield wrong("connections", message, f"suitetoken client add {connection.client}")
    for name in sorted(secrets.connections.names - secrets.tokens.names):
        message = f"{name} has no token secret, so that nothing can be published."
        yield wrong("connections", message, f"suitetoken connection add {name}, with the same settings")
    for name in sorted(secrets.tokens.names - secrets.connections.names):
        message = f"{name} has a token secret and no connection; nobody rotates it."
        yield warning("tokens", message, "delete the secret, or add the connection again.")


def judge_tokens(secrets: Secrets, now: int) -> list[Finding]:
    """Whether each connection has a good token, by the same rules as `suitetoken status`; `now` in epoch seconds."""
    check = "good tokens"
    rows = [
        judge(name, connection, client.account_id, secrets.tokens.documents[name], now)
        for name, connection in secrets.connections.documents.items()
        if (client := secrets.clients.documents.get(connection.client)) and name in secrets.tokens.documents
    ]
    good = [row for row in rows if not row.state.exit_code]
    if not secrets.connections.names:
        return [warning(check, "There is no connection yet.", "suitetoken connection add")]
    first = [right(check, f"{len(good)} of {len(secrets.connections.names)} connections have one.")] if good else []
    return [*first, *(_judge_row(check, row) for row in rows if row.state is not State.HEALTHY)]


def _judge_row(check: str, row: ConnectionStatus) -> Finding:
    message = f"{row.connection}: {row.state.value}. {row.problem or ''}".rstrip()
    return (wrong if row.state.exit_code else warning)(check, message, row.next_step)


def read_key(store: Store, secrets: Any, name: str) -> KeyFacts:
    """Return what may be told of a signing key; operators cannot read `state`. Raises NotFound, and AccessDenied."""
    secret = store.secret_id(name)
    with translated("looking at the signing key", secret):
        if name == STATE_KEY:
            return KeyFacts(None, secrets.describe_secret(SecretId=secret)["LastChangedDate"].timestamp())
        answer = secrets.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")
    return KeyFacts(len(answer.get("SecretString", "")), answer["CreatedDate"].timestamp())


def judge_key(which: str, key: KeyFacts, now: float) -> list[Finding]:
    """Whether a signing key (`link` or `state`) is long enough and not too old."""
    check, days = "signing keys", int(max(0, now - key.made_at) // _DAY)
    rotate = f"suitetoken key rotate {which}"
    if key.length is not None and key.length < SHORTEST_KEY:
        return [wrong(check, f"The {which} key has {key.length} characters: it can be guessed.", f"{rotate}, twice")]
    if days > OLDEST_KEY_DAYS:
        return [warning(check, f"The {which} key is {days} days old.", rotate)]
    return [right(check, f"The {which} key is {days} days old.")]
