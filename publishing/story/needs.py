"""A component may be well while something that it needs is not: said in words, not by a level."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from incidents.core.levels import Level
from incidents.models import Component

WORDS: Final = {
    Level.MAJOR_OUTAGE: _("Depends on %s, which has an outage"),
    Level.PARTIAL_OUTAGE: _("Depends on %s, which has a partial outage"),
    Level.DEGRADED_PERFORMANCE: _("Depends on %s, which is degraded"),
    Level.UNDER_MAINTENANCE: _("Depends on %s, which is under maintenance"),
}


def ill(needed: Iterable[Component], levels: Mapping[int, Level]) -> list[str]:
    """What of all that a component needs is not well, in words."""
    found = [(each, levels.get(each.pk)) for each in needed]
    return [str(WORDS[level]) % each for each, level in found if level in WORDS]
