"""A real browser for tests: finds the one that `scripts/install_browser.sh` prepared and opens pages in it.

In:  nothing, or a folder in which the browser may have been unpacked.
Out: a Chromium that talks to this machine only.
Needs the test tools (Playwright); nothing outside tests imports this module.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from kinfold.settings import user_state_dir

_INSTALL = "Run `make browser`."
# No sandbox: tests often run as root, and the pages are ours. The rest keeps Chromium from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    # Every name but this machine's is unknown: a page that asks another host fails, and a test sees it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass(frozen=True, slots=True)
class FoundBrowser:
    """`executable`, and the folder of shared libraries that it brings along (None: the system has them)."""

    executable: Path
    libraries: Path | None = None


def unpacked_browser_dir() -> Path:
    """Where the browser is unpacked on machines whose package manager we may not use."""
    return user_state_dir() / "browser"


def find_browser(unpacked: Path | None = None) -> FoundBrowser:
    """The system's Chromium, else the unpacked one; RuntimeError when there is neither."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return FoundBrowser(Path(path))
    folder = unpacked or unpacked_browser_dir()
    if (folder / "chromium").is_file():
        libraries = folder / "lib"
        return FoundBrowser(folder / "chromium", libraries if libraries.is_dir() else None)
    raise RuntimeError(f"There is no browser on this machine. {_INSTALL}")


@asynccontextmanager
async def open_browser(found: FoundBrowser | None = None) -> AsyncIterator[Browser]:
    """A headless Chromium; closed at the end, whatever happened."""
    found = found or find_browser()
    environment: dict[str, str | float | bool] | None = None
    if found.libraries is not None:
        environment = {"LD_LIBRARY_PATH": str(found.libraries), "HOME": str(unpacked_browser_dir())}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.executable, args=list(FLAGS), env=environment
        )
        try:
            yield browser
        finally:
            await browser.close()
