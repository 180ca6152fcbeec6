"""suitetoken keeps a current NetSuite OAuth 2.0 access token in AWS Secrets Manager, for any workload to read.

Importing this does no work: each public name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suitetoken import errors as errors
    from suitetoken.reader import TokenReader as TokenReader
    from suitetoken.session.auth import NetSuiteAuth as NetSuiteAuth
    from suitetoken.session.netsuite_session import NetSuiteSession as NetSuiteSession

    __version__: str

_HOMES = {
    "NetSuiteAuth": "suitetoken.session.auth",
    "NetSuiteSession": "suitetoken.session.netsuite_session",
    "TokenReader": "suitetoken.reader",
}
__all__ = ["NetSuiteAuth", "NetSuiteSession", "TokenReader", "__version__", "errors"]


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
