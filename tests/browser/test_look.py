"""Every public page is clean for axe; pairwise: language, width and scheme (the proof does all)."""

from itertools import product

import pytest
from playwright.sync_api import expect

from proof.browser import SIZES, Eyes, chromium
from proof.cases import look
from proof.cases.journeys import Site, sign_in

MARKER = "(summary) => getComputedStyle(summary).listStyleType"
LONG_AGO = """(main, hours) => {
  const since = new Date(Date.now() - hours * 3.6e6 - 1e3).toISOString();
  main.insertAdjacentHTML("afterbegin", `<b class="mark" data-since="${since}"></b>`);
}"""
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize(("size", "dark"), [*product(SIZES, (False, True))])
def test_every_public_page_is_clean_in_both_directions(site: Site, size: str, dark: bool) -> None:
    own, other = look.both_directions(look.languages(site.url))
    names = [*look.KINDS, *look.UNLINKED]
    # Of every page one half of the ways, so that each pair of ways meets on some page.
    way = 2 * [*SIZES].index(size) + dark
    ours = [name for number, name in enumerate(names) if number % 4 == way]
    others = [name for number, name in enumerate(names) if number % 4 == 3 - way]
    assert look.look(site.url, own, size, dark=dark, only=ours) == len(ours)
    assert look.look(site.url, other, size, dark=dark, only=others) == len(others)


def test_every_stop_by_keyboard_can_be_seen(site: Site) -> None:
    assert look.walk(site.url, look.languages(site.url)[0], "390x844") > 100


@pytest.mark.parametrize("language", ["", "de/", "ar/"])
def test_the_front_page_fits_the_narrowest_screen(site: Site, language: str) -> None:
    with chromium("390x844") as context:
        page = context.new_page()
        page.set_viewport_size({"width": 280, "height": 653})
        page.goto(f"{site.url}/{language}")
        assert page.evaluate("document.documentElement.scrollWidth") == 280


def test_rows_of_links_are_as_tall_as_a_finger_needs(site: Site) -> None:
    with chromium("390x844") as context:
        page = context.new_page()
        page.goto(f"{site.url}/subscribe/")
        heights = "(links) => links.map((link) => link.getBoundingClientRect().height)"
        found = page.locator(".related a:visible").evaluate_all(heights)
        assert found
        assert min(found) >= 28


def test_nothing_on_paper_stands_folded_with_nothing_behind_it(site: Site) -> None:
    with chromium("1440x900") as context:
        page = context.new_page()
        page.emulate_media(media="print")
        page.goto(site.url)
        assert page.locator(".chart__table").count()
        assert not page.locator(".chart__table:visible").count()
        said = '<details class="said-in"><summary>Deutsch</summary><p>Es läuft.</p></details>'
        page.locator("main").evaluate("(main, said) => { main.innerHTML = said; }", said)
        assert page.get_by_text("Es läuft.").evaluate("(said) => said.checkVisibility()")
        assert page.locator(".said-in summary").evaluate(MARKER) == "none"
        page.goto(f"{site.url}/uptime/")
        assert not page.locator(".years:not([open]):visible").count()


@pytest.mark.parametrize(("hours", "said"), [(71, "71 h"), (239.2, "9 d 23 h")])
def test_the_console_says_lengths_as_the_page_does(site: Site, hours: float, said: str) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        sign_in(eyes, site)
        for screen in (eyes.page.url, site.url):
            eyes.page.goto(screen)
            eyes.page.locator("main").evaluate(LONG_AGO, hours)
            expect(eyes.page.locator(".mark")).to_have_text(said)
