"""When whoever is on call was told of a stall, so that it is tried until somebody was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One that lasts while this is applied is told of once more."""

    dependencies = [
        ("notifications", "0023_addresses_of_a_subscription"),
    ]

    operations = [
        migrations.AddField(
            model_name="stall",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
    ]
