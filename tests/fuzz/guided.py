"""One parser under coverage-guided fuzzing (atheris).

`python -m tests.fuzz.guided NAME [libFuzzer's options, corpus, files]`.

atheris ends the process itself: with 0 when it is done, with another code when a law is broken.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(name: str, options: list[str]) -> None:
    """Fuzz the parser, or run it once with each file that is named."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["suitetoken", "token_broker"], enable_loader_override=False):
        texts = importlib.import_module("fuzz.texts")
    check = texts.CHECKS[name]

    def take(data: bytes) -> None:
        check(data.decode("utf-8", "surrogateescape"))

    atheris.Setup([sys.argv[0], *options], take)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
