"""A promise may be of a longest duration, replaced by a firmer one, or taken back with a reason."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Three columns, what a promise has to say, and an index for whoever looks for one kind."""

    dependencies: ClassVar = [("incidents", "0007_uptime_kept")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="commitment",
            name="max_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="How long it may take at most; due once it has begun.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="withdrawal_reason",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="commitment",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaces",
                to="incidents.commitment",
            ),
        ),
        migrations.RemoveConstraint(model_name="commitment", name="commitment_due_or_reason"),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=Q(due__isnull=False)
                | ~Q(unknown_because="")
                | Q(max_minutes__isnull=False),
                name="commitment_due_or_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["kind", "at"], name="event_by_kind"),
        ),
    ]
