"""Watching what goes out, connections with their secrets, kept mails, subscribers."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from incidents.models import Component, Incident, Page
from notifications import rounds
from notifications.channels import Channel, channels
from notifications.models import Broadcast, Delivery, KeptMail, Pause, Subscription
from people.actors import Actor
from people.models import User
from tests.console.screens import at_incident, refused, stored, text_of

DELIVERIES = "/console/mail/deliveries/"
CONNECT = "/console/mail/connections/add/"
X = {
    "destination": "@acmestatus",
    "consumer_key": "ck-1",
    "consumer_secret": "cs-2",
    "access_token": "at-3",
    "access_token_secret": "as-4",
}


@pytest.fixture
def broadcast(page: Page, incident: Incident, at: datetime) -> Broadcast:
    """The opening of an incident, told to two readers; one mail failed."""
    for name in ("ann", "ben"):
        Subscription.objects.create(
            page=page,
            channel="email",
            destination=f"{name}@example.com",
            state="confirmed",
            asked_at=at,
            confirmed_at=at,
        )
    (opened,) = Broadcast.open_due(at)
    opened.fan_out(at)
    failed = opened.deliveries.filter(destination="ben@example.com")
    failed.update(state="failed", failed_at=at, last_error="550 no such user")
    opened.deliveries.exclude(destination="ben@example.com").update(state="sent", sent_at=at)
    return opened


def test_broadcasts_are_counted(desk: Client, broadcast: Broadcast) -> None:
    body = text_of(desk.get(DELIVERIES))
    assert "Mail cannot be read" in body
    assert "Incident opened" in body
    assert "incident.opened" not in body
    fragment = text_of(desk.get(DELIVERIES, headers={"HX-Request": "true"}))
    assert "<html" not in fragment


def test_an_owner_pauses_all_telling_and_every_screen_says_so(
    signed_in: Callable[[str], Client], desk: Client, page: Page
) -> None:
    owner = signed_in("owner")
    assert "Pause all telling" in text_of(owner.get(DELIVERIES))
    asked = text_of(owner.get("/console/hold/"))
    assert "0 subscriptions on all pages of this installation hear nothing" in asked
    assert not Pause.objects.exists()
    owner.post("/console/hold/")
    for client in (owner, desk):
        assert "All telling is paused" in text_of(client.get("/console/mail/incidents/"))
    assert "Resume all telling" not in text_of(desk.get(DELIVERIES))
    assert "Resume all telling" in text_of(owner.get(DELIVERIES))
    owner.post("/console/resume/")
    assert "All telling is paused" not in text_of(desk.get(DELIVERIES))
    assert not Pause.objects.standing().exists()


def test_only_an_owner_pauses_all_telling(desk: Client) -> None:
    assert "Pause all telling" not in text_of(desk.get(DELIVERIES))
    for deed in ("hold", "resume"):
        assert desk.post(f"/console/{deed}/").status_code == 403
    assert not Pause.objects.exists()


def test_a_failure_is_shown_with_its_reason(desk: Client, broadcast: Broadcast) -> None:
    body = text_of(desk.get(f"{DELIVERIES}{broadcast.pk}/"))
    assert "550 no such user" in body
    assert "ben@example.com" in body
    assert "ann@example.com" not in body


def test_what_failed_is_tried_again_and_what_did_not_is_not(
    desk: Client, broadcast: Broadcast
) -> None:
    screen = f"{DELIVERIES}{broadcast.pk}/"
    assert "Try the failed ones again" in text_of(desk.get(screen))
    assert "1 is tried again." in text_of(desk.post(f"{screen}retry/", follow=True))
    assert not broadcast.deliveries.filter(state="failed").exists()
    assert "Try the failed ones again" not in text_of(desk.get(screen))
    assert "nothing is tried again" in text_of(desk.post(f"{screen}retry/", follow=True))


def test_one_that_failed_is_tried_again_by_itself(desk: Client, broadcast: Broadcast) -> None:
    other = broadcast.deliveries.get(state="sent")
    stored(desk, f"{DELIVERIES}{broadcast.pk}/retry/", {"delivery": str(other.pk)})
    assert broadcast.deliveries.filter(state="failed").exists()
    failed = broadcast.deliveries.get(state="failed")
    stored(desk, f"{DELIVERIES}{broadcast.pk}/retry/", {"delivery": str(failed.pk)})
    assert broadcast.deliveries.filter(state="retry").exists()


def test_what_is_not_sent_yet_is_cancelled(desk: Client, broadcast: Broadcast) -> None:
    broadcast.deliveries.filter(state="failed").update(
        state="retry", failed_at=None, next_attempt_at=broadcast.opened_at
    )
    screen = f"{DELIVERIES}{broadcast.pk}/"
    assert "Cancel what is not sent yet" in text_of(desk.get(screen))
    assert "1 recipient will not hear of this" in text_of(desk.get(f"{screen}cancel/"))
    assert not broadcast.deliveries.filter(state="cancelled").exists()
    stored(desk, f"{screen}cancel/", {})
    assert broadcast.deliveries.filter(state="cancelled").count() == 1
    body = text_of(desk.get(screen))
    assert "Cancel what is not sent yet" not in body
    assert "Try the failed ones again" not in body


def test_what_is_still_written_out_has_no_number_to_ask_about(
    desk: Client, page: Page, broadcast: Broadcast
) -> None:
    page.broadcasts.update(expanded_at=None)
    asked = text_of(desk.get(f"{DELIVERIES}{broadcast.pk}/cancel/"))
    assert "still being written out" in asked
    assert "recipients" not in asked


def test_what_was_cancelled_says_by_whom_and_how_many_had_it(
    desk: Client, broadcast: Broadcast, incident: Incident, by: Actor, at: datetime
) -> None:
    broadcast.deliveries.filter(state="failed").update(
        state="pending", failed_at=None, next_attempt_at=at
    )
    broadcast.cancel(by=by, at=at)
    body = text_of(desk.get(f"{DELIVERIES}{broadcast.pk}/"))
    assert f"Cancelled by {by.label}" in body
    assert "1 had been sent." in body
    assert "Told nobody" not in body
    assert "1 cancelled" in text_of(desk.get(DELIVERIES))
    assert "1 cancelled" in text_of(desk.get(at_incident(incident, "told/")))


@pytest.fixture
def _kept(settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": "notifications.mail.backends.KeepBackend"}}


@pytest.mark.usefixtures("_kept")
def test_mails_that_are_kept_are_not_said_to_be_sent(
    desk: Client, broadcast: Broadcast, incident: Incident
) -> None:
    for screen in (DELIVERIES, at_incident(incident, "told/")):
        body = re.sub(r"<[^>]+>", "", text_of(desk.get(screen)))
        assert "0 of 2 sent" in body
        assert "1 kept, not sent" in body
    body = text_of(desk.get(f"{DELIVERIES}{broadcast.pk}/"))
    assert "<dt>Kept, not sent</dt><dd>1</dd>" in body
    assert "<dt>Sent</dt>" not in body
    assert "kept, not sent" in text_of(desk.post("/console/mail/preview/", DRAFT))


DRAFT = {"tells": "incident", "notify": "on", "title": "Mail is slow", "body": "We look."}


def test_a_paused_channel_is_named_wherever_something_waits_for_it(
    desk: Client, page: Page, broadcast: Broadcast, by: Actor, at: datetime
) -> None:
    broadcast.deliveries.filter(state="failed").update(
        state="pending", failed_at=None, next_attempt_at=at
    )
    pause = Pause.begin(page, "email", by=by, at=at)
    assert "E-mail is paused" in text_of(desk.get("/console/mail/"))
    assert "E-mail is paused: 1 waits." in text_of(desk.get(f"{DELIVERIES}{broadcast.pk}/"))
    assert "paused: these 2 wait" in text_of(desk.post("/console/mail/preview/", DRAFT))
    pause.end(by=by, at=at)
    assert "paused" not in text_of(desk.post("/console/mail/preview/", DRAFT))
    Pause.begin_everywhere(by=by, at=at)
    assert "paused: these 2 wait" in text_of(desk.post("/console/mail/preview/", DRAFT))


def test_the_way_to_the_button_passes_whom_it_goes_to(
    desk: Client, page: Page, broadcast: Broadcast, by: Actor, at: datetime
) -> None:
    asked = {"HX-Request": "true", "HX-Target": "draft"}
    line = '<p class="goes" id="goes" hx-swap-oob="true">'
    assert f"{line}This goes to 2.</p>" in text_of(
        desk.post("/console/mail/preview/", DRAFT, headers=asked)
    )
    Pause.begin(page, "email", by=by, at=at)
    assert f"{line}This goes to 2; 2 wait, paused.</p>" in text_of(
        desk.post("/console/mail/preview/", DRAFT, headers=asked)
    )
    quiet = {name: value for name, value in DRAFT.items() if name != "notify"}
    body = text_of(desk.post("/console/mail/preview/", quiet, headers=asked))
    assert f"{line}Nobody is told.</p>" in body
    # Without a script the whole screen comes back, with the line once and in its place.
    whole = text_of(desk.post("/console/mail/incidents/open/", DRAFT | {"preview": "1"}))
    assert whole.count('id="goes"') == 1
    assert whole.index("This goes to 2; 2 wait, paused.") < whole.index(">Publish</button>")


@pytest.mark.parametrize("kind", ["gossip", "a\x00"])
def test_what_is_no_kind_of_news_goes_to_nobody(
    desk: Client, page: Page, broadcast: Broadcast, kind: str
) -> None:
    answer = desk.post("/console/mail/preview/", DRAFT | {"tells": kind})
    assert answer.status_code == 200
    assert "goes to" not in text_of(answer)


def test_channels_that_are_used_stand_before_the_others(
    desk: Client, page: Page, broadcast: Broadcast
) -> None:
    used, others = text_of(desk.get(DELIVERIES)).split("Other channels")
    assert 'Pause<span class="unseen"> E-mail' in used
    assert 'Pause<span class="unseen"> Mastodon' in others


def test_what_waits_on_this_page_is_counted_as_its_rows_are(
    desk: Client, page: Page, broadcast: Broadcast, by: Actor, at: datetime
) -> None:
    broadcast.deliveries.filter(state="failed").update(
        state="pending", failed_at=None, next_attempt_at=at
    )
    other = Page.found(name="Other", slug="other", by=by, at=at)
    Delivery.test(other, channel="email", destination="cid@example.com", lane="mail", at=at)
    body = re.sub(r"\s+", "", text_of(desk.get(DELIVERIES)))
    assert "Waitingnow</dt><dd>1</dd>" in body


DEAD = f"{DELIVERIES}dead/"


@pytest.fixture
def dead(page: Page, broadcast: Broadcast, at: datetime) -> Delivery:
    """A webhook that failed by itself, beside the mail of the broadcast."""
    return page.deliveries.create(
        channel="webhook", destination="https://hooks.example.com/", lane="webhooks", stream="test",
        state="failed", failed_at=at, created_at=at, last_error="HTTP 500",
    )  # fmt: skip


def test_dead_letters_of_all_broadcasts_stand_together(desk: Client, dead: Delivery) -> None:
    assert DEAD in text_of(desk.get(DELIVERIES))
    body = text_of(desk.get(DEAD))
    assert "550 no such user" in body
    assert "HTTP 500" in body
    assert "ann@example.com" not in body
    hooks = text_of(desk.get(f"{DEAD}?channel=webhook"))
    assert "HTTP 500" in hooks
    assert "550 no such user" not in hooks
    assert "HTTP 500" in text_of(desk.get(f"{DEAD}?channel=web%00hook"))


@pytest.mark.parametrize(
    ("chosen", "left"),
    [({"channel": ""}, set()), ({"channel": "webhook"}, {"email"}), ({"channel": "x"}, {"email", "webhook"})],
)  # fmt: skip
def test_dead_letters_are_tried_again(
    desk: Client, page: Page, dead: Delivery, chosen: dict[str, str], left: set[str]
) -> None:
    stored(desk, f"{DEAD}replay/", chosen)
    assert {each.channel for each in page.deliveries.failed()} == left


@pytest.mark.parametrize("where", ["replay/", "{}/retry/"])
def test_what_names_no_delivery_tries_nothing_again(
    desk: Client, broadcast: Broadcast, where: str
) -> None:
    place = f"{DEAD}{where}" if where == "replay/" else f"{DELIVERIES}{where}".format(broadcast.pk)
    for strange in ("all of them", "9" * 5000):
        assert desk.post(place, {"delivery": strange}).status_code == 404
    assert broadcast.deliveries.filter(state="failed").exists()


def test_one_dead_letter_is_tried_again(desk: Client, page: Page, dead: Delivery) -> None:
    stored(desk, f"{DEAD}replay/", {"delivery": str(dead.pk)})
    assert page.deliveries.failed().get().channel == "email"


def test_what_has_lost_its_address_is_not_tried_again_and_is_counted(
    desk: Client, page: Page, dead: Delivery
) -> None:
    Delivery.objects.filter(pk=dead.pk).update(destination="")
    assert text_of(desk.get(DEAD)).count(">Try again<") == 1
    answer = desk.post(f"{DEAD}replay/", {"channel": ""}, follow=True)
    assert "1 is tried again." in text_of(answer)
    assert "1 cannot be tried again: its address was erased." in text_of(answer)
    assert page.deliveries.failed().get() == dead
    alone = text_of(desk.post(f"{DEAD}replay/", {"delivery": str(dead.pk)}, follow=True))
    assert "its address was erased" in alone
    assert "Nothing of it had failed" not in alone


def test_dead_letters_of_a_filter_are_leafed_through(
    desk: Client, page: Page, dead: Delivery, at: datetime
) -> None:
    page.deliveries.bulk_create(
        Delivery(
            page=page, channel="webhook", destination=f"https://{n}.example.com/", created_at=at,
            lane="webhooks", stream="test", state="failed", failed_at=at,
        )
        for n in range(50)
    )  # fmt: skip
    assert "?channel=webhook&page=2" in text_of(desk.get(f"{DEAD}?channel=webhook"))
    assert "HTTP 500" in text_of(desk.get(f"{DEAD}?channel=webhook&page=2"))


def test_dead_letters_of_another_page_stay_there(
    desk: Client, dead: Delivery, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    Delivery.objects.filter(pk=dead.pk).update(page=other)
    assert "HTTP 500" not in text_of(desk.get(DEAD))
    stored(desk, f"{DEAD}replay/", {"delivery": str(dead.pk)})
    assert other.deliveries.failed().exists()


def test_a_channel_is_paused_and_resumed(desk: Client, page: Page) -> None:
    for paused in (True, False):
        stored(desk, f"{DELIVERIES}hold/email/", {})
        assert page.pauses.standing().filter(channel="email").exists() is paused
        assert ("E-mail is paused" in text_of(desk.get(DELIVERIES))) is paused


def test_a_viewer_sees_no_addresses(
    page: Page, broadcast: Broadcast, bob: User, by: Actor, at: datetime
) -> None:
    page.memberships.create(user=bob, role="viewer")
    client = Client()
    client.force_login(bob)
    for screen in (f"{DELIVERIES}{broadcast.pk}/", DEAD):
        body = text_of(client.get(screen))
        assert "550 no such user" in body
        assert "ben@example.com" not in body


def test_who_was_told_is_said_per_incident(
    desk: Client, incident: Incident, broadcast: Broadcast
) -> None:
    body = text_of(desk.get(at_incident(incident, "told/")))
    assert "1 of 2 sent" in body


def test_a_webhook_gets_a_key_that_is_shown_once(desk: Client, page: Page) -> None:
    fields = {"destination": "https://93.184.215.14/status"}
    answer = desk.post(f"{CONNECT}webhook/", fields)
    hook = Subscription.objects.get()
    key = hook.settings["keys"][0]
    assert key in text_of(desk.get(answer.headers["Location"]))
    assert key not in text_of(desk.get("/console/mail/connections/"))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x", "http://100.100.100.200/latest", "ftp://example.com", "hello"]
)
def test_a_webhook_into_our_own_house_is_refused(desk: Client, page: Page, address: str) -> None:
    body = refused(desk, f"{CONNECT}webhook/", {"destination": address}, "destination")
    assert f'value="{address}"' in body
    assert not Subscription.objects.exists()


def test_a_key_that_is_none_is_refused(desk: Client, page: Page) -> None:
    fields = {"destination": "https://93.184.215.14/status", "keys": "short"}
    refused(desk, f"{CONNECT}webhook/", fields, "keys")


def test_an_account_of_x_is_connected_and_its_keys_stay_inside(desk: Client, page: Page) -> None:
    stored(desk, f"{CONNECT}x/", X)
    assert Subscription.objects.get().settings["consumer_secret"] == "cs-2"
    body = text_of(desk.get("/console/mail/connections/"))
    assert "@acmestatus" in body
    assert "cs-2" not in body


def test_an_account_of_x_needs_all_its_keys(desk: Client, page: Page) -> None:
    refused(desk, f"{CONNECT}x/", X | {"access_token": " "}, "access_token")
    refused(desk, f"{CONNECT}x/", X | {"destination": "not a name"}, "destination")


@pytest.mark.parametrize("name", ["pigeon", "email"])
def test_there_is_no_other_channel_to_connect(desk: Client, page: Page, name: str) -> None:
    assert desk.get(f"{CONNECT}{name}/").status_code == 404


@pytest.mark.parametrize("channel", [each for each in channels().values() if each.by_staff])
def test_each_channel_has_a_form_of_what_it_asks_for(
    desk: Client, page: Page, channel: Channel
) -> None:
    body = text_of(desk.get(f"{CONNECT}{channel.name}/"))
    assert all(f'name="{detail.name}"' in body for detail in channel.details)
    for detail in channel.details:
        masked = re.search(rf'<input type="password"[^>]*name="{detail.name}"', body)
        assert bool(masked) == detail.secret
    assert channel.label in text_of(desk.get("/console/mail/connections/"))


def test_a_channel_that_lacks_a_detail_is_refused_where_it_was_left_out(
    desk: Client, page: Page
) -> None:
    fields = {"destination": "#status", "webhook_url": ""}
    refused(desk, f"{CONNECT}discord/", fields, "webhook_url")


@pytest.fixture
def chat(page: Page, component: Component, by: Actor, at: datetime) -> Subscription:
    """A chat of staff's, about one component."""
    config = {"token": "17:first-secret", "base_url": "https://93.184.215.14"}
    return Subscription.connect(
        page, channel="telegram", destination="@acmestatus", config=config,
        components=[component], kinds=["incident"], by=by, at=at,
    )  # fmt: skip


