"""Rows of a chunk by their keys: as the few stretches without a gap that they mostly are."""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Final

from django.db.models import Q

# SQLite bears no thousand conditions; both databases bear thousands of values.
MOST: Final = 50


def among(keys: Iterable[int]) -> Q:
    """These keys and no others: a thousand, spelt out, cost more than to mark them."""
    wanted = sorted(set(keys))
    found = list(stretches(wanted))
    if not found or len(found) > MOST:
        return Q(pk__in=wanted)
    return reduce(or_, (Q(pk__range=each) for each in found))


def stretches(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last key of each stretch without a gap; the keys come in order, once."""
    # Within a stretch a key and its place rise together.
    for _gap, stretch in groupby(enumerate(keys), lambda each: each[1] - each[0]):
        first, *others = (key for _place, key in stretch)
        yield first, others[-1] if others else first
