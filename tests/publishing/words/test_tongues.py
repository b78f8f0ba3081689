"""The same page in each of its languages: where it stands, what it says, what leads to it."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language

from incidents.models import Incident, Maintenance, Page, UpdateText
from notifications import rounds
from notifications.models import Delivery, Subscription
from people.actors import Actor
from publishing.artefact import Missing, Moved
from publishing.rendering import render
from publishing.words.stamps import stamped
from publishing.words.tongues import language_of, languages_of, prefixes, speaking, split
from tests.publishing.world import Outage, est

HOUR = timedelta(hours=1)


@pytest.fixture
def page(page: Page, by: Actor, at: datetime) -> Page:
    """A page that speaks English, German and Arabic, and takes update texts in Ukrainian."""
    page.change(languages=["de", "ar", "uk"], by=by, at=at)
    return page


def shown(page: Page, path: str, at: datetime) -> str:
    return render(page, path, at).body.decode()


def test_a_page_exists_in_its_own_language_and_in_the_further_ones_that_candor_speaks(
    page: Page,
) -> None:
    assert languages_of(page) == ["en", "de", "ar"]
    assert prefixes(page) == ["", "de/", "ar/"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("de/history/", ("de", "history/")),
        ("de/", ("de", "")),
        ("history/", ("en", "history/")),
        ("fr/history/", ("en", "fr/history/")),
        ("uk/history/", ("en", "uk/history/")),
        ("de/history.atom", ("en", "de/history.atom")),
    ],
)
def test_a_path_begins_with_its_language(page: Page, path: str, asked: tuple[str, str]) -> None:
    assert split(page, path) == asked


def test_links_stay_in_the_language_and_data_stands_once(
    page: Page, incident: Incident, at: datetime
) -> None:
    body = shown(page, "de/", at)
    assert f'href="/de/{incident.public_path}"' in body
    assert 'href="/history.atom"' in body
    assert 'action="/de/subscribe/"' in body
    assert re.search(r'href="/assets/site\.\w+\.css"', body)


def test_each_page_names_itself_and_its_twins(page: Page, at: datetime) -> None:
    body = shown(page, "de/history/", at)
    assert '<html lang="de" dir="ltr">' in body
    assert '<link rel="canonical" href="http://localhost:8000/de/history/">' in body
    twins = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', body)
    assert twins == [
        ("en", "http://localhost:8000/history/"),
        ("x-default", "http://localhost:8000/history/"),
        ("de", "http://localhost:8000/de/history/"),
        ("ar", "http://localhost:8000/ar/history/"),
    ]
    assert '<html lang="ar" dir="rtl">' in shown(page, "ar/history/", at)


def test_the_switcher_leads_to_the_same_page_and_marks_the_language_that_is_read(
    page: Page, at: datetime
) -> None:
    body = shown(page, "ar/history/", at)
    assert '<a href="/de/history/" hreflang="de" lang="de" dir="ltr" data-offer=' in body
    assert re.search(r'<a href="/ar/history/"[^>]* dir="rtl" aria-current="true"', body)
    assert body.count('aria-current="true"') == 1


def test_a_page_of_one_language_has_neither_switcher_nor_twins(
    outage: Outage, at: datetime
) -> None:
    body = shown(outage.page, "", at)
    assert "hreflang" not in body
    assert "tongues" not in body


@pytest.mark.parametrize("path", ["fr/", "uk/", "de/history.atom", "de/api/v2/summary.json"])
def test_nothing_stands_in_a_language_that_the_page_lacks_and_no_data_below_one(
    page: Page, path: str, at: datetime
) -> None:
    with pytest.raises(Missing):
        render(page, path, at)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("de", "de/"),
        ("de/history", "de/history/"),
        ("en", ""),
        ("en/", ""),
        ("en/history/", "history/"),
        ("en//evil.example/", "evil.example/"),
    ],
)
def test_what_moved_stays_in_its_language(page: Page, path: str, to: str, at: datetime) -> None:
    with pytest.raises(Moved) as moved:
        render(page, path, at)
    assert str(moved.value) == to


def test_an_address_with_two_slashes_leads_to_no_other_host(page: Page, client: Client) -> None:
    answer = client.get("/en//evil.example/")
    assert answer["Location"] == "/evil.example/"
    assert answer["Cache-Control"] == "public, max-age=300"


def test_over_http_a_page_says_its_language_and_data_does_not(page: Page, client: Client) -> None:
    assert client.get("/de/")["Content-Language"] == "de"
    assert client.get("/")["Content-Language"] == "en"
    assert not client.get("/history.atom").has_header("Content-Language")
    missing = client.get("/de/nowhere/")
    assert missing.status_code == 404
    assert missing["Content-Language"] == "de"


def test_nobody_is_sent_elsewhere_for_what_the_browser_asks_for(page: Page, client: Client) -> None:
    answer = client.get("/", headers={"accept-language": "de,ar;q=0.5,\x00nonsense;q=x"})
    assert answer.status_code == 200
    assert answer["Content-Language"] == "en"
    assert "Accept-Language" not in answer.get("Vary", "")


@pytest.mark.parametrize("path", ["subscribe/", "search/?q=550+denied", "subscriptions/nonsense/"])
def test_forms_answer_in_the_language_of_their_address(
    page: Page, path: str, client: Client
) -> None:
    assert client.get(f"/ar/{path}")["Content-Language"] == "ar"
    assert client.get(f"/pages/{page.slug}/de/{path}")["Content-Language"] == "de"


def test_whoever_signs_up_in_german_reads_german_to_the_end(page: Page, client: Client) -> None:
    answer = client.post("/de/subscribe/", {"email": "ada@example.com"})
    assert answer["Content-Language"] == "de"
    rounds.tell(timezone.now())
    assert Delivery.objects.count() == 1
    asked = Subscription.objects.get()
    confirm = f"/{asked.confirm_url.removeprefix(page.url())}"
    answer = client.post(confirm)
    assert answer["Content-Language"] == "de"
    asked.refresh_from_db()
    manage = asked.manage_url.removeprefix("http://localhost:8000")
    assert f'href="{manage}"' in answer.content.decode().replace("http://localhost:8000", "")


def test_a_link_in_a_language_that_the_page_gave_up_still_works(page: Page, client: Client) -> None:
    answer = client.get("/fr/subscribe/")
    assert answer.status_code == 200
    assert answer["Content-Language"] == "en"


def test_a_reader_asks_in_the_language_of_the_page(
    page: Page, incident: Incident, client: Client
) -> None:
    address = f"/de/incidents/{incident.public_id}/ask/"
    assert f'action="{address}"' in client.get(address).content.decode()
    assert client.post(address, {"kind": "question", "text": ""})["Content-Language"] == "de"
    assert client.get("/de/incidents/abcdefghijkl/ask/")["Content-Language"] == "de"


def test_what_readers_paste_takes_its_own_direction(
    page: Page, incident: Incident, client: Client
) -> None:
    asking = client.get(f"/ar/incidents/{incident.public_id}/ask/").content.decode()
    assert '<textarea id="ask-text" dir="auto"' in asking
    searching = client.get("/ar/search/?q=550+denied").content.decode()
    assert '<textarea id="finder-q" dir="auto"' in searching
    assert 'type="email" dir="auto"' in client.get("/ar/subscribe/").content.decode()


def test_a_language_is_spoken_only_within(page: Page) -> None:
    with speaking(page, "ar"):
        assert (language_of(page), get_language()) == ("ar", "ar")
        with speaking(page, "fr"):
            assert (language_of(page), get_language()) == ("en", "en")
        assert language_of(page) == "ar"
    assert language_of(page) == "en"


def test_a_translated_update_takes_the_place_of_the_original_in_its_language(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    update = incident.updates.get()
    UpdateText.write(update, "de", headline="Kein Zugang", body="Wir *prüfen* das.", by=by, at=at)
    german = shown(page, f"de/{incident.public_path}", at)
    assert '<div class="prose" dir="auto"><p>Wir <em>prüfen</em> das.</p></div>' in german
    assert "Kein Zugang" in german
    assert "We are looking into it." not in german
    assert 'class="said-in"' not in german


def test_what_is_not_translated_is_shown_as_written_and_says_so(
    page: Page, incident: Incident, at: datetime
) -> None:
    arabic = shown(page, f"ar/{incident.public_path}", at)
    original = '<div class="prose" lang="en" dir="auto"><p>We are looking into it.</p></div>'
    assert original in arabic
    assert '<h1 class="state__word" lang="en" dir="auto">Mail cannot be read</h1>' in arabic
    assert "الإنجليزيّة" in arabic.split(original)[1][:400]
    assert 'lang="en" dir="auto"' not in shown(page, incident.public_path, at)


def test_as_it_stood_then_knows_no_translation_that_came_later(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    update = incident.updates.get()
    UpdateText.write(update, "de", body="Wir prüfen das.", by=by, at=at + timedelta(hours=2))
    later = at + timedelta(hours=3)
    path = f"{incident.public_path}as-of/{stamped(at)}/"
    assert "Wir prüfen das." not in shown(page, f"de/{path}", later)
    assert "Wir prüfen das." in shown(page, f"de/{incident.public_path}", later)


def test_statuspages_words_are_translated_for_people_and_never_for_machines(
    page: Page, incident: Incident, at: datetime
) -> None:
    assert "Ausfall des ganzen Systems" in shown(page, "de/", at)
    assert '"description":"Major System Outage"' in shown(page, "api/v2/status.json", at)


def test_a_form_refuses_in_the_language_of_its_address(page: Page, client: Client) -> None:
    answer = client.post("/de/subscribe/", {"email": "nobody"})
    assert answer.status_code == 422
    assert "Das ist keine E-Mail-Adresse." in answer.content.decode()
    answer = client.post("/subscribe/", {"email": "nobody"})
    assert "This is not an e-mail address." in answer.content.decode()


def test_the_page_where_nothing_stands_says_the_state_in_its_language(
    page: Page, incident: Incident, client: Client
) -> None:
    told = client.get("/de/nowhere/").content.decode()
    assert "Ausfall des ganzen Systems" in told
    assert "Major System Outage" not in told


def test_the_clock_speaks_the_language_of_the_page_and_needs_no_translation(
    page: Page, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="Disks", body="Soon.", start=at + HOUR, end=at + 2 * HOUR, by=by, at=at
    )
    later = at + HOUR
    Maintenance.run_edges(at=later)
    german = shown(page, f"de/{work.public_path}", later)
    assert "<p>Die Wartung hat begonnen.</p>" in german
    assert german.count("Noch nicht übersetzt") == 1  # what staff said of it
    assert "بدأت الصيانة." in shown(page, f"ar/{work.public_path}", later)
    assert "<p>The maintenance has begun.</p>" in shown(page, work.public_path, later)


def test_a_postmortem_in_german_says_what_it_is_about(outage: Outage, by: Actor) -> None:
    at = est(1, 5, 9)
    outage.page.change(languages=["de"], by=by, at=at)
    assert ">Worum es geht</h2>" in shown(outage.page, f"de/{outage.postmortem.public_path}", at)


def test_words_of_staff_keep_their_own_direction_on_a_page_from_right_to_left(
    outage: Outage, by: Actor
) -> None:
    at = est(1, 5, 9)
    outage.page.change(languages=["ar"], by=by, at=at)
    arabic = shown(outage.page, f"ar/{outage.incident.public_path}", at)
    assert "<bdi>Access restored</bdi>" in arabic
    assert "<bdi>Add a forwarding address</bdi>" in arabic
    assert '<div class="prose" lang="en" dir="auto"><p>Under <em>Settings</em>.</p>' in arabic
    assert "<bdi>" not in shown(outage.page, outage.incident.public_path, at)
    told = shown(outage.page, f"ar/{outage.postmortem.public_path}", at)
    assert "<bdi>System administration</bdi>" in told
    assert "<bdi>The people who run Example Mail</bdi>" in told


def test_languages_are_called_as_their_speakers_call_them(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    update = incident.updates.get()
    UpdateText.write(update, "de", body="Wir prüfen das.", by=by, at=at)
    told = shown(page, incident.public_path, at)
    assert "<summary>Deutsch</summary>" in told
    assert "<summary>German</summary>" not in told
