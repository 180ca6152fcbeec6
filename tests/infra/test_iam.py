"""Each role may do what docs/iam.md says and nothing else: every call is really made, with the role's credentials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.enforcement import enforced
from local.environment import ACCOUNT, REGION
from tests.stacks.enforced import NOBODY, EnforcedStack, is_denied, make_client, two_stacks
from tests.stacks.iam_page import ROLES, allowed_anywhere, read_table
from tests.stacks.iam_probes import CALLS, SECRET, Probed

TABLE = read_table()
KINDS = ("client", "connection", "token")
OWN_LOG = {"WebRole": "WebLog", "SweepRole": "SweepLog", "RotateRole": "RotateLog"}


class Account:
    """An account with the deployments `prod` and `dev`, and secrets of others whose names begin alike."""

    def __init__(self, prod: EnforcedStack, dev: EnforcedStack) -> None:
        """Make what the probes need; IAM must still be off."""
        self.prod = prod
        self.dev = dev
        self._secrets = make_client("secretsmanager", NOBODY)
        own = [f"prod/{kind}/{_name(action)}" for kind in (*KINDS, "key", "other") for action in SECRET]
        foreign = [f"{prefix}/{kind}/x" for prefix in ("dev", "pro", "prod-eu", "eu-prod") for kind in KINDS]
        self._versions = {name: self._create(name) for name in own + foreign}
        make_client("events", NOBODY).create_event_bus(Name="another")
        self._own_key = self._create_key("prod")
        self._other_keys = [self._create_key(tag) for tag in ("dev", "prod2", "")]
        self._sealed = {tag: self._seal(tag) for tag in ("prod", "dev", "prod2", "")}
        for group in self.logs:
            self._make_log(group)

    @property
    def logs(self) -> list[str]:
        """The names of all log groups."""
        stacks = (self.prod.stack, self.dev.stack)
        return [made.ref for stack in stacks for made in stack.of_type("AWS::Logs::LogGroup")]

    def targets(self, role: str, action: str) -> dict[str, tuple[str, list[Any]]]:
        """Return what each row of the page is about: its sort, and what to try an action on."""
        own_log = self.prod.stack.resources[OWN_LOG[role]].ref if role in OWN_LOG else None
        keys = {f"{prefix}/signing-key/{key}" for prefix in ("prod", "dev") for key in ("link", "state")}
        foreign = [name for name in [*self._versions, *keys] if not name.startswith("prod/")]
        return {
            **{
                f"secret `PREFIX/{kind}/NAME`": ("secret", [self._probed(f"prod/{kind}/{_name(action)}")])
                for kind in (*KINDS, "key")
            },
            "secret `PREFIX/signing-key/link`": ("secret", [Probed("prod/signing-key/link")]),
            "secret `PREFIX/signing-key/state`": ("secret", [Probed("prod/signing-key/state")]),
            "other secrets below `PREFIX/`": ("secret", [self._probed(f"prod/other/{_name(action)}")]),
            "secrets of other deployments": ("secret", [self._probed(name) for name in foreign]),
            "all secrets at once": ("secrets", [["prod/token/getsecretvalue"]]),
            "queue `PREFIX-rotate.fifo`": ("queue", [self.prod.stack.resources["RotateQueue"].ref]),
            "queue `PREFIX-rotate-dead.fifo`": ("queue", [self.prod.stack.resources["DeadLetterQueue"].ref]),
            "queues of other deployments": (
                "queue",
                [queue.ref for queue in self.dev.stack.of_type("AWS::SQS::Queue")],
            ),
            "the default event bus, source `suitetoken`": ("bus", [("default", "suitetoken")]),
            "the default event bus, any other source": ("bus", [("default", "suitetoken2"), ("default", "aws.ec2")]),
            "other event buses": ("bus", [("another", "suitetoken")]),
            "its own log group": ("log", [(own_log, role)] if own_log else []),
            "other log groups": ("log", [(group, role) for group in self.logs if group != own_log]),
            "X-Ray": ("traces", ["{}"]),
            "function `PREFIX-sweep`, alias `live`": ("function", ["prod-sweep:live"]),
            "other functions": (
                "function",
                ["prod-sweep", "prod-web:live", "prod-rotate:live", "dev-sweep:live", "prod-sweep2:live"],
            ),
            "KMS keys with the tag `suitetoken` = `PREFIX`": ("key", [self._own_key]),
            "other KMS keys": ("key", self._other_keys),
            "secrets under KMS keys with the tag `suitetoken-secrets` = `PREFIX`": ("sealed", [self._sealed["prod"]]),
            "secrets under other KMS keys": ("sealed", [it for tag, it in self._sealed.items() if tag != "prod"]),
            "SSM parameters": ("parameter", ["/prod/public-url", "/dev/public-url"]),
        }

    def _create(self, name: str) -> str:
        version: str = self._secrets.create_secret(Name=name, SecretString="x")["VersionId"]
        return version

    def _create_key(self, tag: str) -> str:
        tags = [{"TagKey": "suitetoken", "TagValue": tag}] if tag else []
        kms = make_client("kms", NOBODY)
        answer = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256", Tags=tags)
        return str(answer["KeyMetadata"]["Arn"])

    def _seal(self, tag: str) -> Probed:
        """Make a token's secret under a key with a tag; nobody may use the key but through the secret."""
        kms, name = make_client("kms", NOBODY), f"prod/token/sealed-{tag or 'untagged'}"
        key = kms.create_key(Tags=[{"TagKey": "suitetoken-secrets", "TagValue": tag}] if tag else [])["KeyMetadata"]
        self._other_keys.append(key["Arn"])
        self._secrets.create_secret(Name=name, SecretString="x", KmsKeyId=key["Arn"])
        return Probed(name)

    def _probed(self, name: str) -> Probed:
        return Probed(name, self._versions[name]) if name in self._versions else Probed(name)

    def _make_log(self, group: str) -> None:
        logs = make_client("logs", NOBODY)
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="there")


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """Give the account with IAM switched on."""
    with two_stacks() as (prod, dev), ExitStack() as on:
        account = Account(prod, dev)
        on.enter_context(enforced())
        yield account


