"""Chats have a lane of their own: what waits, or can be tried again, moves there."""

from typing import Any

from django.db import migrations
from django.db.models import Q

NO_CHATS = ("email", "webhook", "webpush")


def move(apps: Any, _schema_editor: Any) -> None:
    """Leave nothing in the lane of urgent mails that is no mail."""
    deliveries = apps.get_model("notifications", "Delivery").objects
    alive = Q(next_attempt_at__isnull=False) | Q(failed_at__isnull=False)
    urgent = deliveries.filter(alive, lane="urgent")
    urgent.filter(channel__in=["webhook", "webpush"]).update(lane="webhooks")
    urgent.exclude(channel__in=NO_CHATS).update(lane="chats")


class Migration(migrations.Migration):
    """Only what is still to be sent: what is over stays as it was."""

    dependencies = [
        ("notifications", "0018_pause_of_everything"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
