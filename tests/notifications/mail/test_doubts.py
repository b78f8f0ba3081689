"""A provider that refuses too many addresses at once is not believed of any."""

from collections import Counter
from collections.abc import Iterator

import pytest

from notifications.mail.doubts import Doubts
from notifications.outcomes import Outcome, Verdict
from notifications.parcels import Settled

UNKNOWN = Outcome.undeliverable("550 5.1.1 no such user")


def rounds(refused: int, taken: int) -> Iterator[list[Settled]]:
    """First all that is refused, then all that is taken, five a round."""
    every = [UNKNOWN] * refused + [Outcome.sent()] * taken
    settled = list(enumerate(every))
    for start in range(0, len(settled), 5):
        yield settled[start : start + 5]


@pytest.mark.parametrize(
    ("refused", "taken", "verdict"),
    [
        (1, 0, Verdict.UNDELIVERABLE),
        (10, 0, Verdict.UNDELIVERABLE),
        (10, 45, Verdict.UNDELIVERABLE),
        (11, 0, Verdict.RETRY),
        (60, 0, Verdict.RETRY),
        (11, 44, Verdict.FAILED),
    ],
)
def test_one_refused_address_in_five_is_no_list_of_readers(
    refused: int, taken: int, verdict: Verdict
) -> None:
    doubts = Doubts("default")
    sifted = [each for settled in doubts.sift(rounds(refused, taken)) for each in settled]
    assert sorted(key for key, _outcome in sifted) == list(range(refused + taken))
    found = Counter(outcome.verdict for _key, outcome in sifted)
    assert found == Counter({verdict: refused} | ({Verdict.SENT: taken} if taken else {}))
    assert doubts.arose == (verdict is not Verdict.UNDELIVERABLE)


def test_what_is_taken_waits_for_no_doubt() -> None:
    first = next(iter(Doubts("default").sift(iter([[(1, UNKNOWN), (2, Outcome.sent())], []]))))
    assert first == [(2, Outcome.sent())]
