"""The operator's commands: over damaged documents, and with anything typed for names, ids, scopes and addresses."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from inspect import unwrap
from typing import Any, NoReturn

import click
from botocore.exceptions import ClientError
from hypothesis import strategies as st

from suitetoken.admin.deployment import Deployment
from suitetoken.admin.doctor import secrets as doctor
from suitetoken.cli import certificate, client, connection, status
from suitetoken.cli.doctor import print_lines
from suitetoken.documents import OVERRIDES
from suitetoken.errors import SuiteTokenError
from suitetoken.netsuite.machine import GRANT_TYPES
from suitetoken.netsuite.rules import SCOPES
from tests.fuzz.damage import MARKUP, ODD_TEXTS, one_of
from tests.fuzz.laws import hold_nothing_secret, hold_our_own_error
from tests.fuzz.memory import Secrets
from tests.fuzz.stand import NAMES, PREFIX, Stand, fresh_stand
from tests.fuzz.stored_documents import Damaged, damaged_documents, find_secrets
from tests.fuzz.target import Target
from tests.samples.tokens import NOW


@dataclass(frozen=True)
class MemoryDeployment(Deployment):
    """A deployment whose secrets are in memory; AWS refuses everything else."""

    secrets: Secrets

    def client(self, service: str) -> Any:
        """Return what stands for a boto3 client."""
        return self.secrets if service == "secretsmanager" else Refusing()


class Refusing:
    """Plays any boto3 client that may do nothing."""

    def __getattr__(self, operation: str) -> Callable[..., NoReturn]:
        def refuse(**_: Any) -> NoReturn:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, operation)

        return refuse


@dataclass(frozen=True)
class Shown:
    """A damaged document, and whether it is looked at as JSON."""

    damaged: Damaged
    as_json: bool


@dataclass(frozen=True)
class Ended:
    """What a command printed, and how it ended."""

    printed: str
    error: SuiteTokenError | click.ClickException | None


def type_command(stand: Stand, command: click.Command | Callable[..., Any], **values: Any) -> Ended:
    """Run a command's own body, as click does once it has taken the command line apart."""
    body = unwrap(command.callback) if isinstance(command, click.Command) and command.callback else command
    printed, error = io.StringIO(), None
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            body(MemoryDeployment("suitetoken", None, None, stand.secrets), **values)
        except (SuiteTokenError, click.ClickException) as caught:
            error = caught
    return Ended(f"{printed.getvalue()}\n{error}", error)


def examine_documents(deployment: Deployment) -> None:
    """The doctor's part that looks at documents."""
    found = doctor.read_secrets(deployment.store)
    print_lines([*doctor.judge_documents(found), *doctor.judge_tokens(found, NOW)])


def check_shown(shown: Shown) -> None:
    """Every command that shows something says what it can, or what is wrong, and never what is secret."""
    damaged, as_json = shown.damaged, shown.as_json
    with fresh_stand() as stand:
        stand.secrets.damage(PREFIX + damaged.secret, damaged.body, damaged.label)
        name = damaged.connection
        looks = [
            type_command(stand, status.status_command, name=None, watch=False, every=1, as_json=as_json),
            type_command(stand, status.status_command, name=name, watch=False, every=1, as_json=True),
            type_command(stand, client.show, name=name, as_json=as_json),
            type_command(stand, connection.show, name=name, as_json=as_json),
            type_command(stand, certificate.show, name=name, pem=False, as_json=as_json),
            type_command(stand, certificate.list_all, as_json=as_json),
        ]
        if not as_json:
            looks.append(type_command(stand, examine_documents))
        printed = [look.printed for look in looks]
        for look in looks:
            hold_our_own_error(look.error)
        hold_nothing_secret(stand, *printed, further=find_secrets(damaged.body), words=())
        assert stand.netsuite.asked == 0
        assert stand.secrets.read_as_it_is(PREFIX + damaged.secret, damaged.label) == damaged.body


@dataclass(frozen=True)
class TypedClient:
    """What is typed for a client."""

    name: str
    account_id: str
    client_id: str
    overrides: dict[str, str]


@dataclass(frozen=True)
class TypedConnection:
    """What is typed for a connection."""

    name: str
    client: str
    scope: tuple[str, ...]
    role: str | None
    entity: str | None
    rotation_hours: int | None
    grant_type: str


NAMED = (
    one_of(["new", "a", "a-b_c", "x-AbCdEf", "a" * 64, "a" * 65, "../x", "a/b", "*", MARKUP])
    | one_of(NAMES)
    | ODD_TEXTS
)
ACCOUNTS = one_of(["1234567", "1234567_SB1", "tstdrv123-rp", "1.evil.example", "1234567/", "１２３"]) | ODD_TEXTS
ADDRESSES = (
    one_of(
        [
            "https://x.example/token",
            "http://127.0.0.1:9/t",
            "http://evil.example",
            "https://a@b",
            "https://x:0",
            "https://[::1]/",
        ]
    )
    | ODD_TEXTS
)
IDS = st.none() | one_of(["1017", "-5", "3", "1" * 19]) | ODD_TEXTS
CLIENTS = st.builds(
    TypedClient,
    NAMED,
    ACCOUNTS,
    one_of(["a" * 64, "a:b"]) | ODD_TEXTS,
    st.dictionaries(one_of(OVERRIDES), ADDRESSES, max_size=2),
)
CONNECTIONS = st.builds(
    TypedConnection,
    NAMED,
    one_of(NAMES) | NAMED,
    st.lists(one_of(SCOPES) | ODD_TEXTS, max_size=3).map(tuple),
    IDS,
    IDS,
    st.none() | one_of([1, 168, 720, 0, -1, 10**6, 10**12, 10**400]),
    one_of(GRANT_TYPES),
)


def check_typed_client(typed: TypedClient) -> None:
    """A client is added as it was typed and can be read again, or nothing is changed."""
    values = {
        "account_id": typed.account_id,
        "client_id": typed.client_id,
        "public": True,
        "client_secret_stdin": False,
    }
    overrides = {name: typed.overrides.get(name) for name in OVERRIDES}
    with fresh_stand() as stand:
        before = stand.secrets.remember()
        ended = type_command(stand, client.add, name=typed.name, dry_run=False, **values, **overrides)
        _hold_added(stand, ended, before, f"client/{typed.name}")


def check_typed_connection(typed: TypedConnection) -> None:
    """A connection is added as it was typed and can be read again, or nothing is changed."""
    with fresh_stand() as stand:
        before = stand.secrets.remember()
        ended = type_command(stand, connection.add, dry_run=False, reader=(), replica_region=(), **vars(typed))
        _hold_added(stand, ended, before, f"connection/{typed.name}")


def _hold_added(stand: Stand, ended: Ended, before: dict[str, Any], secret: str) -> None:
    hold_nothing_secret(stand, ended.printed, words=())
    if ended.error is not None:
        assert stand.secrets.remember() == before
        return
    assert isinstance(json.loads(stand.secrets.read_as_it_is(PREFIX + secret) or ""), dict)
    kind, _, name = secret.partition("/")
    look = type_command(stand, client.show if kind == "client" else connection.show, name=name, as_json=False)
    assert look.error is None, look.printed


TARGETS = (
    Target(
        "stored documents as operators see them",
        st.builds(Shown, damaged_documents(), st.booleans()),
        check_shown,
    ),
    Target("clients as they are typed", CLIENTS, check_typed_client),
    Target("connections as they are typed", CONNECTIONS, check_typed_connection),
)
