"""The task queue: a doorbell, never the record. Six lanes, a static schedule."""

import os

from celery import Celery

from statuspage.queue_connection import Queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")

app = Celery("candor", amqp=Queues)
app.config_from_object("statuspage.queue_settings")
app.set_default()
app.autodiscover_tasks()
