"""The simulator as one WSGI application: which host and path leads where.

A host is named by the Host header (`1234567.suitetalk.api.netsuite.com`) or, on this machine, by the first segment of
the path (`/1234567.suitetalk.api/…`). A middleware turns the second form into the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request
from werkzeug.wrappers import Request as WerkzeugRequest

from local.netsuite import (
    authorize,
    certificate_api,
    control,
    odd_answers,
    records,
    resources,
    restlets,
    suiteql,
    token_endpoint,
)
from local.netsuite.answers import json_answer, page
from local.netsuite.model import Account, Simulator
from local.netsuite.tokens import forget_use, public_keys

_DOMAIN = ".netsuite.com"
_HOST = re.compile(r"([a-z0-9-]+)\.(app|suitetalk\.api|restlets\.api)")
_OAUTH = "/services/rest/auth/oauth2/v1/"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
FAULT_HEADER = "X-Simulated-Fault"
"""Tells a front (the in-process adapter, the HTTP server) to break the connection in place of answering."""


def create_app(simulator: Simulator) -> Flask:
    """Return the application over this state."""
    app = Flask("local.netsuite", static_folder=None)
    app.register_blueprint(control.create_blueprint(simulator))

    @app.route("/", defaults={"path": ""}, methods=_METHODS)
    @app.route("/<path:path>", methods=_METHODS)
    def answer(path: str) -> Response:
        return _route(simulator, f"/{path}")

    app.wsgi_app = _HostInPath(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _route(simulator: Simulator, path: str) -> Response:
    host = _HOST.fullmatch(request.host.partition(":")[0].removesuffix(_DOMAIN))
    account = simulator.accounts.get(host[1]) if host else None
    if host is None or account is None:
        return page(404, "NetSuite", "<h1>Unknown account</h1>")
    service = host[2]
    if service == "app" and path == "/app/login/oauth2/authorize.nl":
        with simulator.lock:
            step = authorize.decide if request.method == "POST" else authorize.show
            return step(simulator, account, request)
    oauth = service == "suitetalk.api" or (service == "app" and simulator.switches.token_on_app_host)
    if oauth and path.startswith(_OAUTH):
        return _oauth(simulator, account, path.removeprefix(_OAUTH))
    if service == "suitetalk.api":
        return _resource(simulator, account, "rest_webservices", path)
    if service == "restlets.api" and certificate_api.is_meant(path):
        return _certificates(simulator, account, path)
    if service == "restlets.api" and path == "/app/site/hosting/restlet.nl":
        return _resource(simulator, account, "restlets", path)
    return page(404, "NetSuite", "<h1>Page not found</h1>")


def _oauth(simulator: Simulator, account: Account, name: str) -> Response:
    if name == "keys" and request.method == "GET":
        return json_answer(200, public_keys(simulator, account.id))
    steps = {"token": token_endpoint.answer_token_request, "revoke": token_endpoint.answer_revocation}
    if name not in steps or request.method != "POST":
        return page(405 if name in steps else 404, "NetSuite", "<h1>Not allowed</h1>")

    def act() -> Response:
        with simulator.lock:
            return steps[name](simulator, account, request)

    return _with_faults(simulator, name, act)


def _certificates(simulator: Simulator, account: Account, path: str) -> Response:
    def act() -> Response:
        with simulator.lock:
            refusal = resources.refuse(simulator, account, request, "rest_webservices")
            return refusal or certificate_api.answer(simulator, account, request, path)

    return _with_faults(simulator, "resource", act)


def _resource(simulator: Simulator, account: Account, scope: str, path: str) -> Response:
    def act() -> Response:
        with resources.counted(simulator, account, scope) as too_many:
            refusal = resources.refuse(simulator, account, request, scope) or too_many
            return refusal or _answer_resource(scope, path)

    return _with_faults(simulator, "resource", act)


def _answer_resource(scope: str, path: str) -> Response:
    base = request.environ.get("netsuite.base", request.host_url.rstrip("/"))
    if scope == "restlets":
        return restlets.answer(request)
    if path.startswith("/services/rest/record/v1"):
        return records.answer(request, base, path.removeprefix("/services/rest/record/v1"))
    if path == "/services/rest/query/v1/suiteql":
        return suiteql.answer(request, base)
    return page(404, "NetSuite", "<h1>Page not found</h1>")


def _with_faults(simulator: Simulator, place: str, act: Callable[[], Response]) -> Response:
    """Let the next fault at this place take the answer's place, before or after the request took effect."""
    kind = simulator.faults.take(place)
    if kind is None:
        return act()
    if kind == "timeout-after":
        act()
    if kind in ("reset", "timeout-before", "timeout-after"):
        return Response(status=500, headers={FAULT_HEADER: kind})
    if kind in odd_answers.KINDS:
        return odd_answers.refuse(kind) or _answer_oddly(simulator, kind, act)
    if kind in ("html", "empty"):
        return page(200, "Proxy", "<h1>Hello</h1>") if kind == "html" else Response(status=200)
    return json_answer(int(kind), {"error": "server_error"} if kind == "500" else {})


def _answer_oddly(simulator: Simulator, kind: str, act: Callable[[], Response]) -> Response:
    presented = request.form.get("refresh_token", "")
    answer = odd_answers.change(kind, act(), presented)
    if kind in odd_answers.KEEPING:
        with simulator.lock:
            forget_use(simulator, presented)
    return answer


class _HostInPath:
    """Turns `/1234567.app/…` into a request for the host `1234567.app.netsuite.com`."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        first, _, rest = environ["PATH_INFO"].removeprefix("/").partition("/")
        if _HOST.fullmatch(first):
            environ["netsuite.base"] = f"{WerkzeugRequest(environ).host_url.rstrip('/')}/{first}"
            environ["HTTP_HOST"] = first + _DOMAIN
            environ["PATH_INFO"] = f"/{rest}"
        return self._app(environ, start_response)
