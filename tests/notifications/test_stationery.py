"""A printed mail is the ordinary mail, byte by byte where it counts."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.models import Incident, Page
from notifications import rounds
from notifications.bulletins import Bulletin
from notifications.mails import mail_for
from notifications.models import Delivery
from notifications.stationery import Sheet
from tests.notifications.conftest import Subscriber

EARLIER = ["<a@example.com>", "<b@example.com>"]


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
    sheet = Sheet(bulletin)
    for delivery, reader in zip(deliveries, readers, strict=True):
        wire = sheet.addressed(delivery, EARLIER)
        assert (wire.sender, wire.recipient) == ("status@localhost", reader.destination)
        assert_same(wire.data, mail_for(delivery, bulletin, EARLIER).message().as_bytes())
        text = content(parsed(wire.data), "plain")
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
        pk=7, page=page, subscription=reader, stream="update", channel="email",
        destination=reader.destination,
    )  # fmt: skip
    data = Sheet(bulletin).addressed(delivery, []).data
    body = data.partition(b"\r\n\r\n")[2]
    assert data.isascii()
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert max(len(line) for line in body.split(b"\r\n")) <= 78
    assert_same(data, mail_for(delivery, bulletin).message().as_bytes())
