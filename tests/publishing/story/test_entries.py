from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.core.histories import SaidThen
from incidents.models import Component, Incident, Maintenance, Note, Page, Update
from incidents.models.story.backfill import backfill
from people.actors import Actor
from publishing.artefact import Missing
from publishing.rendering import render
from publishing.story.timeline import Entry, timeline
from tests.publishing.world import Outage, open_trouble, tie

HOUR = timedelta(hours=1)


def seen(page: Page, at: datetime, path: str) -> str:
    return " ".join(render(page, path, at).body.decode().split())


@pytest.fixture
def html(outage: Outage, at: datetime) -> str:
    return seen(outage.page, at, outage.incident.public_path)


FACTS = [
    "19 h 27 min",
    "8 h 14 min</b> without a word",
    "<b>10 min late</b>",
    "about 8,000 messages",
    "+31 h 59 min",
    "+45 h 14 min",
    "24 accounts",
    "75 % done, 25 % to go",
    "Six months of service to every Mailstore account.",
    "Not affected:</b> Forwarding, sending by SMTP and the web site",
    "What you can do:</b> Add a forwarding address",
    "Considered <strong>fixed</strong>",
    "Last edited",
    "4 Jan 2013, 13:45 EST",
    'A reset storage cluster <span class="soft">(confirmed)</span>',
    "Some mail was bounced",
    "Relay access denied",
    "mailstore.&lt;domain&gt; loops back to myself",
    "<h3>Is it over?</h3>",
    "Yes: new hardware carries the load.",
    "Overtook planned work",
    "Short maintenance of Mailstore",
    "What happened to Mailstore",
    'about <time datetime="2012-12-13T08:00:00-05:00"',
    'tells of <time datetime="2012-12-14T08:13:00-05:00"',
]


def test_the_mailstore_outage_is_told_whole(html: str) -> None:
    assert [fact for fact in FACTS if fact not in html] == []


def test_a_correction_and_what_it_corrects_name_each_other(outage: Outage, html: str) -> None:
    first, third = outage.incident.updates.get(number=1), outage.updates[3]
    assert f'Corrects <a href="#{first.anchor}">' in html
    assert f'Corrected by <a href="#{third.anchor}">' in html


