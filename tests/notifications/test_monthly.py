"""A mail about the month that is over: when it comes, what it says, and to whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Level
from incidents.models import Component, ComponentGroup, ImpactWindow, Incident, Page
from notifications import monthly, periodicals, rounds
from notifications.models import Delivery, Subscription
from notifications.monthly import Report, heard_of
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

HOUR = timedelta(hours=1)
APRIL = datetime(2026, 4, 1, 9, tzinfo=UTC)  # March is over, and it is nine in the morning


def outage(page: Page, component: Component, by: Actor, at: datetime, **more: Any) -> Incident:
    """An hour and a half of it, in March."""
    levels = {component: Level.MAJOR_OUTAGE}
    opened = Incident.open(page, title="Mail is down", body="x", levels=levels, by=by, at=at)
    opened.resolve(body="Over.", by=by, at=at + timedelta(minutes=90), **more)
    return opened


def text_of(smtp: SmtpSink) -> str:
    (mail,) = smtp.mails
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_month_is_told_on_the_first_morning_after_it(
    page: Page,
    component: Component,
    subscriber: Subscriber,
    smtp: SmtpSink,
    by: Actor,
    at: datetime,
) -> None:
    calm = Component.add(page, "Relay", by=by, at=at)
    reader = subscriber()
    reader.arrange(at=at, monthly_report=True)
    happened = outage(page, component, by, at)
    rounds.run_all(at + 2 * HOUR)
    smtp.entries.clear()
    rounds.run_all(APRIL - timedelta(minutes=1))
    assert smtp.mails == []
    rounds.run_all(APRIL)
    rounds.run_all(APRIL + HOUR)
    text = text_of(smtp)
    assert smtp.mails[0]["Subject"] == "[Example Mail] Uptime in Mar 2026"
    assert smtp.mails[0]["List-Unsubscribe"] == f"<{reader.unsubscribe_url}>"
    # 90 of 44,640 minutes.
    assert f"{component.name}: 99.79 % (1 h 30 min of outage)" in text
    assert f"{calm.name}: 100.00 %\n" in text
    assert "On average: 99.89 %" in text
    assert f"Mail is down\nResolved (2 Mar 2026, 12:00 UTC)\n{happened.public_url}" in text
    assert page.url("uptime/2026-03/") in text
    reader.refresh_from_db()
    assert reader.report_due_at == datetime(2026, 5, 1, 9, tzinfo=UTC)


def test_it_comes_by_the_clock_of_its_reader_but_never_before_the_month_is_over(
    page: Page, subscriber: Subscriber, at: datetime
) -> None:
    for zone, due in (
        ("Europe/Berlin", datetime(2026, 4, 1, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 4, 1, 13, tzinfo=UTC)),
        # There it is nine before March is over by the page's clock.
        ("Pacific/Kiritimati", datetime(2026, 4, 1, 19, tzinfo=UTC)),
    ):
        reader = subscriber(f"{zone.lower()}@example.com")
        reader.arrange(at=at, time_zone=zone, monthly_report=True)
        assert reader.report_due_at == due


def test_whoever_changes_their_clock_on_that_morning_still_gets_it(
    subscriber: Subscriber, component: Component, at: datetime
) -> None:
    reader = subscriber()
    reader.arrange(at=at, time_zone="Asia/Tokyo", monthly_report=True)
    morning = APRIL - 2 * HOUR
    reader.arrange(at=morning, time_zone="America/New_York", monthly_report=True)
    assert reader.report_due_at == datetime(2026, 4, 1, 13, tzinfo=UTC)
    reader.keep_time("Asia/Kathmandu", morning)
    assert reader.report_due_at == datetime(2026, 4, 1, 3, 15, tzinfo=UTC)
    assert monthly.enqueue(morning) == 1
    reader.refresh_from_db()
    reader.keep_time("Asia/Tokyo", morning)
    assert reader.report_due_at == datetime(2026, 5, 1, 0, tzinfo=UTC) + 24 * HOUR


def test_it_is_about_what_its_reader_hears_of(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    group = ComponentGroup.add(page, "For developers", by=by, at=at)
    grouped = Component.add(page, "API", group=group, by=by, at=at)
    other = Component.add(page, "Relay", by=by, at=at)
    outage(page, other, by, at)
    reader = subscriber("ada@example.com", component)
    reader.groups.add(group)
    assert heard_of(reader) == [component, grouped]
    reader.rescope(components=[component], groups=[group], new_from=at)
    later = Component.add(page, "Archive", by=by, at=at + HOUR)
    assert heard_of(reader) == [component, grouped, later]
    reader.arrange(at=at, monthly_report=True)
    assert monthly.enqueue(APRIL) == 1
    report = Report.of(Delivery.objects.get(stream="report"))
    assert [line.name for line in report.lines] == [component.name, "API", "Archive"]
    assert report.happened == []
    assert report.whole == "100.00 %"


def test_it_speaks_the_language_of_its_reader(
    page: Page,
    component: Component,
    subscriber: Subscriber,
    smtp: SmtpSink,
    by: Actor,
    at: datetime,
) -> None:
    reader = subscriber()
    reader.language = "de"
    reader.save()
    reader.arrange(at=at, monthly_report=True)
    outage(page, component, by, at, notify=False)
    Delivery.objects.all().delete()
    monthly.enqueue(APRIL)
    rounds.run_all(APRIL)
    text = next(
        str(part.get_content())
        for mail in smtp.mails
        if "März" in mail["Subject"]
        for part in [mail.get_body(("plain",))]
        if part is not None
    )
    assert "99,79\u00a0% (1 h 30 min Ausfall)" in text


def test_what_happened_is_what_readers_see_of_that_month(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber().arrange(at=at, monthly_report=True)
    happened = outage(page, component, by, at)
    outage(page, component, by, APRIL - 8 * HOUR)
    Incident.objects.filter(pk=outage(page, component, by, at + 3 * HOUR).pk).update(rehearsal=True)
    monthly.enqueue(APRIL)
    report = Report.of(Delivery.objects.get(stream="report"))
    assert [each.url for each in report.happened] == [happened.public_url]


def test_each_is_told_in_their_own_morning(
    component: Component, subscriber: Subscriber, at: datetime
) -> None:
    for zone in ("Asia/Tokyo", "America/New_York"):
        reader = subscriber(f"{zone.lower()}@example.com")
        reader.arrange(at=at, time_zone=zone, monthly_report=True)
    assert [monthly.enqueue(APRIL + hours * HOUR) for hours in (-9, -8, 3, 4, 5)] == [0, 0, 0, 1, 0]
    assert [monthly.enqueue(APRIL + hours * HOUR) for hours in (14, 15, 16)] == [0, 1, 0]


def test_of_very_many_components_those_that_did_worst_are_shown(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(monthly, "MOST_COMPONENTS", 2)
    for name in ("Relay", "Archive", "API"):
        last = Component.add(page, name, by=by, at=at)
    outage(page, last, by, at)
    subscriber().arrange(at=at, monthly_report=True)
    monthly.enqueue(APRIL)
    report = Report.of(Delivery.objects.get(stream="report"))
    assert [line.name for line in report.lines] == [component.name, "API"]
    assert report.further == 2


def test_who_left_and_who_takes_it_back_get_none(
    page: Page, component: Component, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    gone, back, late = (subscriber(f"{name}@example.com") for name in ("gone", "back", "late"))
    for each in (gone, back, late):
        each.arrange(at=at, monthly_report=True)
    gone.end(at)
    back.arrange(at=at)
    assert monthly.enqueue(APRIL) == 1
    late.end(APRIL)
    rounds.run_all(APRIL)
    assert smtp.mails == []


def test_a_private_page_tells_nobody_and_makes_up_for_nothing(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    reader = subscriber()
    reader.arrange(at=at, monthly_report=True)
    page.change(visibility="private", by=by, at=at)
    assert monthly.enqueue(APRIL) == 0
    page.change(visibility="public", by=by, at=APRIL)
    assert monthly.enqueue(APRIL + HOUR) == 0
    reader.refresh_from_db()
    assert reader.report_due_at == datetime(2026, 5, 1, 9, tzinfo=UTC)


def test_what_is_unsent_when_a_page_is_made_private_is_not_sent(
    page: Page,
    component: Component,
    subscriber: Subscriber,
    smtp: SmtpSink,
    by: Actor,
    at: datetime,
) -> None:
    subscriber().arrange(at=at, monthly_report=True)
    assert monthly.enqueue(APRIL) == 1
    page.change(visibility="private", by=by, at=APRIL)
    rounds.run_all(APRIL)
    assert smtp.mails == []
    assert Delivery.objects.get(stream="report").state == "suppressed"


def test_a_page_that_fails_keeps_no_other_waiting(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    subscriber().arrange(at=at, monthly_report=True)
    second = Page.found(name="Other", slug="other", by=by, at=at)
    Component.add(second, "Shop", by=by, at=at)
    theirs = Subscription.objects.create(
        page=second, channel="email", destination="bob@example.com",
        state="confirmed", asked_at=at, confirmed_at=at,
    )  # fmt: skip
    theirs.arrange(at=at, monthly_report=True)
    write = monthly._of_page

    def broken(each: Page, readers: list[Subscription], now: datetime) -> int:
        if each == page:
            raise RuntimeError("its figures are broken")
        return write(each, readers, now)

    monkeypatch.setattr(monthly, "_of_page", broken)
    assert monthly.enqueue(APRIL) == 1
    assert Delivery.objects.get(stream="report").page == second


def test_nobody_is_woken_by_it(subscriber: Subscriber, at: datetime) -> None:
    reader = subscriber()
    reader.arrange(at=at, quiet_from=6, quiet_until=14, monthly_report=True)
    assert reader.report_due_at == datetime(2026, 4, 1, 14, tzinfo=UTC)


def test_who_comes_back_after_months_is_told_of_none_that_is_long_over(
    component: Component, subscriber: Subscriber, at: datetime
) -> None:
    reader = subscriber()
    reader.arrange(at=at, monthly_report=True)
    june = datetime(2026, 6, 20, tzinfo=UTC)
    assert monthly.enqueue(june) == 0
    reader.refresh_from_db()
    assert reader.report_due_at == datetime(2026, 7, 1, 9, tzinfo=UTC)


def test_another_calendar_of_the_page_tells_no_month_twice(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    page.change(time_zone="Asia/Tokyo", by=by, at=at)
    reader = subscriber()
    reader.arrange(at=at, monthly_report=True)
    told = datetime(2026, 4, 1, 0, tzinfo=UTC)
    assert monthly.enqueue(told) == 1
    page.change(time_zone="America/Los_Angeles", by=by, at=told)
    # May in Tokyo, and still April in Los Angeles.
    assert monthly.enqueue(datetime(2026, 5, 1, 0, tzinfo=UTC)) == 0
    assert monthly.enqueue(datetime(2026, 5, 1, 15, tzinfo=UTC)) == 0
    assert monthly.enqueue(datetime(2026, 5, 1, 16, tzinfo=UTC)) == 1
    months = Delivery.objects.filter(stream="report").values_list("merge", flat=True)
    assert [each["month"] for each in months.order_by("pk")] == ["2026-03", "2026-04"]


def test_a_form_that_was_read_before_it_was_told_tells_it_no_second_time(
    component: Component, subscriber: Subscriber, at: datetime
) -> None:
    reader = subscriber()
    reader.arrange(at=at, monthly_report=True)
    assert monthly.enqueue(APRIL) == 1
    reader.arrange(at=APRIL, time_zone="Europe/Berlin", monthly_report=True)
    assert monthly.enqueue(APRIL + HOUR) == 0
    assert reader.report_due_at == datetime(2026, 5, 1, 7, tzinfo=UTC)


def test_of_very_much_that_happened_the_newest_is_shown_and_a_rough_time_is_told_so(
    page: Page, component: Component, subscriber: Subscriber, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(monthly, "MOST_INCIDENTS", 2)
    subscriber().arrange(at=at, monthly_report=True)
    found = [outage(page, component, by, at + number * 3 * HOUR) for number in range(3)]
    ImpactWindow.objects.filter(incident=found[2]).update(precision="about")
    monthly.enqueue(APRIL)
    report = Report.of(Delivery.objects.get(stream="report"))
    assert [each.url for each in report.happened] == [each.public_url for each in found[1:]]
    assert [each.when for each in report.happened] == [
        "2 Mar 2026, 15:00 UTC", "about 2 Mar 2026, 18:00 UTC",
    ]  # fmt: skip
    assert report.happened_before == 1


def test_no_more_are_written_than_can_be_sent_soon(
    component: Component, subscriber: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (monthly, periodicals):
        monkeypatch.setattr(room, "AT_A_TIME", 2)
    for number in range(3):
        subscriber(f"{number}@example.com").arrange(at=at, monthly_report=True)
    assert [monthly.enqueue(APRIL) for _round in range(2)] == [2, 0]
    Delivery.objects.update(state="sent", sent_at=APRIL)
    assert [monthly.enqueue(APRIL) for _round in range(2)] == [1, 0]


def test_only_a_mail_about_a_whole_page_can_carry_it(
    page: Page, incident: Incident, subscriber: Subscriber, at: datetime
) -> None:
    follower, endpoint = subscriber("ada@example.com"), subscriber("bob@example.com")
    Subscription.objects.filter(pk=follower.pk).update(incident=incident)
    Subscription.objects.filter(pk=endpoint.pk).update(channel="webhook")
    for each in (follower, endpoint):
        each.refresh_from_db()
        with pytest.raises(ValidationError) as refused:
            each.arrange(at=at, monthly_report=True)
        assert [*refused.value.message_dict] == ["monthly_report"]
