"""What a page shows of a long record is found by when it ended."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two indexes more."""

    dependencies: ClassVar = [("incidents", "0013_what_the_clock_asks")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["page", "resolved_at"], name="incident_by_end"),
        ),
        migrations.AddIndex(
            model_name="impactwindow",
            index=models.Index(
                fields=["component", "end"],
                condition=models.Q(superseded_at=None),
                name="window_by_end",
            ),
        ),
    ]