def test_a_connection_is_changed_and_a_blank_secret_stays(desk: Client, chat: Subscription) -> None:
    address = f"/console/mail/connections/{chat.pk}/change/"
    body = text_of(desk.get(address))
    assert "first-secret" not in body
    assert 'value="https://93.184.215.14"' in body
    assert "checked" in body
    stored(desk, address, {"follow": "edit", "base_url": "https://93.184.215.14"})
    chat.refresh_from_db()
    assert chat.settings["token"] == "17:first-secret"
    assert chat.settings["follow"] == "edit"
    assert (chat.kinds, chat.components.count()) == ("", 0)


def test_a_new_key_puts_a_connection_back(desk: Client, chat: Subscription) -> None:
    chat.quarantine(timezone.now())
    fields = {"token": "18:other-secret", "base_url": "https://93.184.215.14"}
    stored(desk, f"/console/mail/connections/{chat.pk}/change/", fields)
    chat.refresh_from_db()
    assert (chat.settings["token"], chat.state) == ("18:other-secret", "confirmed")


def test_a_key_that_cannot_be_is_refused_and_the_old_one_stays(
    desk: Client, chat: Subscription
) -> None:
    fields = {"token": "none", "base_url": "https://93.184.215.14"}
    refused(desk, f"/console/mail/connections/{chat.pk}/change/", fields, "token")
    chat.refresh_from_db()
    assert chat.settings["token"] == "17:first-secret"


