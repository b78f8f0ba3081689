"""A component may be well while something that it needs is not: said in words, not by a level."""

from collections.abc import Mapping
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


def ill(component: Component, levels: Mapping[int, Level]) -> list[str]:
    """What it needs and is not well; reads `depends_on` as it was fetched."""
    found = [(each, levels.get(each.pk)) for each in component.depends_on.all()]
    return [str(WORDS[level]) % each for each, level in found if level in WORDS]
