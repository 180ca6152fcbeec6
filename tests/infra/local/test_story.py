"""A story says what it does, and which step broke."""

from __future__ import annotations

import pytest

from local.demo.story import StepFailed, Story


def test_steps_are_numbered_and_timed() -> None:
    """Each step is announced before it is done, its words stand under it, and the end says how long it took."""
    said: list[str] = []
    times = iter([100.0, 102.5])
    story = Story(said.append, lambda: next(times))
    with story.step("First"):
        story.tell("one\ntwo")
    with story.step("Second"):
        pass
    story.end("Done.")
    assert said == ["\n1. First", "   one", "   two", "\n2. Second", "\nDone. (2.5 s)"]


def test_step_that_breaks_is_named() -> None:
    """Whatever a step raises becomes an error that names the step and keeps the cause."""
    story = Story(lambda _: None)
    with pytest.raises(StepFailed, match="Step 1 failed: Break") as caught, story.step("Break"):
        raise ValueError("why")
    assert str(caught.value.__cause__) == "why"
