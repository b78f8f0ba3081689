"""What helps while one reads: nothing is lost, nothing jumps, and all of it is a bonus."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import pytest
import requests
from playwright.sync_api import Page, Route

from proof.browser import ASK_NOW, chromium
from proof.cases.journeys import Site
from proof.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = "390x844"
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LENGTH = "document.documentElement.scrollHeight"
_numbers = count(1)


def text_of(page: Page, selector: str) -> str:
    return page.locator(selector).first.inner_text()


def open_incident(page: Page, site: Site) -> str:
    """Go to the status page; return the id of the first incident that goes on."""
    page.goto(site.url)
    return (page.locator("article.outage").first.get_attribute("id") or "").removeprefix("o-")


def post(page: Page, site: Site, incident: str) -> str:
    """Post an update in the console, in a window of its own; returns its first words, once they are public."""
    desk = page.context.new_page()
    desk.goto(f"{site.url}/console/")
    if desk.get_by_label("Password").count():
        desk.get_by_label("E-mail address").fill(site.email)
        desk.get_by_label("Password").fill(site.password)
        desk.get_by_role("button", name="Sign in").click()
    slug = desk.url.split("/console/")[1].split("/")[0]
    words = f"Word number {next(_numbers)}"
    desk.goto(f"{site.url}/console/{slug}/incidents/{incident}/")
    desk.get_by_label("Update", exact=True).fill(f"{words}: we are getting there.")
    desk.get_by_role("button", name="Post update").click()
    desk.locator("p", has_text=words).first.wait_for()
    desk.close()
    for place in (site.url, f"{site.url}/incidents/{incident}/"):
        published(place, words)
    return words


def published(address: str, words: str) -> None:
    """Wait until everybody can read it."""

    def read() -> bool:
        return words in requests.get(address, timeout=10).text

    until(read, 60, f"{words} is published")


def comes(page: Page, what: Callable[[], bool], said: str) -> None:
    """Let the page ask at once, as it does when it is back from being offline, until it shows.

    The browser keeps the place where one reads when it paints the next frame.
    """

    def asked() -> bool:
        page.evaluate(ASK_NOW)
        page.wait_for_timeout(400)
        return what()

    until(asked, 60, said)
    page.evaluate(PAINTED)


def test_the_status_page_brings_itself_up_to_date_and_disturbs_nothing(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        incident = open_incident(page, site)
        days = page.locator("details.days").first
        days.locator("summary").click()
        page.evaluate("getSelection().selectAllChildren(document.querySelector('#components'))")
        place = page.evaluate("document.querySelector('details.days').getBoundingClientRect().top")
        page.evaluate("window.mark = document.querySelector('details.days')")
        words = post(page, site, incident)
        shown = page.locator(f"#o-{incident} .outage__word")
        comes(page, lambda: words in shown.inner_text(), "the update comes by itself")
        assert days.get_attribute("open") is not None
        assert page.evaluate("document.activeElement === window.mark.querySelector('summary')")
        assert page.evaluate("getSelection().toString()") == text_of(page, "#components")
        moved = page.evaluate("window.mark.getBoundingClientRect().top") - place
        assert abs(moved) < 2
        assert text_of(page, "[data-notice=news]").startswith("New: ")
        assert words in text_of(page, "[data-notice=news]")
        assert page.locator("[data-notice=news]").get_attribute("role") == "status"
        assert "checked just now" in text_of(page, ".stamp__age")
        assert "UTC+01:00" in text_of(page, f"#o-{incident} .outage__word time")


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("2026-03-02T17:30:00-05:00", "23:30 UTC+01:00"),
        ("2026-03-02T18:30:00-05:00", "3 Mar 2026, 00:30 UTC+01:00"),
    ],
)
def test_an_end_says_its_day_if_that_is_another_one_for_the_reader(
    site: Site, end: str, said: str
) -> None:
    start = "2026-03-02T13:00:00-05:00"
    span = f'<p id="span"><time datetime="{end}" data-start="{start}" data-form="full"></time></p>'
    html = requests.get(site.url, timeout=10).text.replace("<main", f"{span}<main", 1)
    with chromium(PHONE) as context:
        page = context.new_page()
        page.route(f"{site.url}/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(f"{site.url}/")
        assert text_of(page, "#span time") == said


def test_the_focus_stays_on_an_update_that_moves_down(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        incident = open_incident(page, site)
        page.goto(f"{site.url}/incidents/{incident}/")
        newest = page.locator(".newest .entry").get_attribute("id")
        page.locator(".newest .copy").focus()
        words = post(page, site, incident)
        comes(page, lambda: words in text_of(page, ".newest"), "the update comes by itself")
        held = page.evaluate("document.activeElement.closest('.entry').id")
        assert held == newest
        assert page.locator(f".newest #{newest}").count() == 0
        page.locator("[data-notice=news] a").click()
        assert page.url.endswith(page.locator(".newest .entry").get_attribute("id") or "-")
        assert text_of(page, "[data-notice=news]") == ""


def test_what_is_new_since_the_last_visit_is_marked_on_each_page_apart(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        incident = open_incident(page, site)
        address = f"{site.url}/incidents/{incident}/"
        page.goto(address)
        assert page.locator(".fresh:not(:empty)").count() == 0
        post(page, site, incident)
        page.reload()
        assert page.locator(".fresh:not(:empty)").all_inner_texts() == ["New"]
        assert page.locator(".newest .fresh:not(:empty)").count() == 1
        page.goto(site.url)
        fresh = page.locator(f"#o-{incident} .fresh")
        if not fresh.inner_text():  # the browser had kept the page for some seconds
            page.reload()
        assert fresh.inner_text() == "New"
        page.reload()
        assert page.locator(".fresh:not(:empty)").count() == 0


def test_whoever_refuses_storage_loses_only_the_marks(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
        )
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(site.url)
        assert "old" in text_of(page, ".stamp__age")
        assert "UTC+01:00" in text_of(page, ".stamp time")
        assert errors == []


def test_the_link_to_an_update_is_copied(site: Site) -> None:
    with chromium(PHONE) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        incident = open_incident(page, site)
        page.goto(f"{site.url}/incidents/{incident}/")
        before = page.locator(".copy").first.bounding_box()
        page.locator(".copy").first.click()
        page.locator(".copy[data-state=done]").wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        assert re.fullmatch(rf"{site.url}/incidents/{incident}/#update-\w+", link)
        assert page.locator(link[link.index("#") :]).count() == 1
        assert page.locator(".copy").first.bounding_box() == before
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        page.locator(".copy").last.click()
        assert "#update-" in page.url


def test_a_page_that_cannot_be_reached_says_of_when_it_is(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        page.goto(site.url)
        context.set_offline(True)
        lost = page.locator("[data-notice=lost]")
        until(lost.inner_text, 5, "the page says that the connection is lost", pause=0.2)
        assert re.search(r"how things were at \d\d:\d\d UTC\+01:00", lost.inner_text())
        context.set_offline(False)
        comes(page, lambda: not lost.inner_text(), "the connection is back")


def test_without_javascript_the_first_screenful_answers_for_three_incidents(site: Site) -> None:
    with chromium(PHONE, script=False) as context:
        page = context.new_page()
        page.goto(site.url)
        going_on = page.locator(".glance li")
        third = going_on.nth(2).bounding_box()
        assert third is not None
        assert third["y"] + third["height"] < 844
        for said in going_on.filter(has_text="Activity feed,").all_inner_texts():
            assert re.search(r"Activity feed, for \d+ [dh]( \d+ \w+)?\n+\w+: \w+", said)
        assert "Next update in" in page.locator(".glance").inner_text()
        assert page.locator(".stamp__age:visible").count() == 0
        page.locator(".outage__read a").first.click()
        page.locator(".newest .entry").wait_for()
        assert page.locator(".copy:visible, .stamp__age:visible").count() == 0


def test_a_reader_goes_from_page_to_page_by_keyboard_alone(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        page.goto(site.url)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == text_of(page, ".glance a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/incidents/*/")
        assert page.locator("h1").count() == 1


def test_the_page_stands_still_while_it_loads(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver((list) => { for (const each of"
            " list.getEntries()) window.moved += each.value; })"
            ".observe({ type: 'layout-shift', buffered: true });"
        )
        for path in ("/", page_of_incident(page, site), "/history/", "/uptime/"):
            page.goto(site.url + path)
            page.wait_for_timeout(1500)
            assert page.evaluate("window.moved") == 0, path


def test_the_page_stands_still_while_one_leafs_through_it(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        page.clock.set_fixed_time(datetime.now(UTC))  # a clock may grow by a line
        for path in ("/", page_of_incident(page, site), "/history/", "/uptime/"):
            page.goto(site.url + path)
            length, top = page.evaluate(LENGTH), 0
            while top < length:
                page.evaluate(f"scrollTo(0, {top}); {PAINTED}")
                assert page.evaluate(LENGTH) == length, f"{path} at {top}"
                top += 400


def page_of_incident(page: Page, site: Site) -> str:
    return f"/incidents/{open_incident(page, site)}/"


def test_a_page_asks_less_and_less_often_while_it_gets_no_answer(site: Site) -> None:
    with chromium(PHONE) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{site.url}/components/{component_of(page, site)}/")
        asked: list[str] = []

        def refuse(route: Route) -> None:
            asked.append(route.request.url)
            route.fulfill(status=503)

        page.route("**/components/*/", refuse)
        gaps = []
        for _ in range(5):
            before, waited = len(asked), 0
            while len(asked) == before and waited < 400:
                page.clock.run_for(10_000)
                page.wait_for_timeout(50)
                waited += 10
            gaps.append(waited)
        assert 20 <= gaps[0] <= 40
        assert gaps == sorted(gaps)
        assert 260 <= gaps[-1] <= 340
        assert "Connection lost" in text_of(page, "[data-notice=lost]")


def component_of(page: Page, site: Site) -> str:
    """A component of the demo, on whose page no promise runs."""
    page.goto(site.url)
    return (page.locator(".part__name a").first.get_attribute("href") or "").split("/")[-2]
