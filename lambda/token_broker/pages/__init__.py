"""The pages people see: rendered whole on the server, no script, no outside resource, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from token_broker.authorization.authorize import Invitation
from token_broker.languages.words import LANGUAGES, Words, read_words
from token_broker.pages.messages import tone_of

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

    def landing(self, invitation: Invitation, language: str) -> str:
        """Return the page that a link opens: what is asked, by whom, until when."""
        connection, link = invitation.connection, invitation.link
        words = read_words(language)
        return self._render(
            "landing.html",
            words,
            "plain",
            title=words.landing["title"],
            connection=link.connection,
            client=connection.client,
            account_id=invitation.client.account_id,
            role=connection.role,
            entity=connection.entity,
            scopes=connection.scope,
            asked_by=link.asked_by,
            expires_at=link.expires_at,
        )

    def message(self, outcome: str, facts: Mapping[str, str], language: str, back: str = "") -> str:
        """Return the page of an outcome; `facts` are shown as a list, their names as the catalogue has them.

        `back` is the path of the landing page that a button leads to; none where it is empty.
        """
        words = read_words(language)
        message = words.outcomes[outcome]
        shown = {name: _in_words(name, value, words) for name, value in facts.items()}
        return self._render(
            "message.html", words, tone_of(outcome), title=message["title"], message=message, facts=shown, back=back
        )

    def _render(self, template: str, words: Words, tone: str, **values: object) -> str:
        # The style sheet is our own file and its hash is in the policy, so it alone is not escaped.
        style = Markup(_STYLE)  # noqa: S704  # nosec B704 # (our own file)
        languages = [read_words(code) for code in LANGUAGES]
        return self._templates.get_template(template).render(
            style=style,
            prefix=self._prefix,
            words=words,
            languages=languages,
            tone=tone,
            **values,
        )


def _in_words(name: str, value: str, words: Words) -> str:
    """Return a fact as people read it: moments travel as epoch seconds until their language is known."""
    return words.in_utc(int(value)) if name == "consent_ends" else value
