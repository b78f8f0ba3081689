"""Lengths, figures and shares follow the habits of the language."""

from datetime import timedelta

import pytest
from django.utils import translation

from incidents.core import uptime_words
from incidents.core.levels import Level
from publishing.templatetags import candor
from publishing.words import phrases


@pytest.mark.parametrize(
    ("language", "length", "figure", "share"),
    [
        ("en", "3 h 20 min", "8,000.5", "99.95 %"),
        ("de", "3 h 20 min", "8.000,5", "99,95\u00a0%"),
        ("fr", "3 h 20 min", "8\u00a0000,5", "99,95\u00a0%"),
        ("nl", "3 u 20 min", "8.000,5", "99,95%"),
        ("ja", "3 時間 20 分", "8,000.5", "99.95%"),
        ("ar", "3 س 20 د", "8.000,5", "99,95%"),
    ],
)
def test_figures_are_said_as_the_language_does(
    language: str, length: str, figure: str, share: str
) -> None:
    with translation.override(language):
        assert phrases.running(timedelta(hours=3, minutes=20)) == length
        assert phrases.number(8000.5, 1) == figure
        assert uptime_words.share_of("99.95") == share


def test_words_are_listed_with_the_comma_of_the_language() -> None:
    with translation.override("ar"):
        assert phrases.listed(["أ", "ب"]) == "أ، ب"
    assert phrases.listed(["a", "b"]) == "a, b"


def test_scripts_get_the_months_as_dates_write_them() -> None:
    with translation.override("fr"):
        words = phrases.for_scripts()
    assert words["day"] == "j N Y"
    assert words["months"].split("|")[11] == "déc."
    assert words["units"] == "%d s|%d min|%d h|%d j"


def test_labels_within_sentences_are_small_but_for_german_whose_nouns_are_not() -> None:
    with translation.override("de"):
        assert phrases.inline(Level.PARTIAL_OUTAGE.label) == "Teilausfall"
    with translation.override("es"):
        assert phrases.inline(Level.PARTIAL_OUTAGE.label) == "caída parcial"
    assert phrases.inline(Level.PARTIAL_OUTAGE.label) == "partial outage"


@pytest.mark.parametrize(
    ("spoken", "name"),
    [("en", "English"), ("de", "Englisch"), ("fr", "anglais"), ("nl", "Engels"), ("es", "inglés")],
)
def test_a_sentence_calls_a_language_as_its_own_language_does(spoken: str, name: str) -> None:
    with translation.override(spoken):
        assert phrases.language_name("en") == name
        assert phrases.language_name("tlh") == "Tlh"


def test_what_runs_the_other_way_is_fenced_where_a_colon_would_jump() -> None:
    with translation.override("ar"):
        assert candor.labelled("Fix", "disk") == "<bdi>Fix</bdi>: <bdi>disk</bdi>"
    assert candor.labelled("Fix", "<disk>") == "Fix: &lt;disk&gt;"
    assert candor.labelled("Fix", "") == "Fix"
