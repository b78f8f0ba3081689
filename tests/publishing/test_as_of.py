"""A page as it stood at an instant: what was known and said by then, no more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from incidents.as_known import as_known
from incidents.core.viewers import PUBLIC
from incidents.models import Cohort, Commitment, ImpactWindow, Incident, Note, Page, Update
from people.actors import Actor
from publishing.artefact import Missing
from publishing.rendering import render
from publishing.words.stamps import read, stamped
from tests.publishing.world import Outage, est

HOUR = timedelta(hours=1)


def then(incident: Incident, at: datetime, now: datetime) -> str:
    path = f"{incident.public_path}as-of/{stamped(at)}/"
    return " ".join(render(incident.page, path, now).body.decode().split())


def test_a_page_is_read_as_it_stood_in_the_night(outage: Outage, at: datetime) -> None:
    html = then(outage.incident, est(12, 14, 2, 40), at)
    assert "This is what the page said at" in html
    assert "14 Dec 2012, 02:40 EST" in html
    assert "Waiting for slow hardware" in html
    assert "We try other ways" not in html
    assert "8,000" not in html
    assert "Considered <strong>fixed</strong>" not in html
    assert "A reset storage cluster" not in html
    assert "Six months" not in html
    assert '<meta name="robots" content="noindex">' in html
    assert f'<link rel="canonical" href="{outage.incident.public_url}">' in html


def test_its_clocks_stand_still(outage: Outage, at: datetime) -> None:
    html = then(outage.incident, est(12, 14, 7, 45), at)
    assert "in 25 min" in html
    assert "data-due" not in html
    assert "data-since" not in html
    assert "18 h 59 min</span>)" in html


def test_each_update_leads_to_the_page_as_it_stood_then(
    outage: Outage, at: datetime, reader: Client
) -> None:
    page = render(outage.page, outage.incident.public_path, at).body.decode()
    address = f"{outage.incident.public_path}as-of/20121214T074000Z/"
    assert address in page
    assert reader.get(f"/{address}").status_code == 200


@pytest.mark.parametrize(
    "stamp",
    [
        "20121213T175400Z",
        "20991231T000000Z",
        "20121301T000000Z",
        "20120230T000000Z",
        "٢٠١٢1214T074000Z",
    ],
)
def test_before_the_first_post_in_the_future_and_off_the_calendar_is_nothing(
    outage: Outage, at: datetime, stamp: str
) -> None:
    with pytest.raises(Missing):
        render(outage.page, f"{outage.incident.public_path}as-of/{stamp}/", at)


@pytest.mark.parametrize("hide", ["rehearsal", "withdrawn_at", "private"])
def test_what_readers_may_not_see_they_may_not_see_as_of_then(
    incident: Incident, page: Page, at: datetime, hide: str
) -> None:
    if hide == "private":
        Page.objects.filter(pk=page.pk).update(visibility="private")
    else:
        value = True if hide == "rehearsal" else at + HOUR
        Incident.objects.filter(pk=incident.pk).update(**{hide: value})
    assert as_known(page, incident.public_id, at, PUBLIC) is None


def test_what_was_put_right_later_is_wrong_then(
    incident: Incident, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    window.supersede(
        level="partial_outage", because="Half of them.", by=by, at=at + 2 * HOUR
    ).close(at + HOUR, by=by, at=at + 3 * HOUR)
    known = [
        [(w.level, w.end) for w in found.windows.all()]
        for hours in (0, 2, 3)
        if (found := as_known(incident.page, incident.public_id, at + hours * HOUR, PUBLIC))
    ]
    assert known == [
        [("major_outage", None)],
        [("partial_outage", None)],
        [("partial_outage", at + HOUR)],
    ]


def test_promises_notes_and_progress_are_as_they_were(
    incident: Incident, by: Actor, at: datetime
) -> None:
    promise = Commitment.promise(incident, "fix", due=at + 4 * HOUR, by=by, at=at)
    note = Note.add(incident, "advice", "Add an address", by=by, at=at)
    cohort = Cohort.name_one(incident, "Some", by=by, at=at)
    cohort.report(10, by=by, at=at)
    note.change(headline="Take it out again", by=by, at=at + HOUR)
    cohort.report(90, by=by, at=at + HOUR)
    promise.meet(by=by, at=at + HOUR)
    for hours, expected in (
        (0.5, ("Add an address", "active", 10, None)),
        (1, ("Take it out again", "changed", 90, at + HOUR)),
    ):
        found = as_known(incident.page, incident.public_id, at + hours * HOUR, PUBLIC)
        assert found is not None
        (known,) = found.notes.all()
        (share,) = found.cohorts.all()
        (owed,) = found.commitments.all()
        assert (known.headline, known.state, share.done_percent, owed.met_at) == expected


def test_ends_that_were_taken_back_stood_for_a_while(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.call_false_alarm(body="Nothing.", by=by, at=at + HOUR)
    incident.reopen(body="It is.", by=by, at=at + 2 * HOUR)
    incident.resolve(body="Over.", resolved_at=at + 3 * HOUR, by=by, at=at + 4 * HOUR)
    seen = []
    for hours in range(5):
        found = as_known(incident.page, incident.public_id, at + hours * HOUR, PUBLIC)
        assert found is not None
        seen.append((found.status, found.outcome, found.resolved_at))
    assert seen == [
        ("investigating", "", None),
        ("resolved", "false_alarm", at + HOUR),
        ("investigating", "", None),
        ("investigating", "", None),
        ("resolved", "", at + 3 * HOUR),
    ]


def test_redacted_words_stay_gone(incident: Incident, by: Actor, at: datetime) -> None:
    update = Update.post(incident, body="A customer's name.", by=by, at=at + HOUR)
    update.redact("It named a customer.", by=by, at=at + 2 * HOUR)
    html = then(incident, at + HOUR, at + 9 * HOUR)
    assert "A customer" not in html
    assert "It named a customer." in html


def test_it_is_read_in_as_many_queries_however_much_was_said(
    incident: Incident, by: Actor, at: datetime,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:  # fmt: skip
    for minutes in range(1, 20):
        moment = at + timedelta(minutes=minutes)
        Update.post(incident, body="More.", by=by, at=moment)
        note = Note.add(incident, "question", f"Question {minutes}", by=by, at=moment)
        note.change(answer="Yes.", by=by, at=moment + HOUR)
    ImpactWindow.objects.get().close(at + HOUR, by=by, at=at + HOUR)
    with django_assert_max_num_queries(22):  # type: ignore[attr-defined]
        then(incident, at + HOUR / 2, at + 2 * HOUR)


def test_a_stamp_names_a_whole_second_and_comes_back() -> None:
    late = datetime(2026, 3, 2, 12, 0, 59, 1, tzinfo=UTC)
    assert stamped(late) == "20260302T120100Z"
    assert read(stamped(late)) == datetime(2026, 3, 2, 12, 1, tzinfo=UTC)
