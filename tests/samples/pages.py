"""Every kind of page as the broker renders it, to be looked at without a deployment."""

from __future__ import annotations

from dataclasses import replace

from suitetoken.netsuite.rules import SCOPES
from suitetoken.signing.links import Link
from tests.samples.tokens import CONFIDENTIAL, NOW, make_connection
from token_broker.authorization.authorize import Invitation
from token_broker.pages import Pages
from token_broker.pages.messages import BEGIN_AGAIN

ADDRESS = "https://tokens.example/authorize/x"
"""Where the pages are pretended to be; nothing is asked of any host."""
KINDS = ("landing", "authorized", "denied", "internal", "wrong_role_and_user")
"""The landing page, one page of each tone (many facts, none and a way back, a reference), and the longest of all."""
FACTS = {
    "account_wanted": "1234567_SB1",
    "account_given": "1234567",
    "role_wanted": "1017",
    "role_given": "1023",
    "entity_wanted": "12",
    "entity_given": "15",
    "redirect_uri": "https://tokens.example/oauth/callback",
    "connection": "finance-prod",
    "account": "1234567_SB1",
    "role": "1017",
    "entity": "12",
    "consent_ends": str(NOW),
    "reference": "b3b1f6a4-5e0c-4d0e-9a55-0c6c1f9c2d11",
}
_SHOWN = {
    "authorized": ("connection", "account", "role", "entity", "consent_ends"),
    "internal": ("reference",),
    "netsuite_unavailable": ("reference",),
    "wrong_account": ("connection", "account_wanted", "account_given", "reference"),
    "wrong_role": ("connection", "role_wanted", "role_given", "reference"),
    "wrong_user": ("connection", "entity_wanted", "entity_given", "reference"),
    "wrong_role_and_user": ("connection", "role_wanted", "role_given", "entity_wanted", "entity_given", "reference"),
    "callback_slash": ("redirect_uri",),
}


def render(kind: str, language: str, *, long: bool = False) -> str:
    """Return a page; with `long`, its names are as long as names can be and have no place to be broken at."""
    pages = Pages("suitetoken-" + "x" * 40 if long else "suitetoken")
    name = "x" * 64 if long else FACTS["connection"]
    if kind == "landing":
        link = Link(name, "none", "a" * 64 if long else "ada@example.com", NOW)
        scope = tuple(word for word in SCOPES if word != "mcp")
        connection = replace(make_connection(role="1017", entity="12"), scope=scope)
        return pages.landing(Invitation(link, connection, CONFIDENTIAL), language)
    facts = {fact: FACTS[fact] for fact in _SHOWN.get(kind, ())}
    back = "/authorize/x" if kind in BEGIN_AGAIN else ""
    return pages.message(kind, {**facts, "connection": name} if "connection" in facts else facts, language, back)
