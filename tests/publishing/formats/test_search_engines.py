"""What search engines and chats read of a page: tags, linked data, sitemap, robots."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from incidents.models import Component, Incident, Maintenance, Page, Update
from people.actors import Actor
from publishing.formats import sitemaps
from publishing.rendering import render
from tests.publishing.world import Outage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMESPACE = {"": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def text(page: Page, path: str, at: datetime) -> str:
    return render(page, path, at).body.decode()


def linked(page: Page, path: str, at: datetime) -> Any:
    blocks = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', text(page, path, at), re.DOTALL
    )
    assert len(blocks) == 1
    return json.loads(blocks[0])


def tag(html: str, name: str) -> str:
    found = re.search(
        rf'<meta (?:name="[\w:]+" )?(?:property|name)="{name}" content="([^"]*)"', html
    )
    assert found, name
    return found[1]


def addresses(page: Page, at: datetime) -> dict[str, str]:
    tree = ET.fromstring(text(page, "sitemap.xml", at))
    return {
        str(each.findtext("loc", "", NAMESPACE)): str(each.findtext("lastmod", "", NAMESPACE))
        for each in tree.findall("url", NAMESPACE)
    }


def test_a_link_to_a_page_unfolds_with_title_words_and_picture(
    outage: Outage, at: datetime
) -> None:
    html = text(outage.page, outage.incident.public_path, at)
    assert tag(html, "og:title") == "Mailstore outage: Resolved"
    assert tag(html, "og:type") == "article"
    assert tag(html, "og:description") == "Considered fixed. New hardware is deployed."
    assert tag(html, "og:image") == outage.page.url("card.png")
    assert tag(html, "og:url") == outage.incident.public_url
    assert tag(html, "twitter:card") == "summary_large_image"
    assert tag(text(outage.page, "", at), "og:type") == "website"


def test_every_page_has_words_of_its_own_for_a_list_of_results(
    outage: Outage, at: datetime
) -> None:
    for path in ("", "history/", "uptime/", "promises/", outage.incident.public_path):
        html = text(outage.page, path, at)
        assert len(re.findall(r'<meta name="description"', html)) == 1
        assert f'<link rel="canonical" href="{outage.page.url(path)}">' in html


def test_the_site_says_how_it_is_searched(page: Page, at: datetime) -> None:
    told = linked(page, "", at)
    assert (told["@type"], told["name"], told["url"]) == ("WebSite", page.name, page.url())
    assert told["potentialAction"]["target"] == page.url("search/?q={text}")


def test_an_incident_is_a_report_with_its_updates(outage: Outage, by: Actor, at: datetime) -> None:
    told = linked(outage.page, outage.incident.public_path, at)
    assert told["@type"] == "LiveBlogPosting"
    assert datetime.fromisoformat(told["coverageEndTime"]) == outage.incident.resolved_at
    assert len(told["liveBlogUpdate"]) == 5
    assert told["liveBlogUpdate"][0]["url"].startswith(f"{outage.incident.public_url}#update-")


def test_links_that_staff_wrote_short_are_whole_in_data(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="See [the docs](/docs).", by=by, at=at)
    told = linked(incident.page, incident.public_path, at)
    assert "See the docs (http://localhost:8000/docs)." in str(told["liveBlogUpdate"])


def test_what_was_redacted_is_in_no_data(incident: Incident, by: Actor, at: datetime) -> None:
    Update.post(incident, body="A secret.", by=by, at=at).redact("Private.", by=by, at=at)
    told = linked(incident.page, incident.public_path, at)
    assert len(told["liveBlogUpdate"]) == 1
    assert "coverageEndTime" not in told


def test_nothing_that_staff_write_ends_the_block(page: Page, by: Actor, at: datetime) -> None:
    title = "</script><b>&amp;<!-- now"
    incident = Incident.open(page, title=title, body="x", levels={}, by=by, at=at)
    assert linked(page, incident.public_path, at)["headline"] == title


def test_planned_work_is_an_event_for_each_window(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        further=[(at + DAY, at + DAY + HOUR)], components=[mailstore], by=by, at=at,
    )  # fmt: skip
    work.scheduled_windows.waiting()[0].reschedule(
        start=at + 3 * HOUR, end=at + 4 * HOUR, body="Later.", by=by, at=at
    )
    moved, kept = linked(page, work.public_path, at)
    assert moved["eventStatus"] == "https://schema.org/EventRescheduled"
    assert datetime.fromisoformat(moved["previousStartDate"]) == at + HOUR
    assert datetime.fromisoformat(moved["startDate"]) == at + 3 * HOUR
    assert kept["eventStatus"] == "https://schema.org/EventScheduled"
    work.cancel(body="No.", by=by, at=at)
    off = linked(page, work.public_path, at)
    assert {event["eventStatus"] for event in off} == {"https://schema.org/EventCancelled"}


def test_work_without_dates_has_no_event(page: Page, by: Actor, at: datetime) -> None:
    work = Maintenance.announce(page, title="Some day", body="x", by=by, at=at)
    assert "ld+json" not in text(page, work.public_path, at)


def test_a_postmortem_is_an_article(outage: Outage, at: datetime) -> None:
    told = linked(outage.page, outage.postmortem.public_path, at)
    assert (told["@type"], told["headline"]) == ("Article", "What happened to Mailstore")


def test_the_sitemap_holds_what_people_read_with_its_last_change(
    outage: Outage, by: Actor, at: datetime
) -> None:
    told = addresses(outage.page, at)
    url = outage.page.url
    assert {
        url(), url("history/"), url("history/2012-12/"), url("uptime/"), url("promises/"),
        url(outage.mailstore.public_path), url(outage.postmortem.public_path),
        url(outage.evening.public_path),
    } <= set(told)  # fmt: skip
    assert told[outage.incident.public_url] == "2013-01-04T18:45:00Z"
    assert told[url()] == told[url("history/2012-12/")] == told[outage.incident.public_url]
    for address in told:
        path = address.removeprefix(url())
        assert render(outage.page, path, at).status == 200


def test_the_sitemap_holds_each_language(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    page.refresh_from_db()
    assert {incident.public_url, page.url(f"de/{incident.public_path}")} <= set(addresses(page, at))


def test_what_nobody_may_read_is_not_in_the_sitemap(page: Page, by: Actor, at: datetime) -> None:
    hidden = Incident.open(page, title="x", body="x", rehearsal=True, by=by, at=at)
    gone = Incident.open(page, title="y", body="y", by=by, at=at)
    gone.withdraw("Never was.", by=by, at=at)
    assert not {hidden.public_url, gone.public_url} & set(addresses(page, at))


def test_a_sitemap_holds_no_more_than_it_may(
    outage: Outage, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 6)
    assert len(addresses(outage.page, at)) == 6


def test_robots_find_the_sitemap_at_the_root_of_a_host(page: Page, by: Actor, at: datetime) -> None:
    lines = text(page, "robots.txt", at).splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /search/" in lines
    assert "Disallow: /" not in lines
    assert lines[-1] == f"Sitemap: {page.url('sitemap.xml')}"
    second = Page.found(name="Second", slug="second", by=by, at=at)
    beneath = text(second, "robots.txt", at)
    assert "Disallow: /pages/second/search/" in beneath
    assert "Sitemap" not in beneath


def test_a_private_page_bars_robots_and_lists_nothing(page: Page, by: Actor, at: datetime) -> None:
    inside = Page.found(name="Inside", slug="inside", visibility="private", by=by, at=at)
    assert text(inside, "robots.txt", at) == "User-agent: *\nDisallow: /\n"
    assert addresses(inside, at) == {}
