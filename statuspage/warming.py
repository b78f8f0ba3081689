"""What the first post of an outage should not have to wait for, done when the server starts."""

import logging
from threading import Thread

from django.db import connection
from django.utils import timezone

from incidents.core import markup
from incidents.core.viewers import PUBLIC
from incidents.models import Page
from notifications.channels import channels
from publishing.rendering import render

logger = logging.getLogger(__name__)


def warm_up() -> Thread:
    """Start the Markdown helper, load the channels and the templates, in a thread of its own."""
    thread = Thread(target=_warm, name="warming", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    try:
        markup.render("ready")
        channels()
        for page in Page.objects.visible_to(PUBLIC).order_by("pk")[:1]:
            render(page, "", timezone.now())
    except Exception:
        # A cold start is slower, nothing more; whatever is wrong will be said where it matters.
        logger.warning("Warming up failed", exc_info=True)
    finally:
        connection.close()
