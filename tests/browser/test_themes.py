"""An admin gives the page its look on a phone; readers see it by day and by night."""

import re

import pytest

from proof.browser import Eyes, chromium
from proof.cases import journeys
from proof.waiting import until
from publishing.core.palette import Palette
from tests.publishing.themes.pictures import SVG, drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RUST = "#9a3412"
CREAM = "#fff7ed"
LOOK = "/console/northmail/settings/look/"
# What may stand in custom CSS, turned against readers: everything tiny, overlapping, paper on paper.
HOSTILE = "* { color: #fcfbf9; background: #fcfbf9; font-size: 10px; letter-spacing: -2em; line-height: 0 }"
STYLE = "(e, name) => getComputedStyle(e).getPropertyValue(name)"


def style(eyes: Eyes, selector: str, name: str) -> str:
    """What the browser makes of a property."""
    found: str = eyes.page.locator(selector).first.evaluate(STYLE, name)
    return found


def rgb(colour: object) -> str:
    """`rgb(154, 52, 18)` for `#9a3412`."""
    return f"rgb({', '.join(str(each) for each in bytes.fromhex(str(colour)[1:]))})"


def published(eyes: Eyes, site: journeys.Site, words: str) -> None:
    """Wait until readers get a style sheet that says this."""
    sheet = f"{site.url}/theme.css"
    until(lambda: words in eyes.page.request.get(sheet).text(), 20, f"{words} in theme.css")


def dress(eyes: Eyes, site: journeys.Site) -> None:
    """Refused, then shown, then saved; a logo that is refused, and one that is taken."""
    journeys.sign_in(eyes, site)
    eyes.go(f"{site.url}{LOOK}", "console-look")
    eyes.page.get_by_label("Links", exact=True).last.fill("#fdba74")
    eyes.click("button", "Save")
    eyes.expect("to 1, and 4.5 to 1 is needed")
    for name, colour in (("accent", RUST), ("link", RUST), ("background", CREAM)):
        eyes.page.locator(f"#id_{name}").fill(colour)
    eyes.click("button", "Show", "console-look-shown")
    sample = ".look__on--light .button:not(.button--quiet)"
    assert style(eyes, sample, "background-color") == rgb(RUST)
    assert style(eyes, ".bar", "background-color") != rgb(CREAM), "the console keeps its own look"
    eyes.page.locator("#id_custom_css").fill(
        ".masthead { border-bottom: 3px solid #9a3412; float: left }"
    )
    eyes.click("button", "Save", "console-look-saved")
    eyes.expect("float: this property is not one that custom CSS may set.")
    upload(eyes, "logo.svg", SVG)
    eyes.look("console-look-svg")
    eyes.expect("An SVG can carry scripts, so none is taken.")
    upload(eyes, "logo.png", drawn((480, 80), colour=(154, 52, 18, 255)))
    eyes.expect("Saved.")
    eyes.look("console-look-logo")


def upload(eyes: Eyes, name: str, data: bytes) -> None:
    """Choose a file for the logo and send it."""
    eyes.page.locator("#id_logo").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": data}
    )
    eyes.follow(eyes.page.get_by_role("button", name=re.compile("^Upload Logo$")))


def worn(eyes: Eyes, site: journeys.Site, *, dark: bool) -> None:
    """The page in its look, in one scheme."""
    palette = Palette.pair({"accent": RUST, "link": RUST, "background": CREAM})[dark]
    published(eyes, site, RUST)
    eyes.go(site.url, f"themed-{'dark' if dark else 'light'}")
    assert style(eyes, "html", "background-color") == rgb(palette.surfaces.paper)
    assert style(eyes, ".section__more", "color") == rgb(palette.link)
    assert style(eyes, ".masthead", "border-bottom-width") == "3px"
    logo = eyes.page.get_by_role("img", name="Northmail").first
    assert logo.evaluate("e => e.complete && e.naturalWidth > 0 && e.height") == 40
    eyes.go(f"{site.url}/subscribe/", f"themed-subscribe-{'dark' if dark else 'light'}")
    assert style(eyes, "main form button", "background-color") == rgb(palette.accent)
    assert style(eyes, "main form button", "color") == rgb(palette.on_accent)


def by_day(eyes: Eyes, site: journeys.Site) -> None:
    """The page in the light."""
    worn(eyes, site, dark=False)


def by_night(eyes: Eyes, site: journeys.Site) -> None:
    """The page in the dark."""
    worn(eyes, site, dark=True)


def test_an_admin_dresses_the_page_and_readers_see_it_by_day_and_by_night(
    site: journeys.Site,
) -> None:
    assert journeys.walk(dress, site, "390x844") >= 5
    journeys.walk(by_day, site, "390x844")
    journeys.walk(by_night, site, "390x844", dark=True)


def test_no_css_reaches_the_state_its_stamp_or_a_promise(site: journeys.Site) -> None:
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        journeys.sign_in(eyes, site)
        eyes.page.goto(f"{site.url}{LOOK}")
        eyes.page.locator("#id_custom_css").fill(HOSTILE)
        eyes.click("button", "Save")
        published(eyes, site, "-2em")
        eyes.page.goto(site.url)
        assert style(eyes, ".row", "letter-spacing") != "normal", "it does reach what is around"
        for name in (
            ".state__word",
            ".state .stamp",
            ".outage h2",
            ".promise__due",
            ".foot__stamp",
        ):
            assert style(eyes, name, "color") != rgb("#fcfbf9"), name
            assert float(style(eyes, name, "font-size").removesuffix("px")) >= 14, name
            assert (
                float(style(eyes, name, "letter-spacing").removesuffix("px").replace("normal", "0"))
                > -1
            ), name
            assert float(style(eyes, name, "line-height").removesuffix("px")) >= 14, name
            assert eyes.page.locator(name).first.is_visible(), name
        assert style(eyes, ".foot__stamp", "background-color") != "rgba(0, 0, 0, 0)"
        eyes.page.goto(f"{site.url}{LOOK}")
        eyes.page.locator("#id_custom_css").fill("")
        eyes.click("button", "Save")


def test_the_look_is_set_without_a_script(site: journeys.Site) -> None:
    with chromium("390x844", script=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/console/")
        page.get_by_label("E-mail address").fill(site.email)
        page.get_by_label("Password").fill(site.password)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{site.url}{LOOK}")
        page.locator("#id_accent").fill("#0b5f58")
        page.get_by_role("button", name="Show").click()
        page.locator("#id_accent[value='#0b5f58']").wait_for()
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").wait_for()
        assert page.locator("input[type=color]").count() == 0
