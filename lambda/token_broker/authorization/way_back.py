"""The way back from a page that says "open the link again": the link that this browser came by, kept in a cookie.

The address of a result page is passed on and photographed, so the link is not in it. The cookie is sent to result pages
only, to no script and no other site, and holds what the browser's own history holds already.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools.shared.cookies import Cookie

from suitetoken.errors import SuiteTokenError
from suitetoken.shared_names import AUTHORIZE_PATH
from token_broker.authorization.authorize import open_link
from token_broker.authorization.cookies import SECURE, make_cookie, name_cookie
from token_broker.context.broker import Broker
from token_broker.context.settings import Settings

_KEPT_SECONDS = 3600
"""As long as a result page is shown."""
_LONGEST_LINK = 3000
"""Browsers drop a cookie above 4096 bytes."""


def keep_link(settings: Settings, connection: str, link: str) -> list[Cookie]:
    """Return the cookie that leads back to a link; none for a link that is too long for a cookie."""
    if len(link) > _LONGEST_LINK:
        return []
    return [make_cookie(settings, _name(settings, connection), link, path="/result", max_age=_KEPT_SECONDS)]


def find_way_back(broker: Broker, connection: str, cookies: Mapping[str, str]) -> str:
    """Return the path of the link to a connection that this browser came by; "" where there is none that is good."""
    link = cookies.get(_name(broker.settings, connection), "")
    try:
        leads_there = open_link(broker, link).link.connection == connection
    except SuiteTokenError:
        return ""
    return f"{AUTHORIZE_PATH}{link}" if leads_there else ""


def _name(settings: Settings, connection: str) -> str:
    return name_cookie(settings, SECURE, f"suitetoken-link-{connection}")
