"""Names of errors and compounds: the longest word makes no screen wider than it is."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page

from proof.browser import SETTLED, Eyes, chromium
from proof.cases import journeys

ERROR: Final = "SSL_ERROR_RX_RECORD_TOO_LONG on sign-in"
COMPOUND: Final = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte"
NAMES: Final = ".part__name, .outage__parts b, .board li > span:first-child, .glance b, h2 a, h3"
WRITE: Final = """([names, word]) => {
  for (const each of document.querySelectorAll(names)) each.textContent = word;
}"""
# Whether two of the words at the head of the console lie on one another.
COLLIDE: Final = """() => {
  const words = [...document.querySelectorAll(".bar__page > *, .bar__me > *")];
  const boxes = words.map((each) => each.getBoundingClientRect()).filter((box) => box.width);
  return boxes.some((a, place) => boxes.slice(place + 1).some((b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
}"""
WIDTHS: Final = (390, 280)
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def told(site: journeys.Site) -> Iterator[tuple[Page, list[str]]]:
    """A phone of staff's, and the screens on which an incident with long words stands."""
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        journeys.sign_in(eyes, site)
        page, now = eyes.page, eyes.page.url
        eyes.click("link", "Open an incident")
        page.get_by_label("Title").fill(ERROR)
        page.get_by_label("First update").fill(f"{COMPOUND}: {'x' * 120}")
        eyes.click("button", "Publish")
        console = page.url.split("#")[0]
        link = page.get_by_role("link", name="Public page").last
        public = link.get_attribute("href") or ""
        for screen in (site.url, public):
            page.goto(screen)
            eyes.expect(ERROR)
        yield page, [site.url, public, console, now]
        page.goto(f"{console}withdraw/")
        page.get_by_label("Reason").fill("It was made to be looked at.")
        eyes.follow(page.locator("main form button").first)


def test_no_word_of_an_incident_is_wider_than_a_phone(told: tuple[Page, list[str]]) -> None:
    page, screens = told
    wide = []
    for screen in screens:
        page.goto(screen)
        page.wait_for_function(SETTLED)
        for word in ("as written", COMPOUND, "y" * 120):
            if word != "as written":
                page.evaluate(WRITE, [f"{NAMES}, h1", word])
            wide += [found for width in WIDTHS if (found := _wider(page, width))]
    assert wide == []


def test_at_the_head_of_the_console_each_word_has_its_room(told: tuple[Page, list[str]]) -> None:
    page, (*_public, now) = told
    page.goto(now)
    page.wait_for_function(SETTLED)
    assert page.locator(".bar a").count() >= 2
    colliding = []
    for width in (*WIDTHS, 360, 320):
        page.set_viewport_size({"width": width, "height": 844})
        colliding += [width] * page.evaluate(COLLIDE)
    assert colliding == []


def _wider(page: Page, width: int) -> str:
    page.set_viewport_size({"width": width, "height": 844})
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return f"{page.url} takes {found} of {width}" if found > width else ""
