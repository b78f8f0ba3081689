"""The headings under which a postmortem is written."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SectionKind(TextChoices):
    """The headings that readers look for, in the order in which they are printed."""

    SUMMARY = "summary", _("Summary")
    IMPACT = "impact", _("Impact")
    NOT_AFFECTED = "not_affected", _("What was not affected")
    REPORT = "report", _("Report from the staff")
    EARLIER_CONDITIONS = "earlier_conditions", _("Earlier conditions")
    TRIGGER = "trigger", _("Trigger")
    CONTRIBUTING_FACTORS = "contributing_factors", _("Contributing factors")
    DETECTION = "detection", _("Detection")
    RECOVERY_ATTEMPTS = "recovery_attempts", _("Recovery attempts")
    RESOLUTION = "resolution", _("Resolution")
    WENT_WELL = "went_well", _("What went well")
    WENT_BADLY = "went_badly", _("What went badly")
    GOT_LUCKY = "got_lucky", _("Where we got lucky")
    WHAT_YOU_CAN_DO = "what_you_can_do", _("What you can do")
    APOLOGY = "apology", _("Apology")


def in_order[T](sections: list[T]) -> list[T]:
    """Return what has a `kind` as it is printed."""
    order = {kind: rank for rank, kind in enumerate(SectionKind.values)}
    return sorted(sections, key=lambda section: order[section.kind])  # type: ignore[attr-defined]
