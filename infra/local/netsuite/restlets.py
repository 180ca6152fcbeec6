"""RESTlets that say back what they were sent, with RESTlets' own errors (Oracle NetSuite Help, section_4634920277)."""

from __future__ import annotations

from flask import Request, Response

from local.netsuite.answers import json_answer, restlet_error

SCRIPT, DEPLOY = "customscript_echo", "customdeploy_echo"
_DEPLOYED = frozenset({(SCRIPT, DEPLOY), ("1", "1"), ("customscript_orders", "customdeploy_orders"), ("42", "1")})
"""Two of them, each by its script and deployment ids and by their numbers."""


def answer(request: Request) -> Response:
    """Answer one call of restlet.nl."""
    script, deploy = request.args.get("script"), request.args.get("deploy")
    if not script or not deploy:
        return restlet_error(400, "SSS_MISSING_REQD_ARGUMENT", "Missing a required argument: script, deploy")
    if (script, deploy) not in _DEPLOYED:
        return restlet_error(404, "INVALID_RESTLET", "That RESTlet does not exist.")
    arguments = {name: value for name, value in request.args.items() if name not in ("script", "deploy")}
    return json_answer(200, {"method": request.method, "arguments": arguments, "body": request.get_json(silent=True)})
