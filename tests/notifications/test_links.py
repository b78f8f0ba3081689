"""Links that staff wrote short are whole wherever news of them is read."""

from datetime import datetime, timedelta

from incidents.models import Incident, ReaderMessage, Update
from notifications import rounds
from notifications.bulletins import Bulletin
from notifications.chats.phrasing import story
from notifications.models import Broadcast
from people.actors import Actor
from publishing.statusapi import answer
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

HOUR = timedelta(hours=1)
WHOLE = "http://localhost:8000/docs/"


def told(smtp: SmtpSink) -> tuple[str, str]:
    text, html = (smtp.mails[-1].get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_in_mails_this_update_and_those_before_it(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="See [this](/docs/).", by=by, at=at)
    Update.post(incident, body="See [that](/docs/).", by=by, at=at + HOUR)
    subscriber()
    rounds.run_all(at + HOUR)
    text, html = told(smtp)
    assert f"See that ({WHOLE})" in text
    assert f"See this ({WHOLE})" in text
    assert f'<a href="{WHOLE}"' in html
    assert '"/docs/"' not in html
    assert "(/docs/)" not in text + html


def test_in_answers_to_readers(incident: Incident, smtp: SmtpSink, by: Actor, at: datetime) -> None:
    asked = ReaderMessage.receive(
        incident, kind="question", text="Where?", contact="ada@example.com", at=at
    )
    asked.answer_as_note("See [this](/docs/).", headline="Where?", by=by, at=at)
    rounds.run_all(at + HOUR)
    text, html = told(smtp)
    assert f"this ({WHOLE})" in text
    assert f'<a href="{WHOLE}"' in html


def test_in_chats_and_in_statuspages_json(incident: Incident, by: Actor, at: datetime) -> None:
    Update.post(incident, body="See [this](/docs/).", by=by, at=at)
    rounds.run_all(at + HOUR)
    newest = Broadcast.objects.order_by("pk").last()
    assert newest is not None
    assert f"this ({WHOLE})" in story(Bulletin.of(newest))
    assert f"this ({WHOLE})" in answer(incident.page, at + HOUR, "incidents").body.decode()
