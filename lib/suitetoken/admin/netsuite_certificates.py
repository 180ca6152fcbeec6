"""NetSuite's own list of certificates, by its rotation endpoint and the connection's own token.

Oracle NetSuite Help, article_92130837826 and the pages below it. The role needs the permission Manage own OAuth 2.0
Client Credentials Certificates, and the connection the scope rest_webservices. Where the endpoint refuses, an
administrator does the same in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from suitetoken.errors import InvalidInput, NetSuiteError
from suitetoken.session.netsuite_session import NetSuiteSession

_NOT_PERMITTED = frozenset({401, 403, 404})


class NotPermitted(InvalidInput):
    """The connection's role or scope does not reach the endpoint: a person must do it in NetSuite."""


class NetSuiteCertificates:
    """The certificates of one integration record, as the connection of `session` may see and change them."""

    def __init__(self, session: NetSuiteSession, client_id: str) -> None:
        """Ask nothing yet."""
        self._session = session
        self._client_id = client_id

    def list(self) -> list[Mapping[str, Any]]:
        """Return what NetSuite lists: certificate_id, algorithm, role, entity, valid_until, revoked and more."""
        listed = self._call("GET", "")
        return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []

    def upload(self, pem: str) -> str:
        """Upload a certificate for the role and entity that the token acts as; returns NetSuite's id for it."""
        token = self._session.reader.current()
        answer = self._call("POST", "", {"fileContent": pem, "role": token.role, "entity": token.entity})
        certificate_id = answer.get("certificate_id") if isinstance(answer, dict) else None
        if not isinstance(certificate_id, str) or not certificate_id:
            raise NetSuiteError("NetSuite's answer names no certificate.", status=200, error_code="")
        return certificate_id

    def revoke(self, certificate_id: str) -> None:
        """Revoke a certificate for good."""
        self._call("POST", f"/{quote(certificate_id, safe='')}/revoke", {})

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        base = self._session.reader.current().restlet_url.partition("/app/")[0]
        url = f"{base}/services/rest/auth/oauth2/v1/clients/{quote(self._client_id, safe='')}/certificates{path}"
        try:
            answer = self._session.rest(method, url, json=body)
        except NetSuiteError as error:
            if error.status not in _NOT_PERMITTED:
                raise
            raise NotPermitted(
                f"NetSuite does not let this connection manage certificates ({error.status} {error.error_code}).",
                next_step="give its role Manage own OAuth 2.0 Client Credentials Certificates and the connection the "
                "scope rest_webservices, or let an administrator do it.",
            ) from error
        try:
            return answer.json()
        except ValueError:
            return None
