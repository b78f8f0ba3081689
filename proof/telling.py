"""What somebody who keeps count saw of a telling: lost, twice, and in which order."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

MARK: Final = re.compile(r"marker-(\d+)-end")


@dataclass
class Tally:
    """What each destination got, in the order of arrival."""

    got: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    twice: list[int] = field(default_factory=list)
    """By kill: what had come before it, and came again."""
    twice_unkilled: int = 0
    """What came twice after the last kill: nothing excuses that."""

    @classmethod
    def of_mails(cls, entries: Sequence[dict[str, Any]], kills: Sequence[int]) -> "Tally":
        """Mails as an SMTP sink wrote them down; `kills` says after how many each kill came."""
        seen = [(each["recipients"][0], each["data"]) for each in entries]
        return cls._of([(who, _newest(data), _header(data)) for who, data in seen], kills)

    @classmethod
    def of_webhooks(cls, entries: Sequence[dict[str, Any]], kills: Sequence[int]) -> "Tally":
        """Posts as an HTTP sink wrote them down."""
        return cls._of(
            [
                (each["path"], _newest(each["body"]), each["headers"]["webhook-id"])
                for each in entries
            ],
            kills,
        )

    @property
    def inversions(self) -> int:
        """How often something arrived after what is newer."""
        return sum(
            one > other for rows in self.got.values() for (one, _), (other, _) in pairwise(rows)
        )

    @property
    def other_ids(self) -> int:
        """How many second copies came under another id."""
        return sum(len({key for _, key in rows}) != len({mark for mark, _ in rows})
                   for rows in self.got.values())  # fmt: skip

    def missing(self, newest: int, count: int) -> int:
        """How many never got the newest word."""
        return count - sum(newest in {mark for mark, _ in rows} for rows in self.got.values())

    @classmethod
    def _of(cls, rows: Sequence[tuple[str, int, str]], kills: Sequence[int]) -> "Tally":
        tally, copies, first = cls(), Counter[int](), dict[tuple[str, int, str], int]()
        for number, row in enumerate(rows):
            who, mark, key = row
            # Only a kill after the first copy can have cost a second one, whenever that comes.
            earlier = first.setdefault(row, number)
            copies[sum(earlier >= kill for kill in kills)] += earlier != number
            tally.got[who].append((mark, key))
        tally.twice = [copies[kill] for kill in range(len(kills))]
        tally.twice_unkilled = copies[len(kills)]
        return tally


def _newest(text: str) -> int:
    """The update that a message is about: the newest one in it."""
    return max(map(int, MARK.findall(text.replace("=\r\n", ""))), default=0)


def _header(data: str) -> str:
    found = re.search(r"^Message-ID: (.*)$", data, re.MULTILINE | re.IGNORECASE)
    return found.group(1).strip() if found else ""
