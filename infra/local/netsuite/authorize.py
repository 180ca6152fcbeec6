"""The authorization endpoint: its checks in NetSuite's order, a login page, a consent page, the redirect back.

Oracle NetSuite Help, section_158081944642 (parameters), section_162626471013 (prompt), subsect_158521823069 (errors).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Request, Response, redirect
from markupsafe import escape

from local.netsuite.answers import page
from local.netsuite.model import Account, Code, Integration, Simulator, User

SCOPES = frozenset({"restlets", "rest_webservices", "suite_analytics", "mcp"})
_PROMPTS = frozenset({"", "none", "login", "consent", "login consent", "consent login"})
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_ADMINISTRATOR = "3"


@dataclass(frozen=True, slots=True)
class Asked:
    """A good authorization request."""

    integration: Integration
    redirect_uri: str
    scope: tuple[str, ...]
    state: str
    challenge: str | None
    prompt: str


@dataclass(eq=False, slots=True)
class NotAsked(Exception):
    """What is wrong with an authorization request: an error code where it may be redirected, else a page."""

    error: str
    detail: str
    redirects: bool = True


def show(simulator: Simulator, account: Account, request: Request) -> Response:
    """Answer the GET: an error, the login page, or for `prompt=none` what needs no person."""
    try:
        asked = _check(simulator, account, request)
    except NotAsked as wrong:
        return _refuse(simulator, account, request, wrong)
    if asked.prompt == "none":
        # Nobody is logged in before this page is shown. The error's name is OpenID Connect's; NetSuite's is unknown.
        return _refuse(simulator, account, request, NotAsked("login_required", "LoginRequired"))
    return _login_page(account)


def decide(simulator: Simulator, account: Account, request: Request) -> Response:
    """Answer the page's POST: log in, then allow or deny."""
    try:
        asked = _check(simulator, account, request)
    except NotAsked as wrong:
        return _refuse(simulator, account, request, wrong)
    user = account.users.get(request.form.get("entity", ""))
    role = request.form.get("role", "")
    if user is None or role not in user.roles or not user.active:
        return _login_page(account)
    decision = request.form.get("decision") or _decision_without_asking(simulator, asked, user, role)
    if decision == "allow":
        return _grant(simulator, account, asked, user, role)
    if decision == "deny":
        simulator.audit.refuse(account.id, asked.integration.name, "AuthorizationExplicitlyDenied")
        return _return(account, asked.redirect_uri, asked.state, role, user.entity, error="access_denied")
    if decision == "another-role":
        return _login_page(account)
    return _consent_page(account, asked, user, role)


def _check(simulator: Simulator, account: Account, request: Request) -> Asked:
    values = request.args
    integration = simulator.integrations.get(values.get("client_id", ""))
    if integration is None or integration.account_id != account.id:
        raise NotAsked("unauthorized_client", "UnknownIntegration", redirects=False)
    redirect_uri = values.get("redirect_uri", "")
    if redirect_uri not in integration.redirect_uris:
        raise NotAsked("invalid_request", "InvalidRedirectURI", redirects=False)
    if not integration.enabled:
        raise NotAsked("unauthorized_client", "IntegrationBlocked", redirects=False)
    if any(len(several) > 1 for several in values.to_dict(flat=False).values()):
        raise NotAsked("invalid_request", "InvalidRequest")
    if values.get("response_type") != "code":
        raise NotAsked("unsupported_response_type", "UnsupportedResponseType")
    scope = _check_scope(integration, values.get("scope", ""))
    challenge = _check_challenge(simulator, integration, scope, request)
    prompt = values.get("prompt", "")
    _check_prompt(prompt, scope)
    state = _check_state(simulator, values.get("state", ""))
    return Asked(integration, redirect_uri, scope, state, challenge, prompt)


def _check_scope(integration: Integration, text: str) -> tuple[str, ...]:
    scope = tuple(text.split(" ")) if text else ()
    if not scope:
        raise NotAsked("invalid_request", "InvalidRequest")
    if not set(scope) <= SCOPES or not set(scope) <= integration.scopes or ("mcp" in scope and len(scope) > 1):
        raise NotAsked("invalid_scope", "ScopeMismatched")
    return scope


def _check_challenge(
    simulator: Simulator, integration: Integration, scope: tuple[str, ...], request: Request
) -> str | None:
    challenge, method = request.args.get("code_challenge"), request.args.get("code_challenge_method")
    if challenge is None and method is None:
        if integration.is_public or "mcp" in scope or simulator.switches.require_pkce:
            raise NotAsked("invalid_request", "InvalidRequest")
        return None
    if challenge is None or method != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise NotAsked("invalid_request", "InvalidRequest")
    return challenge


