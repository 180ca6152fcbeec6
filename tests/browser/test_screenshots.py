"""The pictures of the guides: taken of the pages as they are, small, and each in use."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.browser.pictures import FOLDER, PICTURES, take

DOCS = FOLDER.parent
MOST_BYTES = 100_000
_PNG = b"\x89PNG\r\n\x1a\n"


def size_of(picture: Path) -> tuple[int, int]:
    """Return width and height of a PNG (PNG specification, IHDR)."""
    head = picture.read_bytes()[:24]
    assert head.startswith(_PNG)
    return struct.unpack(">II", head[16:24])


@pytest.mark.slow
def test_the_pictures_show_the_pages_as_they_are(tmp_path: Path) -> None:
    """As wide as was asked, about as high as the pages are now: where this fails, run `make screenshots`."""
    take(tmp_path)
    for picture in PICTURES:
        width, height = size_of(tmp_path / f"{picture.name}.png")
        kept_width, kept_height = size_of(FOLDER / f"{picture.name}.png")
        assert width == kept_width == picture.width
        assert abs(height - kept_height) < kept_height / 5, picture.name  # machines have different fonts


def test_every_picture_is_small_and_in_use() -> None:
    """And none is there that nobody makes."""
    pages = "".join(page.read_text(encoding="utf-8") for page in [*DOCS.glob("*.md"), *DOCS.parent.glob("README*.md")])
    kept = {path.name for path in FOLDER.iterdir()}
    assert kept == {f"{picture.name}.png" for picture in PICTURES}
    assert all((FOLDER / name).stat().st_size < MOST_BYTES for name in kept)
    assert [name for name in kept if f"images/{name}" not in pages] == []
