"""Mails as bytes on the wire, and what servers answer to them."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from pytest_django import Settings

from incidents.models import Incident, Page, Update, UpdateText
from notifications import rounds
from notifications.mail.bounces.return_paths import delivery_in
from notifications.models import Chunk, Delivery, KeptMail, Subscription, Suppression
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

State = Delivery.State


def headers(raw: bytes) -> dict[str, str]:
    """Header lines exactly as they were sent; fails on a folded one that must not be."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    lines = [line for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    return {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}


def test_the_wire_holds_what_machines_read(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscription = subscriber()
    rounds.run_all(at)
    wire = headers(smtp.raw[0])
    assert wire["list-unsubscribe"] == f"<{subscription.unsubscribe_url}>"
    assert len(wire["list-unsubscribe"]) > 78
    assert wire["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert wire["list-id"] == "<mail.status.localhost>"
    assert wire["auto-submitted"] == "auto-generated"
    assert wire["message-id"] == Delivery.objects.get().message_id
    assert wire["to"] == "ada@example.com"


def test_the_wire_is_seven_bit_with_short_lines_and_no_bare_line_feed(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    body = "Störung – 郵便 🚨 " + "lang" * 400
    Incident.open(page, title="Ausfall “Postfach” 郵便 🚨" * 5, body=body, by=by, at=at)
    rounds.run_all(at)
    raw = smtp.raw[0]
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert len(raw) < 102_000
    mail = message_from_bytes(raw, policy=policy.strict)
    assert str(mail["Subject"]).startswith("[Example Mail] Ausfall “Postfach” 郵便 🚨")
    assert "郵便 🚨 langlang" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_text_stands_alone_and_html_fetches_nothing(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    mail = smtp.mails[0]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "\n\n\n" not in text
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "We are looking into it." in text
    assert incident.public_url in text
    assert "&" not in text
    assert 'name="color-scheme" content="light dark"' in html
    assert fetched(html) == []


def fetched(html: str) -> list[str]:
    """Tags that would make a mail program fetch something."""

    class Eye(HTMLParser):
        seen: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in {"img", "link", "script", "iframe"} or any(
                name == "src" for name, _ in attrs
            ):
                self.seen.append(tag)

    eye = Eye()
    eye.feed(html)
    return eye.seen


def test_the_sender_is_the_page(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    page.change(sender_name="Bücher, Status", sender_email="status@example.com", by=by, at=at)
    subscriber()
    rounds.run_all(at)
    assert smtp.entries[0]["sender"] == "status@example.com"
    address = smtp.mails[0]["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == ("Bücher, Status", "status@example.com")


def test_mails_of_one_incident_thread_under_earlier_ones_only(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    for minute in (1, 2):
        Update.post(incident, body=f"No {minute}", by=by, at=at + timedelta(minutes=minute))
        rounds.run_all(at + timedelta(minutes=minute))
    ids = [mail["Message-ID"] for mail in smtp.mails]
    assert smtp.mails[0]["References"] is None
    assert [mail["References"] for mail in smtp.mails[1:]] == [ids[0], f"{ids[0]} {ids[1]}"]
    assert smtp.mails[2]["In-Reply-To"] == ids[1]
    assert len({str(mail["Subject"]) for mail in smtp.mails}) == 1


def test_a_line_break_in_a_title_cannot_add_a_header(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    Incident.objects.filter(pk=incident.pk).update(title="Down\r\nBcc: eve@example.com")
    subscriber()
    rounds.run_all(at)
    assert smtp.entries[0]["recipients"] == ["ada@example.com"]
    assert smtp.mails[0]["Bcc"] is None
    assert str(smtp.mails[0]["Subject"]) == "[Example Mail] Down Bcc: eve@example.com"


def test_an_address_with_an_idn_domain_is_sent_in_ascii(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber("info@xn--mnchen-3ya.example")
    rounds.run_all(at)
    assert smtp.entries[0]["recipients"] == ["info@xn--mnchen-3ya.example"]


def test_words_that_look_like_templates_or_tags_stay_words(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    title = "{{ 7|add:42 }} <b onclick=x()>"
    Incident.open(page, title=title, body="`{% now 'Y' %}`", by=by, at=at)
    rounds.run_all(at)
    html = smtp.mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "{{ 7|add:42 }} &lt;b onclick=x()&gt;" in html
    assert title in smtp.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answer", "state", "suppressed"),
    [
        ("550 5.1.1 no such user", State.FAILED, 1),
        ("550 5.7.1 policy", State.FAILED, 0),
        ("552 5.2.2 mailbox full", State.FAILED, 0),
        ("451 4.7.1 greylisted", State.RETRY, 0),
        ("421 4.3.2 shutting down", State.RETRY, 0),
    ],
)
def test_each_answer_of_a_server_means_something(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime,
    answer: str, state: str, suppressed: int,
) -> None:  # fmt: skip
    for name in ("bad", "good", "fine"):
        subscriber(f"{name}@example.com")
    smtp.at_rcpt = lambda address, count: answer if address.startswith("bad") else "250 Ok"
    rounds.run_all(at)
    bad = Delivery.objects.get(destination="bad@example.com")
    assert (bad.state, answer[:3] in bad.last_error) == (state, True)
    assert Delivery.objects.filter(state=State.SENT).count() == 2
    assert Suppression.objects.in_force().count() == suppressed


@pytest.mark.usefixtures("loose")
def test_a_batch_goes_over_one_connection(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    for number in range(5):
        subscriber(f"reader{number}@example.com")
    rounds.run_all(at)
    assert (len(smtp.entries), smtp.connections) == (5, 1)


def test_a_dead_server_is_asked_once_a_batch(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    for number in range(5):
        subscriber(f"reader{number}@example.com")
    smtp.greeting = "554 closed"
    rounds.run_all(at)
    assert smtp.connections == 1
    assert Delivery.objects.unfinished().count() == 5
    assert not Chunk.objects.due(at + timedelta(seconds=50)).exists()
    assert Chunk.objects.due(at + timedelta(seconds=70)).exists()


def test_by_default_mails_are_kept_for_the_console(
    incident: Incident, subscriber: Subscriber, settings: Settings, at: datetime
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "notifications.mail.backends.KeepBackend"}}
    subscriber()
    rounds.run_all(at)
    kept = KeptMail.objects.get()
    assert kept.page_id == incident.page_id
    assert (kept.recipient, kept.subject) == (
        "ada@example.com",
        "[Example Mail] Mail cannot be read",
    )
    assert "We are looking into it." in kept.text
    assert "<h1" in kept.html
    assert "List-Unsubscribe: <http" in kept.wire


def test_mails_speak_the_language_of_the_page_and_read_from_its_side(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    page.change(language="ar", by=by, at=at)
    subscriber()
    due = at + timedelta(hours=1)
    Incident.open(page, title="Mail", body="Wait.", next_update_due=due, by=by, at=at)
    rounds.run_all(at)
    mail = message_from_bytes(smtp.raw[0], policy=policy.default)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert '<html lang="ar" dir="rtl">' in html
    assert "قيد التحقيق" in html
    assert "التحديث التالي بحلول 2 مارس 2026، 13:00 UTC." in text
    assert "Unsubscribe" not in html + text


def test_whoever_signs_up_is_asked_in_the_language_of_the_page(
    page: Page, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    page.change(language="de", by=by, at=at)
    Subscription.ask(page, destination="ada@example.com", at=at)
    rounds.run_all(at)
    mail = message_from_bytes(smtp.raw[0], policy=policy.default)
    assert mail["Subject"] == "Bestätigen Sie Ihre Anmeldung bei Example Mail"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Möchten Sie von Example Mail hören?" in text


def test_what_cannot_be_delivered_comes_back_to_a_mailbox_of_its_own(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, settings: Settings, at: datetime
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@example.com"
    for name in ("ada", "bob"):
        subscriber(f"{name}@example.com")
    Delivery.test(incident.page, channel="email", destination="c@example.com", lane="mail", at=at)
    rounds.run_all(at)
    came_from = {entry["recipients"][0]: entry["sender"] for entry in smtp.entries}
    keys = dict(Delivery.objects.values_list("destination", "pk"))
    assert len(came_from) == 3
    assert {name: delivery_in(sender) for name, sender in came_from.items()} == keys


def test_an_update_that_was_translated_is_mailed_in_the_readers_language(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    page.change(languages=["de", "fr"], by=by, at=at)
    for language in ("", "de", "fr"):
        reader = subscriber(f"reader{language}@example.com")
        Subscription.objects.filter(pk=reader.pk).update(language=language)
    UpdateText.write(incident.updates.get(), "de", body="Wir sehen **nach**.", by=by, at=at)
    rounds.run_all(at)
    texts = {
        mail["To"]: mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for mail in smtp.mails
    }
    assert "Wir sehen nach." in texts["readerde@example.com"]
    assert "We are looking into it." in texts["reader@example.com"]
    assert "We are looking into it." in texts["readerfr@example.com"]
    assert "Se désabonner" in texts["readerfr@example.com"]
