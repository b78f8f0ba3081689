"""Every page is read as Markdown too, made from its own words."""

import re
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from incidents.core import markup
from incidents.models import Component, Incident, Maintenance, Page, Update
from people.actors import Actor
from publishing.artefact import Missing, Moved
from publishing.core.paths import SUFFIX, has_twin, page_of, twin_of
from publishing.formats import twins
from publishing.rendering import render
from tests.publishing.world import Outage, open_trouble

LISTS = ["", "history/", "history/2012-12/", "uptime/", "uptime/2012-12/", "uptime/2012-Q4/",
         "promises/", "promises/2012/"]  # fmt: skip


def read(page: Page, path: str, at: datetime) -> str:
    return render(page, twin_of(path), at).body.decode()


@pytest.mark.parametrize(
    ("path", "twin"),
    [
        ("", "index.md"), ("de/", "de/index.md"), ("history/", "history.md"),
        ("pt-br/history/2012-12/", "pt-br/history/2012-12.md"), ("incidents/a/", "incidents/a.md"),
    ],
)  # fmt: skip
def test_a_twin_stands_beside_its_page(path: str, twin: str) -> None:
    assert twin_of(path) == twin
    assert page_of(twin.removesuffix(SUFFIX)) == path


@pytest.mark.parametrize("path", ["index.md", "updates.atom"])
def test_a_link_that_is_no_address_stays_as_it_is(
    page: Page, mailstore: Component, by: Actor, at: datetime, path: str
) -> None:
    incident = open_trouble(page, mailstore, by, at)
    Update.post(incident, body="See [this](//[) or [that](/uptime/).", by=by, at=at)
    told = render(page, path, at).body.decode()
    assert "//[" in told
    assert page.url("uptime/") in told


def test_forms_and_what_stood_then_have_no_twin() -> None:
    none = [
        "subscribe/",
        "de/subscribe/",
        "404/",
        "incidents/a/as-of/20121213T175500Z/",
        "uptime.csv",
    ]
    assert [path for path in none if has_twin(path)] == []


def test_every_kind_of_page_has_a_twin_that_reads_well(outage: Outage, at: datetime) -> None:
    pages = [
        *LISTS, outage.incident.public_path, outage.evening.public_path,
        outage.postmortem.public_path, f"{outage.postmortem.public_path}revisions/1/",
        outage.mailstore.public_path, f"{outage.mailstore.public_path}history/",
    ]  # fmt: skip
    for path in pages:
        text = read(outage.page, path, at)
        words = re.sub(r"`[^`]*`|<http[^>]*>", "", text)
        assert re.search(r"^# \S", text, re.MULTILINE), path
        assert not re.search(r"<[a-z/]|data:", words), path
        assert not re.search(r"\n{3}| \n", text), path
        assert all(
            link.startswith(("http://localhost:8000/",))
            for link in re.findall(r"\]\(([^)]*)\)", text)
        ), path
        assert text.endswith(f"As of 2 Mar 2026, 07:00 EST: <{outage.page.url(path)}>\n")


def test_an_incident_reads_as_its_page_does(outage: Outage, at: datetime) -> None:
    text = read(outage.page, outage.incident.public_path, at)
    for line in [
        "# Mailstore outage",
        "**Resolved**, about 13 Dec 2012, 08:00 EST to 14 Dec 2012, 08:13 EST",
        "**Not affected:** Forwarding, sending by SMTP and the web site",
        "| What | From | To | For |",
        "- **Cause:** A reset storage cluster (confirmed)",
        "  ### Some mail was bounced",
        "  Senders saw `Relay access denied` and `mail for mailstore.<domain> loops back to myself`.",
    ]:
        assert f"\n{line}\n" in text
    assert f"[13 Dec 2012, 12:55 EST]({outage.incident.public_url}#" in text


