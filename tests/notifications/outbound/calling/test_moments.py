"""How many calls may be lost to a kill: no more than sixteen, but for those that hang."""

from typing import Any

import pytest

from notifications.outbound.calling.moments import LONGEST, MOST, SHORTEST, Moments


class Sent:
    """A line that can be told from others."""

    def __init__(self, began: float) -> None:
        self.began = began


def full(moments: Moments, at: float = 0.0) -> list[Any]:
    sent: list[Any] = [Sent(at) for _ in range(MOST)]
    for each in sent:
        moments.begin(each)
    return sent


def test_sixteen_without_an_answer_are_enough() -> None:
    moments = Moments()
    first, *_others = full(moments)
    assert moments.are_full
    moments.end(first, 0.001)
    assert not moments.are_full


def test_whoever_hangs_holds_up_others_for_a_moment_only() -> None:
    moments = Moments()
    full(moments)
    moments.forget(SHORTEST)
    assert moments.are_full
    moments.forget(SHORTEST + 0.001)
    assert not moments


@pytest.mark.parametrize(("usual", "moment"), [(0.001, SHORTEST), (0.02, 0.16), (3.0, LONGEST)])
def test_a_moment_is_as_long_as_answers_take(usual: float, moment: float) -> None:
    moments = Moments()
    for each in full(moments):
        moments.end(each, usual)
    full(moments)
    moments.forget(moment)
    assert moments.are_full
    moments.forget(moment + 0.001)
    assert not moments


def test_one_that_takes_long_does_not_make_moments_longer() -> None:
    moments = Moments()
    slow, *quick = full(moments)
    for each in quick:
        moments.end(each, 0.001)
    moments.end(slow, 2.0)
    full(moments)
    moments.forget(SHORTEST + 0.001)
    assert not moments


def test_what_is_forgotten_says_nothing_about_the_usual() -> None:
    moments = Moments()
    hung = full(moments)
    moments.forget(1.0)
    for each in hung:
        moments.end(each, 5.0)
    full(moments, at=10.0)
    moments.forget(10.0 + SHORTEST + 0.001)
    assert not moments
