"""What hangs together, and what leads where: walks over pairs of names, without the record."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping


def leads_to[N: Hashable](pairs: Iterable[tuple[N, N]], start: N, goal: N) -> bool:
    """Whether one comes from `start` to `goal`, each pair leading from its first to its second."""
    ways: defaultdict[N, set[N]] = defaultdict(set)
    for here, there in pairs:
        ways[here].add(there)
    return goal in _reached(ways, start)


def together[N: Hashable](pairs: Iterable[tuple[N, N]], start: N) -> set[N]:
    """Return all that hangs together with `start`, itself included, whichever way pairs point."""
    ways: defaultdict[N, set[N]] = defaultdict(set)
    for one, other in pairs:
        ways[one].add(other)
        ways[other].add(one)
    return _reached(ways, start)


def _reached[N: Hashable](ways: Mapping[N, set[N]], start: N) -> set[N]:
    seen, ahead = {start}, [start]
    while ahead:
        fresh = ways.get(ahead.pop(), set()) - seen
        seen |= fresh
        ahead.extend(fresh)
    return seen
