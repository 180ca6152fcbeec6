"""The message on the queue, as it is written by the sweep and by an operator and read by the rotate function."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from suitetoken.documents import REMOVE, REVOKE, ROTATE, QueueMessage

MESSAGES = st.builds(
    QueueMessage,
    connection=st.from_regex(r"[a-z][a-z0-9_]{0,20}[a-z0-9]", fullmatch=True),
    action=st.sampled_from([ROTATE, REVOKE, REMOVE]),
    requested=st.booleans(),
    force=st.booleans(),
    correlation_id=st.text(max_size=64),
)


@given(MESSAGES)
def test_a_message_is_read_as_it_was_written(message: QueueMessage) -> None:
    """What the sweep or an operator asks for is what the rotate function does."""
    assert QueueMessage.from_json(message.to_json()) == message


def test_what_does_not_apply_is_not_written() -> None:
    """A scheduled rotation's message names the connection and the action, and nothing else."""
    assert json.loads(QueueMessage("finance").to_json()) == {"connection": "finance", "action": "rotate"}
