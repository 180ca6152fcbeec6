"""Traces: what X-Ray is told of every flow, well and badly ended, holds nothing secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.stacks.xray_daemon import XRayDaemon

TRACED = {
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_LAMBDA_FUNCTION_NAME": "suitetoken",
    "AWS_XRAY_SDK_ENABLED": "true",
    "LAMBDA_TASK_ROOT": "/var/task",
    "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
}


def test_no_trace_holds_a_secret(tmp_path: Path) -> None:
    """Segments of all flows and faults: no code, token, verifier, cookie, key or anything signed; failures are told."""
    told = tmp_path / "secrets.json"
    with XRayDaemon() as daemon:
        environ = {**os.environ, **TRACED, "AWS_XRAY_DAEMON_ADDRESS": daemon.address, "PYTHONPATH": ":".join(sys.path)}
        walk = [sys.executable, str(Path(__file__).parents[1] / "worlds/every_flow.py"), str(told)]
        subprocess.run(walk, env=environ, check=True, capture_output=True, timeout=100)  # noqa: S603
        traces = daemon.text
    secrets = json.loads(told.read_text(encoding="utf-8"))
    assert len(secrets) > 50
    assert traces.count('"id"') > 100
    assert '"exceptions"' in traces
    assert [secret for secret in secrets if secret in traces] == []