def test_a_draft_shows_how_it_will_read_in_each_chat(
    desk: Client, page: Page, chat: Subscription, component: Component
) -> None:
    fields = {
        "tells": "incident", "notify": "on", "title": "Mail is slow", "body": "**We** look. " * 400,
        "status": "identified", f"levels-{component.public_id}": "major_outage",
        "next_update_due": "30",
    }  # fmt: skip
    body = text_of(desk.post("/console/mail/preview/", fields))
    assert "Telegram" in body
    assert "of 4096 characters" in body
    assert "Identified: Mail is slow" in body
    assert "/incidents/xxxxxxxxxxxx/#update-xxxxxxxxxxxx" in body
    quiet = {name: value for name, value in fields.items() if name != "notify"}
    assert "Telegram" not in text_of(desk.post("/console/mail/preview/", quiet))


@pytest.fixture
def hook(page: Page, by: Actor, at: datetime) -> Subscription:
    """A webhook of staff's."""
    address = "https://93.184.215.14/status"
    return Subscription.connect(page, channel="webhook", destination=address, by=by, at=at)


def test_a_connection_is_tested(desk: Client, hook: Subscription) -> None:
    stored(desk, f"/console/mail/connections/{hook.pk}/test/", {})
    test = Delivery.objects.get()
    assert (test.stream, test.subscription, test.lane) == ("test", hook, "webhooks")


