"""What hangs together with an incident, said from its own point of view."""

from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, LinkKind


class Related(NamedTuple):
    """Another entry, and what it is to this one."""

    what: str
    other: Incident


FROM_SOURCE: Final = {
    LinkKind.SAME_SERIES: _("Belongs to the same series"),
    LinkKind.DUPLICATE_OF: _("Is a duplicate of"),
    LinkKind.RECURRENCE_OF: _("Is a recurrence of"),
    LinkKind.CAUSED_BY_FIX_OF: _("Was caused by the fix of"),
    LinkKind.OVERTOOK: _("Overtook planned work"),
    LinkKind.FOLLOW_UP: _("Follows up on"),
}
FROM_TARGET: Final = {
    LinkKind.SAME_SERIES: _("Belongs to the same series"),
    LinkKind.DUPLICATE_OF: _("Has a duplicate"),
    LinkKind.RECURRENCE_OF: _("Came back as"),
    LinkKind.CAUSED_BY_FIX_OF: _("Its fix caused"),
    LinkKind.OVERTOOK: _("Was overtaken by"),
    LinkKind.FOLLOW_UP: _("Is followed up by"),
}


def related(incident: Incident) -> list[Related]:
    """Both ends of every link, as far as the other end is public."""
    outward = [(FROM_SOURCE, link.kind, link.target) for link in incident.links_out.all()]
    inward = [(FROM_TARGET, link.kind, link.source) for link in incident.links_in.all()]
    return [
        Related(str(words[LinkKind(kind)]), other)
        for words, kind, other in outward + inward
        if other.is_public
    ]
