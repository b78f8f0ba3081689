"""A digest fits into what mail programs show, however much happened."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import Incident, Page
from notifications import digests, periodicals, rounds
from notifications.bulletins import Bulletin
from notifications.digests import MOST_BYTES, MOST_CHARS, fitting
from notifications.models import Delivery, Subscription
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

PAGE = Page(name="Example Mail")


def news(title: str, text: str, html: str = "") -> Bulletin:
    return Bulletin(PAGE, title, "", "", text, html, "https://example.com/")


def size(each: Bulletin) -> int:
    return len(f"{each.title}{each.url}{each.html or each.text}".encode())


@given(st.lists(st.integers(0, 40_000), max_size=40), st.sampled_from(["x", "郵", "<b>&amp;</b>"]))
def test_the_newest_are_shown_in_their_order_as_many_as_there_is_room_for(
    lengths: list[int], word: str
) -> None:
    told = [news(str(number), "", word * length) for number, length in enumerate(lengths)]
    shown = fitting(told)
    assert [each.title for each in shown] == [each.title for each in told][len(told) - len(shown) :]
    assert bool(shown) == bool(told)
    assert len(shown) <= 1 or sum(map(size, shown)) <= MOST_BYTES


@pytest.mark.parametrize("html", ["", f"<p><em>{'x' * 5000}</em></p>"])
def test_each_piece_is_cut_short_and_its_tags_are_closed(html: str) -> None:
    (shown,) = fitting([news("Mail", "x" * 5000, html)])
    assert len(shown.text) == MOST_CHARS
    assert shown.html.endswith("…</em></p>" if html else "")
    assert len(shown.html) <= MOST_CHARS + 20


def test_a_digest_says_how_many_more_there_are(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    reader = subscriber()
    reader.arrange(at=at, digest_hour=8)
    for number in range(16):
        Incident.open(page, title=f"Trouble {number:02}", body="郵" * 3000, by=by, at=at)
    rounds.run_all(at)
    assert reader.digest_due_at
    rounds.run_all(reader.digest_due_at)
    (mail,) = smtp.mails
    for part in mail.iter_parts():
        text = part.get_content()
        assert "3 more are not shown here; they stand on the status page." in text
        assert [number for number in range(16) if f"Trouble {number:02}" in text] == [*range(3, 16)]


def test_a_page_that_fails_with_more_than_a_round_takes_keeps_no_other_waiting(
    page: Page, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch, by: Actor, at: datetime
) -> None:
    other = Page.objects.create(name="Other", slug="other", created_at=at, changed_at=at)
    for number in range(6):
        subscriber(f"reader{number}@example.com").arrange(at=at, digest_hour=8)
    last = subscriber("reader6@example.com")
    Subscription.objects.filter(pk=last.pk).update(page=other)
    last.refresh_from_db()
    last.arrange(at=at, digest_hour=8)
    for each in (page, other):
        Incident.open(each, title="Trouble", body="Mail is late.", by=by, at=at)
    rounds.run_all(at)
    write = digests._of_page

    def broken(site: Page, readers: Sequence[Subscription], at: datetime) -> int:
        if site == page:
            raise RuntimeError("It cannot be written")
        return write(site, readers, at)

    monkeypatch.setattr(digests, "_of_page", broken)
    monkeypatch.setattr(periodicals, "AT_A_TIME", 4)
    assert last.digest_due_at
    assert digests.enqueue(last.digest_due_at) == 1
    assert Delivery.objects.get(stream="digest").page == other
    monkeypatch.setattr(digests, "_of_page", write)
    assert [digests.enqueue(last.digest_due_at) for _round in range(3)] == [4, 2, 0]
