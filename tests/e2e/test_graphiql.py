"""GraphiQL with the persona picker, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from county import ROOT, County
from kinfold.identity.personas import load_personas
from playwright.async_api import Page, Response, expect

pytestmark = pytest.mark.browser
EXAMPLES = ("child-360", "left-behind", "schools", "regions", "node")


async def choose_persona(page: Page, persona: str) -> None:
    await page.select_option("[data-test=persona]", persona)
    await expect(page.locator("[data-test=purpose]")).to_have_text(load_personas()[persona].purpose)
    await expect(page.locator("[data-test=persona]")).to_have_value(persona)
    # The editors are there, and the schema has been read.
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query")


def answers_the_editor(answer: Response) -> bool:
    """Not the question for the schema that GraphiQL asks by itself."""
    return answer.url.endswith("/graphql") and "IntrospectionQuery" not in (answer.request.post_data or "")


async def run_query(page: Page) -> tuple[dict[str, Any], str]:
    """Press the button; the whole answer, and what of it the page shows, with ordinary blanks."""
    async with page.expect_response(answers_the_editor) as answered:
        await page.click(".graphiql-execute-button")
    shown = page.locator(".graphiql-response .view-lines")
    await expect(shown).to_contain_text("{")
    await expect(page.locator(".graphiql-spinner")).to_have_count(0)
    text = (await shown.inner_text()).replace("\u00a0", " ")
    return await (await answered.value).json(), text


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
    answer, shown = await run_query(page)
    assert answer["data"]["child"]["name"] == name
    assert name in shown
    await choose_persona(page, "security-admin")
    await expect(page.locator(".graphiql-tab")).to_have_count(1)
    answer, shown = await run_query(page)
    assert answer["data"] == {"child": None}
    assert '"child": null' in shown


@pytest.mark.parametrize("example", EXAMPLES)
async def test_every_example_runs(page: Page, example: str) -> None:
    await page.goto("/graphql")
    await choose_persona(page, "county-civil-affairs")
    await page.click(f"[data-test=example-{example}]")
    answer, _ = await run_query(page)
    assert "errors" not in answer
    assert all(value is not None for value in answer["data"].values())


async def test_the_example_files_are_the_examples_of_the_page() -> None:
    files = {path.stem for path in (ROOT / "core" / "frontend" / "src" / "examples").glob("*.graphql")}
    assert files == set(EXAMPLES)
