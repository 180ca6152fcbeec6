"""Everything that is fuzzed."""

from __future__ import annotations

from fuzz import token_answers, web_requests
from fuzz.target import Target

TARGETS: tuple[Target, ...] = (*web_requests.TARGETS, *token_answers.TARGETS)
