"""What a person does on the education pages, in a person's words."""

from __future__ import annotations

from playwright.async_api import Page, expect

ROWS = "[data-test=pupil]"


class Visit:
    """One tab, used by somebody of a school or of the bureau."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def sign_in(self, persona: str) -> None:
        """Through the page's own button and the provider's page; ends with the roster on the screen."""
        await self.page.goto("/apps/education/")
        await self.page.click("[data-test=sign-in]")
        await self.page.click(f"button[value={persona}]")
        await self.page.wait_for_url("**/apps/education/")
        await self.wait_for_roster()

    async def wait_for_roster(self) -> None:
        """Until the page is no longer reading."""
        await expect(self.page.locator("section[aria-busy=false]")).to_have_count(1)

    async def read_count(self) -> int:
        text = await self.page.inner_text("[data-test=count]")
        return int("".join(sign for sign in text if sign.isdigit()))

    async def read_names(self) -> list[str]:
        """The names on this page of the roster."""
        return [text.strip() for text in await self.page.locator("[data-test=name]").all_inner_texts()]

    async def read_all_names(self) -> list[str]:
        """The names on all pages, turning them with the button."""
        names = await self.read_names()
        while await self._has_next():
            await self.turn("next")
            names += await self.read_names()
        return names

    async def turn(self, direction: str) -> None:
        """Turn the page and wait for the other one."""
        number = await self.page.inner_text("[data-test=page]")
        await self.page.click(f"[data-test={direction}]")
        await expect(self.page.locator("[data-test=page]")).not_to_have_text(number)
        await self.wait_for_roster()

    async def choose_grade(self, grade: str) -> None:
        await self.page.select_option("[data-test=grade]", grade)
        await self.wait_for_roster()

    async def show_all_pupils(self) -> None:
        """Switch "left-behind only" off."""
        await self.page.click("[data-test=only-left-behind]")
        await self.wait_for_roster()

    async def _has_next(self) -> bool:
        button = self.page.locator("[data-test=next]")
        return await button.count() == 1 and await button.is_enabled()
