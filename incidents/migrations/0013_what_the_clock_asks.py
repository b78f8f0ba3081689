"""What the clock asks for every few seconds has an index; two columns that nobody read are gone."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three indexes more, two columns less."""

    dependencies: ClassVar = [("incidents", "0012_readers_may_write")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["status"], name="incident_by_status"),
        ),
        migrations.AddIndex(
            model_name="scheduledwindow",
            index=models.Index(
                fields=["start"],
                condition=models.Q(superseded_at=None, ended_at=None),
                name="scheduled_not_over",
            ),
        ),
        migrations.AddIndex(
            model_name="readermessage",
            index=models.Index(fields=["state", "received_at"], name="message_by_state"),
        ),
        migrations.RemoveField(model_name="incidenttemplate", name="impact_override"),
        migrations.RemoveField(model_name="postmortem", name="submitted_at"),
    ]
