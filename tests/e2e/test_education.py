"""The education frontend in a real browser, on the real server, signed in through the real provider."""

from __future__ import annotations

from collections import Counter

import pytest
from county import OWN_SCHOOL, County
from kinfold.testing.server import RunningKinfold
from playwright.async_api import Browser, Page, Response, expect
from visit import ROWS, Visit

pytestmark = pytest.mark.browser

# Text smaller than 24 px needs 4.5 to 1 against what is behind it (WCAG 2.2, 1.4.3).
FIND_FAINT_TEXT = """() => {
  const parse = (css) => (css.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest(':disabled,noscript')) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(texts.currentNode.data.trim());
  }
  return faint;
}"""

FIND_NAMELESS_CONTROLS = """() => [...document.querySelectorAll('button, select, input, a[href]')]
  .filter((control) => control.checkVisibility())
  .filter((control) => ![
    control.getAttribute('aria-label'), control.textContent, ...[...(control.labels ?? [])].map((l) => l.textContent),
  ].some((name) => name?.trim()))
  .map((control) => control.outerHTML)"""


def collect_answers(page: Page) -> list[Response]:
    """Every answer of the API that this tab receives from now on."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if answer.url.endswith("/graphql") else None)
    return answers


async def test_a_school_sees_its_own_left_behind_pupils_and_nobody_else(visit: Visit, county: County) -> None:
    own = county.list_pupils(OWN_SCHOOL)
    others = [s for s in county.list_schools() if s != OWN_SCHOOL]
    foreign = [pupil for school in others for pupil in county.list_pupils(school)]
    expected = [pupil.name for pupil in own if pupil.is_left_behind]
    assert expected
    assert any(pupil.is_left_behind for pupil in foreign)

    answers = collect_answers(visit.page)
    await visit.sign_in("school")
    await expect(visit.page.locator("[data-test=place]")).to_have_text(county.name_school(OWN_SCHOOL))
    assert await visit.read_count() == len(expected)
    assert Counter(await visit.read_all_names()) == Counter(expected)

    received = " ".join([await answer.text() for answer in answers])
    assert any(pupil.id in received for pupil in own)
    assert [pupil.id for pupil in foreign if pupil.id in received] == []


async def test_all_pupils_can_be_shown_and_paged(visit: Visit, county: County) -> None:
    own = county.list_pupils(OWN_SCHOOL)
    await visit.sign_in("school")
    await visit.show_all_pupils()
    assert await visit.read_count() == len(own)
    first = await visit.read_names()
    assert len(first) == 20

    await visit.turn("next")
    assert await visit.read_names() != first
    await expect(visit.page.locator("#roster-title")).to_be_focused()
    await visit.turn("previous")
    assert await visit.read_names() == first
    assert Counter(await visit.read_all_names()) == Counter(pupil.name for pupil in own)


async def test_a_grade_narrows_the_roster(visit: Visit, county: County) -> None:
    left_behind = [pupil for pupil in county.list_pupils(OWN_SCHOOL) if pupil.is_left_behind]
    grade = left_behind[0].grade
    expected = [pupil.name for pupil in left_behind if pupil.grade == grade]
    assert len(expected) < len(left_behind)
    await visit.sign_in("school")
    await visit.choose_grade(grade)
    assert Counter(await visit.read_all_names()) == Counter(expected)
    empty = {f"{n}年级" for n in range(1, 10)} - {pupil.grade for pupil in left_behind}
    for name in sorted(empty)[:1]:
        await visit.choose_grade(name)
        await expect(visit.page.locator("[data-test=empty]")).to_be_visible()


async def test_carers_are_named_with_relation_and_phone(visit: Visit) -> None:
    await visit.sign_in("school")
    row = visit.page.locator(ROWS, has_text="祖父母").first
    carer = row.locator("[data-test=carer]")
    await expect(carer).to_contain_text("祖父母")
    await expect(carer).to_contain_text("100-")


async def test_chinese_comes_first_and_english_by_a_switch(visit: Visit) -> None:
    page = visit.page
    await page.goto("/apps/education/")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(page.locator("h1")).to_have_text("请先登录")
    await page.click("[data-test=language]")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("h1")).to_have_text("Please sign in")
    await visit.sign_in("school")
    await expect(page.locator("thead")).to_contain_text("Current carer")
    await page.click("[data-test=language]")
    await expect(page.locator("thead")).to_contain_text("当前照护人")


async def test_a_hidden_value_says_so_and_why(visit: Visit) -> None:
    """The bureau oversees schools: it reads no class and no full name."""
    page = visit.page
    await visit.sign_in("education-bureau")
    first = page.locator(ROWS).first
    hidden = first.locator("[data-test=hidden]").first
    await expect(hidden).to_contain_text("不可见 · hidden")
    name = first.locator("[data-test=name] [data-test=in-part]")
    await expect(name).to_contain_text("**")
    await hidden.focus()
    await expect(page.locator("[role=tooltip]:visible")).to_contain_text("无权查看")
    assert "100-" not in await page.inner_text("main")


async def test_a_lost_connection_is_told_and_mended_by_retrying(visit: Visit) -> None:
    page = visit.page
    await visit.sign_in("school")
    before = await visit.read_names()
    await page.context.set_offline(True)
    await page.click("[data-test=only-left-behind]")
    note = page.locator("[data-test=problem]")
    await expect(note).to_contain_text("暂时无法连接服务")
    await expect(page.locator(ROWS)).to_have_count(0)
    await page.context.set_offline(False)
    await note.get_by_role("button").click()
    await expect(note).to_have_count(0)
    await page.click("[data-test=only-left-behind]")
    await expect(page.locator("[data-test=name]").first).to_have_text(before[0])


async def test_a_token_that_the_api_refuses_leads_back_to_signing_in(visit: Visit) -> None:
    page = visit.page
    await visit.sign_in("school")
    await page.evaluate(
        """() => {
          const kept = JSON.parse(sessionStorage.getItem('kinfold.token'));
          sessionStorage.setItem('kinfold.token', JSON.stringify({ ...kept, access_token: `${kept.access_token}x` }));
        }"""
    )
    await page.click("[data-test=only-left-behind]")
    await expect(page.locator("[data-test=sign-in]")).to_be_visible()
    await expect(page.locator(ROWS)).to_have_count(0)
    assert await page.evaluate("sessionStorage.getItem('kinfold.token')") is None


async def test_signing_out_forgets_the_token_and_the_pupils(visit: Visit) -> None:
    page = visit.page
    await visit.sign_in("school")
    await page.click("[data-test=sign-out]")
    await expect(page.locator("[data-test=sign-in]")).to_be_visible()
    await expect(page.locator(ROWS)).to_have_count(0)
    assert await page.evaluate("sessionStorage.getItem('kinfold.token')") is None
    await page.reload()
    await expect(page.locator("[data-test=sign-in]")).to_be_visible()


@pytest.mark.parametrize("persona", ["school", "education-bureau"])
async def test_text_is_readable_and_controls_have_names(visit: Visit, persona: str) -> None:
    page = visit.page
    await page.goto("/apps/education/")
    assert await page.evaluate(FIND_FAINT_TEXT) == []
    assert await page.evaluate(FIND_NAMELESS_CONTROLS) == []
    await visit.sign_in(persona)
    assert await page.evaluate(FIND_FAINT_TEXT) == []
    assert await page.evaluate(FIND_NAMELESS_CONTROLS) == []


async def test_the_keyboard_alone_is_enough(page: Page, visit: Visit) -> None:
    await visit.sign_in("school")
    await page.evaluate("document.activeElement?.blur()")
    reached = []
    for _ in range(6):
        await page.keyboard.press("Tab")
        reached.append(
            await page.evaluate("document.activeElement.closest('[data-test], a')?.dataset.test ?? 'link'")
        )
    assert reached[0] == "link"  # straight to the content
    assert {"language", "sign-out", "grade", "only-left-behind"} <= set(reached)
    await page.focus("[data-test=only-left-behind] input")
    before = await visit.read_count()
    await page.keyboard.press("Space")
    await expect(page.locator("[data-test=count]")).not_to_contain_text(str(before))


async def test_a_telephone_shows_cards_without_sideways_scrolling(page: Page, visit: Visit) -> None:
    await page.set_viewport_size({"width": 360, "height": 780})
    await visit.sign_in("school")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    await expect(page.locator("thead")).to_be_hidden()
    await expect(page.locator(ROWS).first).to_be_visible()


async def test_an_injected_script_does_not_run(browser: Browser, server: RunningKinfold) -> None:
    """The content security policy, as the browser enforces it."""
    context = await browser.new_context(base_url=server.url)
    page = await context.new_page()
    await page.goto("/apps/education/")
    await page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.wasRun = true';
          document.head.append(script);
        }"""
    )
    assert await page.evaluate("window.wasRun") is None
    await context.close()
