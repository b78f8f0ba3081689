"""What a spreadsheet would run is shown by it, and is read again as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.core.cells import FORMULA, harmless, meant

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_shown_and_is_read_again_as_it_was(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert meant(harmless(text)) == text


@pytest.mark.parametrize("text", ["", "Mailstore", "1-1", "'tis", "'"])
def test_every_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == meant(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_no_cell_is_a_formula_and_each_comes_back_as_it_was(text: str) -> None:
    assert not harmless(text).startswith(FORMULA)
    if not text.startswith("'"):
        assert meant(harmless(text)) == text
