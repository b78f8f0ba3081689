"""What hangs together with an incident, said from its own point of view."""

from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from incidents.core.viewers import PUBLIC, Viewer
from incidents.models import Incident, LinkKind


class Related(NamedTuple):
    """Another entry, and what it is to this one."""

    what: str
    other: Incident
    kind: str = ""
    out: bool = True


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


def related(incident: Incident, viewer: Viewer = PUBLIC) -> list[Related]:
    """Both ends of every link, as far as `viewer` may see the other end."""
    outward = [(True, link.kind, link.target) for link in incident.links_out.all()]
    inward = [(False, link.kind, link.source) for link in incident.links_in.all()]
    return [
        Related(str((FROM_SOURCE if out else FROM_TARGET)[LinkKind(kind)]), other, kind, out)
        for out, kind, other in outward + inward
        if viewer is not PUBLIC or other.is_public
    ]