def test_a_connection_is_removed(desk: Client, hook: Subscription) -> None:
    stored(desk, f"/console/mail/connections/{hook.pk}/remove/", {})
    assert hook.destination not in text_of(desk.get("/console/mail/connections/"))


def test_a_quarantined_connection_is_put_back(desk: Client, hook: Subscription) -> None:
    hook.quarantine(timezone.now())
    stored(desk, f"/console/mail/connections/{hook.pk}/remove/", {"release": "1"})
    hook.refresh_from_db()
    assert hook.state == "confirmed"


def test_subscribers_are_listed_and_found(desk: Client, broadcast: Broadcast) -> None:
    assert "ann@example.com" in text_of(desk.get("/console/mail/subscribers/"))
    assert "ann@example.com" not in text_of(desk.get("/console/mail/subscribers/?q=ben"))


@pytest.fixture
def mail(page: Page, at: datetime) -> KeptMail:
    """A mail with looks of its own."""
    return KeptMail.objects.create(
        page=page,
        kept_at=at,
        sender="status@example.com",
        recipient="ann@example.com",
        subject="Confirm",
        text="Open https://status.example.com/confirm",
        html='<p style="color: red">Open<script>alert(1)</script></p>',
        wire="Subject: Confirm",
    )


def test_a_kept_mail_is_read_as_text_and_in_a_closed_frame(
    desk: Client, page: Page, mail: KeptMail
) -> None:
    body = text_of(desk.get(f"/console/mail/mails/{mail.pk}/"))
    assert '<a href="https://status.example.com/confirm"' in body
    assert "alert(1)" not in body
    assert 'sandbox="allow-popups"' in body


