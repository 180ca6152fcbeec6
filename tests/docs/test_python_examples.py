"""The Python examples of the READMEs and of docs/reading.md run as they stand there, in both languages."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path

import pytest

from tests.readers.aws import REGION
from tests.terminals.workload import at_work, office

__all__ = ["at_work", "office"]

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh-CN.md", "docs/reading.md", "docs/reading.zh-CN.md")
BLOCKS = [
    (page, block)
    for page in PAGES
    for block in re.findall(
        r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
]


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=[f"{page} {number}" for number, (page, _) in enumerate(BLOCKS)])
def test_a_python_example_runs(page: str, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that may read `finance-prod`, with `await` as in asyncio's own console."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    code = compile(block, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names: dict[str, object] = {}
    result = eval(code, names)  # noqa: S307 (our own example)
    if inspect.iscoroutine(result):
        asyncio.run(result)
    assert names


def test_every_page_has_examples() -> None:
    """A page whose blocks are not found would be tested by nothing."""
    assert {page for page, _ in BLOCKS} == set(PAGES)
