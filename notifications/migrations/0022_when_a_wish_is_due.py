"""What somebody typed may wait for its hour; what waits already is due."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("notifications", "0021_deliveries_without_constraints")]

    operations = [
        migrations.AddField(
            "wish",
            "due_at",
            models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
    ]
