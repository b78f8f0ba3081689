"""What subscribers can ask for, and which journal events are which."""

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
    TEST = "test", _("Test message")
    PERSONAL = "personal", _("Personal notice")


def kind_of(event_kind: str) -> Kind:
    """The kind that an event of the journal falls under."""
    family, _dot, _verb = event_kind.partition(".")
    if event_kind == "incident.opened":
        return Kind.INCIDENT
    if family in {Kind.MAINTENANCE, Kind.POSTMORTEM, Kind.COMPONENT}:
        return Kind(family)
    return Kind.UPDATE


def stream_of(kind: Kind) -> Stream:
    """The stream that a kind is told in."""
    if kind in {Kind.POSTMORTEM, Kind.COMPONENT}:
        return Stream(kind.value)
    return Stream.UPDATE
