"""A real browser on the real server.

`server` comes from the conftest above this one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from county import County
from kinfold.testing.browser import open_browser
from kinfold.testing.server import RunningKinfold
from playwright.async_api import Browser, ConsoleMessage, Page, Request
from visit import Visit


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def county(server: RunningKinfold) -> County:
    return County(server)


@pytest.fixture
async def page(browser: Browser, server: RunningKinfold) -> AsyncIterator[Page]:
    """A fresh tab of a fresh profile. At the end: no script failed, and nothing was asked of another host."""
    context = await browser.new_context(
        base_url=server.url, locale="zh-CN", viewport={"width": 1360, "height": 900}
    )
    tab = await context.new_page()
    tab.set_default_timeout(20_000)
    problems: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        # The browser itself writes a line for every answer that is an error; tests of errors want those.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    def note_request(request: Request) -> None:
        if not request.url.startswith((server.url, "blob:", "data:")):
            problems.append(f"asked another host: {request.url}")

    tab.on("console", note_console)
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("request", note_request)
    yield tab
    await context.close()
    assert problems == []


@pytest.fixture
def visit(page: Page) -> Visit:
    return Visit(page)
