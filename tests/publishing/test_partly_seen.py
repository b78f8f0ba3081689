"""Entries that hit what a group of readers sees and what it does not: none names the other part."""

from datetime import timedelta
from typing import Any

import pytest

from credits.core.statements import worded
from incidents.models import ImpactWindow, Incident, ScheduledWindow
from publishing.story.impact_history import corrected
from tests.publishing.part import DAY, MINUTE, NOW, Part

OTHERS = ("Bbbhidden", "Ccchidden")


@pytest.fixture
def said(part: Part) -> dict[str, Any]:
    """Who says it, a minute ago."""
    return {"by": part.by, "at": NOW - MINUTE}


def is_read(part: Part, incident: Incident) -> bool:
    return part.read([incident.public_path]) != {incident.public_path: None}


def window(incident: Incident, name: str) -> ImpactWindow:
    return incident.windows.current().get(component__name=name)


def test_impact_that_was_put_right_to_another_is_not_theirs_any_more(
    part: Part, said: dict[str, Any]
) -> None:
    slip = part.hit(part.seen, title="A slip")
    assert is_read(part, slip)
    window(slip, "Aaa").supersede(component=part.elsewhere, because="It was Ccchidden.", **said)
    assert not is_read(part, slip)
    assert part.telling("A slip", *OTHERS) == []


def test_what_is_still_theirs_tells_not_whose_the_rest_is(part: Part, said: dict[str, Any]) -> None:
    both = part.hit(part.seen, title="Both")
    extra = ImpactWindow.record(
        part.seen, incident=both, level="degraded_performance", kind="degraded",
        start=NOW - 2 * DAY, end=NOW - DAY, **said,
    )  # fmt: skip
    extra.supersede(
        component=part.elsewhere, because="It was Ccchidden.", by=part.by, at=NOW - MINUTE / 2
    )
    assert is_read(part, both)
    assert part.telling(*OTHERS) == []
    with part.looking():
        (told,) = corrected(Incident.objects.with_story().get(pk=both.pk))
        assert (told.taken_back, told.because, told.changes) == (True, "", [])
    (told,) = corrected(Incident.objects.with_story().get(pk=both.pk))
    assert [change.new for change in told.changes] == ["Ccchidden"]
    assert told.because == "It was Ccchidden."


def test_a_slip_that_was_taken_back_is_theirs_only_while_nothing_else_stands(
    part: Part, said: dict[str, Any]
) -> None:
    slip = part.hit(part.seen, part.hidden, title="A slip")
    window(slip, "Aaa").retract("A mis-click.", **said)
    assert not is_read(part, slip)
    slip.call_false_alarm(body="Nothing was wrong.", **said | {"at": NOW})
    assert not is_read(part, slip)
    alone = part.hit(part.seen, title="Alone")
    window(alone, "Aaa").retract("A mis-click.", **said)
    assert is_read(part, alone)


def test_a_false_alarm_a_duplicate_and_what_was_withdrawn_stay_theirs(
    part: Part, said: dict[str, Any]
) -> None:
    alarm, twin, gone = (part.hit(part.seen, title=each) for each in ("Alarm", "Twin", "Gone"))
    alarm.call_false_alarm(body="Nothing was wrong.", **said)
    twin.merge_into(part.hit(part.seen, title="Kept"), body="The same.", **said)
    gone.withdraw("Never was.", **said)
    assert [is_read(part, each) for each in (alarm, twin, gone)] == [True, True, True]


def test_a_late_correction_of_their_figures_names_no_incident_of_others(
    part: Part, said: dict[str, Any]
) -> None:
    slip = part.hit(part.seen, title="A slip", ago=40 * DAY)
    slip.resolve(body="Over.", by=part.by, at=NOW - 39 * DAY)
    window(slip, "Aaa").supersede(component=part.elsewhere, **said)
    assert part.telling("A slip") == []
    (uptime,) = part.read(["uptime/"]).values()
    assert (
        b"components/" + part.seen.public_id.encode() in (uptime or b"").partition(b"orrected")[2]
    )


