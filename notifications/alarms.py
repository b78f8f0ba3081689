"""What staff are warned of: which events of the journal, in which words, and until when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models

from incidents.core.clocks import moment
from incidents.core.instants import spell
from incidents.core.lifecycles import Status
from incidents.core.silence import OWING
from incidents.models import (
    Commitment,
    Component,
    Draft,
    Event,
    Incident,
    MessageState,
    Mirror,
    Page,
    Postmortem,
    PostmortemStatus,
    ReaderMessage,
)
from notifications.outcomes import DOUBTED

# What is older is looked for nowhere: whoever was away for a month reads the incident itself.
STANDS_FOR: Final = timedelta(days=31)
MOST: Final = 200
UNDER_WAY: Final = (Status.IN_PROGRESS, Status.VERIFYING)

type Thing = models.Model | None
type Words = Callable[[Event, Thing], str]
type Stands = Callable[[Event, Thing], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alarm: a heading, what there is to do, and whether it still holds."""

    heading: Words
    advice: str
    stands: Stands


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm in words, with the screen on which something can be done about it."""

    event: Event
    heading: str
    about: str
    advice: str
    url: str


def alarm_of(event: Event) -> Alarm:
    """The words of one event as things are now: redacted words stay gone."""
    return _alarm(event, _things([event]).get(event.pk))


def stands(event: Event) -> bool:
    """Whether what an event warns of is still so."""
    return ALARMS[event.kind].stands(event, _things([event]).get(event.pk))


def standing(page: Page, at: datetime) -> list[Alarm]:
    """What staff of a page have to see to now, the newest first; one line a thing."""
    recent = page.events.filter(kind__in=ALARMS, at__gt=at - STANDS_FOR)
    events = list(recent.select_related("page", "incident").order_by("-pk")[:MOST])
    newest = {(each.object_type, each.object_id): each for each in reversed(events)}
    things = _things(newest.values())
    kept = [
        each
        for each in sorted(newest.values(), key=lambda each: -each.pk)
        if ALARMS[each.kind].stands(each, things.get(each.pk))
    ]
    return [_alarm(each, things.get(each.pk)) for each in kept]


def _alarm(event: Event, thing: Thing) -> Alarm:
    kind = ALARMS[event.kind]
    about = event.incident.title if event.incident else str(thing or event.page)
    return Alarm(event, kind.heading(event, thing), about, kind.advice, _screen(event, thing))


def _screen(event: Event, thing: Thing) -> str:
    """The console stands a floor above; its addresses are part of what we promise in mails."""
    console = f"{settings.SITE_URL}/console/{event.page.slug}/"
    if event.incident:
        return f"{console}incidents/{event.incident.public_id}/"
    if isinstance(thing, Postmortem):
        return f"{console}postmortems/{thing.public_id}/"
    return console


def _things(events: Iterable[Event]) -> dict[int, models.Model]:
    """What each event is about, read in one query a type."""
    by_type: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_type[event.object_type].append(event)
    return {
        key: thing for name, mine in by_type.items() for key, thing in _loaded(name, mine).items()
    }


def _loaded(name: str, events: list[Event]) -> dict[int, models.Model]:
    model: Any = apps.get_model(name)
    key = "public_id" if hasattr(model, "public_id") else "pk"
    wanted = [event.object_id for event in events]
    found = {
        str(getattr(each, key)): each
        for each in model._base_manager.filter(**{f"{key}__in": wanted})
    }
    return {event.pk: found[event.object_id] for event in events if event.object_id in found}


def _promised(verb: str) -> Words:
    def heading(event: Event, thing: Thing) -> str:
        if not isinstance(thing, Commitment) or thing.due is None:
            return f"A promise is {verb}"
        due = moment(thing.due, event.page.zone)
        return f"{thing.get_kind_display()} {verb} {due}"

    return heading


def _promise_stands(event: Event, thing: Thing) -> bool:
    if event.incident is not None and event.incident.withdrawn_at is not None:
        return False
    return isinstance(thing, Commitment) and not (thing.met_at or thing.withdrawn_at)


def _still_to_come(event: Event, thing: Thing) -> bool:
    late = isinstance(thing, Commitment) and thing.late_noted_at is not None
    return _promise_stands(event, thing) and not late


def _silent(event: Event, thing: Thing) -> str:
    return f"No word for {spell(timedelta(minutes=event.page.silence_limit_minutes))} or longer"


def _still_silent(event: Event, thing: Thing) -> bool:
    incident = event.incident
    if incident is None or incident.withdrawn_at or incident.status not in OWING:
        return False
    return not incident.updates.filter(posted_at__gt=event.at).exists()


def _still_running(event: Event, thing: Thing) -> bool:
    incident = event.incident
    return isinstance(incident, Incident) and incident.status in UNDER_WAY


def _not_published(event: Event, thing: Thing) -> bool:
    if isinstance(thing, Commitment):
        return _promise_stands(event, thing)
    waiting = {PostmortemStatus.DRAFT, PostmortemStatus.IN_REVIEW}
    return not isinstance(thing, Postmortem) or thing.status in waiting


def _still_a_draft(event: Event, thing: Thing) -> bool:
    return isinstance(thing, Draft) and thing.published_at is None


def _unanswered(event: Event, thing: Thing) -> bool:
    return isinstance(thing, ReaderMessage) and thing.state == MessageState.NEW


def _still_unreadable(event: Event, thing: Thing) -> bool:
    if not isinstance(thing, Component):
        return False
    return Mirror.objects.filter(component=thing, failure_noted_at__isnull=False).exists()


def _still_refused(event: Event, thing: Thing) -> bool:
    waits = models.Q(failed_at__isnull=False) | models.Q(next_attempt_at__isnull=False)
    mine = event.page.deliveries.filter(waits, channel="email")
    return mine.filter(last_error__startswith=DOUBTED).exists()


def _says(words: str) -> Words:
    return lambda event, thing: words


ALARMS: Final[Mapping[str, Kind]] = {
    "commitment.due_soon": Kind(
        _promised("due"), "Keep it in time, or say in public why not.", _still_to_come
    ),
    "commitment.late": Kind(
        _promised("overdue since"), "Readers see that it is late. Keep it now.", _promise_stands
    ),
    "incident.silent": Kind(
        _silent, "Readers see the silence. A short word is enough.", _still_silent
    ),
    "maintenance.overran": Kind(
        _says("Maintenance takes longer than planned"),
        "Say how much longer, or complete it.",
        _still_running,
    ),
    "draft.failed": Kind(
        _says("A scheduled draft was not published"),
        "Look at what was refused, and publish it by hand.",
        _still_a_draft,
    ),
    "postmortem.due_soon": Kind(
        _says("A postmortem is owed soon"), "Publish it in time.", _not_published
    ),
    "message.received": Kind(
        _says("Readers say that they are still affected"),
        "Read their messages; reopen it if they are right.",
        _unanswered,
    ),
    "subscription.doubted": Kind(
        _says("A mail server refuses too many addresses to be believed"),
        "Nobody is suppressed. Look at it, and at Deliveries: what is not tried again by itself is "
        "a dead letter, to be sent again once the server is well.",
        _still_refused,
    ),
    "mirror.unreadable": Kind(
        _says("A followed status page cannot be read"),
        "Readers see how old it is. To set it by hand, stop following the page.",
        _still_unreadable,
    ),
}
