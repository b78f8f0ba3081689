"""What cannot be judged yet goes to the back of those that wait."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("notifications", "0024_stall_told")]

    operations = [
        migrations.AddField(
            "judgement",
            "look_at",
            models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
        migrations.RemoveIndex("judgement", "judgement_waiting"),
        migrations.AddIndex(
            "judgement",
            models.Index(
                fields=["look_at"], condition=models.Q(verdict="waiting"), name="judgement_to_make"
            ),
        ),
    ]
