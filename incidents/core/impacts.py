"""Impact windows in words: who opened one, what kind of harm, how well it is known."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from incidents.core.levels import Level


class Source(TextChoices):
    """Who opened a window: closing one never closes another's."""

    INCIDENT = "incident", _("Incident")
    MAINTENANCE = "maintenance", _("Maintenance")
    BASELINE = "baseline", _("Set by hand")


class ImpactKind(TextChoices):
    """What kind of harm; a contract may count some and not others."""

    UNAVAILABLE = "unavailable", _("Unavailable")
    DEGRADED = "degraded", _("Degraded")
    DELAYED = "delayed", _("Delayed")
    DATA_LOSS = "data_loss", _("Data lost")
    WRONG_DATA = "wrong_data", _("Wrong or missing data shown")
    SECURITY = "security", _("Security")


class Precision(TextChoices):
    """How well a time or an amount is known."""

    EXACT = "exact", _("Exact")
    ABOUT = "about", _("About")


def usual_kind(level: Level) -> ImpactKind:
    """Return what a post means by a level when it does not name the kind of harm."""
    return ImpactKind.DEGRADED if level == Level.DEGRADED_PERFORMANCE else ImpactKind.UNAVAILABLE


def beginning(stated: datetime, ended: datetime | None, first_harm: datetime | None) -> datetime:
    """Return when trouble began: when staff say so, or before that, with its first harm on record.

    Harm that is noticed late makes it no younger, and harm after the end is none of its beginning.
    """
    counts = first_harm is not None and (ended is None or first_harm < ended)
    return min(stated, first_harm) if first_harm is not None and counts else stated
