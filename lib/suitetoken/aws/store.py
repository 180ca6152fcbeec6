"""Secrets Manager as suitetoken uses it: read, create, put, compare-and-swap, delete with recovery.

Every read names its staging label. A document is replaced only by compare-and-swap: the new version is put as
AWSPENDING, then AWSCURRENT is moved naming the version that it must move from, so exactly one of many writers wins.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from suitetoken.aws.errors import has_code, translated
from suitetoken.errors import AlreadyExists, BeingDeleted, Conflict, InvalidDocument, NotFound, SuiteTokenError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import SecretListEntryTypeDef

CURRENT = "AWSCURRENT"
PREVIOUS = "AWSPREVIOUS"
PENDING = "AWSPENDING"
RECOVERY_DAYS = 30
"""Days in which a removed secret can be restored: the longest that Secrets Manager offers."""
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable version of a secret, with the staging labels it carried when it was read."""

    secret: str
    id: str
    body: str = field(repr=False)
    labels: frozenset[str]


class Store:
    """The secrets under one prefix. Names are given without the prefix: `token/finance-prod`."""

    def __init__(
        self,
        client: SecretsManagerClient,
        prefix: str,
        find_key: Callable[[], str | None] = lambda: None,
        find_tags: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Use this boto3 client; it is safe to share between threads.

        `find_key` returns the ARN of the key that encrypts new secrets, or None for AWS's own; `find_tags` the tags
        that new secrets get beside our own.
        """
        self._client = client
        self.prefix = prefix
        self._find_key = find_key
        self._find_tags = find_tags

    @property
    def client(self) -> SecretsManagerClient:
        """The boto3 client, for what concerns secrets and not the documents in them."""
        return self._client

    @property
    def tags(self) -> dict[str, str]:
        """The tags of what is made for this deployment: its own, and the one that permissions go by."""
        return {**self._find_tags(), "suitetoken": self.prefix}

    def secret_id(self, name: str) -> str:
        """Return the whole name of a secret; an ARN stays as it is."""
        return name if name.startswith("arn:") else f"{self.prefix}/{name}"

    def read(self, name: str, label: str = CURRENT) -> Version:
        """Return the version under a staging label, or raise NotFound."""
        secret = self.secret_id(name)
        with translated("reading the secret", secret):
            answer: Any = self._client.get_secret_value(SecretId=secret, VersionStage=label)
        if "SecretString" not in answer:
            raise InvalidDocument("the secret holds bytes, not a document.", subject=secret)
        return Version(name, answer["VersionId"], answer["SecretString"], frozenset(answer.get("VersionStages", ())))

    def find(self, name: str, label: str) -> Version | None:
        """Return the version under a staging label that may not be there."""
        try:
            return self.read(name, label)
        except NotFound:
            return None

    def exists(self, name: str) -> bool:
        """Whether the secret is there and not scheduled for deletion, as DescribeSecret says, which may be behind."""
        secret = self.secret_id(name)
        try:
            with translated("looking up the secret", secret):
                return "DeletedDate" not in self._client.describe_secret(SecretId=secret)
        except NotFound:
            return False

    def list_version_times(self, name: str, since: float) -> list[float]:
        """Return when each version was put since then (all in epoch seconds), those without a label too."""
        secret = self.secret_id(name)
        made: list[float] = []
        further: Any = {}
        with translated("counting the versions of the secret", secret):
            while further is not None:  # botocore has no paginator for it
                page = self._client.list_secret_version_ids(SecretId=secret, IncludeDeprecated=True, **further)
                made += (version["CreatedDate"].timestamp() for version in page["Versions"])
                further = {"NextToken": page["NextToken"]} if page.get("NextToken") else None
        return [at for at in made if at >= since]

    def create(self, name: str, body: str, description: str) -> None:
        """Create a secret with its first document, or raise AlreadyExists; one being deleted is restored."""
        try:
            self.create_new(name, body, description)
        except (AlreadyExists, BeingDeleted):
            secret = self.secret_id(name)
            if self.exists(name):
                raise AlreadyExists("it exists already; nothing was changed.", subject=secret) from None
            self._restore(secret)
            self.update(name, lambda _: body)

    def create_new(self, name: str, body: str, description: str) -> None:
        """Create a secret, or raise AlreadyExists or BeingDeleted: one that is there belongs to somebody else."""
        secret = self.secret_id(name)
        tags: Any = [{"Key": key, "Value": value} for key, value in self.tags.items()]
        key = self._find_key()
        details: Any = {"Description": description, "Tags": tags, **({"KmsKeyId": key} if key else {})}
        with translated("creating the secret", secret):
            self._client.create_secret(Name=secret, SecretString=body, **details)

    def put(self, name: str, body: str, *, version_id: str, label: str) -> bool:
        """Put a version with a chosen id under a label; False when that id is taken by another body.

        Putting the same id and body again changes nothing and returns True, so it may be repeated after a lost reply.
        """
        secret = self.secret_id(name)
        try:
            with translated("saving a version of the secret", secret):
                self._client.put_secret_value(
                    SecretId=secret, SecretString=body, ClientRequestToken=version_id, VersionStages=[label]
                )
        except AlreadyExists:
            return False
        return True

    def replace(self, current: Version, body: str, version_id: str | None = None) -> Version:
        """Put `body` in the place of `current`, or raise Conflict when AWSCURRENT has moved on meanwhile.

        `version_id` is 32 to 64 characters that were never a version's before; a new random one unless given.
        """
        version_id = version_id or str(uuid.uuid4())
        self.put(current.secret, body, version_id=version_id, label=PENDING)
        return self.promote(current, Version(current.secret, version_id, body, frozenset({PENDING})))

    def promote(self, current: Version, new: Version) -> Version:
        """Move AWSCURRENT from one version to another, or raise Conflict when it is not there any more."""
        secret = self.secret_id(current.secret)
        try:
            with translated("publishing a version of the secret", secret):
                self._client.update_secret_version_stage(
                    SecretId=secret, VersionStage=CURRENT, RemoveFromVersionId=current.id, MoveToVersionId=new.id
                )
        except SuiteTokenError as error:
            self._decide_by_reading(current, new, error)
        return new

    def update(
        self,
        name: str,
        decide: Callable[[Version], str | None],
        seen: Version | None = None,
        name_version: Callable[[str], str | None] = lambda _: None,
    ) -> Version:
        """Replace a document by what `decide` makes of the current one; asked again whenever somebody was faster.

        `decide` returns the new body, or None to leave everything as it is. `seen`, a version read before, saves the
        first reading. `name_version` may choose the id of the new version by its body. Returns the version that is
        current then.
        """
        for _ in range(_ATTEMPTS):
            current = seen or self.read(name)
            seen = None
            body = decide(current)
            if body is None:
                return current
            try:
                return self.replace(current, body, name_version(body))
            except Conflict:
                continue
        raise Conflict("others keep changing this document.", subject=self.secret_id(name), next_step="try again.")

    def set_label(self, version: Version, label: str) -> None:
        """Attach a label of ours to a version that exists; any other version loses it."""
        secret = self.secret_id(version.secret)
        holder = self.find(version.secret, label)
        if holder is not None and holder.id == version.id:
            return
        with translated("labelling a version of the secret", secret):
            if holder is None:
                self._client.update_secret_version_stage(
                    SecretId=secret, VersionStage=label, MoveToVersionId=version.id
                )
            else:
                self._client.update_secret_version_stage(
                    SecretId=secret, VersionStage=label, RemoveFromVersionId=holder.id, MoveToVersionId=version.id
                )

    def delete(self, name: str) -> None:
        """Schedule a secret for deletion, restorable for RECOVERY_DAYS; one that is gone already is not an error."""
        secret = self.secret_id(name)
        try:
            with translated("deleting the secret", secret):
                self._client.delete_secret(SecretId=secret, RecoveryWindowInDays=RECOVERY_DAYS)
        except NotFound:
            return

    def list_current(self, *starts: str) -> Iterator[tuple[str, str]]:
        """Yield name (without the prefix) and current version's id of each secret whose name starts so; reads none.

        The list may be five minutes behind (Secrets Manager API Reference, ListSecrets). A secret without a current
        version has the id "".
        """
        for secret in self._list("listing the secrets", starts):
            labels = secret.get("SecretVersionsToStages", {})
            current = (version for version, stages in labels.items() if CURRENT in stages)
            yield secret["Name"].removeprefix(f"{self.prefix}/"), next(current, "")

    def list_names(self, kind: str) -> Iterator[str]:
        """Yield the names of all secrets of a kind (`client`, `connection`, `token`), without prefix and kind."""
        for secret in self._list(f"listing the {kind}s", (f"{kind}/",)):
            yield secret["Name"].removeprefix(f"{self.prefix}/{kind}/")

    def _list(self, doing: str, starts: tuple[str, ...]) -> Iterator[SecretListEntryTypeDef]:
        whole = tuple(f"{self.prefix}/{start}" for start in starts)
        pages = self._client.get_paginator("list_secrets").paginate(
            Filters=[{"Key": "name", "Values": whole}], PaginationConfig={"PageSize": 100}
        )
        with translated(doing, self.prefix):
            for page in pages:
                yield from (secret for secret in page["SecretList"] if secret["Name"].startswith(whole))

    def _decide_by_reading(self, current: Version, new: Version, error: SuiteTokenError) -> None:
        """Find out what became of a move that seemed to fail: its answer may have been lost after it won.

        Where AWS refused it because the label is elsewhere, a reading that says otherwise is behind (Secrets Manager is
        eventually consistent): that is a Conflict too.
        """
        found = self.read(current.secret).id
        if found == new.id:
            return
        if found == current.id and not has_code(error.__cause__, "InvalidParameterException"):
            raise error
        raise Conflict(
            "somebody else wrote it first.", subject=self.secret_id(current.secret), next_step="try again."
        ) from error

    def _restore(self, secret: str) -> None:
        with translated("restoring the secret", secret):
            self._client.restore_secret(SecretId=secret)
