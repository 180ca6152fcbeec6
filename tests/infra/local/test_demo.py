"""The demo tells the whole story, and says so when it cannot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.demo.demo import tell_story
from local.demo.story import StepFailed


@pytest.mark.slow
def test_whole_story() -> None:
    """Every step works, in order, and nothing secret is on the screen."""
    said: list[str] = []
    tell_story(said.append)
    text = "\n".join(said)
    assert [line.split(".")[0] for line in text.splitlines() if line[:1].isdigit()] == [str(n) for n in range(1, 13)]
    assert "All of it worked." in text
    assert "finance: rotated" in text
    assert "eyJ" not in text.replace("/authorize/", "")
    later = int(re.findall(r"(\d+) minutes later", text)[-1])
    ages = [int(age) for age in re.findall(r"healthy +(\d+) min ", text)]
    assert len(ages) == 3, "the status goes by the story's clock"
    assert 1 <= min(ages) <= max(ages) <= later + 1, "the tokens are as old as the story has told since the rotation"


def test_broken_step_is_named(tmp_path: Path) -> None:
    """Without the command, the second step fails and says what it tried."""
    with pytest.raises(StepFailed, match="Step 2 failed") as caught:
        tell_story(lambda _: None, command=tmp_path / "suitetoken")
    assert isinstance(caught.value.__cause__, FileNotFoundError)
