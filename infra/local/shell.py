"""The shell file that leads another terminal to the twin: `. .local/env`."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.environment import FOREIGN

_HEAD = """\
# Leads this terminal to the local twin, as long as that runs. Load it with:  . .local/env
# Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL for queues: aws --endpoint-url "$AWS_ENDPOINT_URL" sqs …
"""


def make_shell_file(environ: Mapping[str, str], tools: Path) -> str:
    """Return the file's text; `tools` is the folder of the `suitetoken` command."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in environ.items()]
    proxies = [f'export {name}="${{{name}:+${name},}}127.0.0.1"' for name in ("NO_PROXY", "no_proxy")]
    path = f'export PATH={shlex.quote(str(tools))}:"$PATH"'
    return "\n".join([_HEAD + f"unset {' '.join(FOREIGN)}", *lines, *proxies, path, ""])


@contextmanager
def private_file(path: Path, text: str) -> Iterator[Path]:
    """Write a file for the block's time, readable by its owner only; afterwards it would lead nowhere."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
