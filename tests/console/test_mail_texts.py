"""Writing a page's own words in mails, and looking at a mail first."""

from collections.abc import Callable

import pytest
from django.test import Client

from incidents.models import Incident, Page
from notifications.models import MailKind, MailText
from tests.console.screens import refused, stored, text_of

TEXTS = "/console/mail/settings/mails/"
WORDS = {"before": "{page}:", "introduction": "About {title}. {{7*7}}", "footer": "Example Ltd"}


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    """An admin."""
    return signed_in("admin")


def test_words_are_looked_at_and_then_kept(client: Client, page: Page, incident: Incident) -> None:
    shown = text_of(client.post(f"{TEXTS}update/de/", WORDS | {"preview": "1"}))
    assert "Example Mail: Mail cannot be read\n\nAbout Mail cannot be read. {{7*7}}\n" in shown
    assert "Auf der Statusseite lesen" in shown or "Example Ltd" in shown
    assert MailText.objects.count() == 0
    stored(client, f"{TEXTS}update/de/", WORDS)
    kept = MailText.objects.get()
    assert (kept.kind, kept.language, kept.prefix) == ("update", "de", "{page}:")
    assert "written" in text_of(client.get(TEXTS))
    assert "Example Ltd" in text_of(client.get(f"{TEXTS}update/de/"))


@pytest.mark.parametrize("kind", list(MailKind))
def test_every_kind_can_be_looked_at(client: Client, page: Page, kind: str) -> None:
    for language in ("any", "ar"):
        screen = client.post(f"{TEXTS}{kind}/{language}/", {"footer": "Ltd", "preview": "1"})
        assert screen.status_code == 200
        assert "-- \nLtd\n" in text_of(screen)


@pytest.mark.parametrize("button", [{}, {"preview": "1"}])
def test_what_is_refused_stands_at_its_field(
    client: Client, page: Page, button: dict[str, str]
) -> None:
    body = refused(
        client, f"{TEXTS}every/any/", button | {"introduction": "{title}"}, "introduction"
    )
    assert "there are {page}, {url}." in body
    refused(client, f"{TEXTS}every/any/", button | {"before": "a\r\nBcc: x"}, "before")


def test_there_are_no_other_kinds(client: Client, page: Page) -> None:
    assert client.get(f"{TEXTS}alarm/any/").status_code == 404
    assert client.get(f"{TEXTS}every/xx/").status_code == 404
