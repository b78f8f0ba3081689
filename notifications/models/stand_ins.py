"""Who is reached elsewhere while an incident has hit the way to them."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page


def reached[Readers: QuerySet[Any]](hearing: Readers, page: Page) -> Readers:
    """The same readers; who is cut off, and confirmed a second address, is reached there."""
    hit = _hit(page)
    if not hit:
        return hearing
    everybody: Any = hearing.model._default_manager
    confirmed = everybody.filter(state="confirmed")
    helping = confirmed.filter(~hit, stands_in_for__isnull=False)
    helped = hit & Exists(helping.filter(stands_in_for=OuterRef("pk")))
    instead = helping.filter(stands_in_for__in=hearing.filter(hit).values("pk"))
    kept = Q(pk__in=hearing.exclude(helped).values("pk")) | Q(pk__in=instead.values("pk"))
    told: Readers = everybody.filter(kept)
    return told


def _hit(page: Page) -> Q:
    """Which destinations the open incidents of a page have hit; an empty Q for none."""
    going_on = Incident.objects.visible_to(PUBLIC).unresolved().filter(page=page)
    hit = Q()
    for rows in going_on.values_list("hit_routes", flat=True):
        for row in rows:
            hit |= _destinations(row["channel"], row["domain"])
    return hit


def _destinations(channel: str, domain: str) -> Q:
    mine = Q(channel=channel)
    return mine & Q(destination__endswith=f"@{domain}") if domain else mine
