"""Staff sees who is told, puts them right, brings a table, and takes one along."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from incidents.models import Page
from notifications import rolls
from notifications.models import Delivery, Intake, Subscription, Suppression
from people.actors import Actor

pytestmark = pytest.mark.django_db
HOME = "/console/mail/subscribers/"


@pytest.fixture
def ada(page: Page, at: datetime) -> Subscription:
    """A reader who waits for a confirmation."""
    return Subscription.ask(page, destination="ada@example.com", at=at)


def table(words: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("table.csv", words.encode())}


def test_they_are_found_by_address_and_by_state(ada: Subscription, desk: Client) -> None:
    for typed in ("ADA", "a%00da"):
        screen = desk.get(f"{HOME}?q={typed}&state=pending").content.decode()
        assert "ada@example.com" in screen
    assert "ada@example.com" not in desk.get(f"{HOME}?state=confirmed").content.decode()


def test_one_that_is_suppressed_is_not_taken_for_told(
    ada: Subscription, page: Page, desk: Client, at: datetime
) -> None:
    Subscription.objects.update(state="confirmed", confirmed_at=at)
    assert "Told nothing" not in desk.get(HOME).content.decode()
    added = Suppression.add("email", ada.destination, "550 5.1.1", at, page=page)
    shown = " ".join(desk.get(HOME).content.decode().split())
    assert (
        'Told nothing: <a href="/console/mail/subscribers/suppressed/?q=ada%40example.com">bounced'
        in shown
    )
    Suppression.objects.filter(pk=added.pk).update(lifted_at=at)
    assert "Told nothing" not in desk.get(HOME).content.decode()


def test_each_can_be_asked_again_and_ended(ada: Subscription, desk: Client) -> None:
    desk.post(f"{HOME}{ada.pk}/", {"resend": "1"})
    assert Delivery.objects.count() == 2
    desk.post(f"{HOME}{ada.pk}/", {"end": "1"})
    ada.refresh_from_db()
    assert ada.state == "unsubscribed"


def test_a_link_that_is_asked_for_again_works_again(
    ada: Subscription, desk: Client, by: Actor
) -> None:
    long_ago = timezone.now() - timedelta(days=3)
    Subscription.objects.update(asked_at=long_ago)
    assert Subscription.by_confirm_token(ada.token("confirm"), timezone.now()) is None
    desk.post(f"{HOME}{ada.pk}/", {"resend": "1"})
    assert Subscription.by_confirm_token(ada.token("confirm"), timezone.now()) == ada
    assert ada.page.events.filter(kind="subscription.asked_again").count() == 1


def test_what_staff_connected_is_no_subscriber(
    page: Page, desk: Client, by: Actor, at: datetime
) -> None:
    address = "https://127.0.0.1/status"
    theirs = Subscription.objects.create(
        page=page, channel="webhook", destination=address, owner="staff", state="confirmed",
        asked_at=at, confirmed_at=at,
    )  # fmt: skip
    assert address not in desk.get(HOME).content.decode()
    assert desk.post(f"{HOME}{theirs.pk}/", {"end": "1"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "confirmed"


def test_a_quarantined_one_is_put_back(ada: Subscription, desk: Client, at: datetime) -> None:
    Subscription.objects.update(state="quarantined", ended_at=at, confirmed_at=at)
    assert "Put back" in desk.get(f"{HOME}?state=quarantined").content.decode()
    desk.post(f"{HOME}{ada.pk}/", {"release": "1"})
    ada.refresh_from_db()
    assert ada.state == "confirmed"


def test_a_table_is_checked_before_it_is_brought(page: Page, desk: Client) -> None:
    words = "email\nbob@example.com\nnobody\n"
    checked = desk.post(f"{HOME}bring/", table(words) | {"check": "1"}).content.decode()
    assert "Line 3:" in checked
    assert not Intake.objects.exists()
    brought = desk.post(f"{HOME}bring/", table(words) | {"consent": "on"})
    assert brought.status_code == 303
    assert Intake.objects.get().consent
    Intake.go_on(Intake.objects.get().created_at)
    assert "1 of 1 lines taken up, 1 added" in desk.get(HOME).content.decode()


def test_what_was_checked_is_brought_without_being_chosen_again(
    ada: Subscription, page: Page, desk: Client
) -> None:
    words = "email,language\nada@example.com,\nbob@example.com,\nnobody,\n"
    checked = desk.post(f"{HOME}bring/", table(words) | {"check": "1"})
    shown = checked.content.decode()
    for said in ("1 address would be added.", "1 is known already.", "1 line cannot be taken:"):
        assert said in shown
    kept = checked.context["form"]["table"].value()
    assert desk.post(f"{HOME}bring/", {"table": kept.replace("\n", "\r\n")}).status_code == 303
    intake = Intake.objects.get()
    assert (intake.lines, [line for line, _why in intake.refused]) == (2, [4])


def test_another_file_takes_the_place_of_the_one_that_was_checked(page: Page, desk: Client) -> None:
    other = table("email\neve@example.com\nfay@example.com\n")
    desk.post(f"{HOME}bring/", other | {"table": "email\nbob@example.com\n"})
    assert Intake.objects.get().lines == 2


def test_a_large_table_has_to_be_chosen_again(page: Page, desk: Client) -> None:
    words = "email\n" + "".join(f"reader{n}@example.com\n" for n in range(9000))
    checked = desk.post(f"{HOME}bring/", table(words) | {"check": "1"})
    assert "Choose the file once more" in checked.content.decode()
    assert "reader1@" not in checked.content.decode()


def test_no_file_at_all_is_said_at_its_field(page: Page, desk: Client) -> None:
    refused = desk.post(f"{HOME}bring/", {"check": "1"})
    assert refused.status_code == 422
    assert "Choose a file." in refused.content.decode()


def test_who_left_or_is_suppressed_is_named_at_the_check(
    ada: Subscription, page: Page, desk: Client, at: datetime
) -> None:
    ada.end(at)
    Suppression.add("email", "bob@example.com", "550 5.1.1", at, page=page)
    words = "email\nada@example.com\nbob@example.com\n"
    shown = desk.post(f"{HOME}bring/", table(words) | {"check": "1"}).content.decode()
    assert "0 addresses would be added." in shown
    assert "2 lines cannot be taken:" in shown
    assert "Has left; only its owner can come back." in shown
    assert not Intake.objects.exists()


def test_what_is_no_table_is_said_at_its_field(page: Page, desk: Client) -> None:
    refused = desk.post(f"{HOME}bring/", table("name\nada\n"))
    assert refused.status_code == 422
    assert "The first line names the columns" in refused.content.decode()


def test_the_table_that_is_taken_along_can_be_brought_back(
    ada: Subscription, desk: Client, page: Page
) -> None:
    Subscription.objects.update(state="confirmed", confirmed_at=ada.asked_at)
    Subscription.ask(page, destination="+1@example.com", at=ada.asked_at)
    answer = desk.get(f"{HOME}table.csv")
    assert answer["Content-Disposition"].endswith('"mail-subscribers.csv"')
    assert b"\n'+1@example.com," in answer.content
    roll = rolls.read(answer.content, page, ada.asked_at)
    assert [each.email for each in roll.entries] == ["ada@example.com"]
    assert [each.reason for each in roll.refused] == ["Is “pending”, not confirmed."]
