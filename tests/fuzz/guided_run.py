"""Coverage-guided fuzzing of all pure parsers, one process each, where atheris is installed."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.fuzz.texts import CHECKS, list_seeds

_FOLDER = Path(".build/fuzz-guided")
_INPUTS = re.compile(r"number_of_executed_units:\s*(\d+)")
_COVERED = re.compile(r"cov: (\d+)")
_GRACE_SECONDS = 60


@dataclass(frozen=True)
class Guided:
    """What came of one parser: inputs, branches reached, and what broke."""

    name: str
    inputs: int
    covered: int
    failure: str = ""


def is_possible() -> bool:
    """Whether this Python has atheris."""
    return importlib.util.find_spec("atheris") is not None


def list_parsers() -> list[str]:
    """Return the names of all parsers."""
    return list(CHECKS)


def fuzz_guided(name: str, seconds: int, seed: int) -> Guided:
    """Fuzz one parser for so many seconds, from a corpus that begins with whole texts."""
    corpus = _FOLDER / name.replace(" ", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    for text in list_seeds(name):
        (corpus / sha256(text.encode()).hexdigest()[:16]).write_bytes(text.encode("utf-8", "surrogateescape"))
    options = [f"-max_total_time={seconds}", f"-seed={seed}", "-max_len=8192", "-timeout=5", "-rss_limit_mb=1024"]
    ended = subprocess.run(  # noqa: S603
        [
            sys.executable,
            "-m",
            "tests.fuzz.guided",
            name,
            *options,
            "-print_final_stats=1",
            f"-artifact_prefix={corpus}.",
            str(corpus),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds + _GRACE_SECONDS,
        check=False,
    )
    told = ended.stderr + ended.stdout
    failure = "" if ended.returncode == 0 else f"{told[-3000:]}\nagain with: python -m tests.fuzz.guided '{name}' FILE"
    return Guided(name, _last(_INPUTS, told), _last(_COVERED, told), failure)


def _last(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.findall(text)
    return int(found[-1]) if found else 0
