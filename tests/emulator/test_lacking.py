"""What is taken out of the template for the emulator: two kinds of resources, and nothing else in silence."""

from __future__ import annotations

import pytest

from local.stack.template import load_document
from tests.emulator.lacking import MATH_ALARM, SAVED_QUERY, TooMuchIsLacking, cut
from tests.stacks.template import PATH

TEMPLATE = """Description: x

Resources:
  # A queue.
  Queue:
    Type: AWS::SQS::Queue
    Properties: {}

  Plain:
    Type: AWS::CloudWatch::Alarm
    Properties: {MetricName: x}
  Summed:
    Type: AWS::CloudWatch::Alarm
    Properties: {Metrics: []}

  Saved:
    Type: AWS::Logs::QueryDefinition
    Properties: {Name: x}

Outputs:
  Name: {Value: !Ref Queue}
"""


def test_two_kinds_are_taken_out_and_named() -> None:
    """Saved queries and alarms on metric math; everything else is as it was."""
    short, lacking = cut(TEMPLATE)
    assert lacking == {"Summed": MATH_ALARM, "Saved": SAVED_QUERY}
    assert list(load_document(short)["Resources"]) == ["Queue", "Plain"]


def test_the_template_loses_nothing_else() -> None:
    """As it is today, it can be taken apart that way, and something is lacking."""
    text = PATH.read_text("utf-8")
    short, lacking = cut(text)
    whole, rest = load_document(text), load_document(short)
    assert set(lacking.values()) <= {SAVED_QUERY, MATH_ALARM}
    assert rest["Resources"].keys() | lacking.keys() == whole["Resources"].keys()
    assert {**whole, "Resources": {}} == {**rest, "Resources": {}}


@pytest.mark.parametrize(
    ("written", "instead", "words"),
    [
        ("!Ref Queue", "!Ref Saved", "needs Saved"),
        ("Properties: {}", "Properties: {QueueName: !GetAtt Summed.Arn}", "needs Summed"),
        ("  Saved:\n    Type: AWS::Logs::QueryDefinition", "  Kept: # \n    Type: AWS::SNS::Topic", "More would"),
    ],
)
def test_what_cannot_be_taken_out_cleanly_is_refused(written: str, instead: str, words: str) -> None:
    """A template of which more would have to go is not tried by halves."""
    with pytest.raises(TooMuchIsLacking, match=words):
        cut(TEMPLATE.replace(written, instead))
