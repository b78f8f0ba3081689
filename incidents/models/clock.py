"""Who does what its time has come for, a step at a time."""

import logging
from collections.abc import Callable, Iterable
from typing import Final

from django.db import OperationalError

from people.actors import Actor

logger = logging.getLogger(__name__)

CLOCK: Final = Actor.system("clock")


def one_by_one[T](due: Iterable[T], step: Callable[[T], int]) -> int:
    """Take a step for each that is due; one that fails is logged, and holds up no other.

    Returns the sum of what the steps return. Trouble of the database is raised: it is everybody's,
    and the clock comes back to all of them.
    """
    return sum(_taken(each, step) for each in due)


def _taken[T](due: T, step: Callable[[T], int]) -> int:
    try:
        return step(due)
    except OperationalError:
        raise
    except Exception:
        logger.exception("The clock could not move %r", due)
        return 0
