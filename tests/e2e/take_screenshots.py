"""Takes the pictures of the documentation: `python tests/e2e/take_screenshots.py`.

In:  nothing; starts a server over a demo county of its own. Out: docs/images/education-roster.png.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from kinfold.testing.browser import open_browser
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold
from visit import Visit

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
MOST_BYTES = 200_000


async def take_roster(url: str, file: Path) -> None:
    """The roster as the school sees it, at the size of an office screen."""
    async with open_browser() as browser:
        page = await browser.new_page(base_url=url, locale="zh-CN", viewport={"width": 1280, "height": 720})
        await Visit(page).sign_in("school")
        await page.wait_for_selector("[data-test=place]")
        await page.screenshot(path=file, animations="disabled")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    file = IMAGES / "education-roster.png"
    with TestServer() as postgres, tempfile.TemporaryDirectory() as state:
        running = RunningKinfold(postgres.create_database("county"), Path(state), persons=4000)
        running.start()
        try:
            asyncio.run(take_roster(running.url, file))
        finally:
            running.stop()
    size = file.stat().st_size
    print(f"{file.name}: {size} bytes")
    if size > MOST_BYTES:
        raise SystemExit(f"{file.name} is too large for the repository")


if __name__ == "__main__":
    main()
