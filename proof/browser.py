"""Chromium as people use it, on a phone and on a desk, with axe looking over the shoulder."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    sync_playwright,
)

from proof import tools
from proof.verdict import BrokenPromise

SIZES: Final = {"390x844": (390, 844), "1440x900": (1440, 900)}
# Nothing is fetched in the background: the browser talks to our site and to nobody else.
QUIET: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Every rule is run; of those that pass axe need not work out where they passed.
USUAL: Final = {"resultTypes": ["violations"]}
# What WCAG 2.2 AA asks beyond what axe looks for by itself.
STRICT: Final = {**USUAL, "rules": {"target-size": {"enabled": True}}}
FOUND: Final = """async (options) => {
  const { violations } = await axe.run(options);
  const found = violations.map((each) => `${each.id}: ${each.help} ${each.nodes[0].target}`);
  if (document.documentElement.scrollWidth > window.innerWidth + 1)
    found.push("wider than the screen");
  return found;
}"""
# What htmx asked for is there and in its place: it marks what it is about to change.
SETTLED: Final = """() => document.readyState === "complete"
  && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")"""
SOON: Final = 30
# A page that can change looks at once, as it does when it is back from being offline.
ASK_NOW: Final = "window.dispatchEvent(new Event('online'))"
SEEN: Final = tools.root() / "proof" / "out" / "journeys"


_kept: list[Browser] = []


@contextmanager
def chromium(size: str, *, dark: bool = False, script: bool = True) -> Iterator[BrowserContext]:
    """Open a browser with one of SIZES, with nothing remembered."""
    width, height = SIZES[size]
    with _browser() as browser:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(15_000)
        yield context
        context.close()


@contextmanager
def kept() -> Iterator[None]:
    """Let one process serve all that is opened within; what one remembers no other sees."""
    with _browser() as browser:
        _kept.append(browser)
        try:
            yield
        finally:
            _kept.remove(browser)


@contextmanager
def _browser() -> Iterator[Browser]:
    if _kept:
        yield _kept[-1]
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.CHROMIUM.path, args=QUIET)
        yield browser
        browser.close()


class Eyes:
    """A page, and what is wrong with each screen that was looked at."""

    keeps_all: ClassVar[bool] = True  # or pictures only of screens with something wrong

    def __init__(
        self, context: BrowserContext, size: str, *, folder: Path = SEEN, strict: bool = False
    ) -> None:
        self.page: Page = context.new_page()
        self.folder, self.rules = folder, STRICT if strict else USUAL
        self.size = size
        self.screens = 0
        self._console: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._console.append(str(error)))

    def go(self, url: str, name: str) -> None:
        """Open an address and look at it."""
        self.page.goto(url)
        self.look(name)

    def click(self, role: str, label: str, name: str = "") -> None:
        """Follow the first link or press the first button of that label; look if it has a name."""
        self.follow(self.page.get_by_role(role, name=label).first, name)  # type: ignore[arg-type]

    def follow(self, target: Locator, name: str = "") -> None:
        """Click what leads to another page, and be there; look if it has a name."""
        with self.page.expect_navigation():
            target.click()
        if name:
            self.look(name)

    def expect(self, text: str) -> None:
        """Break off unless the screen says this, by itself once what is new has been published."""
        limit = time.monotonic() + SOON
        while text not in self.page.locator("body").inner_text():
            if time.monotonic() > limit:
                raise BrokenPromise(f"{self.size} {self.page.url}: “{text}” is not on the screen")
            self.page.evaluate(ASK_NOW)
            self.page.wait_for_timeout(200)

    def look(self, name: str) -> None:
        """Break off at anything that axe, the eye or the console finds wrong; take a picture."""
        self.screens += 1
        self.page.wait_for_function(SETTLED)
        self.page.evaluate(AXE_SCRIPT)
        problems: list[str] = self.page.evaluate(FOUND, self.rules) + self._console
        if problems or self.keeps_all:
            self.picture(self.folder / f"{name}-{self.size}.png")
        if problems:
            raise BrokenPromise(f"{name} at {self.size}: {'; '.join(problems)}")

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Keep a picture of the screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=whole)

    def _heard(self, message: ConsoleMessage) -> None:
        place = message.location.get("url", "")
        asked_for = place == self.page.url  # a 404 of the page itself
        left_behind = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type == "error" and not asked_for and not left_behind:
            self._console.append(f"{message.text} {place}")
