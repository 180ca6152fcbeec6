"""The pages people see: rendered whole on the server, no script, no outside resource, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from suitetoken.netsuite import SCOPES
from token_broker.authorize import Invitation
from token_broker.pages.outcomes import MESSAGES

_TEMPLATES = Path(__file__).with_name("templates")
_STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8").strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"
)
"""No form-action: Chromium applies it to the whole redirect chain, which leads to NetSuite and its single sign-on."""


class Pages:
    """Renders the pages of one deployment."""

    def __init__(self, prefix: str) -> None:
        """Load the templates; `prefix` is shown so that people see which deployment speaks."""
        self._prefix = prefix
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def landing(self, invitation: Invitation) -> str:
        """Return the page that a link opens: what is asked, by whom, until when."""
        connection, link = invitation.connection, invitation.link
        return self._render(
            "landing.html",
            title="Authorize access to NetSuite",
            connection=link.connection,
            client=connection.client,
            account_id=invitation.client.account_id,
            role=connection.role,
            entity=connection.entity,
            scopes=[SCOPES[word] for word in connection.scope],
            asked_by=link.asked_by,
            expires=in_utc(link.expires_at),
        )

    def message(self, outcome: str, facts: Mapping[str, str]) -> str:
        """Return the page of an outcome; `facts` are shown as a list of names and values."""
        message = MESSAGES[outcome]
        return self._render("message.html", title=message.title, message=message, facts=facts)

    def _render(self, template: str, **values: object) -> str:
        # The style sheet is our own file and its hash is in the policy, so it alone is not escaped.
        style = Markup(_STYLE)  # noqa: S704
        return self._templates.get_template(template).render(style=style, prefix=self._prefix, **values)


def in_utc(seconds: int) -> str:
    """Return a time for people, in UTC and saying so."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %B %Y, %H:%M UTC")
