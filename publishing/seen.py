"""Which events of the journal readers see anything of, and when the last of these was.

What staff prepare and what readers write to them changes no public file, and no time that is told.
"""

from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from incidents.core.viewers import PUBLIC, limited_to
from incidents.models import Event, Page, Postmortem

# Whole kinds, or what they begin with; a kind that is not named here is seen.
UNSEEN: Final = (
    "account.", "accounts.", "action.removed", "affected.", "broadcast.", "channel.",
    "commitment.due_soon", "contract.", "credits.", "draft.", "mail_text.", "membership.",
    "message.", "plan.", "policy.", "private_note.", "subscription.", "subscriptions.",
    "suppression.", "telling.", "template.",
    # A published postmortem is read as its last revision.
    "postmortem.approved", "postmortem.called_off", "postmortem.drafted", "postmortem.due_soon",
    "postmortem.preview_", "postmortem.returned", "postmortem.submitted", "postmortem.written",
    "timeline.",
)  # fmt: skip


def seen(events: QuerySet[Event]) -> QuerySet[Event]:
    """Keep those of which readers see something: nothing of a rehearsal is."""
    # Which incidents a postmortem is about matters once it is published; before, it is a draft.
    published = Postmortem.objects.filter(published_at__isnull=False).values("public_id")
    unseen = Q(incident__rehearsal=True)
    unseen |= Q(kind="postmortem.changed") & ~Q(object_id__in=published)
    for beginning in UNSEEN:
        unseen |= Q(kind__startswith=beginning)
    return events.exclude(unseen)


def changed_at(page: Page) -> datetime:
    """When last something was told; to a group of readers, something that they see."""
    if limited_to() is None:
        events = seen(page.events.all()).order_by("-at").values_list("at", flat=True)
        return events.first() or page.created_at
    told = page.incidents.visible_to(PUBLIC).order_by("-updated_at")
    return told.values_list("updated_at", flat=True).first() or page.created_at
