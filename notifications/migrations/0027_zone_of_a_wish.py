"""What somebody typed comes with the time zone of the browser it was typed in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0026_parts_of_tables")]

    operations = [
        migrations.AddField("wish", "time_zone", models.CharField(blank=True, max_length=64)),
    ]
