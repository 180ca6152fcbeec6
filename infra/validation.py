"""Holds the template against AWS's own offline engine: nothing fatal, no error, and every other word has its answer.

`make scan` runs it in the scanners' environment, where the engine (PyPI cloudformation-validate) is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_NEVER_EXCEPTED = frozenset({"FATAL", "ERROR"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One word of the engine; `name` is the logical id that it is about, or ""."""

    severity: str
    rule: str
    name: str
    line: int
    message: str

    @property
    def text(self) -> str:
        """The finding as one line."""
        return f"{self.severity} {self.rule} {self.name or 'template'} (line {self.line}): {self.message}"


EXCEPTIONS: dict[tuple[str, str], str] = {
    ("W1030", "WebRole"): "the parameter is empty only where the condition HasBoundary leaves the property out",
    ("W1030", "SweepRole"): "the same",
    ("W1030", "RotateRole"): "the same",
    ("W1030", "ScheduleRole"): "the same",
    ("W1001", "SecretsKeyArn"): "the key is named only where the condition HasOwnKey makes it",
    ("W2509", "SecretsKey"): "says which kind of key encrypts the secrets, and is no secret",
    ("W2509", "SecretTags"): "tags of the secrets, which are no secret",
    ("W3002", "*"): "the artefact is a path here; infra/bucket.sh has `aws cloudformation package` put it into S3",
    ("I4010", "*"): "what is what and why is in docs/architecture.md and in the template's comments",
    ("I9001", "*"): "names hold the prefix, and another prefix is another stack; nothing else of these changes",
    ("I9040", "*"): "the stack's own tags (TAGS) go to every resource that takes tags",
}
"""What the engine says, by rule and logical id (`*`: any), and why it stays."""


def judge(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a line for whatever must be mended, and for every exception that nothing needs any more."""
    needed = set()
    for finding in findings:
        keys = {(finding.rule, finding.name), (finding.rule, "*")} & EXCEPTIONS.keys()
        needed |= keys
        if not keys or finding.severity in _NEVER_EXCEPTED:
            yield finding.text
    for rule, name in sorted(EXCEPTIONS.keys() - needed):
        yield f"The exception of {rule} for {name} is not needed any more: take it out of infra/validation.py."


def validate(path: str) -> list[Finding]:
    """Return what the engine says about a template."""
    from cloudformation_validate import CompositeEngine

    return [_read(diagnostic) for diagnostic in CompositeEngine().validate_template(path).diagnostics]


def _read(diagnostic: Any) -> Finding:
    name = getattr(diagnostic.entity, "logical_id", None) or ""
    return Finding(
        diagnostic.severity.name, str(diagnostic.rule_id), name, diagnostic.start_line, str(diagnostic.message)
    )


def main(path: str) -> int:
    """Print what must be mended; return 1 where anything is."""
    wrong = list(judge(validate(path)))
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201 (its output)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
