"""Routes under /_simulator/ for other processes: the clock, faults, certificates, the audit trail."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, request

from local.netsuite import certificate_api, certificates
from local.netsuite.answers import json_answer
from local.netsuite.clock import MovableClock
from local.netsuite.model import Simulator


def create_blueprint(simulator: Simulator) -> Blueprint:
    """Return the control routes; nothing secret is told by them."""
    control = Blueprint("control", __name__, url_prefix="/_simulator")

    @control.post("/clock")
    def move_clock() -> Response:
        """Move the clock on: `{"advance": seconds}`."""
        if not isinstance(simulator.now, MovableClock):
            return json_answer(409, {"error": "this simulator's clock cannot be moved"})
        simulator.now.advance(float(request.get_json()["advance"]))
        return json_answer(200, {"now": simulator.now()})

    @control.post("/faults")
    def add_fault() -> Response:
        """Ask for faults: `{"place": …, "kind": …, "times": 1}`."""
        asked = request.get_json()
        try:
            simulator.faults.add(asked["place"], asked["kind"], int(asked.get("times", 1)))
        except (KeyError, ValueError) as error:
            return json_answer(400, {"error": str(error)})
        return json_answer(200, {})

    @control.get("/audit")
    def show_audit() -> Response:
        """Show the login audit trail."""
        return json_answer(200, [asdict(entry) for entry in simulator.audit.entries])

    @control.get("/integrations")
    def show_integrations() -> Response:
        """Show the integration records, without their secrets."""
        shown = [
            {"name": each.name, "account_id": each.account_id, "client_id": each.client_id, "public": each.is_public}
            for each in simulator.integrations.values()
        ]
        return json_answer(200, shown)

    @control.post("/certificates")
    def upload_certificate() -> Response:
        """Upload a certificate as an administrator does: `client_id`, `fileContent`, `role` and `entity`."""
        asked = request.get_json()
        integration = simulator.integrations.get(str(asked.get("client_id")))
        if integration is None or not {"fileContent", "role", "entity"} <= asked.keys():
            return json_answer(400, {"error": "a known client_id, fileContent, role and entity are needed"})
        try:
            with simulator.lock:
                mapped = certificate_api.take(simulator, integration, asked)
        except certificates.NotTaken as refused:
            return json_answer(400, {"error": refused.reason})
        return json_answer(200, {"certificate_id": mapped.id})

    return control
