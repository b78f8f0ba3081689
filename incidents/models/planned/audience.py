"""Whom planned work concerns, in words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


def audience_of(maintenance: "Incident") -> str:
    """“users already moved (about 75 %)”; empty where it concerns everybody.

    A cohort counts as large as its newest report says, else as it was named to be.
    """
    cohort = maintenance.audience
    if cohort is None or not cohort.incident.is_public:
        return ""
    share = cohort.share_percent if cohort.done_percent is None else cohort.done_percent
    if share is not None:
        return _("%(name)s (about %(share)d %%)") % {"name": cohort.name, "share": share}
    if cohort.size is not None:
        return _("%(name)s (%(size)d accounts)") % {"name": cohort.name, "size": cohort.size}
    return cohort.name
