"""Secrets: encrypted at rest, in the clear for the product, useless under another key."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from people.fields import EncryptedTextField, opened


@pytest.fixture
def field() -> EncryptedTextField:
    """A field called secret."""
    field = EncryptedTextField()
    field.set_attributes_from_name("secret")
    return field


def test_what_is_stored_does_not_show_the_secret(field: EncryptedTextField) -> None:
    stored = field.get_prep_value("whsec_abc")
    assert "whsec_abc" not in stored
    assert field.from_db_value(stored, None, None) == "whsec_abc"


def test_the_same_secret_is_never_stored_alike(field: EncryptedTextField) -> None:
    assert field.get_prep_value("x") != field.get_prep_value("x")


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_text_survives(text: str) -> None:
    field = EncryptedTextField()
    assert field.from_db_value(field.get_prep_value(text), None, None) == text


@pytest.mark.parametrize("blank", ["", None])
def test_blank_stays_blank(field: EncryptedTextField, blank: str | None) -> None:
    assert field.get_prep_value(blank) == blank
    assert field.from_db_value(blank, None, None) == blank


def test_another_key_says_what_to_do_once_the_secret_is_used(
    field: EncryptedTextField, settings: Any
) -> None:
    stored = field.get_prep_value("x")
    settings.ENCRYPTION_KEY = "another"
    sealed = field.from_db_value(stored, None, None)
    with pytest.raises(ImproperlyConfigured, match="encrypted with another ENCRYPTION_KEY"):
        opened(sealed)


def test_what_cannot_be_read_is_stored_again_as_it_was(
    field: EncryptedTextField, settings: Any
) -> None:
    stored = field.get_prep_value("x")
    settings.ENCRYPTION_KEY = "another"
    assert field.get_prep_value(field.from_db_value(stored, None, None)) == stored


def test_a_stored_value_that_was_tampered_with_is_refused(field: EncryptedTextField) -> None:
    stored = field.get_prep_value("x")
    forged = ("A" if stored[-5] != "A" else "B").join((stored[:-5], stored[-4:]))
    with pytest.raises(ImproperlyConfigured):
        opened(field.from_db_value(forged, None, None))
