"""The template before AWS's own engine: what may stay, with its reason, and what never may."""

from __future__ import annotations

from validation import EXCEPTIONS, Finding, judge


def find(rule: str, name: str, severity: str = "WARN") -> Finding:
    """Return one word of the engine."""
    return Finding(severity, rule, name, 1, "words")


ALL = [find(rule, "HttpApi" if name == "*" else name) for rule, name in EXCEPTIONS]


def test_what_is_excepted_is_not_told() -> None:
    """And every exception has its reason."""
    assert list(judge(ALL)) == []
    assert all(EXCEPTIONS.values())


def test_a_new_word_is_told() -> None:
    """Of an unknown rule, and of a known one about something else."""
    told = list(judge([*ALL, find("W9999", "HttpApi"), find("W2509", "ClientSecret")]))
    assert told == [
        "WARN W9999 HttpApi (line 1): words",
        "WARN W2509 ClientSecret (line 1): words",
    ]


def test_an_error_is_never_excepted() -> None:
    """CloudFormation would refuse the template."""
    assert list(judge([*ALL, find("W3002", "WebFunction", "ERROR"), find("F8611", "", "FATAL")])) == [
        "ERROR W3002 WebFunction (line 1): words",
        "FATAL F8611 template (line 1): words",
    ]


def test_an_exception_that_nothing_needs_is_told() -> None:
    """Or it would hide what comes later."""
    (told,) = judge([each for each in ALL if each.name != "WebRole"])
    assert "W1030 for WebRole is not needed any more" in told
