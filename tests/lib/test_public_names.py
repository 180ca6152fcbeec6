"""The public names of the library, and what importing it costs."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

import suitetoken

LIB = Path(__file__).parents[2] / "lib"


def _modules_after(statement: str) -> set[str]:
    """Return the modules that a fresh Python has loaded after a statement."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(LIB)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(done.stdout.split())


def test_every_public_name_is_there() -> None:
    """Each name that the package offers can be had from it, and `dir` shows it."""
    for name in suitetoken.__all__:
        assert getattr(suitetoken, name) is not None
        assert name in dir(suitetoken)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not there is missed as with any module."""
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = suitetoken.no_such_name  # type: ignore[attr-defined]


def test_the_version_is_that_of_the_package() -> None:
    """`__version__` is the installed package's version."""
    assert suitetoken.__version__ == importlib.metadata.version("suitetoken")


def test_the_types_are_shipped() -> None:
    """The package says that it is typed (PEP 561)."""
    assert (LIB / "suitetoken/py.typed").exists()


def test_importing_does_no_work() -> None:
    """`import suitetoken` loads none of its own modules, neither boto3 nor requests."""
    loaded = _modules_after("import suitetoken")
    assert not {name for name in loaded if name.startswith(("suitetoken.", "boto", "requests", "urllib3"))}


def test_a_reader_does_without_boto3_until_it_reads() -> None:
    """Making a reader loads neither boto3 nor requests, so that a lighter transport can do without them."""
    loaded = _modules_after("from suitetoken import TokenReader; TokenReader('finance-prod')")
    assert not {name for name in loaded if name.startswith(("boto", "requests", "urllib3", "asyncio"))}


def test_authentication_does_without_requests() -> None:
    """Those who use httpx do not load requests."""
    loaded = _modules_after("from suitetoken import NetSuiteAuth; NetSuiteAuth('finance-prod')")
    assert not {name for name in loaded if name.startswith(("boto", "requests", "urllib3", "httpx"))}
