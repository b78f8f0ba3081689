"""What the clock says reaches readers in their language; what staff says stays as it was said."""

from datetime import datetime, timedelta

import pytest

from incidents.core import own_words
from incidents.models import Announcement, Incident, Maintenance, Page, Update, UpdateText
from people.actors import Actor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGUN_IN_GERMAN = "Die Wartung hat begonnen."


@pytest.fixture
def page(page: Page, by: Actor, at: datetime) -> Page:
    """A page in English and German, that takes update texts in Ukrainian."""
    page.change(languages=["de", "uk"], by=by, at=at)
    return page


@pytest.fixture
def work(page: Page, by: Actor, at: datetime) -> Maintenance:
    """Work in two windows of an hour."""
    first, second = at + HOUR, at + DAY
    return Maintenance.schedule(
        page, title="New disks", body="We replace disks.", start=first, end=first + HOUR,
        further=[(second, second + HOUR)], by=by, at=at,
    )  # fmt: skip


def spoken(incident: Incident) -> list[tuple[str, dict[str, str]]]:
    """What each update after the first says, and what in which further language."""
    later = incident.updates.filter(number__gt=1).prefetch_related("texts")
    return [(each.body, {text.language: text.body for text in each.texts.all()}) for each in later]


def test_the_clock_speaks_every_language_of_the_page(work: Maintenance, at: datetime) -> None:
    Maintenance.run_edges(at=at + 2 * DAY)
    begun = ("The maintenance has begun.", {"de": BEGUN_IN_GERMAN})
    assert spoken(work) == [
        begun,
        (own_words.PART_DONE, {"de": own_words.said_in("de", own_words.PART_DONE)}),
        begun,
        ("The maintenance has been completed.", {"de": "Die Wartung ist abgeschlossen."}),
    ]


def test_on_a_german_page_the_record_itself_is_german(
    work: Maintenance, page: Page, at: datetime
) -> None:
    Page.objects.filter(pk=page.pk).update(language="de", languages=["en"])
    Maintenance.run_edges(at=at + HOUR)
    assert spoken(work) == [(BEGUN_IN_GERMAN, {"en": "The maintenance has begun."})]
    assert work.updates.get(number=2).html == f"<p>{BEGUN_IN_GERMAN}</p>"


def test_an_announcement_that_runs_out_says_so_in_each_language(
    page: Page, by: Actor, at: datetime
) -> None:
    told = Announcement.publish(
        page, title="We move", body="Soon.", ends_at=at + HOUR, by=by, at=at
    )
    Announcement.end_due(at=at + HOUR)
    assert spoken(told) == [
        ("This announcement has ended.", {"de": "Diese Ankündigung ist beendet."})
    ]


def test_words_of_staff_are_in_no_language_but_theirs(
    work: Maintenance, by: Actor, at: datetime
) -> None:
    work.start(body="We begin a little early.", by=by, at=at + timedelta(minutes=30))
    assert spoken(work) == [("We begin a little early.", {})]


@pytest.mark.parametrize("offered", [own_words.BEGUN, f" {BEGUN_IN_GERMAN}\n"])
def test_a_sentence_that_staff_left_as_it_was_offered_is_no_words_of_staff(
    work: Maintenance, page: Page, by: Actor, at: datetime, offered: str
) -> None:
    Page.objects.filter(pk=page.pk).update(language="de", languages=["en"])
    work.refresh_from_db()
    work.start(body=offered, by=by, at=at + HOUR)
    assert spoken(work) == [(BEGUN_IN_GERMAN, {"en": "The maintenance has begun."})]


def test_who_puts_a_sentence_of_the_clock_in_other_words_takes_it_back_everywhere(
    work: Maintenance, by: Actor, at: datetime
) -> None:
    Maintenance.run_edges(at=at + HOUR)
    begun = Update.objects.get(incident=work, number=2)
    begun.edit(body="We have begun, ten minutes late.", by=by, at=at + HOUR)
    assert spoken(work) == [("We have begun, ten minutes late.", {})]


def test_translations_of_staff_outlive_an_edit(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.page.refresh_from_db()
    update = incident.updates.get()
    UpdateText.write(update, "de", body="Wir prüfen das.", by=by, at=at)
    update.edit(body="We look into it.", by=by, at=at)
    assert update.texts.get().body == "Wir prüfen das."


def test_a_language_that_candor_does_not_speak_gets_english() -> None:
    assert own_words.said_in("uk", own_words.BEGUN) == own_words.BEGUN
    assert own_words.in_each("Other words.", "en", ["de"]) == {}
