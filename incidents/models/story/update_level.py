"""A component's change of level, as it was announced."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core.levels import Level
from incidents.models.sight import InSight


class UpdateLevel(models.Model):
    """One component's change of level, as an update announced it."""

    update = models.ForeignKey("incidents.Update", models.CASCADE, related_name="levels")
    component = models.ForeignKey("incidents.Component", models.CASCADE, related_name="+")
    old_level = models.CharField(max_length=24, choices=Level)
    new_level = models.CharField(_("new level"), max_length=24, choices=Level)
    held_level = models.CharField(
        max_length=24,
        choices=Level,
        blank=True,
        help_text=_("What the component stayed at, where something else held it at worse."),
    )

    objects = InSight()

    class Meta:
        ordering = ("component__position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["update", "component"], name="update_level_once"),
        ]

    def __str__(self) -> str:
        return f"{self.component_id}: {self.old_level} -> {self.new_level}"
