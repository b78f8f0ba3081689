"""Every catalogue is whole: each reader-facing word once, translated, compiled, and well-formed."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from incidents.core.languages import SPOKEN
from tests.house import words
from tests.house.tree import ROOT
from tests.house.words import Word

LOCALE = ROOT / "locale"
NAMES = sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")
# The figure that a plural form may say as a word: “two days”.
COUNTED = {"%(n)d", "%(n)s", "%(days)d", "%(days)s"}
# Names and signs that are the same in every language.
NAMES_ALONE = {"Atom", "RSS", "JSON", "Feed", "x"}
# For whoever runs the installation, in English.
OPERATORS = {"nothing.html", "alarm.html", "alarm.txt"}
READ = [path for path in words.sources() if path.suffix != ".py" and path.name not in OPERATORS]
UNSAID = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\{% blocktranslate.*?endblocktranslate %\}|\{#.*?#\}",
        r"\{% block (?:live|favicon|og_type) %\}.*?\{% endblock %\}",
        r"<(style|svg|defs)\b.*?</\1>",
        r"\{[%{].*?[%}]\}",
        r"<[^<>]*>|&\w+;",
    )
]


@cache
def catalogue(name: str) -> Catalog:
    with (LOCALE / name / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=name)


def messages(name: str) -> list[Message]:
    return [message for message in catalogue(name) if message.id]


def word_of(message: Message) -> Word:
    singular, plural = (message.id, "") if isinstance(message.id, str) else message.id
    # Babel reads the context of a compiled catalogue as bytes.
    context: Any = message.context or ""
    return Word(singular, plural, context.decode() if isinstance(context, bytes) else context)


def forms(message: Message) -> list[str]:
    said = message.string or ()
    return [said] if isinstance(said, str) else list(said)


def test_candor_speaks_what_it_has_a_catalogue_for() -> None:
    assert {name.lower().replace("_", "-") for name in NAMES} | {"en"} == set(SPOKEN)


@pytest.mark.parametrize("name", NAMES)
def test_a_catalogue_has_every_word_that_readers_meet_and_no_other(name: str) -> None:
    known = {word_of(message) for message in messages(name)}
    found = words.readers_words()
    assert sorted(found - known) == [], "See locale/README.md: collect the words, translate them."
    assert sorted(known - found) == []
    assert not catalogue(name).obsolete


@pytest.mark.parametrize("name", NAMES)
def test_every_word_is_translated_and_nothing_is_a_guess(name: str) -> None:
    plurals = catalogue(name).num_plurals
    for message in messages(name):
        assert not message.fuzzy, message.id
        assert forms(message), message.id
        assert all(forms(message)), message.id
        assert len(forms(message)) == (plurals if message.pluralizable else 1), message.id


@pytest.mark.parametrize("name", NAMES)
def test_placeholders_and_tags_are_those_of_the_original_in_every_form(name: str) -> None:
    for message in messages(name):
        word = word_of(message)
        original = word.plural or word.singular
        wanted = Counter(PLACEHOLDER.findall(original))
        for form in forms(message):
            given = Counter(PLACEHOLDER.findall(form))
            assert not given - wanted, form
            assert set(wanted - given) <= (COUNTED if word.plural else set()), form
            assert Counter(TAG.findall(form)) == Counter(TAG.findall(original)), form


@pytest.mark.parametrize("name", NAMES)
def test_the_compiled_catalogue_is_that_of_its_source(name: str) -> None:
    with (LOCALE / name / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {word_of(message): forms(message) for message in read_mo(file) if message.id}
    assert compiled == {word_of(message): forms(message) for message in messages(name)}


def test_the_readme_says_which_languages_no_native_speaker_has_read() -> None:
    text = (LOCALE / "README.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in text] == []


@pytest.mark.parametrize("path", READ, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_of_a_template_escapes_translation(path: Path) -> None:
    text = path.read_text()
    for unsaid in UNSAID:
        text = unsaid.sub(" ", text)
    loose = set(re.findall(r"[^\W\d_]+", text)) - NAMES_ALONE
    assert loose == set()
