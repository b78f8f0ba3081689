"""Deliveries that are to be erased once their sender is done with them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0027_zone_of_a_wish")]

    operations = [
        migrations.CreateModel(
            name="Remnant",
            fields=[
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="remnant",
                        serialize=False,
                        to="notifications.delivery",
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            "wish",
            "page",
            models.ForeignKey(
                db_index=False,
                on_delete=models.CASCADE,
                related_name="wishes",
                to="incidents.page",
            ),
        ),
    ]
