"""The task queue: a doorbell, never the record. Six lanes, a static schedule."""

import os
from typing import Final

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

LANES: Final = ("clock", "urgent", "mail", "chats", "webhooks", "jobs")

app = Celery("candor")
app.config_from_object("statuspage.queue_settings")
app.set_default()
app.autodiscover_tasks()