def test_the_frame_lets_nothing_run(desk: Client, page: Page, mail: KeptMail) -> None:
    answer = desk.get(f"/console/mail/mails/{mail.pk}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_admin_of_one_page_does_not_read_the_mails_of_another(
    desk: Client, page: Page, mail: KeptMail, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    assert "Confirm" in text_of(desk.get("/console/mail/mails/"))
    KeptMail.objects.filter(pk=mail.pk).update(page=other)
    assert "Confirm" not in text_of(desk.get("/console/mail/mails/"))
    assert desk.get(f"/console/mail/mails/{mail.pk}/html/").status_code == 404


def test_screens_run_no_script_of_their_own(desk: Client, incident: Incident) -> None:
    for address in ("/console/mail/", "/console/mail/incidents/open/", at_incident(incident)):
        answer = desk.get(address)
        body = text_of(answer)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "hx-on" not in body
        assert " style=" not in body
        assert "<script>" not in body


def test_what_is_tried_again_says_when_and_channels_have_their_names(
    incident: Incident, page: Page, desk: Client, at: datetime
) -> None:
    rounds.tell(at)
    news = incident.broadcasts.get()
    page.deliveries.create(
        broadcast=news, channel="teams", destination="https://teams.example.com/1", state="retry",
        lane="chats", stream="update", created_at=at, next_attempt_at=at + timedelta(minutes=5),
        last_error="HTTP 503",
    )  # fmt: skip
    text = text_of(desk.get(f"/console/mail/deliveries/{news.pk}/"))
    assert "Microsoft Teams" in text
    due = (at + timedelta(minutes=5)).isoformat()
    assert f'next try <time datetime="{due}"' in text


def test_a_connection_says_when_it_worked_and_failed_last(
    page: Page, desk: Client, by: Actor, at: datetime
) -> None:
    home = "/console/mail/connections/"
    Subscription.objects.create(
        page=page, channel="teams", destination="#status", owner="staff", state="confirmed",
        asked_at=at, confirmed_at=at,
    )  # fmt: skip
    assert "not tested yet" in text_of(desk.get(home))
    tried = Delivery.test(
        page, channel="teams", destination="#status", lane="chats", at=at,
        subscription=Subscription.objects.get(),
    )  # fmt: skip
    tried.tries.create(at=at, verdict="retry", detail="HTTP 503")
    text = text_of(desk.get(home))
    assert "last failed" in text
    assert "not tested yet" not in text
    assert "last worked" not in text
    Delivery.objects.update(state="sent", sent_at=at)
    assert "last worked" in text_of(desk.get(home))
