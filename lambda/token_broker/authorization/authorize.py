"""The landing page's two acts: show what a link asks, and begin an attempt in the browser that presses the button."""

from __future__ import annotations

from dataclasses import dataclass, field

from aws_lambda_powertools.shared.cookies import Cookie
from oauthlib.common import add_params_to_uri

from suitetoken.aws.records import read_client, read_connection
from suitetoken.documents import Client, Connection
from suitetoken.errors import BeingDeleted, NotFound, SuiteTokenError
from suitetoken.signing.links import (
    ATTEMPT_SECONDS,
    Key,
    Link,
    State,
    derive_cookie,
    derive_verifier,
    make_challenge,
    make_nonce,
    sign_state,
    verify_link,
)
from token_broker.authorization.cookies import HOST, make_cookie, name_cookie
from token_broker.context.broker import Broker
from token_broker.context.settings import Settings


class LinkUsed(SuiteTokenError):
    """Somebody authorized the connection after this link was made."""

    code = "link_used"


class LinkRevoked(SuiteTokenError):
    """An operator revoked every link of the connection after this one was made."""

    code = "link_revoked"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A good link with what it is about."""

    link: Link
    connection: Connection
    client: Client


@dataclass(frozen=True, slots=True)
class Attempt:
    """A begun attempt: where to send the browser, and the cookie that binds the attempt to it."""

    connection: str
    location: str = field(repr=False)
    cookie: Cookie = field(repr=False)


def open_link(broker: Broker, text: str) -> Invitation:
    """Return what the link is about. Changes nothing, however often and by whomever it is opened.

    Raises InvalidSignedText, SignedTextExpired, LinkUsed, LinkRevoked, or NotFound for a connection that is gone.
    """
    link = verify_link(text, broker.link_keys.find, broker.now())
    try:
        connection = read_connection(broker.store, link.connection).document
        client = read_client(broker.store, connection.client)
    except (NotFound, BeingDeleted) as error:
        raise NotFound("the connection or its client has been removed.", subject=link.connection) from error
    if link.grant_id != connection.grant_id:
        raise LinkUsed("this connection was authorized after the link was made.", subject=link.connection)
    if not connection.takes_links_of(link.series):
        raise LinkRevoked("the links of this connection were revoked.", subject=link.connection)
    return Invitation(link, connection, client)


def begin_attempt(broker: Broker, text: str, language: str = "") -> Attempt:
    """Begin an attempt: everything that it needs later is in the signed state and in the cookie.

    `language` is that of the page the button was pressed on; the result page speaks it too.
    """
    invitation = open_link(broker, text)
    key, nonce = broker.state_keys.signing_key(), make_nonce()
    link = invitation.link
    tag = invitation.client.tag
    state = State(link.connection, link.grant_id, nonce, broker.seconds(), language, link.series, tag)
    location = make_authorization_url(invitation, broker.settings.redirect_uri, state, key)
    return Attempt(link.connection, location, _bind(broker.settings, nonce, key))


def _bind(settings: Settings, nonce: str, key: Key) -> Cookie:
    """Return the cookie that binds an attempt to this browser."""
    name, value = derive_cookie(nonce, key)
    return make_cookie(settings, name_cookie(settings, HOST, name), value, path="/", max_age=ATTEMPT_SECONDS)


def make_authorization_url(invitation: Invitation, redirect_uri: str, state: State, key: Key) -> str:
    """Return the authorization request, PKCE S256 always (RFC 6749 section 4.1.1, RFC 7636 section 4.3).

    Parameters as Oracle NetSuite Help, section_158081944642.
    """
    parameters = {
        "response_type": "code",
        "client_id": invitation.client.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(invitation.connection.scope),
        "state": sign_state(state, key),
        "code_challenge": make_challenge(derive_verifier(state.nonce, key)),
        "code_challenge_method": "S256",
    }
    url: str = add_params_to_uri(invitation.client.endpoints.authorization_endpoint, list(parameters.items()))
    return url
