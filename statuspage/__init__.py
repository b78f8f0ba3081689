"""The composition root: settings, URLs, the task queue and the server's front door."""

from statuspage.celery import app as celery_app

__all__ = ["celery_app"]
