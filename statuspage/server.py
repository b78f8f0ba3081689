"""The server's front door: what each web process loads after the fork."""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from statuspage.bodies import Bodies
from statuspage.warming import warm_up
from statuspage.worker import EmbeddedWorker
from statuspage.wsgi import application

Application = Callable[..., Any]


def open_door() -> Application:
    """Return the WSGI application; without a broker, start the worker beside it."""
    warm_up()
    if settings.EMBEDDED_WORKER:
        EmbeddedWorker().start()
    return Bodies(application)