def _name(action: str) -> str:
    """Each action has a secret of its own, so that deleting one is no end to the others."""
    return action.lower()


def find_allowed(account: Account, role: str) -> dict[str, frozenset[str]]:
    """Try everything as a role, and return which actions worked on what; all of a row's targets must be alike."""
    found: dict[str, set[str]] = {row: set() for row in TABLE}
    clients = {service: account.prod.client_of(role, service) for service, _ in CALLS.values()}
    for row in TABLE:
        for action in CALLS[account.targets(role, "GetSecretValue")[row][0]][1]:
            sort, targets = account.targets(role, action)[row]
            service, calls = CALLS[sort]
            denials = {is_denied(calls[action], clients[service], target) for target in targets}
            assert len(denials) < 2, f"{action} is denied for some of: {row}"
            if denials == {False}:
                found[row].add(action)
    return {row: frozenset(actions) for row, actions in found.items()}


@pytest.mark.parametrize("role", ROLES.values())
def test_role_may_do_what_the_page_says_and_nothing_else(account: Account, role: str) -> None:
    """Every action on every kind of thing works where the page names it, and is denied by IAM where it does not."""
    assert find_allowed(account, role) == {row: cells[role] for row, cells in TABLE.items()}


@pytest.mark.parametrize("role", ROLES.values())
def test_page_names_every_action_of_the_template(account: Account, role: str) -> None:
    """No role has an action in the template that the page does not show."""
    statements = [
        statement
        for policy in account.prod.stack.resources[role].properties["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    granted = {
        action.partition(":")[2]
        for statement in statements
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert granted == allowed_anywhere(TABLE, role)


def test_nobody_without_a_role_may_do_anything(account: Account) -> None:
    """Keys that belong to nobody are refused, so what the other tests see is IAM's answer and no default."""
    stranger = make_client("secretsmanager", NOBODY)
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        stranger.get_secret_value(SecretId="prod/token/getsecretvalue")


def test_role_of_another_deployment_is_as_good_as_none(account: Account) -> None:
    """The other way round too: dev's functions can open nothing of prod's."""
    for role in ("WebRole", "RotateRole"):
        secrets = account.dev.client_of(role, "secretsmanager")
        assert not is_denied(secrets.get_secret_value, SecretId="dev/token/x")
        assert is_denied(secrets.get_secret_value, SecretId="prod/token/getsecretvalue")


def test_an_event_of_ours_does_not_carry_a_foreign_one_along(account: Account) -> None:
    """One entry with another source spoils the whole request."""
    events = account.prod.client_of("RotateRole", "events")
    entries = [{"Source": source, "DetailType": "Probe", "Detail": "{}"} for source in ("suitetoken", "aws.ec2")]
    assert not is_denied(events.put_events, Entries=entries[:1])
    assert is_denied(events.put_events, Entries=entries)


def test_arns_are_this_account_s(account: Account) -> None:
    """The roles that were tried are the template's, in the account where everything was tried."""
    assert set(account.prod.roles) == set(ROLES.values())
    assert account.prod.roles["WebRole"] == f"arn:aws:iam::{ACCOUNT}:role/prod-WebRole"
    assert account.prod.client("sqs", account.prod.keys_of("WebRole")).meta.region_name == REGION
