"""Readers by name: who, besides those whom IAM lets in, may read one token. Kept in the resource policy of its secret.

Source: AWS Secrets Manager User Guide, "Access AWS Secrets Manager secrets from a different account".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from suitetoken.aws.records import token_secret
from suitetoken.aws.sharing import read_policy, write_policy
from suitetoken.aws.store import Store
from suitetoken.errors import InvalidInput, NotFound
from suitetoken.netsuite.rules import parse_name

_SID = "ReadersNamedBySuitetoken"
_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):(?:role|user)/[A-Za-z0-9+=,.@_/-]{1,577}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReaderChange:
    """Whom to let in and whom to let in no more, as ARNs of roles or users."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReaderUpdate:
    """Who may read after a change, sorted, and whether that is other than before."""

    readers: tuple[str, ...]
    changed: bool


def parse_reader(text: str) -> str:
    """Return the ARN of one role or user, or raise InvalidInput: an account, a service or everybody is too wide."""
    if not _PRINCIPAL.fullmatch(text):
        raise InvalidInput(
            f"{text[:80]!r} is not one reader.",
            next_step="give the ARN of one role or user, such as arn:aws:iam::111122223333:role/nightly.",
        )
    return text


def account_of(reader: str) -> str:
    """Return the AWS account of a reader."""
    return reader.split(":")[4]


def read_readers(store: Store, name: str) -> tuple[str, ...]:
    """Return the readers of a connection's token that were named here, sorted. Raises NotFound."""
    return _named(_statements(read_policy(store, token_secret(parse_name(name, "connection")))))


def change_readers(store: Store, name: str, change: ReaderChange, *, dry_run: bool = False) -> ReaderUpdate:
    """Name readers and take others away. Statements of somebody else's stay as they are.

    Raises InvalidInput for a principal that is too wide, NotFound for an unknown connection.
    """
    secret = token_secret(parse_name(name, "connection"))
    if not store.exists(secret):
        raise NotFound("there is no such connection.", subject=name, next_step="see `suitetoken connection list`.")
    statements = _statements(read_policy(store, secret))
    held = _named(statements)
    wanted = tuple(sorted({*held, *map(parse_reader, change.add)} - set(change.remove)))
    if wanted != held and not dry_run:
        others = [each for each in statements if each.get("Sid") != _SID]
        write_policy(store, secret, _write([*others, *_statement_for(wanted)]))
    return ReaderUpdate(wanted, changed=wanted != held)


def refuse_without_key(readers: Iterable[str], own_account: str, key: str | None) -> None:
    """Raise InvalidInput where a reader of another account could never decrypt: AWS's own key cannot be used there."""
    elsewhere = sorted({account_of(reader) for reader in readers} - {own_account})
    if elsewhere and key is None:
        raise InvalidInput(
            f"readers of other accounts ({', '.join(elsewhere)}) need a key of your own; nothing was changed.",
            next_step=f"run `make deploy SECRETS_KEY=own READER_ACCOUNTS={','.join(elsewhere)}` first, and have the "
            "connection's secrets use the key (docs/operations.md).",
        )


def _statements(policy: str | None) -> list[dict[str, Any]]:
    found = json.loads(policy)["Statement"] if policy else []
    return found if isinstance(found, list) else [found]


def _named(statements: list[dict[str, Any]]) -> tuple[str, ...]:
    principals = [each["Principal"]["AWS"] for each in statements if each.get("Sid") == _SID]
    flat = [one for found in principals for one in (found if isinstance(found, list) else [found])]
    return tuple(sorted(flat))


def _statement_for(readers: tuple[str, ...]) -> list[dict[str, Any]]:
    statement = {
        "Sid": _SID,
        "Effect": "Allow",
        "Principal": {"AWS": list(readers)},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",  # in the policy of a secret: this secret
    }
    return [statement] if readers else []


def _write(statements: list[dict[str, Any]]) -> str | None:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}) if statements else None
