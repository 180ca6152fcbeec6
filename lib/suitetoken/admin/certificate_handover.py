"""From one certificate to the next: registered, proved by a token, and the one before revoked at NetSuite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suitetoken.admin import certificates
from suitetoken.aws.records import read_client, read_connection
from suitetoken.documents import Certificate
from suitetoken.errors import InvalidInput, SuiteTokenError
from suitetoken.netsuite.machine import CERTIFICATE_SETUP
from suitetoken.netsuite.rules import parse_name

if TYPE_CHECKING:
    from suitetoken.admin.deployment import Deployment
    from suitetoken.admin.netsuite_certificates import NetSuiteCertificates


@dataclass(frozen=True, slots=True)
class Handover:
    """One connection's way to another certificate. `prove` gets a first token, `say` tells people what was done."""

    deployment: Deployment
    name: str
    prove: Callable[[Certificate], None]
    say: Callable[[str], None]

    @property
    def keys(self) -> certificates.Keys:
        """Where keys are made and kept."""
        return certificates.Keys(self.deployment.client("kms"), self.deployment.store)

    def register(self, certificate_id: str) -> bool:
        """Record NetSuite's id of the newest certificate, prove it, retire the one before; False where all is done."""
        registered, new = certificates.register(self.deployment.store, self.name, certificate_id)
        if new:
            self.prove(registered)
            self._retire_what_is_left()
        return new

    def rotate(self, wanted: certificates.Wanted, now: float) -> Certificate | None:
        """Make the next certificate and move over to it; return it where a person must upload it first."""
        self._retire_what_is_left()
        following, new = certificates.follow(self.keys, self.name, wanted, now)
        made = f"Made the next certificate for {self.name}."
        self.say(made if new else f"The next certificate of {self.name} is there already.")
        registered = following if following.certificate_id else self._upload(following)
        if registered is None:
            return following
        self.prove(registered)
        self.retire()
        return None

    def retire(self, *, revoked: bool = False) -> bool:
        """Revoke the certificate before and give its key up; False where there is none. `revoked`: by hand already.

        Raises InvalidInput where it cannot be revoked from here.
        """
        old = certificates.read_machine(self.deployment.store, self.name).certificates.old
        if old is None:
            return False
        if not revoked and old.certificate_id:
            self._revoke(old.certificate_id)
        certificates.retire(self.keys, self.name)
        self.say(f"Retired the certificate before, {old.certificate_id}; its key can be had back for 30 days.")
        return True

    def _retire_what_is_left(self) -> None:
        if certificates.read_machine(self.deployment.store, self.name).certificates.old is not None:
            self.retire()

    def _upload(self, following: Certificate) -> Certificate | None:
        """Upload by NetSuite's endpoint; None where a person must, or where NetSuite cannot be asked just now."""
        from suitetoken.session.reaching import reaching_netsuite

        try:
            with reaching_netsuite(self.name):
                certificate_id = self._open_netsuite().upload(following.pem)
        except SuiteTokenError as error:
            self.say(f"It could not be uploaded from here: {error}")
            return None
        self.say(f"Uploaded it; NetSuite's id for it is {certificate_id}.")
        return certificates.register(self.deployment.store, self.name, certificate_id)[0]

    def _revoke(self, certificate_id: str) -> None:
        from suitetoken.session.reaching import reaching_netsuite

        try:
            with reaching_netsuite(self.name):
                self._open_netsuite().revoke(certificate_id)
        except SuiteTokenError as error:
            raise InvalidInput(
                f"the certificate before, {certificate_id}, could not be revoked from here: {error.message}",
                subject=self.name,
                next_step=f"revoke it in NetSuite under {CERTIFICATE_SETUP}, then run "
                f"`suitetoken certificate retire {self.name} --revoked`.",
            ) from error

    def _open_netsuite(self) -> NetSuiteCertificates:
        from suitetoken.admin.netsuite_certificates import NetSuiteCertificates
        from suitetoken.reader import TokenReader
        from suitetoken.session.netsuite_session import NetSuiteSession

        deployment = self.deployment
        connection = read_connection(deployment.store, parse_name(self.name, "connection")).document
        client = read_client(deployment.store, connection.client)
        reader = TokenReader(self.name, prefix=deployment.prefix, client=deployment.client("secretsmanager"))
        return NetSuiteCertificates(NetSuiteSession(reader), client.client_id)
