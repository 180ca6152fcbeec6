"""Everything that is fuzzed."""

from __future__ import annotations

from tests.fuzz import commands, messages, readers, stored_documents, texts, token_answers, web_requests
from tests.fuzz.target import Target

TARGETS: tuple[Target, ...] = (
    *web_requests.TARGETS,
    *token_answers.TARGETS,
    *stored_documents.TARGETS,
    *messages.TARGETS,
    *readers.TARGETS,
    *commands.TARGETS,
    *texts.TARGETS,
)
