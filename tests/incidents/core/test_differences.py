"""What changed between two texts: nothing is lost, and it reads as sentences."""

from hypothesis import given
from hypothesis import strategies as st

from incidents.core.differences import MOST, pieces

TEXTS = st.text(alphabet="ab \n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_difference(before: str, after: str) -> None:
    found = list(pieces(before, after))
    assert "".join(each.text for each in found if each.op != "added") == before
    assert "".join(each.text for each in found if each.op != "removed") == after


@given(TEXTS)
def test_the_same_text_has_no_difference(text: str) -> None:
    assert {each.op for each in pieces(text, text)} <= {"same"}


def test_a_word_that_stayed_between_changes_is_not_torn_out_of_its_sentence() -> None:
    found = list(pieces("It is to be replaced.", "Hardware is here by now."))
    assert [each.op for each in found] == ["removed", "added"]


def test_a_text_too_long_to_compare_is_told_as_replaced() -> None:
    found = list(pieces("x\n" * (MOST + 1), "y\n" * (MOST + 1)))
    assert [each.op for each in found] == ["removed", "added"]
