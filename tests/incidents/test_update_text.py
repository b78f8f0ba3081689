"""An update in further languages: added later, mended dated, gone with a redaction."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.core.conflicts import Conflict
from incidents.models import Event, Incident, Page, UpdateText
from incidents.models.guarding import fingerprint
from people.actors import Actor

LATER = timedelta(hours=3)


@pytest.fixture
def german(page: Page, incident: Incident, by: Actor, at: datetime) -> UpdateText:
    """The first update in German, hours after it was posted."""
    page.change(languages=["de", "fr"], by=by, at=at)
    incident.refresh_from_db()
    return UpdateText.write(
        incident.updates.get(), "de", body="Wir *prüfen* das.", headline="Störung", by=by, at=at + LATER
    )  # fmt: skip


def test_a_translation_comes_later_and_is_rendered(
    german: UpdateText, incident: Incident, at: datetime
) -> None:
    assert german.html == "<p>Wir <em>prüfen</em> das.</p>"
    assert (german.written_at, german.author) == (at + LATER, "Alice")
    assert incident.updates.get().body == "We are looking into it."
    assert not Event.objects.get(kind="update.translated").tell


def test_it_is_mended_at_any_time_under_guard(
    german: UpdateText, incident: Incident, by: Actor, at: datetime
) -> None:
    update, seen = incident.updates.get(), fingerprint(german, "body", "headline")
    day = at + timedelta(days=1)
    UpdateText.write(update, "de", body="Anders.", headline="Störung", seen=seen, by=by, at=day)
    with pytest.raises(Conflict) as met:
        UpdateText.write(update, "de", body="Mein.", headline="Störung", seen=seen, by=by, at=day)
    assert met.value.theirs == {"body": "Anders."}
    german.refresh_from_db()
    assert (german.body, german.written_at) == ("Anders.", day)


def test_two_first_translations_meet(german: UpdateText, by: Actor, at: datetime) -> None:
    nothing = fingerprint(UpdateText(), "body", "headline")
    with pytest.raises(Conflict):
        UpdateText.write(german.update, "de", body="Auch.", seen=nothing, by=by, at=at + LATER)


def test_a_redaction_takes_every_language(
    german: UpdateText, incident: Incident, by: Actor, at: datetime
) -> None:
    update = incident.updates.get()
    update.redact("It named a customer.", by=by, at=at + LATER)
    assert not UpdateText.objects.exists()
    with pytest.raises(ValidationError, match="gone in every language"):
        UpdateText.write(update, "fr", body="Non.", by=by, at=at + LATER)


@pytest.mark.parametrize(
    ("language", "body", "field", "words"),
    [
        ("en", "x", "language", "itself is in “en”"),
        ("it", "x", "language", "no further language of this page (de, fr)"),
        ("fr", "  ", "body", "Write the translation"),
        ("fr", "x" * 25_001, "body", "25,000 are allowed"),
        ("fr", "<script>", "body", "HTML is not allowed"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    german: UpdateText, by: Actor, at: datetime, language: str, body: str, field: str, words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        UpdateText.write(german.update, language, body=body, by=by, at=at)
    assert words in refused.value.message_dict[field][0]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["xx-rubbish"], "is no language"),
        (["de", "de"], "named twice"),
        (["pt_BR"], "as “pt-br”"),
        (["DE"], "as “de”"),
    ],
)
def test_the_languages_of_a_page_are_checked(
    page: Page, by: Actor, at: datetime, codes: list[str], words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        page.change(languages=codes, by=by, at=at)
    assert words in refused.value.message_dict["languages"][0]
