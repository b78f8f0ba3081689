"""A printed mail is the ordinary mail, byte by byte where it counts."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import Incident, Page
from notifications import rounds
from notifications.bulletins import Bulletin
from notifications.desk import parcel_of
from notifications.mails import mail_for
from notifications.models import Delivery
from notifications.parcels import Parcel
from notifications.smtp.letters import Letter
from notifications.stationery import Sheet
from notifications.threads import Thread
from tests.notifications.conftest import Subscriber

EARLIER = (4, 5)


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


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(
        str.strip
    ),
    text=st.text(
        st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n.= \t-"), max_size=900
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
