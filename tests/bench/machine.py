"""What kind of machine measured, and what it measured: for a reader of the report, not for finding the machine."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

_CPU = Path("/proc/cpuinfo")
_COMPARED = ("suitetoken", "aws-lambda-powertools", "aws-secretsmanager-caching", "boto3", "awscli")


def describe_machine() -> str:
    """Return cores, processor, system and Python in one line."""
    known = re.search(r"^model name\s*: (.*)$", _CPU.read_text() if _CPU.exists() else "", re.MULTILINE)
    processor = known.group(1) if known else platform.machine()
    return f"{os.cpu_count()} cores of {processor}, {platform.system()}, Python {platform.python_version()}"


def list_versions() -> dict[str, str]:
    """Return the versions of what is compared."""
    return {name: version(name) for name in _COMPARED}
