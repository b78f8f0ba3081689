"""Staff are mailed an alarm once an event of the journal."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """One column, unique where it is set, and a further stream."""

    dependencies: ClassVar = [
        ("incidents", "0008_promises_replaced"),
        ("notifications", "0001_initial"),
    ]
    operations: ClassVar = [
        migrations.AddField(
            model_name="delivery",
            name="alarm",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.event",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=Q(("alarm__isnull", False)),
                fields=("alarm",),
                name="delivery_alarm_once",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="stream",
            field=models.CharField(
                choices=[
                    ("update", "Incident update"),
                    ("postmortem", "Postmortem"),
                    ("component", "Component change"),
                    ("confirmation", "Confirmation of a subscription"),
                    ("test", "Test message"),
                    ("personal", "Personal notice"),
                    ("alarm", "Alarm to staff"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="broadcast",
            name="stream",
            field=models.CharField(
                choices=[
                    ("update", "Incident update"),
                    ("postmortem", "Postmortem"),
                    ("component", "Component change"),
                    ("confirmation", "Confirmation of a subscription"),
                    ("test", "Test message"),
                    ("personal", "Personal notice"),
                    ("alarm", "Alarm to staff"),
                ],
                max_length=12,
            ),
        ),
    ]
