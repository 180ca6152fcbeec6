"""A sample of every target of the long run (`make fuzz`): no input breaks a law."""

from __future__ import annotations

import pytest

from fuzz import token_answers, web_requests
from fuzz.target import Target, run

INPUTS = 60
"""Inputs for each target; what they cost beyond is the making of the deployment."""


def _each(*targets: Target) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("target", targets, ids=lambda target: target.name.replace(" ", "-"))


@_each(*web_requests.TARGETS)
def test_no_request_makes_us_fail(target: Target) -> None:
    """Anything at the public routes: no server error, no echo, no secret; and NetSuite is not asked for nothing."""
    run(target, INPUTS)


@_each(*token_answers.TARGETS)
def test_no_answer_of_the_token_endpoint_stops_a_connection_for_good(target: Target) -> None:
    """Anything from the token endpoint: no crash, no secret, and all is well once it answers properly again."""
    run(target, INPUTS)
