"""Where the command starts: without the libraries of its extra, one line says what to install."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_OF_THE_EXTRA = ("click", "rich")


def main() -> None:
    """Run the command line, or end with 1 where the package was installed without `[cli]`."""
    missing = " and ".join(name for name in _OF_THE_EXTRA if find_spec(name) is None)
    if missing:
        sys.exit(f"suitetoken: the command needs {missing}. Next: run `python3 -m pip install 'suitetoken[cli]'`.")
    from suitetoken.cli.main import main as command

    command()
