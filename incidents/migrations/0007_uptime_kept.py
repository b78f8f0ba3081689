"""How far days of uptime are kept, how long points are, and when a mirror was last complained of."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three columns."""

    dependencies: ClassVar = [("incidents", "0006_announced_bound")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="page",
            name="days_until",
            field=models.DateField(
                null=True,
                editable=False,
                help_text="Days before this one are kept as derived rows; later ones are worked out.",
            ),
        ),
        migrations.AddField(
            model_name="metric",
            name="keep_days",
            field=models.PositiveSmallIntegerField(
                default=90, help_text="Points older than this are forgotten."
            ),
        ),
        migrations.AddField(
            model_name="mirror",
            name="failure_noted_at",
            field=models.DateTimeField(
                null=True, blank=True, help_text="When staff were told that it cannot be read."
            ),
        ),
    ]
