"""A page's own words in its mails: filled in by name, never by a template language."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Page
from notifications import rounds
from notifications.mail.wordings import PLAIN, Wording, checked
from notifications.models import Delivery, MailText, Subscription
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

OURS = Wording(
    "{page} status:", "About {title}, at {url}. {{7777*7777}} ${title}", "Example Ltd, {page}"
)


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content()


def write(
    page: Page, by: Actor, at: datetime, wording: Wording = OURS, *, kind: str = "update",
    language: str = "",
) -> None:  # fmt: skip
    """The page says this in its mails."""
    MailText.write(page, kind=kind, language=language, wording=wording, by=by, at=at)


def test_news_carry_the_pages_own_words(
    page: Page, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    write(page, by, at)
    subscriber()
    rounds.run_all(at)
    (mail,) = smtp.mails
    assert mail["Subject"] == "Example Mail status: Mail cannot be read"
    text, html = parts(mail)
    assert text.startswith(
        "About Mail cannot be read, at http://localhost:8000/. {{7777*7777}} $Mail cannot be read\n"
    )
    assert "-- \nExample Ltd, Example Mail\n" in text
    assert "{{7777*7777}}" in html
    assert "Example Ltd, Example Mail" in html
    assert "60481729" not in text + html


def test_a_title_that_looks_like_a_name_or_a_tag_stays_a_title(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    write(page, by, at, Wording(introduction="{title}"))
    subscriber()
    Incident.open(page, title="{page} {{ 7|add:42 }} <b>", body="We look.", by=by, at=at)
    rounds.run_all(at)
    text, html = parts(smtp.mails[0])
    assert text.startswith("{page} {{ 7|add:42 }} <b>\n")
    assert "{page} {{ 7|add:42 }} &lt;b&gt;</p>" in html


def test_a_language_comes_before_any_language_and_a_kind_before_every_kind(
    page: Page, incident: Incident, smtp: SmtpSink, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    write(page, by, at, Wording("", "Every", "Imprint"), kind="every")
    write(page, by, at, Wording("", "Jede", ""), kind="every", language="de")
    write(page, by, at, Wording("", "Störung", ""), language="de")
    write(page, by, at, Wording("[News]", "", ""))
    german = subscriber("de@example.com")
    Subscription.objects.filter(pk=german.pk).update(language="de")
    subscriber("en@example.com")
    rounds.run_all(at)
    found = {str(mail["To"]): (str(mail["Subject"]), parts(mail)[0]) for mail in smtp.mails}
    assert found["de@example.com"][1].startswith("Störung\n\n")
    assert found["en@example.com"][1].startswith("Every\n\n")
    for subject, text in found.values():
        assert subject == "[News] Mail cannot be read"
        assert "-- \nImprint\n" in text


def test_confirmations_tests_and_answers_carry_them_too(
    page: Page, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    write(page, by, at, Wording("Acme", "Hello.", "Bye."), kind="every")
    Subscription.ask(page, destination="ada@example.com", at=at)
    Delivery.test(page, channel="email", destination="a@example.com", lane="mail", at=at)
    rounds.run_all(at)
    subjects = sorted(str(mail["Subject"]) for mail in smtp.mails)
    assert subjects == ["Acme Confirm your subscription to Example Mail", "Acme Test message"]
    for mail in smtp.mails:
        text, html = parts(mail)
        assert text.startswith("Hello.\n\n")
        assert "Bye." in html


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording("a\r\nBcc: b@example.com"), "prefix"),
        (Wording("a\nb"), "prefix"),
        (Wording("a\u2028b"), "prefix"),
        (Wording("x" * 61), "prefix"),
        (Wording("{nobody}"), "prefix"),
        (Wording("", "{Title} is none, {incident} neither"), "introduction"),
        (Wording("", "x" * 2001), "introduction"),
        (Wording("", "a\x00b"), "introduction"),
        (Wording("", "", "{footer}"), "footer"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(wording: Wording, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        checked(wording, titled=True)
    assert list(refused.value.message_dict) == [field]


def test_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValidationError) as refused:
        checked(Wording("", "{titel}"), titled=True)
    said = "“{titel}” is not known here; there are {page}, {url}, {title}."
    assert refused.value.message_dict == {"introduction": [said]}
    with pytest.raises(ValidationError) as untitled:
        checked(Wording("{title}"), titled=False)
    assert "{title}" not in untitled.value.message_dict["prefix"][0].partition(";")[2]


def test_other_braces_are_words() -> None:
    text = "{{7777*7777}} {{page}} {} {7} { page } {% now %} ${x!r} <%= 7*7 %>"
    assert checked(Wording("", text), titled=True).filled(page="P").introduction == text


def test_blank_words_take_them_away(page: Page, by: Actor, at: datetime) -> None:
    write(page, by, at)
    write(page, by, at + timedelta(seconds=1), PLAIN)
    assert MailText.objects.count() == 0
    assert page.events.filter(kind="mail_text.changed").count() == 2
    with pytest.raises(ValidationError):
        write(page, by, at, kind="alarm")
    with pytest.raises(ValidationError):
        write(page, by, at, language="xx")
