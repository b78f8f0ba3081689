"""An announcement may end by the clock."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("incidents", "0010_first_revisions")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="incident",
            name="ends_at",
            field=models.DateTimeField(
                blank=True, help_text="When the clock takes an announcement away.", null=True
            ),
        ),
    ]