def test_a_corrected_update_is_named_by_the_time_that_heads_it(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    wrong = Update.post(
        incident, body="Mail is lost.", happened_at=at + HOUR / 2, by=by, at=at + HOUR
    )
    Update.post(
        incident, body="It waits.", corrects=wrong, happened_at=at + HOUR, by=by, at=at + 2 * HOUR
    )
    html = seen(page, at + 3 * HOUR, incident.public_path)
    wrong_time, right_time = "2026-03-02T13:00:00+00:00", "2026-03-02T14:00:00+00:00"
    assert f'Corrects <a href="#{wrong.anchor}">the update of <time datetime="{wrong_time}"' in html
    assert f'the update of <time datetime="{right_time}"' in html.split("Corrected by")[1]
    text = seen(page, at + 3 * HOUR, f"{incident.public_path.rstrip('/')}.txt")
    for told in (
        text,
        *(seen(page, at + 3 * HOUR, f"{each}.atom") for each in ("history", "updates")),
    ):
        assert "Corrects the update of 2 Mar 2026, 13:00 UTC." in told
        assert "Corrected by the update of 2 Mar 2026, 14:00 UTC." in told


def test_an_end_found_out_later_leaves_what_was_posted_before_in_its_place(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    made = Incident.open(
        page, title="Mail is slow", body="We look.", levels={mailstore: "major_outage"},
        started_at=at - HOUR, by=by, at=at,
    )  # fmt: skip
    made.resolve(body="It was over by then.", resolved_at=at - HOUR / 2, by=by, at=at + HOUR)
    told = timeline(Incident.objects.with_story().get(pk=made.pk))
    assert [each.said_at for each in told if isinstance(each, Entry)] == [at, at + HOUR]
    html = seen(page, at + 2 * HOUR, made.public_path)
    assert 'tells of <time datetime="2026-03-02T11:30:00+00:00"' in html


def test_each_update_has_an_address_of_its_own(outage: Outage, html: str) -> None:
    for update in outage.updates:
        assert f'id="{update.anchor}"' in html


def test_what_is_over_is_told_in_order_and_what_goes_on_newest_first(
    outage: Outage, html: str, mailstore: Component, page: Page, by: Actor, at: datetime
) -> None:
    assert html.index(f'id="{outage.updates[0].anchor}"') < html.index(
        f'id="{outage.updates[-1].anchor}"'
    )
    trouble = open_trouble(page, mailstore, by, at)
    first, second = trouble.updates.all()
    running = seen(page, at, trouble.public_path)
    assert running.index(f'id="{second.anchor}"') < running.index(f'id="{first.anchor}"')


def test_a_redacted_update_leaves_a_dated_stub(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    slip = Update.post(incident, body="It was Bob of Example Ltd.", by=by, at=at + HOUR)
    slip.redact("It named a customer.", by=by, at=at + 2 * HOUR)
    html = seen(page, at + 3 * HOUR, incident.public_path)
    assert "Bob of" not in html
    assert "This update was removed" in html
    assert "It named a customer." in html


def test_a_withdrawn_incident_leaves_a_tombstone(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    incident.withdraw("It was a drill.", by=by, at=at + HOUR)
    artefact = render(page, incident.public_path, at + 2 * HOUR)
    assert artefact.status == 410
    assert "It was a drill." in artefact.body.decode()
    assert incident.title not in artefact.body.decode()


def test_a_rehearsal_is_visible_nowhere(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    drill = Incident.open(page, title="A drill", body="No.", rehearsal=True, by=by, at=at)
    with pytest.raises(Missing):
        render(page, drill.public_path, at)
    for path in ("", "history/", "history.atom", "history.rss", "api/v2/summary.json"):
        assert "A drill" not in seen(page, at, path)


def test_advice_that_no_longer_holds_is_struck_through(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    advice = Note.add(incident, "advice", "Use the old address", by=by, at=at)
    advice.change(state="withdrawn", by=by, at=at + HOUR)
    html = seen(page, at + HOUR, incident.public_path)
    assert "<s>Use the old address</s> No longer advised since" in html


def test_linked_entries_are_shown_from_both_ends(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    first = open_trouble(page, mailstore, by, at)
    second = open_trouble(page, component, by, at)
    tie(first, second, by, at)
    assert "Was caused by the fix of" in seen(page, at, second.public_path)
    assert "Its fix caused" in seen(page, at, first.public_path)


def test_a_maintenance_shows_its_plan_and_by_how_much_it_overran(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New storage", body="We move.", start=at + HOUR, end=at + 2 * HOUR,
        max_minutes=60, components=[mailstore], by=by, at=at,
    )  # fmt: skip
    told = seen(page, at, work.public_path)
    assert "At most</dt><dd>1 h</dd>" in told
    # The day stands once.
    assert 'data-form="full">2 Mar 2026, 13:00 UTC</time> to <time' in told
    assert 'data-start="2026-03-02T13:00:00+00:00" data-form="full">14:00 UTC</time>' in told
    work.start(by=by, at=at + HOUR)
    late = seen(page, at + 2 * HOUR + timedelta(minutes=25), work.public_path)
    assert "Overrun</dt><dd><b>overrun by 25 min</b>" in late


def test_an_old_address_leads_to_the_right_one(
    page: Page, mailstore: Component, by: Actor, at: datetime, reader: Client
) -> None:
    work = Maintenance.announce(page, title="Work", body="Soon.", by=by, at=at)
    for path in (f"/incidents/{work.public_id}", f"/incidents/{work.public_id}/"):
        response = reader.get(path, follow=True)
        assert response.redirect_chain[-1] == (f"/maintenance/{work.public_id}/", 301)


def test_a_postmortem_shows_sections_in_order_with_authors_and_the_original_updates(
    outage: Outage, at: datetime
) -> None:
    html = seen(outage.page, at, outage.postmortem.public_path)
    assert html.index(">Summary</h2>") < html.index(">Apology</h2>")
    assert "System administration, <time" in html
    assert "signed by The people who run Example Mail" in html
    for update in outage.updates:
        assert f"{outage.incident.public_path}#{update.anchor}" in html
    assert "8 h 14 min without a word" in html


def test_a_draft_postmortem_is_visible_nowhere(outage: Outage, by: Actor, at: datetime) -> None:
    draft = outage.postmortem.draft(
        outage.page, title="Second thoughts", incidents=[outage.incident], by=by, at=at
    )
    with pytest.raises(Missing):
        render(outage.page, draft.public_path, at)
    for path in ("", outage.incident.public_path, "history/"):
        assert "Second thoughts" not in seen(outage.page, at, path)


def test_history_skips_empty_months_and_leads_from_one_to_the_next(
    outage: Outage, by: Actor, at: datetime
) -> None:
    Incident.open(outage.page, title="Of today", body="Well.", by=by, at=at)
    index = seen(outage.page, at, "history/")
    assert "March 2026" in index
    assert "December 2012" in index
    month = seen(outage.page, at, "history/2012-12/")
    assert 'href="/history/2026-03/"' in month
    assert "Mailstore outage" in month


@pytest.mark.parametrize(
    "path", ["history/2012-13/", "history/0001-01/", "history/9999-12/", "incidents/abc/", "x"]
)
def test_nonsense_is_missing(page: Page, at: datetime, path: str) -> None:
    with pytest.raises(Missing):
        render(page, path, at)


def test_what_is_affected_and_since_when_stands_above_the_updates(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident = open_trouble(page, mailstore, by, at)
    html = seen(page, at + HOUR, incident.public_path)
    assert html.index('class="outage__parts"') < html.index('id="updates"')
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    assert "outage__parts" not in seen(page, at + HOUR, incident.public_path)


def test_a_silence_over_days_names_its_days(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident = open_trouble(page, mailstore, by, at)
    Update.post(incident, body="Still at it.", by=by, at=at + 30 * HOUR)
    html = seen(page, at + 30 * HOUR, incident.public_path)
    silence = html.split('<li class="silence">')[1].split("</li>")[0]
    assert "30 h 20 min without a word" in silence
    assert silence.count('data-form="moment"') == 2


def test_a_line_of_history_says_words_and_no_addresses_of_links(
    page: Page, by: Actor, at: datetime
) -> None:
    body = "Read [the whole story](/incidents/abc/)."
    Incident.open(page, title="Trouble", body=body, by=by, at=at)
    html = seen(page, at, "history/")
    assert "Read the whole story." in html
    assert "/incidents/abc/" not in html


def test_readers_see_how_many_were_mailed_and_by_when(
    incident: Incident, by: Actor, at: datetime
) -> None:
    told = [{"channel": "email", "sent": 12431, "of": 12500}]
    update = Update.post(incident, body="A disk failed.", by=by, at=at)
    assert "E-mailed" not in seen(incident.page, at, incident.public_path)
    update.state_reach(told, by=by, at=at + HOUR)
    later = at + 2 * HOUR
    html = seen(incident.page, later, incident.public_path)
    assert "E-mailed 12,431 of 12,500 by <time" in html
    incident.page.change(shows_reach=False, by=by, at=later)
    assert "E-mailed" not in seen(incident.page, later, incident.public_path)


def test_how_it_stood_then_says_nothing_of_who_was_told_later(
    incident: Incident, by: Actor, at: datetime
) -> None:
    update = Update.post(incident, body="A disk failed.", by=by, at=at)
    Update.post(incident, body="More.", by=by, at=at + HOUR)
    update.state_reach([{"channel": "email", "sent": 1, "of": 1}], by=by, at=at + 2 * HOUR)
    stamp = f"{at + HOUR:%Y%m%dT%H%M%SZ}"
    assert "E-mailed" not in seen(
        incident.page, at + 3 * HOUR, f"{incident.public_path}as-of/{stamp}/"
    )


def test_a_way_of_telling_that_is_hit_is_said_everywhere_while_it_goes_on(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.routes.hit("email", domain="example.com", by=by, at=at)
    incident.routes.hit("webhook", by=by, at=at)
    for path in ("", incident.public_path):
        html = seen(incident.page, at, path)
        assert "Mail to addresses at example.com may come late" in html
        assert "Word over Webhook may come late" in html
    incident.resolve(body="Over.", by=by, at=at)
    assert "may come late" not in seen(incident.page, at, incident.public_path)


def test_what_is_over_says_at_once_how_it_ended(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Mail is **sent** again.", by=by, at=at + HOUR)
    Update.post(incident, body="It was 5 %, not 50.", by=by, at=at + 2 * HOUR)
    words = "Mail is <strong>sent</strong> again."
    html = seen(page, at + 3 * HOUR, incident.public_path)
    top, _, updates = html.partition("<main")[2].partition('id="updates"')
    assert top.index(words) < top.index('id="overview"')
    assert words in updates
    assert "It was 5 %" not in top
    twin = seen(page, at + 3 * HOUR, incident.public_path.rstrip("/") + ".md")
    assert twin.index("## How it ended Mail is **sent** again.") < twin.index("## Overview")
    then = incident.public_path + f"as-of/{(at + HOUR / 2):%Y%m%dT%H%M%SZ}/"
    assert "sent</strong> again" not in seen(page, at + 3 * HOUR, then)
    then = incident.public_path + f"as-of/{(at + 2 * HOUR):%Y%m%dT%H%M%SZ}/"
    assert words in seen(page, at + 3 * HOUR, then).partition('id="updates"')[0]


def test_where_a_summary_tells_the_end_it_is_told_once(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Mail is sent again.", by=by, at=at + HOUR)
    incident.summarise("It is over.", by=by, at=at + HOUR)
    assert "How it ended" not in seen(page, at + 3 * HOUR, incident.public_path)


def test_the_only_word_on_what_is_over_stands_first_and_once(
    page: Page, by: Actor, at: datetime
) -> None:
    said = [SaidThen(at, "resolved", "It was slow.")]
    told = backfill(page, title="Slow", updates=said, by=by, at=at + HOUR)
    html = seen(page, at + 3 * HOUR, told.public_path)
    assert html.partition("<main")[2].count("It was slow.") == 1
    assert 'id="updates"' not in html