def test_planned_work_shows_only_its_windows_on_what_they_see(
    part: Part, said: dict[str, Any]
) -> None:
    work = part.plan(part.seen, title="Two nights")
    far = NOW + 20 * DAY
    ScheduledWindow.add(
        work, start=far, end=far + timedelta(hours=1), components=[part.hidden],
        body="Another night.", **said,
    )  # fmt: skip
    moved = work.scheduled_windows.get(components=part.seen)
    ScheduledWindow.add(
        work, start=NOW + 3 * DAY, end=NOW + 4 * DAY, components=[part.seen], body="More.", **said
    )
    moved.reschedule(
        start=far + DAY, end=far + 2 * DAY, components=[part.hidden], body="Later.", **said
    )
    dates = (f"{far:%Y%m%dT}", f"{far:%Y-%m-%d}", f"{far:%B} {far.day}", f"{far.day} {far:%B}")
    assert part.telling(*dates) == []
    assert work.scheduled_windows.current().count() == 3


def test_work_that_was_moved_to_another_component_is_not_theirs_any_more(
    part: Part, said: dict[str, Any]
) -> None:
    work = part.plan(part.seen, title="One night")
    work.scheduled_windows.get().reschedule(
        start=NOW + 3 * DAY, end=NOW + 4 * DAY, components=[part.hidden], body="Later.", **said
    )
    assert not is_read(part, Incident.objects.get(pk=work.pk))


def test_a_duplicate_names_what_it_leads_to_only_where_that_is_seen(
    part: Part, said: dict[str, Any]
) -> None:
    bare, target = part.hit(title="Of none"), part.hit(part.hidden, title="Secret target")
    bare.merge_into(target, body="One and the same.", **said)
    twin, kept = part.hit(part.seen, title="Twin"), part.hit(part.seen, title="Kept one")
    twin.merge_into(kept, body="One and the same.", **said)
    assert part.telling("Secret target", target.public_id) == []
    (page,) = part.read([twin.public_path]).values()
    assert kept.public_path.encode() in (page or b"")


def test_nor_does_the_reason_for_which_that_was_withdrawn(part: Part, said: dict[str, Any]) -> None:
    bare, target = part.hit(title="Of none"), part.hit(part.hidden, title="Secret target")
    bare.merge_into(target, body="One and the same.", **said)
    target.withdraw("Bbbhidden was well.", **said | {"at": NOW})
    assert part.telling("Secret target", *OTHERS) == []
    assert is_read(part, bare)


@pytest.mark.parametrize("has_ids", [True, False])
def test_credit_names_the_components_that_they_see(
    part: Part, said: dict[str, Any], *, has_ids: bool
) -> None:
    names = {each.public_id: each.name for each in (part.seen, part.hidden)}
    given = {"months": 6, "unit": "months", "period": "May", "components": list(names.values())}
    given |= {"component_ids": list(names)} if has_ids else {}
    given["text"] = worded(given)
    others = given | {"components": ["Bbbhidden"], "component_ids": [part.hidden.public_id]}
    both = part.hit(part.seen, part.hidden, title="Both")
    both.state_credit({"text": "…", "statements": [given, others]}, **said)
    part.explain(both, title="Why it was both")
    assert part.telling("Bbbhidden accounts", *OTHERS) == []
    told = part.telling("We give six months of service to all Aaa accounts.")
    assert {each.partition("/")[0] for each, _word in told} >= {"incidents", "postmortems"}
    assert {"history.atom", "feed.json"} <= {path for path, _word in told}


def test_an_amendment_names_no_incident_of_others(part: Part, said: dict[str, Any]) -> None:
    seen, hidden = part.hit(part.seen, title="Ours"), part.hit(part.hidden, title="Theirs")
    why = part.explain(seen, title="Why")
    why.change(incidents=[seen, hidden], **said)
    why.amend("More of it.", **said)
    assert f"{why.public_path}revisions/2/" in part.paths()
    assert part.telling(hidden.public_id, "Theirs") == []


def test_nor_does_impact_that_moved_with_a_duplicate(part: Part, said: dict[str, Any]) -> None:
    twin, target = part.hit(part.seen, title="Twin"), part.hit(part.hidden, title="Secret target")
    twin.merge_into(target, body="One and the same.", **said)
    window(target, "Aaa").supersede(component=part.elsewhere, by=part.by, at=NOW)
    assert is_read(part, twin)
    assert part.telling("Secret target", target.public_id, *OTHERS) == []
