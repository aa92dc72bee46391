"""Drives the pages of the Prefect UI as a person at the desk does."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

# Without these the browser looks for its maker's hosts at every start.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MS = 60_000


@asynccontextmanager
async def browser(width: int = 1500, height: int = 950) -> AsyncIterator[Page]:
    """A page of the system's Chromium, headless; the test is skipped where there is none.

    The page knows what it fetched from elsewhere: `page.strangers`.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not on this machine (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        try:
            page = await running.new_page(viewport={"width": width, "height": height}, locale="en-US")
            page.set_default_timeout(_PATIENCE_MS)
            expect.set_options(timeout=_PATIENCE_MS)
            yield page
        finally:
            await running.close()


def fetched_elsewhere(page: Page, origin: str) -> list[str]:
    """From now on the addresses the page gets an answer from that do not belong to `origin`."""
    found: list[str] = []

    def note(address: str) -> None:
        if not address.startswith((origin, "data:", "blob:")):
            found.append(address)

    page.on("response", lambda answer: note(answer.url))
    return found


async def open_form(page: Page, link: str) -> Locator:
    """Go to a waiting run; its form opens by itself."""
    await page.goto(link)
    form = page.get_by_role("dialog")
    await expect(form.get_by_role("heading", level=3)).to_be_visible()
    return form


async def fill(
    form: Locator, answer: str, *, values: Mapping[str, str] | None = None, operator: str = "", reason: str = ""
) -> None:
    """Choose an answer and type values, each by the title of its box."""
    page = form.page
    await (
        _box(form, "Your answer")
        .get_by_role("button")
        .or_(_box(form, "Your answer").get_by_role("combobox"))
        .last.click()
    )
    await page.get_by_role("option", name=answer, exact=True).click()
    typed = {**(values or {}), "Your name": operator, "Reason": reason}
    for title, text in typed.items():
        if text:
            await _box(form, title).get_by_role("textbox").fill(text)


async def hand_in(form: Locator) -> None:
    """Press Resume; the form closes when the server took the answer."""
    await form.get_by_role("button", name="Resume").click()
    await expect(form).to_be_hidden()


async def see_state(page: Page, state: str) -> None:
    """Wait until the page of the run shows a state."""
    await page.reload()
    await expect(page.get_by_text(state, exact=True).first).to_be_visible()


async def picture_width(form: Locator) -> int:
    """How wide the first picture of a form is drawn, in pixels; 0 when it could not be decoded."""
    image = form.locator("img").first
    await expect(image).to_be_visible()
    return int(await image.evaluate("image => image.naturalWidth && image.width"))


async def screenshot(page: Page, path: Path) -> None:
    """A picture of what the person sees."""
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path)


def _box(form: Locator, title: str) -> Locator:
    """One box of the form with its title, by the title."""
    label = form.page.locator("label", has_text=re.compile(rf"^{re.escape(title)}( \(Optional\))?$"))
    return form.locator("div.group").filter(has=label)
