"""Walks over pairs of names."""

from hypothesis import given
from hypothesis import strategies as st

from incidents.core.reaching import leads_to, together

PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20)


def test_a_chain_leads_from_its_beginning_to_its_end_and_not_back() -> None:
    chain = [(1, 2), (2, 3), (3, 4)]
    assert leads_to(chain, 1, 4)
    assert not leads_to(chain, 4, 1)


def test_a_circle_is_walked_once() -> None:
    assert together([(1, 2), (2, 1), (2, 3), (7, 8)], 3) == {1, 2, 3}


@given(PAIRS, st.integers(0, 8), st.integers(0, 8))
def test_what_hangs_together_does_so_from_either_end(
    pairs: list[tuple[int, int]], one: int, other: int
) -> None:
    assert (other in together(pairs, one)) == (one in together(pairs, other))
    if leads_to(pairs, one, other):
        assert other in together(pairs, one)
