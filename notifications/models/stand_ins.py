"""Who is reached elsewhere while an incident has hit the way to them."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page
from notifications.models.sign_up import MAIL, State

AT_MOST: Final = 3


def check(named_by: Any, address: str) -> None:
    """ValidationError on "stand_in" unless this subscription may name this address."""
    if named_by.channel != MAIL or named_by.incident_id or named_by.stands_in_for_id:
        why = _("Only an e-mail subscription to the whole page has a second address.")
    elif address == named_by.destination:
        why = _("That is this very address; name another.")
    elif _is_full(named_by, address):
        why = _("Three second addresses are named already; one of them has to leave first.")
    else:
        return
    raise ValidationError({"stand_in": [why]})


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


def _is_full(named_by: Any, address: str) -> bool:
    named = named_by.stand_ins.exclude(state=State.UNSUBSCRIBED)
    return bool(named.exclude(destination=address).count() >= AT_MOST)


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
