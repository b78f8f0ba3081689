"""What subscribers can ask for, and which journal events are which."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a subscription wants to hear of."""

    INCIDENT = "incident", _("New incidents")
    UPDATE = "update", _("Updates on incidents")
    MAINTENANCE = "maintenance", _("Maintenance")
    POSTMORTEM = "postmortem", _("Postmortems")
    COMPONENT = "component", _("Changes of a component")


class Stream(TextChoices):
    """Why something is sent; only updates of one incident may overtake and replace each other."""

    UPDATE = "update", _("Incident update")
    POSTMORTEM = "postmortem", _("Postmortem")
    COMPONENT = "component", _("Component change")
    CONFIRMATION = "confirmation", _("Confirmation of a subscription")
    DIGEST = "digest", _("Daily digest")
    REPORT = "report", _("Uptime report")
    TEST = "test", _("Test message")
    PERSONAL = "personal", _("Personal notice")
    ALARM = "alarm", _("Alarm to staff")


def kind_of(event_kind: str) -> Kind:
    """The kind that an event of the journal falls under."""
    family, _dot, _verb = event_kind.partition(".")
    if event_kind == "incident.opened":
        return Kind.INCIDENT
    if family == "action":
        return Kind.POSTMORTEM
    if family in {Kind.MAINTENANCE, Kind.POSTMORTEM, Kind.COMPONENT}:
        return Kind(family)
    return Kind.UPDATE


def stream_of(kind: Kind) -> Stream:
    """The stream that a kind is told in."""
    if kind in {Kind.POSTMORTEM, Kind.COMPONENT}:
        return Stream(kind.value)
    return Stream.UPDATE


def label_of(event_kind: str) -> str:
    """What was told, in words for staff: "Incident opened", not the journal's "incident.opened"."""
    noun, _dot, verb = event_kind.partition(".")
    known = _LABELS.get(event_kind)
    return str(known or f"{noun} {verb}".replace("_", " ").capitalize())


_LABELS: Final = {
    "incident.opened": _("Incident opened"),
    "incident.updated": _("Update posted"),
    "incident.resolved": _("Incident resolved"),
    "incident.reopened": _("Incident reopened"),
    "announcement.published": _("Announcement published"),
    "announcement.ended": _("Announcement ended"),
    "maintenance.announced": _("Maintenance announced"),
    "maintenance.scheduled": _("Maintenance scheduled"),
    "maintenance.rescheduled": _("Maintenance moved"),
    "maintenance.reminder": _("Reminder of maintenance"),
    "maintenance.started": _("Maintenance started"),
    "maintenance.completed": _("Maintenance completed"),
    "maintenance.cancelled": _("Maintenance cancelled"),
    "component.level_set": _("Component changed by hand"),
    "postmortem.published": _("Postmortem published"),
    "postmortem.amended": _("Postmortem amended"),
    "action.progressed": _("Action item progressed"),
    "advice.withdrawn": _("Advice withdrawn"),
    "advice.changed": _("Advice changed"),
}
