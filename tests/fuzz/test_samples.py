"""A sample of every target of the long run (`make fuzz`): no input breaks a law."""

from __future__ import annotations

import pytest

from tests.fuzz import commands, messages, readers, stored_documents, texts, token_answers, web_requests
from tests.fuzz.stored_documents import find_secrets
from tests.fuzz.target import Target, run

INPUTS = 60
"""Inputs for each target; what they cost beyond is the making of the deployment."""


def _each(*targets: Target) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("target", targets, ids=lambda target: target.name.replace(" ", "-"))


@_each(web_requests.REQUESTS, web_requests.EVENTS)
def test_no_request_makes_us_fail(target: Target) -> None:
    """Anything at the public routes: no server error, no echo, no secret; and NetSuite is never asked."""
    run(target, INPUTS)


def test_no_parameter_beside_a_good_state_makes_us_fail() -> None:
    """Whatever comes along with a state of ours: only our own words are shown, and a code is sent once."""
    run(web_requests.REPLIES, INPUTS)


@_each(*token_answers.TARGETS)
def test_no_answer_of_the_token_endpoint_stops_a_connection_for_good(target: Target) -> None:
    """Anything from the token endpoint: no crash, no secret, and all is well once it answers properly again."""
    run(target, INPUTS)


@_each(*stored_documents.TARGETS)
def test_no_stored_document_makes_us_fail_or_show_it(target: Target) -> None:
    """A damaged document is told as that: no crash, nothing of it shown, and a grant that may be in it stays."""
    run(target, INPUTS)


@_each(*messages.TARGETS)
def test_no_message_comes_back(target: Target) -> None:
    """Anything in the queue or from the schedule: done or dropped."""
    run(target, INPUTS)


@_each(*readers.TARGETS)
def test_no_token_document_harms_a_workload(target: Target) -> None:
    """Anything under the token's name: a token that can be sent, or one of our own errors."""
    run(target, INPUTS)


@_each(*commands.TARGETS)
def test_no_document_and_nothing_typed_makes_a_command_fail(target: Target) -> None:
    """Anything stored or typed: said what it is, nothing secret shown, nothing half done."""
    run(target, INPUTS)


@_each(*texts.TARGETS)
def test_no_text_is_taken_for_what_it_is_not(target: Target) -> None:
    """Any text at the pure parsers: what it should be, or one of our own errors that shows no secret."""
    run(target, INPUTS)


def test_what_also_stands_in_an_open_field_is_no_secret() -> None:
    """A mutation may copy the beginning of an address into a token's place."""
    body = '{"access_token": "https://", "refresh_token": "canary-1", "rest_url": "https://host.example"}'
    assert find_secrets(body) == {"canary-1"}
