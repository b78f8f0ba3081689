"""What each web process loads after the fork: the front door, the publisher, and the worker."""

import ctypes
import sys
import threading
from contextlib import suppress
from typing import Final

from django.conf import settings

from notifications.watching import Watcher
from publishing.elsewhere.pushing import Pusher
from publishing.published.counter import Counter
from publishing.published.courtesy import Courtesy
from publishing.published.publisher import Publisher
from publishing.published.watch import Watch
from statuspage.door.bridge import Bridge
from statuspage.door.crowd import Crowd
from statuspage.door.front import Door
from statuspage.health import health, of_pages, of_publisher, of_pusher
from statuspage.starting import end_with_parent
from statuspage.warming import warm_up
from statuspage.worker import EmbeddedWorker
from statuspage.wsgi import application

# How long a thread may compute, in seconds, before the front door has the interpreter again. A post
# asks the database fifty times and waits for the interpreter after each answer: beside a file that
# takes long to make, a millisecond each time was a quarter of a second.
SLICE: Final = 0.0001
# glibc gives each thread a heap of its own, up to eight a core, and keeps what they once held.
# M_ARENA_MAX of malloc.h, and how many heaps all threads share.
ARENA_MAX: Final = -8
HEAPS: Final = 2
# Before the pools of threads are waited for, as the embedded worker does.
at_exit: Final = threading._register_atexit  # type: ignore[attr-defined]


def open_door() -> Door:
    """Return the RSGI application; without a broker, start the worker beside it."""
    end_with_parent()
    sys.setswitchinterval(SLICE)
    _share_heaps()
    warm_up()
    counter, publisher = Counter(settings.PUBLISHED_DIR), Publisher(settings.PUBLISHED_DIR)
    courtesy = Courtesy()
    publisher.give_way = courtesy.give_way
    publisher.on_change.append(counter.take_change)
    publisher.keeper.on_sites.append(counter.take_sites)
    publisher.on_strangers.append(counter.forget)
    watch = Watch(publisher)
    _push_from(publisher, watch)
    watch.start()
    health.watch(of_publisher(watch))
    health.watch(of_pages(watch))
    watcher = Watcher()
    watcher.start()
    at_exit(watcher.stop)
    if settings.EMBEDDED_WORKER:
        EmbeddedWorker().start()
    # The last one is stopped first: what is being made would hold up the others.
    at_exit(watch.stop)
    crowd = Crowd()
    return Door(counter, Bridge(application, courtesy=courtesy, crowd=crowd), crowd)


def _share_heaps() -> None:
    """Keep the process small, where the C library is one that lets us."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(ARENA_MAX, HEAPS)


def _push_from(publisher: Publisher, watch: Watch) -> None:
    """Have what is published here brought to PUBLISH_TO, too."""
    pusher = Pusher.of_settings(is_fit=lambda: watch.is_current).start()
    publisher.on_change.append(pusher.take_change)
    publisher.keeper.on_sites.append(pusher.take_sites)
    publisher.on_whole.append(pusher.take_whole)
    publisher.on_strangers.append(pusher.take_stranger)
    at_exit(pusher.stop)
    health.watch(of_pusher(pusher))
