"""Keys of a chunk as stretches: exactly those keys, however they lie."""

from itertools import pairwise

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import Delivery
from notifications.senders.stretches import MOST, among, stretches


@given(st.sets(st.integers(1, 200)))
def test_stretches_hold_exactly_their_keys_and_never_touch(keys: set[int]) -> None:
    found = list(stretches(sorted(keys)))
    assert [key for first, last in found for key in range(first, last + 1)] == sorted(keys)
    assert all(ends + 1 < begins for (_, ends), (begins, _) in pairwise(found))


def test_a_whole_chunk_is_one_condition() -> None:
    assert among(range(1000, 2000)) == Q(pk__range=(1000, 1999))


def test_keys_with_too_many_gaps_are_spelt_out() -> None:
    keys = list(range(0, 4 * MOST, 2))
    assert among(reversed(keys)) == Q(pk__in=keys)


@pytest.mark.django_db
def test_no_keys_are_no_rows() -> None:
    assert not Delivery.objects.filter(among([])).exists()
