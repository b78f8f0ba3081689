"""Readers sign up, say what they want, take their data along, and leave: on a phone and a desk."""

import re
from itertools import count

import pytest
from playwright.sync_api import expect

from proof.browser import Eyes, chromium
from proof.cases.journeys import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SIZES = ["390x844", "1440x900"]
_numbers = count(1)


def link_in_mail(site: Site, address: str, path: str) -> str:
    found = re.search(rf"http\S+/subscriptions/{path}\S+", site.mail_to(address, path))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_says_once_and_for_all_how_to_be_told(site: Site, size: str) -> None:
    address = f"picky-{next(_numbers)}@example.org"
    with chromium(size) as context:
        eyes = Eyes(context, size)
        page = eyes.page
        eyes.go(f"{site.url}/subscribe/", "subscribe")
        page.get_by_label("Your e-mail address").fill(address)
        page.get_by_text("Only some components").click()
        page.locator("input[name=components]").first.check()
        page.get_by_text("Only some kinds of news").click()
        page.get_by_label("Incidents only from this level on").select_option("major_outage")
        eyes.look("subscribe-picked")
        eyes.click("button", "Subscribe", "subscribed")
        eyes.go(link_in_mail(site, address, "confirm/"), "confirm")
        eyes.click("button", "Yes, tell me", "confirmed")
        eyes.click("link", "Change or leave", "manage")
        assert page.locator("input[name=components]").first.is_checked()
        page.get_by_label("In which time zone").select_option("Asia/Tokyo")
        page.get_by_label("From", exact=True).select_option("22")
        eyes.click("button", "Save")
        assert page.get_by_text("Say from when until when.").is_visible()
        eyes.look("manage-refused")
        page.get_by_label("Until").select_option("7")
        page.get_by_label("Once a day instead of at once").select_option("8")
        eyes.click("button", "Save", "manage-saved")
        assert page.get_by_text("Saved.").is_visible()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Take it along, as JSON").click()
        assert address in taken.value.path().read_text()
        eyes.click("button", "Leave", "left")
        assert page.get_by_text("You have left").is_visible()


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_follows_one_incident_and_has_all_of_it_deleted(site: Site, size: str) -> None:
    address = f"follower-{next(_numbers)}@example.org"
    with chromium(size, script=False) as context:
        page = context.new_page()
        page.goto(site.url)
        page.locator(".outage__read a").first.click()
        page.get_by_label("Your e-mail address").fill(address)
        page.get_by_role("button", name="Follow").click()
        page.goto(link_in_mail(site, address, "confirm/"))
        page.get_by_role("button", name="Yes, tell me").click()
        page.get_by_role("link", name="Change or leave").click()
        assert page.get_by_text(f"{address} follows").is_visible()
        assert page.get_by_label("In which time zone").input_value() == ""
        page.get_by_role("link", name="Delete all of it").click()
        page.get_by_role("button", name="Delete everything").click()
        assert page.get_by_text("Your data is deleted").is_visible()


def test_the_form_is_followed_by_a_key_that_is_renewed_by_mail(site: Site) -> None:
    address = f"renewed-{next(_numbers)}@example.org"
    with chromium("390x844") as context:
        eyes = Eyes(context, "390x844")
        eyes.go(f"{site.url}/subscribe/", "subscribe")
        eyes.page.get_by_label("Your e-mail address").fill(address)
        eyes.click("button", "Subscribe")
        eyes.page.goto(link_in_mail(site, address, "confirm/"))
        eyes.click("button", "Yes, tell me")
        eyes.click("link", "Change or leave")
        old = eyes.page.url
        eyes.click("link", "Get a new link", "key")
        eyes.click("button", "Send it", "key-sent")
        site.mail_to(address, "takes the place")
        eyes.page.goto(old)
        assert eyes.page.get_by_text("This link does not work").is_visible()


@pytest.mark.parametrize(("place", "button"), [("front", "Subscribe"), ("incident", "Follow")])
def test_times_are_told_by_the_clock_that_the_page_went_by(
    site: Site, place: str, button: str
) -> None:
    address = f"zoned-{next(_numbers)}@example.org"
    with chromium("390x844") as context:
        page = context.new_page()
        page.goto(site.url)
        if place == "incident":
            page.locator(".outage__read a").first.click()
        expect(page.get_by_text("Times are in your own time zone, Europe/Berlin")).to_be_visible()
        page.get_by_label("Your e-mail address").fill(address)
        page.get_by_role("button", name=button).click()
        page.goto(link_in_mail(site, address, "confirm/"))
        page.get_by_role("button", name="Yes, tell me").click()
        page.get_by_role("link", name="Change or leave").click()
        assert page.get_by_label("In which time zone").input_value() == "Europe/Berlin"
