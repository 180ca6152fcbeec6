"""suitetoken keeps a current NetSuite OAuth 2.0 access token in AWS Secrets Manager, for any workload to read.

Importing this does no work: each public name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["NetSuiteAuth", "NetSuiteSession", "TokenReader", "__version__", "errors"]
_HOMES = {
    "NetSuiteAuth": "suitetoken.session.auth",
    "NetSuiteSession": "suitetoken.session.netsuite_session",
    "TokenReader": "suitetoken.reader",
}

if TYPE_CHECKING:
    from suitetoken import errors
    from suitetoken.reader import TokenReader
    from suitetoken.session.auth import NetSuiteAuth
    from suitetoken.session.netsuite_session import NetSuiteSession

    __version__: str
else:  # hidden from type checkers, which would take any name for one of ours

    def __getattr__(name: str) -> object:
        value = _load(name)
        globals()[name] = value
        return value


def _load(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "errors":
        return import_module("suitetoken.errors")
    if name == "__version__":
        return import_module("importlib.metadata").version("suitetoken")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
