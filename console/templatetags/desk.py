"""What the templates of the console ask of fields and of the record."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.template.context import Context

from console.links import to
from console.telling import label_of
from console.telling import state_of as state_of_delivery
from incidents.core.instants import spell
from incidents.core.languages import local_name
from incidents.core.levels import Level, looks
from incidents.core.lifecycles import Status
from incidents.core.viewers import STAFF
from incidents.models import Commitment, CommitmentState, Incident, Page, Update
from notifications.kinds import label_of as label_of_event
from notifications.models import Delivery
from publishing.story.impact_history import Corrected, corrected
from publishing.story.links import Related, related
from publishing.story.planned import PlannedWindow, windows_of

register = template.Library()

PUBLIC: Final = (
    "account brand components facts forms languages lists notes outage page promise prose state "
    "timeline"
)
SHEETS: Final = [
    *"layers tokens reset base".split(),
    *[f"components/{name}" for name in PUBLIC.split()],
    *"console console-forms console-drafts console-look utilities".split(),
]


@register.simple_tag(takes_context=True)
def go(context: Context, screen: str, **parts: Any) -> str:
    """The address of a screen on the page at hand."""
    page: Page | None = context.get("page")
    return to(screen, page, **parts)


@register.simple_tag
def sheets() -> list[str]:
    """The public site's look, then what only the console has."""
    return [f"candor/css/{name}.css" for name in SHEETS]


@register.filter
def shape(field: BoundField) -> str:
    """How a field is laid out."""
    return str(
        getattr(field.field, "shape", "select" if hasattr(field.field, "choices") else "input")
    )


@register.filter
def shown(field: BoundField) -> Any:
    """What the inputs of a composed field hold."""
    return field.field.shown(field.value())  # type: ignore[attr-defined]


@register.filter
def look(incident: Incident) -> str:
    """How grave an open incident looks."""
    return looks(incident.impact, incident.impact_override)


@register.filter
def channel_label(channel: str) -> str:
    """A channel as people name it."""
    return label_of(channel)


@register.filter
def delivery_state(delivery: Delivery) -> str:
    """“Waiting”; a mail that was kept was not sent."""
    return state_of_delivery(delivery)


@register.filter
def event_label(kind: str) -> str:
    """What the journal notes, in words: “Subscription released”."""
    return label_of_event(kind)


@register.filter
def language_name(code: str) -> str:
    """A language as those who speak it call it: “Deutsch”."""
    return local_name(code)


@register.filter
def level_label(level: str) -> str:
    """“Major outage”."""
    return str(Level(level).label)


@register.filter
def status_label(status: str) -> str:
    """“Monitoring”."""
    return str(Status(status).label)


@register.filter
def state_at(promise: Commitment, at: datetime) -> str:
    """How a promise stands; what ran when its incident was withdrawn is void."""
    state = promise.state_at(at)
    runs = state in {CommitmentState.OPEN, CommitmentState.LATE}
    incident = promise.incident
    return "void" if runs and incident and incident.withdrawn_at else state.value


@register.filter
def lateness(promise: Commitment, at: datetime) -> Any:
    """By how much a promise is or was late."""
    return promise.lateness_at(at)


@register.filter
def spelt(duration: timedelta) -> str:
    """“19 h 27 min”."""
    return spell(duration)


@register.filter
def short(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    """What the journal says of a change, as far as it fits on a line."""
    simple = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    return [(name, value) for name, value in simple.items() if 0 < len(str(value)) <= 40]


@register.filter
def planned_windows(maintenance: Incident, at: datetime) -> list[PlannedWindow]:
    """The windows of planned work, as they stand."""
    return windows_of(maintenance, at)


@register.filter
def further_windows(maintenance: Incident, at: datetime) -> bool:
    """Whether windows are still to come."""
    return any(each.window.is_waiting for each in windows_of(maintenance, at))


@register.filter
def editable(update: Update, at: datetime) -> bool:
    """Whether a slip can still be mended in place."""
    return update.is_editable(at)


@register.filter
def tied(incident: Incident) -> list[Related]:
    """What an entry hangs together with, said from its own point of view."""
    return related(incident, STAFF)


@register.filter
def impact_corrections(incident: Incident) -> list[Corrected]:
    """What of its impact was put right."""
    return corrected(incident)


@register.filter
def local_input(text: str) -> str:
    """`datetime-local` where the input can show what was typed, else `text`, so nothing is lost."""
    return "datetime-local" if _fits(text) else "text"


def _fits(text: str) -> bool:
    try:
        return not text or datetime.strptime(text, "%Y-%m-%dT%H:%M") is not None  # noqa: DTZ007
    except ValueError:
        return False
