"""What each web process loads after the fork: the front door, the publisher, and the worker."""

import threading

from django.conf import settings

from publishing.published.counter import Counter
from publishing.published.publisher import Publisher
from publishing.published.watch import Watch
from statuspage.door.bridge import Bridge
from statuspage.door.front import Door
from statuspage.warming import warm_up
from statuspage.worker import EmbeddedWorker
from statuspage.wsgi import application


def open_door() -> Door:
    """Return the RSGI application; without a broker, start the worker beside it."""
    warm_up()
    counter, publisher = Counter(settings.PUBLISHED_DIR), Publisher(settings.PUBLISHED_DIR)
    publisher.on_change.append(counter.take_change)
    publisher.on_sites.append(counter.take_sites)
    watch = Watch(publisher)
    watch.start()
    # Before the pools of threads are waited for, as the embedded worker does.
    threading._register_atexit(watch.stop)  # type: ignore[attr-defined]
    if settings.EMBEDDED_WORKER:
        EmbeddedWorker().start()
    return Door(counter, Bridge(application))
