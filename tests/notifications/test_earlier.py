"""What was said before is repeated in words, not in Markdown's signs, under its own headline."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from incidents.models import Incident, Update
from notifications import rounds
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

MINUTE = timedelta(minutes=1)
MARKED = "**We look into** `errno 5`; see [our blog](https://blog.example.com/) and [this](#u-1)."


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return " ".join(str(part.get_content()).split())


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_an_earlier_update_is_repeated_in_words_under_its_headline(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime, kind: str
) -> None:
    Update.post(incident, body=MARKED, headline="Slow pages", by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    subscriber()
    Update.post(incident, body="It goes on.", by=by, at=at + 2 * MINUTE)
    rounds.run_all(at + 2 * MINUTE)
    (mail,) = smtp.mails
    _now, before = content(mail, kind).split("Before this")
    assert "We look into errno 5; see our blog (https://blog.example.com/)" in before
    assert f"and this ({incident.public_url}#u-1)." in before
    assert "Investigating – " in before
    assert "Slow pages" in before
    assert "**" not in before
    assert "](" not in before


def test_an_earlier_update_is_called_what_it_was(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    subscriber()
    incident.reopen(body="It is true.", by=by, at=at + 2 * MINUTE)
    rounds.run_all(at + 2 * MINUTE)
    (mail,) = smtp.mails
    assert "False alarm. Our probe" in content(mail, "plain").split(" – False alarm ")[1]


def test_the_text_of_a_mail_has_no_signs_and_a_long_address_breaks(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    subscriber()
    Update.post(incident, body=MARKED, by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    (mail,) = smtp.mails
    assert "We look into errno 5; see our blog (https://blog.example.com/)" in content(
        mail, "plain"
    )
    assert "overflow-wrap: anywhere" in content(mail, "html")
