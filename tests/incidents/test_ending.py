"""How an incident turns out to be none of its own: a false alarm, a duplicate, a rehearsal."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.core.levels import Level, worst
from incidents.core.viewers import PUBLIC
from incidents.models import (
    Cohort,
    Commitment,
    Component,
    Event,
    ImpactWindow,
    Incident,
    IncidentLink,
    Maintenance,
    Page,
    Update,
)
from people.actors import Actor

HOUR = timedelta(hours=1)
Opening = Callable[..., Incident]


@pytest.fixture
def other(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """The same trouble, noticed an hour earlier."""
    return Incident.open(
        page, title="Mailstore is down", body="We know.", levels={mailstore: "major_outage"},
        by=by, at=at - HOUR,
    )  # fmt: skip


def levels(component: Component, at: datetime) -> list[Level]:
    """The level at each half hour of that day."""
    return [component.level_at(at + half * HOUR / 2) for half in range(-8, 40)]


# False alarms


def test_a_duplicate_is_no_false_alarm_of_its_own(
    incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    incident.merge_into(other, body="The same.", by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        incident.call_false_alarm(body="Nothing.", by=by, at=at)
    assert "the incident that it leads to" in refused.value.message_dict["status"][0]


def test_a_false_alarm_takes_its_impact_back_and_keeps_its_story(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    update = incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + HOUR)
    kept = Incident.objects.visible_to(PUBLIC).get()
    assert (kept.status, kept.outcome, kept.resolved_at) == ("resolved", "false_alarm", at + HOUR)
    assert set(levels(mailstore, at)) == {Level.OPERATIONAL}
    assert kept.impact == "none"
    assert update.body == "False alarm. Our probe was wrong."
    assert [(row.old_level, row.new_level) for row in update.levels.all()] == [
        ("major_outage", "operational")
    ]
    (retracted,) = incident.windows.corrected()
    assert (retracted.superseded_because, retracted.superseded_by) == ("False alarm", None)
    event = Event.objects.get(kind="incident.false_alarm")
    assert (event.tell, event.object_id) == (True, update.public_id)


def test_it_turns_out_afterwards_that_it_was_a_false_alarm(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Gone by itself.", by=by, at=at + HOUR)
    incident.call_false_alarm(body="It was a false alarm.", by=by, at=at + 2 * HOUR)
    kept = Incident.objects.get()
    assert (kept.resolved_at, kept.outcome) == (at + HOUR, "false_alarm")
    assert kept.updates.get(number=3).body == "It was a false alarm."
    assert not kept.windows.current().exists()


def test_reopening_makes_it_an_incident_again(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + HOUR)
    stale = Incident.objects.get()
    stale.reopen(
        body="It was right after all.", levels={mailstore: "major_outage"}, by=by, at=at + 2 * HOUR
    )
    assert (Incident.objects.get().outcome, stale.outcome) == ("", "")
    assert mailstore.level_at(at + 3 * HOUR) == Level.MAJOR_OUTAGE
    assert mailstore.level_at(at + HOUR / 2) == Level.OPERATIONAL


def test_a_false_alarm_is_called_once_and_only_of_incidents(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + HOUR)
    with pytest.raises(ValidationError, match="a false alarm already"):
        incident.call_false_alarm(body="Again.", by=by, at=at + HOUR)
    work = Maintenance.announce(page, title="Work", body="Soon.", by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        work.call_false_alarm(body="x", by=by, at=at)
    assert list(refused.value.message_dict) == ["status"]
    with pytest.raises(ValidationError) as refused:
        incident.call_false_alarm(body=" ", by=by, at=at)
    assert list(refused.value.message_dict) == ["body"]


# Duplicates


def test_what_the_other_covers_counts_once_and_the_rest_moves(
    incident: Incident, other: Incident, mailstore: Component, component: Component, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    ImpactWindow.record(
        component, incident=incident, level="partial_outage", kind="delayed", start=at, by=by,
        at=at,
    )  # fmt: skip
    before = levels(mailstore, at), levels(component, at)
    incident.merge_into(other, body="One and the same.", by=by, at=at + HOUR)
    assert (levels(mailstore, at), levels(component, at)) == before
    assert not incident.windows.current().exists()
    assert {window.kind for window in other.windows.current()} == {"unavailable", "delayed"}
    reasons = set(incident.windows.corrected().values_list("superseded_because", flat=True))
    assert reasons == {"The same trouble as “Mailstore is down”"}
    assert all(window.superseded_by for window in incident.windows.corrected())


def test_both_say_that_they_are_one(
    incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    update = incident.merge_into(other, body="One and the same.", by=by, at=at + HOUR)
    kept = Incident.objects.get(pk=incident.pk)
    assert (kept.status, kept.outcome) == ("resolved", "duplicate")
    assert update.body.startswith(
        f"This is the same trouble as [“Mailstore is down”]({other.public_url})"
    )
    there = other.updates.get(number=2)
    assert there.body.endswith("is the same trouble as this. One and the same.")
    assert there.status == "investigating"
    assert IncidentLink.objects.get().kind == "duplicate_of"
    told = Event.objects.filter(tell=True, at=at + HOUR).values_list("kind", "incident")
    assert set(told) == {("incident.merged", incident.pk), ("incident.updated", other.pk)}


def test_it_is_said_on_the_duplicate_alone_where_that_is_enough(
    incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    incident.merge_into(other, body="The same.", there_too=False, notify=False, by=by, at=at)
    assert other.updates.count() == 1
    assert not Event.objects.filter(kind="incident.merged", tell=True).exists()


def test_cohorts_and_their_windows_go_along(
    incident: Incident, other: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    cohort = Cohort.name_one(incident, "Corrupted indexes", size=24, by=by, at=at)
    ImpactWindow.record(
        mailstore, incident=incident, level="major_outage", kind="unavailable", start=at,
        cohort=cohort, by=by, at=at,
    )  # fmt: skip
    incident.merge_into(other, body="The same.", by=by, at=at + HOUR)
    cohort.refresh_from_db()
    assert cohort.incident == other
    assert other.windows.current().get(cohort=cohort).start == at


def test_a_duplicate_that_is_reopened_stands_on_its_own_again(
    incident: Incident, other: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.merge_into(other, body="The same.", by=by, at=at + HOUR)
    incident.reopen(
        body="It is not.", levels={mailstore: "partial_outage"}, by=by, at=at + 2 * HOUR
    )
    assert Incident.objects.get(pk=incident.pk).outcome == ""
    assert not IncidentLink.objects.exists()
    assert incident.windows.current().get().start == at + 2 * HOUR


@pytest.mark.parametrize("case", ["itself", "withdrawn", "rehearsal", "duplicate", "over", "work"])
def test_what_cannot_take_over_is_refused(
    incident: Incident, other: Incident, page: Page, by: Actor, at: datetime, case: str
) -> None:
    target: Any = other
    if case == "itself":
        target = incident
    elif case == "withdrawn":
        other.withdraw("It never was.", by=by, at=at)
    elif case == "rehearsal":
        target = Incident.open(page, title="Drill", body="x", rehearsal=True, by=by, at=at)
    elif case == "duplicate":
        third = Incident.open(page, title="Third", body="x", by=by, at=at)
        other.merge_into(third, body="The same.", by=by, at=at)
    elif case == "over":
        other.resolve(body="Over.", by=by, at=at)
    else:
        target = Maintenance.announce(page, title="Work", body="Soon.", by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        incident.merge_into(target, body="The same.", by=by, at=at + HOUR)
    assert list(refused.value.message_dict) == ["target" if case == "itself" else "other"]
    kept = Incident.objects.get(pk=incident.pk)
    assert (kept.outcome, kept.is_open) == ("", True)
    assert incident.windows.current().exists()


HELD = st.tuples(
    st.integers(0, 9), st.integers(1, 6), st.sampled_from(Level.values[2:]),
    st.sampled_from(["unavailable", "degraded", "delayed"]),
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=st.lists(HELD, max_size=4), theirs=st.lists(HELD, max_size=4))
def test_merging_never_changes_what_was_how_broken_when(
    page: Page, component: Component, by: Actor, at: datetime,
    mine: list[tuple[int, int, str, str]], theirs: list[tuple[int, int, str, str]],
) -> None:  # fmt: skip
    pair = []
    for held in (mine, theirs):
        incident = Incident.open(page, title="Same", body="x", by=by, at=at)
        pair.append(incident)
        for start, length, level, kind in held:
            times: dict[str, Any] = {
                "start": at + start * HOUR,
                "end": at + (start + length) * HOUR,
            }
            try:
                ImpactWindow.record(
                    component, incident=incident, level=level, kind=kind, by=by,
                    at=at + 20 * HOUR, **times,
                )  # fmt: skip
            except ValidationError:
                continue
    before = levels(component, at)
    worst_before = worst(before)
    pair[0].merge_into(pair[1], body="The same.", by=by, at=at + 21 * HOUR)
    assert levels(component, at) == before
    assert not pair[0].windows.current().exists()
    alike: dict[str, list[ImpactWindow]] = {}
    for window in pair[1].windows.current().order_by("start"):
        alike.setdefault(window.kind, []).append(window)
    for row in alike.values():
        ends = [(one.end, two.start) for one, two in pairwise(row)]
        assert all(end is not None and end <= start for end, start in ends)
    assert worst(levels(component, at)) == worst_before
    for incident in pair:
        incident.withdraw("Next example.", by=by, at=at + 22 * HOUR)


# Rehearsals


def test_a_rehearsal_is_put_away(page: Page, mailstore: Component, by: Actor, at: datetime) -> None:
    drill = Incident.open(
        page, title="Drill", body="x", levels={mailstore: "major_outage"}, rehearsal=True, by=by,
        at=at,
    )  # fmt: skip
    assert mailstore.level_at(at) == Level.OPERATIONAL
    drill.close_rehearsal(by=by, at=at + HOUR)
    assert Incident.objects.get().withdrawn_at == at + HOUR
    assert not Event.objects.filter(tell=True).exists()


def test_what_readers_have_seen_is_no_rehearsal(
    incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        incident.close_rehearsal(by=by, at=at)
    assert list(refused.value.message_dict) == ["rehearsal"]


def test_a_merge_keeps_no_promise_of_the_other_one(
    incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    due = at + 3 * HOUR
    Update.post(other, body="We look.", next_update_due=due, by=by, at=at)
    Update.post(incident, body="We look.", next_update_due=due, by=by, at=at)
    incident.merge_into(other, body="The same.", by=by, at=at + HOUR)
    assert other.updates.count() == 3
    assert [each.incident for each in Commitment.objects.standing()] == [other]


def test_what_is_out_is_not_degraded_a_second_time(
    incident: Incident, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    slow = Incident.open(
        page, title="Slow", body="x", levels={mailstore: "degraded_performance"}, by=by,
        at=at - HOUR,
    )  # fmt: skip
    incident.merge_into(slow, body="The same.", by=by, at=at + HOUR)
    held = slow.windows.current().values_list("level", "start", "end")
    assert list(held) == [
        ("degraded_performance", at - HOUR, at),
        ("major_outage", at, None),
    ]
