"""A printed mail is the ordinary mail, byte by byte where it counts."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.core.languages import SPOKEN
from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.bulletins import Bulletin
from notifications.mail import stationery
from notifications.mail.desk import parcel_of
from notifications.mail.mails import mail_for
from notifications.mail.smtp.letters import Letter
from notifications.mail.stationery import Misprint, Sheet
from notifications.mail.threads import Thread
from notifications.models import Delivery, Subscription
from notifications.parcels import Parcel
from people.actors import Actor
from tests.notifications.conftest import Subscriber

EARLIER = (4, 5)
HOUR = timedelta(hours=1)


def parcel(delivery: Delivery, earlier: tuple[int, ...] = ()) -> Parcel:
    """What goes to the printer."""
    made = parcel_of(delivery, earlier)
    assert isinstance(made, Parcel)
    return made


def message(letter: Letter) -> bytes:
    """What a server makes of the bytes after DATA."""
    assert letter.data.endswith(b"\r\n.\r\n")
    lines = letter.data.removesuffix(b".\r\n").split(b"\r\n")
    assert all(line.startswith(b"..") for line in lines if line.startswith(b"."))
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


def parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.strict)


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def assert_same(printed: bytes, ordinary: bytes) -> None:
    one, other = parsed(printed), parsed(ordinary)
    for name in {*one.keys(), *other.keys()} - {"Date", "Content-Type"}:
        assert str(one[name]) == str(other[name]), name
    assert one.get_content_type() == other.get_content_type()
    for kind in ("plain", "html"):
        assert content(one, kind) == content(other, kind)


def test_a_printed_mail_equals_the_ordinary_one(
    incident: Incident, subscriber: Subscriber, at: datetime
) -> None:
    readers = [subscriber(f"reader{number}@example.com") for number in range(3)]
    rounds.tell(at)
    deliveries = list(Delivery.objects.order_by("pk"))
    bulletin = Bulletin.of(deliveries[0].broadcast)  # type: ignore[arg-type]
    sheet = Sheet(bulletin, "en")
    for delivery, reader in zip(deliveries, readers, strict=True):
        letter = sheet.letter(parcel(delivery, EARLIER))
        assert (letter.sender, letter.recipient) == ("status@localhost", reader.destination)
        ids = [Thread("localhost").id_of(each, reader.destination) for each in EARLIER]
        ordinary = mail_for(delivery, bulletin, ids).message().as_bytes()
        assert_same(message(letter), ordinary)
        text = content(parsed(message(letter)), "plain")
        assert (text.count(reader.manage_url), text.count(reader.unsubscribe_url)) == (1, 1)
        others = [each for each in readers if each != reader]
        assert not any(each.token("manage") in text for each in others)


HOSTILE = {
    "dots": ".\n..\n.hidden\n\n.\r\n.\nDATA",
    "commands": "QUIT\nRSET\n.\nMAIL FROM:<eve@example.com>\nFrom eve",
    "headers": "Bcc: eve@example.com\n\n--=_boundary\nContent-Type: text/html\n\n<b>",
    "quoted-printable": "=\n=3D=0A= =20\n" + "=" * 300,
    "one long word": "x" * 5000,
    "spaces": "end \nof \t\nline \t " + " " * 200 + "\n",
    "line ends": "a\rb\r\nc\nd\x0be\x0cf\u2028g\u2029h\x85i",
    "other scripts": "郵便" * 300 + " 🚨👩‍👩‍👧‍👦 \u202eright to left\u202c é e\u0301 \x00\x1b[31m",
    "tags": "</title><script>alert(1)</script>{{ 7|add:42 }}{% now 'Y' %} &amp; &lt;",
    "what looks like a gap": "0123456789abcdef" * 3 + " " + "f" * 48,
}


@pytest.mark.parametrize("language", SPOKEN)
def test_each_language_is_printed_as_it_is_written(
    page: Page, incident: Incident, subscriber: Subscriber, by: Actor, at: datetime, language: str
) -> None:
    page.change(languages=[each for each in SPOKEN if each != page.language], by=by, at=at)
    reader = subscriber()
    Subscription.objects.filter(pk=reader.pk).update(language=language)
    Update.post(incident, body="Wait.", next_update_due=at + HOUR, by=by, at=at)
    rounds.tell(at)
    delivery = Delivery.objects.select_related("subscription", "broadcast__page").last()
    assert delivery is not None
    assert delivery.broadcast is not None
    assert delivery.subscription is not None
    bulletin = Bulletin.of(delivery.broadcast, language)
    letter = Sheet(bulletin, language).letter(parcel(delivery, EARLIER))
    ids = [Thread("localhost").id_of(each, reader.destination) for each in EARLIER]
    assert_same(message(letter), mail_for(delivery, bulletin, ids).message().as_bytes())
    text = content(parsed(message(letter)), "plain")
    assert delivery.subscription.unsubscribe_url in text
    assert (f"/{language}/subscriptions/" in text) == (language != page.language)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_are_printed_as_they_are_written(
    page: Page, subscriber: Subscriber, text: str
) -> None:
    bulletin = Bulletin(page=page, title=" ".join(text.split())[:120] or ".", label=text[:80],
                        when="now", text=text, html="", url=page.url("incidents/x/"))  # fmt: skip
    delivery = Delivery(
        pk=7, page=page, broadcast_id=3, subscription=subscriber(), stream="update",
        channel="email", destination="ada@example.com",
    )  # fmt: skip
    letter = Sheet(bulletin, "en").letter(parcel(delivery))
    assert letter.data.count(b"\r\n.\r\n") == 1
    assert_same(message(letter), mail_for(delivery, bulletin).message().as_bytes())


@pytest.mark.parametrize("broken", ["{{ manage_url }}", "{{ unsubscribe_url }}x{{ page.name }}"])
def test_a_mail_that_nobody_can_end_is_not_printed(
    page: Page, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def without_links(*_args: object) -> tuple[str, str]:
        return "No link.", f"<p>{broken}</p>"

    monkeypatch.setattr(stationery, "rendered", without_links)
    bulletin = Bulletin(page=page, title="x", label="x", when="now", text="x", html="", url="x")
    with pytest.raises(Misprint):
        Sheet(bulletin, "en")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(
        str.strip
    ),
    text=st.text(
        st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r.= \t-"), max_size=900
    ),
)
def test_any_words_survive_printing(
    page: Page, subscriber: Subscriber, title: str, text: str
) -> None:
    bulletin = Bulletin(page=page, title=title, label="Identified", when="now", text=text, html="",
                        url=page.url("incidents/x/"))  # fmt: skip
    reader = page.subscriptions.first() or subscriber()
    delivery = Delivery(
        pk=7, page=page, broadcast_id=3, subscription=reader, stream="update", channel="email",
        destination=reader.destination,
    )  # fmt: skip
    data = message(Sheet(bulletin, "en").letter(parcel(delivery)))
    body = data.partition(b"\r\n\r\n")[2]
    assert data.isascii()
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert_same(data, mail_for(delivery, bulletin).message().as_bytes())
