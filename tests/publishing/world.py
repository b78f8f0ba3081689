"""A mail company in trouble: what the public pages must be able to tell, made by the verbs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incidents.models import (
    Cohort,
    Commitment,
    Component,
    ComponentGroup,
    ImpactWindow,
    Incident,
    IncidentLink,
    LinkKind,
    Maintenance,
    Note,
    Page,
    Postmortem,
    Update,
)
from people.actors import Actor

EST = ZoneInfo("America/New_York")


def est(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A time of that winter on a clock in New York, as an instant."""
    year = 2013 if month == 1 else 2012
    return datetime(year, month, day, hour, minute, tzinfo=EST).astimezone(UTC)


@dataclass
class Outage:
    """The Mailstore outage with everything that was told of it."""

    page: Page
    mailstore: Component
    sending: Component
    incident: Incident
    updates: list[Update]
    postmortem: Postmortem
    evening: Maintenance


def mailstore_outage(by: Actor) -> Outage:
    """Write the outage of facts/pobox-mailstore.md into the record, at its own times."""
    founded = est(12, 1, 9)
    page = Page.found(
        name="Example Mail", slug="example", time_zone="America/New_York", by=by, at=founded
    )
    group = ComponentGroup.add(page, "Mailboxes", by=by, at=founded)
    mailstore = Component.add(page, "Mailstore", group=group, by=by, at=founded)
    sending = Component.add(page, "Sending by SMTP", by=by, at=founded)
    evening = Maintenance.schedule(
        page,
        title="Short maintenance of Mailstore",
        body="A brief pause this evening.",
        start=est(12, 13, 22),
        end=est(12, 13, 23),
        components=[mailstore],
        by=by,
        at=est(12, 12, 9),
    )
    incident = Incident.open(
        page,
        title="Mailstore outage",
        body="The storage cluster was reset and did **not** come back.",
        levels={mailstore: "major_outage"},
        started_at=est(12, 13, 12, 46),
        by=by,
        at=est(12, 13, 12, 55),
    )
    updates = [_first(incident), *_updates(incident, mailstore, by)]
    evening.cancel(
        body="Overtaken by the outage.", overtaken_by=incident, by=by, at=est(12, 13, 21)
    )
    _aftermath(incident, mailstore, by)
    return Outage(page, mailstore, sending, incident, updates, _postmortem(incident, by), evening)


def _first(incident: Incident) -> Update:
    return incident.updates.get(number=1)


def _updates(incident: Incident, mailstore: Component, by: Actor) -> list[Update]:
    bounced = Update.post(
        incident,
        headline="Some mail was bounced",
        body="Senders saw `Relay access denied` and `mail for mailstore.<domain> loops back to myself`.",
        status="identified",
        by=by,
        at=est(12, 13, 18, 26),
    )
    waiting = Update.post(
        incident,
        headline="Waiting for slow hardware",
        body="The backup storage is corrupted as a whole. It will be replaced this weekend.",
        by=by,
        at=est(12, 14, 2, 40),
    )
    Commitment.promise(
        incident, "postmortem", text="A full analysis", due=est(12, 31, 23, 59), made_in=waiting,
        by=by, at=est(12, 14, 2, 40),
    )  # fmt: skip
    firmer = Update.post(
        incident,
        body="We try other ways, and will say more in about 30 minutes.",
        corrects=_first(incident),
        next_update_due=est(12, 14, 8, 10),
        by=by,
        at=est(12, 14, 7, 40),
    )
    resolved = incident.resolve(
        body="Mail can be read again. It is slow, and may ask for the password once more.",
        resolved_at=est(12, 14, 8, 13),
        by=by,
        at=est(12, 14, 8, 20),
    )
    return [bounced, waiting, firmer, resolved]


