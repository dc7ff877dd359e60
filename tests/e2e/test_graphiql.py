"""GraphiQL with the persona picker, in a real browser."""

from __future__ import annotations

import pytest
from county import ROOT, County
from kinfold.identity.personas import load_personas
from playwright.async_api import Page, expect

pytestmark = pytest.mark.browser
EXAMPLES = ("child-360", "left-behind", "schools", "regions", "node")


async def choose_persona(page: Page, persona: str) -> None:
    await page.select_option("[data-test=persona]", persona)
    await expect(page.locator("[data-test=purpose]")).to_have_text(load_personas()[persona].purpose)
    await expect(page.locator("[data-test=persona]")).to_have_value(persona)
    # The editors are there, and the schema has been read.
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")


async def run_query(page: Page) -> str:
    """Press the button; the visible part of the answer, with ordinary blanks."""
    async with page.expect_response(lambda answer: answer.url.endswith("/graphql")):
        await page.click(".graphiql-execute-button")
    answer = page.locator(".graphiql-response .view-lines")
    await expect(answer).to_contain_text("{")
    await expect(page.locator(".graphiql-spinner")).to_have_count(0)
    return (await answer.inner_text()).replace("\u00a0", " ")


async def test_every_persona_can_be_chosen(page: Page) -> None:
    await page.goto("/graphql")
    offered = await page.locator("[data-test=persona] option:not([disabled])").evaluate_all(
        "o => o.map(e => e.value)"
    )
    assert offered == list(load_personas())


async def test_the_first_example_answers_each_persona_in_its_own_way(page: Page, county: County) -> None:
    name = county.name_planted_child()
    await page.goto("/graphql")
    await choose_persona(page, "county-civil-affairs")
    seen = await run_query(page)
    assert name in seen
    await choose_persona(page, "security-admin")
    assert name not in await run_query(page)


@pytest.mark.parametrize("example", EXAMPLES)
async def test_every_example_runs(page: Page, example: str) -> None:
    await page.goto("/graphql")
    await choose_persona(page, "county-civil-affairs")
    await page.click(f"[data-test=example-{example}]")
    async with page.expect_response(lambda answer: answer.url.endswith("/graphql")) as answered:
        await page.click(".graphiql-execute-button")
    answer = await (await answered.value).json()
    assert "errors" not in answer
    assert all(value is not None for value in answer["data"].values())


async def test_the_example_files_are_the_examples_of_the_page() -> None:
    files = {path.stem for path in (ROOT / "core" / "frontend" / "src" / "examples").glob("*.graphql")}
    assert files == set(EXAMPLES)
