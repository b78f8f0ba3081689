"""What is going on now, and what a draft would do."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console.models import Submission
from incidents.models import Commitment, Component, Incident, Maintenance, Page, Update
from notifications.models import Heartbeat, Subscription
from people.actors import Actor
from people.models import User
from tests.console.screens import text_of

NOW = "/console/mail/"
PREVIEW = "/console/mail/preview/"


def test_an_open_incident_shows_its_promise_and_its_silence(
    desk: Client, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    due = timezone.now() + timedelta(minutes=90)
    Incident.open(page, title="Slow mail", body="We look.", next_update_due=due, by=by, at=at)
    body = text_of(desk.get(NOW))
    assert "Slow mail" in body
    assert f'data-due="{due.isoformat()}"' in body
    assert f'data-since="{at.isoformat()}"' in body
    assert 'data-state="open"' in body


def test_an_incident_that_hits_nothing_so_far_says_so_and_is_not_green(
    desk: Client, page: Page, by: Actor, at: datetime
) -> None:
    entry = Incident.open(page, title="Something is odd", body="We look.", by=by, at=at)
    assert '<article class="outage" data-level="minor">' in text_of(desk.get(NOW))
    body = text_of(desk.get(f"{NOW}incidents/{entry.public_id}/"))
    assert re.search(r'<header class="case"\s+data-level="minor">', body)
    assert "<span>hits no component so far</span>" in body


def test_every_promise_that_stands_has_its_clock_and_the_soonest_comes_first(
    desk: Client, page: Page, by: Actor, at: datetime
) -> None:
    now = timezone.now()
    entry = Incident.open(page, title="Slow mail", body="We look.", by=by, at=at)
    good = now + timedelta(hours=5)
    Commitment.promise(entry, "fix", text="resolved for good", due=good, by=by, at=at)
    for path in (NOW, f"{NOW}incidents/{entry.public_id}/"):
        body = text_of(desk.get(path))
        assert "resolved for good <b>" in body
        assert f'data-due="{good.isoformat()}"' in body
        assert "No next update is promised" not in body
    due = now + timedelta(hours=1)
    Commitment.promise(entry, "next_update", due=due, by=by, at=at)
    body = text_of(desk.get(NOW))
    assert body.index("Next update <b>") < body.index("resolved for good <b>")


def test_a_broken_promise_is_late(desk: Client, page: Page, by: Actor, at: datetime) -> None:
    due = at + timedelta(minutes=10)
    Incident.open(page, title="Slow mail", body="We look.", next_update_due=due, by=by, at=at)
    body = text_of(desk.get(NOW))
    assert 'data-state="late"' in body
    assert "50 min late" in body


def test_silence_is_late_while_readers_wait_and_not_while_a_repair_is_watched(
    desk: Client, page: Page, by: Actor, at: datetime
) -> None:
    page.silence_limit_minutes = 20
    page.save(update_fields=["silence_limit_minutes"])
    entry = Incident.open(page, title="Slow mail", body="We look.", by=by, at=at)
    assert 'data-state="late"' in text_of(desk.get(NOW))
    watched = at + timedelta(minutes=1)
    Update.post(entry, body="We watch.", status="monitoring", by=by, at=watched)
    assert 'data-state="late"' not in text_of(desk.get(NOW))


def test_a_promise_taken_back_runs_no_more(
    desk: Client, page: Page, by: Actor, at: datetime
) -> None:
    due = timezone.now() + timedelta(hours=1)
    entry = Incident.open(page, title="A", body="B", next_update_due=due, by=by, at=at)
    Commitment.objects.get().withdraw("We cannot say.", by=by, at=at)
    assert "No next update is promised" in text_of(desk.get(NOW))
    assert entry.is_open


def test_maintenance_ahead_is_shown(desk: Client, page: Page, by: Actor, at: datetime) -> None:
    Maintenance.announce(page, title="New disks", body="Soon.", by=by, at=at)
    assert "New disks" in text_of(desk.get(NOW))


def test_htmx_gets_the_inner_part_alone(desk: Client, page: Page) -> None:
    body = text_of(desk.get(NOW, headers={"HX-Request": "true"}))
    assert "<html" not in body
    assert "No incident is open." in body


def test_a_silent_notifier_is_an_alarm(desk: Client, page: Page) -> None:
    Heartbeat.beat("sweep", timezone.now() - timedelta(hours=1))
    assert "silent" in text_of(desk.get(NOW))


def test_more_incidents_cost_no_more_queries(
    desk: Client,
    page: Page,
    mailstore: Component,
    by: Actor,
    at: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(8):
        levels = {mailstore: "major_outage"}
        Incident.open(page, title=f"No {number}", body="x", levels=levels, by=by, at=at)
    with django_assert_max_num_queries(45):
        assert desk.get(NOW).status_code == 200


def test_a_preview_is_what_readers_will_see(desk: Client, page: Page) -> None:
    body = text_of(desk.post(PREVIEW, {"body": "**Bold**", "tells": "update", "notify": "on"}))
    assert "<strong>Bold</strong>" in body
    assert "Nobody has subscribed" in body


def test_where_nothing_is_typed_only_the_reach_is_shown(desk: Client, page: Page) -> None:
    shown = desk.post(PREVIEW, {"tells": "postmortem", "notify": "on"}).content.decode()
    assert "As readers will see it" not in shown
    assert "Nobody has subscribed" in shown


def test_a_preview_says_what_sms_cost_and_that_not_all_may_leave(
    desk: Client, page: Page, settings: Settings, at: datetime
) -> None:
    settings.SMS_PRICE, settings.SMS_PER_DAY = (Decimal("0.08"), "EUR"), 1
    for number in ("+14155550123", "+14155550124"):
        Subscription.objects.create(
            page=page, channel="sms", destination=number, state="confirmed", asked_at=at,
            confirmed_at=at,
        )  # fmt: skip
    typed = {"title": "Slow", "body": "It is slow.", "notify": "on", "tells": "incident"}
    text = " ".join(text_of(desk.post(PREVIEW, typed)).split())
    assert "SMS: <b>2</b> messages, about 0.16 EUR; 1 of 1 are left today. Not all of it" in text
    settings.SMS_PRICE = None
    assert "about" not in text_of(desk.post(PREVIEW, typed))
    assert "SMS:" not in text_of(desk.post(PREVIEW, {**typed, "rehearsal": "on"}))


def test_a_preview_warns_of_words_that_age_badly(desk: Client, page: Page) -> None:
    assert "“tonight”" in text_of(desk.post(PREVIEW, {"body": "We work on it tonight."}))


def test_a_preview_says_what_is_wrong(desk: Client, page: Page) -> None:
    body = text_of(desk.post(PREVIEW, {"body": "<script>x</script>"}))
    assert "HTML is not allowed" in body
    assert "<script>x" not in body.replace("(<script>", "")


@pytest.fixture
def subscribers(page: Page, mailstore: Component, component: Component, at: datetime) -> None:
    for number, only in enumerate([None, None, mailstore, component]):
        one = Subscription.objects.create(
            page=page,
            channel="email",
            destination=f"reader{number}@example.com",
            state=Subscription.State.CONFIRMED,
            asked_at=at,
            confirmed_at=at,
        )
        one.components.set([only] if only else [])


@pytest.mark.usefixtures("subscribers")
def test_a_draft_says_whom_it_reaches(desk: Client, mailstore: Component) -> None:
    draft = {"body": "Hm.", "tells": "incident", "notify": "on"}
    assert "<td>2</td>" in text_of(desk.post(PREVIEW, draft))
    draft[f"levels-{mailstore.public_id}"] = "major_outage"
    assert "<td>3</td>" in text_of(desk.post(PREVIEW, draft))


@pytest.mark.usefixtures("subscribers")
def test_an_update_reaches_those_of_its_incident(desk: Client, incident: Incident) -> None:
    draft = {"body": "x", "tells": "update", "notify": "on", "incident": incident.public_id}
    assert "<td>3</td>" in text_of(desk.post(PREVIEW, draft))


def test_a_quiet_draft_says_so(desk: Client, page: Page) -> None:
    assert "Nobody is told" in text_of(desk.post(PREVIEW, {"body": "x", "tells": "update"}))


def test_without_a_script_a_button_previews_and_stores_nothing(
    desk: Client, mailstore: Component
) -> None:
    fields = {"title": "", "body": "**Now**", "preview": "1", "notify": "on", "tells": "incident"}
    answer = desk.post("/console/mail/incidents/open/", fields)
    body = text_of(answer)
    assert answer.status_code == 200
    assert "<strong>Now</strong>" in body
    assert "**Now**" in body
    assert 'role="alert"' not in body
    assert not Incident.objects.exists()


def test_a_submission_runs_once(alice: User, at: datetime) -> None:
    runs: list[int] = []

    def act() -> str:
        runs.append(1)
        return "/there/"

    places = [Submission.once("key", act, user=alice, at=at) for _ in range(3)]
    assert (places, len(runs)) == (["/there/"] * 3, 1)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_open_one_incident(
    desk: Client, mailstore: Component
) -> None:
    fields = {"title": "Down", "body": "We look.", "status": "investigating", "key": "one-key"}

    def click(_number: int) -> str:
        twin = Client()
        twin.cookies = desk.cookies
        try:
            answer = twin.post("/console/mail/incidents/open/", fields | {"next_update_due": ""})
            return answer.headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(click, range(4)))
    assert Incident.objects.count() == 1
    assert places == {f"/console/mail/incidents/{Incident.objects.get().public_id}/"}


def test_a_refused_submission_leaves_its_key_good(alice: User, at: datetime) -> None:
    def refuse() -> str:
        raise ValidationError("No.")

    with pytest.raises(ValidationError):
        Submission.once("key", refuse, user=alice, at=at)
    assert Submission.once("key", lambda: "/there/", user=alice, at=at) == "/there/"


def test_two_people_may_have_the_same_key(alice: User, bob: User, at: datetime) -> None:
    assert Submission.once("key", lambda: "/a/", user=alice, at=at) == "/a/"
    assert Submission.once("key", lambda: "/b/", user=bob, at=at) == "/b/"


def test_old_submissions_are_forgotten(alice: User, at: datetime) -> None:
    Submission.once("old", lambda: "/a/", user=alice, at=at - timedelta(days=2))
    Submission.once("new", lambda: "/b/", user=alice, at=at)
    assert list(Submission.objects.values_list("key", flat=True)) == ["new"]


def test_a_wrong_address_leads_back_within_the_console(desk: Client, page: Page) -> None:
    for address in ("/console/mail/deliveries/4711/", "/console/mail/nowhere/", "/console/other/"):
        answer = desk.get(address)
        body = text_of(answer)
        assert answer.status_code == 404
        assert "Nothing stands here" in body
        assert "Back to what is going on" in body
    assert 'href="/console/mail/incidents/"' in text_of(desk.get("/console/mail/nowhere/"))
    assert 'href="/console/mail/incidents/"' not in text_of(Client().get("/console/mail/nowhere/"))


@pytest.mark.parametrize(
    ("screen", "door"), [("mails", "deliveries"), ("templates", "drafts"), ("", "")]
)
def test_the_menu_marks_where_a_screen_belongs(
    desk: Client, page: Page, screen: str, door: str
) -> None:
    address = f"/console/mail/{screen}/" if screen else "/console/mail/"
    home = f"/console/mail/{door}/" if door else "/console/mail/"
    marked = re.findall(r'href="([^"]+)" aria-current="page"', text_of(desk.get(address)))
    assert marked == [home]