def _aftermath(incident: Incident, mailstore: Component, by: Actor) -> None:
    late = est(1, 4, 13, 45)
    _windows(incident, mailstore, by, late)
    _notes(incident, by, late)
    moved = Cohort.name_one(incident, "Users on the new hardware", by=by, at=late)
    moved.report(75, by=by, at=late)
    incident.judge_cause("confirmed", cause="A reset storage cluster", by=by, at=late)
    incident.summarise("Considered **fixed**. New hardware is deployed.", by=by, at=late)
    incident.state_credit(
        {"text": "Six months of service to every Mailstore account."}, by=by, at=late
    )


def _windows(incident: Incident, mailstore: Component, by: Actor, at: datetime) -> None:
    broken = Cohort.name_one(incident, "Accounts with corrupted indexes", size=24, by=by, at=at)
    for found in (
        {
            "level": "degraded_performance", "kind": "degraded", "precision": "about",
            "start": est(12, 13, 8), "end": est(12, 13, 12, 46),
        },
        {
            "level": "partial_outage", "kind": "data_loss", "precision": "about",
            "start": est(12, 13, 18), "end": est(12, 13, 18, 26),
            "count_affected": 8000, "count_unit": "messages",
        },
        {
            "level": "major_outage", "kind": "unavailable", "cohort": broken,
            "start": est(12, 13, 12, 46), "end": est(12, 15, 10),
        },
    ):  # fmt: skip
        details: dict[str, Any] = found
        ImpactWindow.record(mailstore, incident=incident, by=by, at=at, **details)


def _notes(incident: Incident, by: Actor, at: datetime) -> None:
    for headline, reached in (
        ("Access restored", est(12, 14, 8, 13)),
        ("All waiting mail delivered", est(12, 14, 20, 45)),
        ("Last accounts rebuilt", est(12, 15, 10)),
    ):
        Note.add(incident, "milestone", headline, happened_at=reached, by=by, at=at)
    rest: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("not_affected", "Forwarding, sending by SMTP and the web site", {}),
        ("advice", "Add a forwarding address", {"body": "Under *Settings*."}),
        ("question", "Is it over?", {"answer": "Yes: new hardware carries the load."}),
        ("symptom", "Relay access denied", {}),
    )
    for kind, headline, words in rest:
        Note.add(incident, kind, headline, by=by, at=at, **words)


def _postmortem(incident: Incident, by: Actor) -> Postmortem:
    at = est(1, 5, 9)
    written = Postmortem.draft(
        incident.page,
        title="What happened to Mailstore",
        incidents=[incident],
        signatories="The people who run Example Mail",
        by=by,
        at=at,
    )
    written.write_section("apology", "We are sorry.", by=by, at=at)
    written.write_section(
        "summary", "Mailstore was down for 19 h 27 min.", author="System administration",
        dated_at=est(12, 14, 12), by=by, at=at,
    )  # fmt: skip
    written.publish(by=by, at=at)
    return written


def open_trouble(page: Page, hit: Component, by: Actor, at: datetime) -> Incident:
    """Something that goes on at `at`: begun three hours before, a promise that runs."""
    incident = Incident.open(
        page,
        title="Activity feed shows old data",
        body="Messages show twice, as queued and as sent.",
        levels={hit: "partial_outage"},
        by=by,
        at=at - timedelta(hours=3),
    )
    Update.post(
        incident,
        body="The search index is being rebuilt.",
        status="identified",
        next_update_due=at + timedelta(minutes=12),
        by=by,
        at=at - timedelta(minutes=20),
    )
    Note.add(incident, "not_affected", "Sending and the API", by=by, at=at - timedelta(minutes=20))
    Note.add(
        incident, "advice", "Trust the API for the state of a message", by=by,
        at=at - timedelta(minutes=20),
    )  # fmt: skip
    return incident


def as_served(page: Page) -> Page:
    """The page as the views load it: its theme comes along."""
    return Page.objects.select_related("theme").get(pk=page.pk)


def tie(first: Incident, second: Incident, by: Actor, at: datetime) -> None:
    """The fix of one caused the other."""
    IncidentLink.tie(second, first, LinkKind.CAUSED_BY_FIX_OF, by=by, at=at)