def _check_prompt(prompt: str, scope: tuple[str, ...]) -> None:
    if prompt not in _PROMPTS or (prompt == "none" and "mcp" in scope):
        raise NotAsked("invalid_request", "InvalidRequest")


def _check_state(simulator: Simulator, state: str) -> str:
    """Return the state if it is 22 to 1024 printable ASCII characters and no flow before had it."""
    good = 22 <= len(state) <= 1024 and state.isascii() and state.isprintable()
    if not good or state in simulator.states:
        raise NotAsked("invalid_request", "InvalidState", redirects=simulator.switches.bad_state_redirects)
    return state


def _refuse(simulator: Simulator, account: Account, request: Request, wrong: NotAsked) -> Response:
    integration = simulator.integrations.get(request.args.get("client_id", ""))
    simulator.audit.refuse(account.id, integration.name if integration else "", wrong.detail)
    if not wrong.redirects:
        return page(400, "NetSuite", f"<h1>Invalid login attempt</h1><p id=error>{escape(wrong.error)}</p>")
    user = next(iter(account.users.values()))
    target = request.args["redirect_uri"]
    state = request.args.get("state", "")
    return _return(account, target, state, next(iter(user.roles)), user.entity, error=wrong.error)


def _decision_without_asking(simulator: Simulator, asked: Asked, user: User, role: str) -> str | None:
    """Return `allow` where the record's consent policy asks nobody (any more)."""
    policy = asked.integration.consent_policy
    known = (asked.integration.client_id, user.entity, role) in simulator.consented
    if "consent" in asked.prompt:
        return None
    return "allow" if policy == "Never Ask" or (policy == "Ask First Time" and known) else None


def _grant(simulator: Simulator, account: Account, asked: Asked, user: User, role: str) -> Response:
    if "mcp" in asked.scope and role == _ADMINISTRATOR:
        return _return(account, asked.redirect_uri, asked.state, role, user.entity, error="access_denied")
    simulator.states.add(asked.state)
    simulator.consented.add((asked.integration.client_id, user.entity, role))
    code = secrets.token_hex(32)
    simulator.codes[code] = Code(
        asked.integration.client_id,
        asked.redirect_uri,
        asked.challenge,
        asked.scope,
        role,
        user.entity,
        simulator.now(),
    )
    return _return(account, asked.redirect_uri, asked.state, role, user.entity, code=code)


def _return(account: Account, redirect_uri: str, state: str, role: str, entity: str, **outcome: str) -> Response:
    """Send the browser back, parameters in NetSuite's order, `company` in the raw form."""
    parameters = {"state": state, "role": role, "entity": entity, "company": account.id, **outcome}
    joined = "&" if "?" in redirect_uri else "?"
    return redirect(f"{redirect_uri}{joined}{urlencode(parameters)}", 302)  # type: ignore[return-value]


def _login_page(account: Account) -> Response:
    choices = "".join(
        f'<form method=post><input type=hidden name=entity value="{escape(user.entity)}">'
        f'<input type=hidden name=role value="{escape(role)}">'
        f'<button id="login-{escape(user.entity)}-{escape(role)}">'
        f"Log in as {escape(user.name)}, {escape(name)}</button></form>"
        for user in account.users.values()
        if user.active
        for role, name in user.roles.items()
    )
    return page(200, "NetSuite login", f"<h1>Log in to {escape(account.id)}</h1>{choices}")


def _consent_page(account: Account, asked: Asked, user: User, role: str) -> Response:
    scopes = "".join(f"<li>{escape(word)}</li>" for word in asked.scope)
    buttons = "".join(
        f'<button id="{value}" name=decision value="{value}">{words}</button>'
        for value, words in (("allow", "Allow"), ("deny", "Deny"), ("another-role", "Choose Another Role"))
    )
    return page(
        200,
        "NetSuite consent",
        f"<h1>{escape(asked.integration.name)} asks for access to {escape(account.id)}</h1>"
        f"<p>as {escape(user.name)}, {escape(user.roles[role])}</p><ul>{scopes}</ul>"
        f'<form method=post><input type=hidden name=entity value="{escape(user.entity)}">'
        f'<input type=hidden name=role value="{escape(role)}">{buttons}</form>',
    )
