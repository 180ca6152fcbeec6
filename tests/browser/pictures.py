"""`make screenshots`: the pictures of the guides, made by the browser of the tests from the very pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from tests.browser.chromium import chromium
from tests.samples.pages import render

FOLDER = Path(__file__).parents[2] / "docs/images"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: which page, in which language, and on what it is seen."""

    name: str
    kind: str
    language: str
    scheme: Literal["light", "dark"] = "light"
    width: int = 720


PICTURES = (
    Picture("landing-en", "landing", "en"),
    Picture("landing-zh", "landing", "zh"),
    Picture("authorized-en", "authorized", "en"),
    Picture("authorized-zh", "authorized", "zh"),
    Picture("landing-phone-dark", "landing", "en", "dark", 390),
)


def take(folder: Path) -> None:
    """Write all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for picture in PICTURES:
            context = browser.new_context(
                java_script_enabled=False,
                color_scheme=picture.scheme,
                viewport={"width": picture.width, "height": 400},
            )
            page = context.new_page()
            page.set_content(render(picture.kind, picture.language))
            page.screenshot(path=folder / f"{picture.name}.png", full_page=True)
            context.close()


@click.command()
def main() -> None:
    """Write the pictures of the guides."""
    take(FOLDER)
    click.echo("\n".join(f"docs/images/{picture.name}.png" for picture in PICTURES))


if __name__ == "__main__":
    main()