def test_a_table_keeps_its_last_row_in_itself(outage: Outage, at: datetime) -> None:
    assert "\n|  |" not in read(outage.page, "uptime/", at)
    assert "\n| All components |" in read(outage.page, "uptime/", at)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read for twins from here on, as after a start."""
    told = []

    def parse(html: str, parser: str) -> BeautifulSoup:
        told.append(html)
        return BeautifulSoup(html, parser)

    monkeypatch.setattr(twins, "BeautifulSoup", parse)
    twins._kept.cache_clear()
    return told


def test_rows_that_are_as_they_were_are_not_read_again(
    outage: Outage, at: datetime, parsed: list[str]
) -> None:
    for path in ("", "uptime/", "uptime/2012-12/"):
        text = read(outage.page, path, at)
        parsed.clear()
        assert read(outage.page, path, at) == text
        assert len(parsed) == 1
        assert re.search(rf"[|#] \[Mailstore\]\(\S+{outage.mailstore.public_path}\)", text)


def test_rows_of_the_history_that_are_as_they_were_are_not_read_again(
    outage: Outage, at: datetime, parsed: list[str]
) -> None:
    row = '<li class="row">'
    text = read(outage.page, "history/", at)
    assert sum(row in html for html in parsed) == 1
    parsed.clear()
    assert read(outage.page, "history/", at) == text
    assert parsed
    assert not any(row in html for html in parsed)
    assert f"[{outage.incident.title}]" in text


def test_words_side_by_side_are_not_glued_together(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    hour = timedelta(hours=1)
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + hour, end=at + 2 * hour,
        components=[mailstore], max_minutes=30, by=by, at=at,
    )  # fmt: skip
    Maintenance.announce(page, title="Moves", body="x", max_minutes=60, by=by, at=at)
    text = read(page, "", at)
    assert "UTC no longer than 30 min" in text
    assert "Dates to follow each no longer than 1 h" in text


def test_rows_that_are_new_are_read_together_and_each_keeps_its_own_words(
    outage: Outage, by: Actor, at: datetime, parsed: list[str]
) -> None:
    for number in range(12):
        Component.add(outage.page, f"Part | {number}", by=by, at=at)
    for path in ("", "uptime/"):
        parsed.clear()
        text = read(outage.page, path, at)
        assert len(parsed) <= 3
        found = re.findall(r"^[|#]+ \[Part \\?\| (\d+)\]\(\S+/\)(.*)", text, re.MULTILINE)
        assert [int(number) for number, _ in found] == list(range(12))
        assert len({figures for _, figures in found}) == 1
    mailstore = next(line for line in text.splitlines() if "Mailstore" in line)
    assert mailstore.count(" |") == found[0][1].count(" |")


def test_words_that_look_like_signs_stay_words(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    title = "<b>Mail</b> [down](x) *now* & `ever` &lt;i&gt;"
    incident = Incident.open(page, title=title, body="x", levels={}, by=by, at=at)
    text = read(page, incident.public_path, at)
    heading = re.search(r"^# (.*)$", text, re.MULTILINE)
    assert heading
    assert markup.render(heading[1]) == (
        "<p>&lt;b&gt;Mail&lt;/b&gt; [down](x) *now* &amp; `ever` &amp;lt;i&amp;gt;</p>"
    )


def test_a_twin_says_nothing_that_only_a_browser_can_do(
    outage: Outage, by: Actor, at: datetime
) -> None:
    going_on = open_trouble(outage.page, outage.sending, by, at)
    for path in ("", going_on.public_path):
        text = read(outage.page, path, at)
        assert "Next update in 12 min" in text
        assert not re.search(r"Subscribe|Skip to|Copy", text)


def test_a_twin_speaks_the_language_of_its_page(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    page.refresh_from_db()
    text = render(page, f"de/{twin_of(incident.public_path)}", at).body.decode()
    assert f"[Example Mail]({page.url('de/')})" in text
    assert page.url(f"de/{incident.public_path}") in text


def test_what_was_withdrawn_is_gone_in_its_twin_too(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    incident.withdraw("It never happened.", by=by, at=at)
    gone = render(page, twin_of(incident.public_path), at)
    assert gone.status == 410
    assert b"It never happened." in gone.body
    assert b"Mail cannot be read" not in gone.body


def test_what_stands_elsewhere_leads_there_and_what_is_nowhere_is_missing(
    page: Page, by: Actor, at: datetime
) -> None:
    work = Maintenance.announce(page, title="Some day", body="x", by=by, at=at)
    with pytest.raises(Moved, match=f"^maintenance/{work.public_id}.md$"):
        render(page, f"incidents/{work.public_id}.md", at)
    for path in ("incidents/aaaaaaaaaaaa.md", "nothing.md", "index/index.md"):
        with pytest.raises(Missing):
            render(page, path, at)


def test_pages_name_their_twins_and_other_forms(
    outage: Outage, reader: Client, at: datetime
) -> None:
    incident, mailstore = outage.incident, outage.mailstore
    wanted = {
        "": ["index.md", "history.atom", "updates.atom", "feed.json", "maintenance.ics"],
        incident.public_path: [f"incidents/{incident.public_id}.{end}" for end in ("md", "txt")],
        outage.evening.public_path: [
            f"maintenance/{outage.evening.public_id}.{end}" for end in ("md", "txt", "ics")
        ],
        mailstore.public_path: [f"{mailstore.public_path}{name}" for name in ("history.atom",)],
    }
    for path, names in wanted.items():
        told = re.findall(
            r'rel="alternate"[^>]* href="/([^"]+)"', reader.get(f"/{path}").content.decode()
        )
        assert set(names) <= set(told)
        assert {reader.get(f"/{name}").status_code for name in told} == {200}


def test_a_twin_is_data_for_every_origin(outage: Outage, reader: Client) -> None:
    answer = reader.get("/index.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_same_record_gives_the_same_twin(outage: Outage, at: datetime) -> None:
    assert read(outage.page, "", at) == read(outage.page, "", at)
    Update.post(outage.incident, body="More.", by=Actor.system("test"), at=at)
    assert "More." in read(outage.page, outage.incident.public_path, at + timedelta(hours=1))
