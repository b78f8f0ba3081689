"""What forms say about what is heard of, and how: shown to be picked, and read once picked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from incidents.core import checks, zones
from incidents.models import Component, ComponentGroup, Page
from notifications.kinds import Kind
from notifications.models import Subscription
from notifications.models.manner import HOURS
from notifications.models.scope import THRESHOLDS

ZONES: Final = sorted(
    name
    for name in zones.names()
    if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
)


def offered(page: Page) -> dict[str, Any]:
    """Everything that a page has to pick from, for the templates of the forms."""
    parts: dict[ComponentGroup | None, list[Component]] = {}
    for component in page.components.select_related("group"):
        parts.setdefault(component.group, []).append(component)
    return {
        "parts": list(parts.items()),
        "kinds": Kind.choices,
        "levels": [(level.value, level.label) for level in THRESHOLDS],
        "zones": ZONES,
        "hours": [(hour, f"{hour:02}:00") for hour in HOURS],
    }


def picked(
    sent: QueryDict, page: Page, at: datetime, before: datetime | None = None
) -> dict[str, Any]:
    """What a `Choice` takes; `before`: since when new components were heard of until now.

    Raises ValidationError on "components" or "groups".
    """
    return {
        "components": _of(page.components.all(), sent, "components"),
        "groups": _of(page.component_groups.all(), sent, "groups"),
        "kinds": sent.getlist("kinds"),
        "from_level": sent.get("from_level", ""),
        "new_from": (before or at) if sent.get("new") else None,
    }


def manner(sent: QueryDict) -> dict[str, Any]:
    """What `arrange` takes. Raises ValidationError on "quiet" or "digest_hour"."""
    return {
        "time_zone": sent.get("time_zone", ""),
        "quiet_from": _hour(sent, "quiet_from", "quiet"),
        "quiet_until": _hour(sent, "quiet_until", "quiet"),
        "woken_by_major": bool(sent.get("woken_by_major")),
        "digest_hour": _hour(sent, "digest_hour", "digest_hour"),
        "monthly_report": bool(sent.get("monthly_report")),
    }


def typed(sent: QueryDict) -> dict[str, Any]:
    """What somebody filled in, to be shown again beside what is wrong with it."""
    lists = {name: sent.getlist(name) for name in ("components", "groups", "kinds")}
    hours = {
        name: checks.number(sent.get(name, ""))
        for name in ("quiet_from", "quiet_until", "digest_hour")
    }
    words = (
        *("email", "from_level", "new", "language", "time_zone", "woken_by_major"),
        "monthly_report",
    )
    return {name: sent.get(name, "") for name in words} | lists | hours


def kept(subscription: Subscription) -> dict[str, Any]:
    """What a subscription holds, in the form's own words."""
    choice, page = subscription.choice, subscription.page
    return {
        "components": [each.public_id for each in choice.components],
        "groups": [each.public_id for each in choice.groups],
        "kinds": list(choice.kinds),
        "from_level": choice.from_level,
        "new": choice.new_from is not None,
        "language": subscription.language or page.language,
        "time_zone": subscription.time_zone,
        "quiet_from": subscription.quiet_from,
        "quiet_until": subscription.quiet_until,
        "woken_by_major": subscription.woken_by_major,
        "digest_hour": subscription.digest_hour,
        "monthly_report": subscription.report_due_at is not None,
    }


def _of[Part: (Component, ComponentGroup)](
    parts: Iterable[Part], sent: QueryDict, field: str
) -> list[Part]:
    wanted = set(sent.getlist(field))
    found = [part for part in parts if part.public_id in wanted]
    if len(found) < len(wanted):
        raise ValidationError({field: [_("Pick components of this page.")]})
    return found


def _hour(sent: QueryDict, name: str, field: str) -> int | None:
    given = sent.get(name, "")
    hour = checks.number(given)
    if given and hour is None:
        raise ValidationError({field: [_("Pick an hour.")]})
    return hour
