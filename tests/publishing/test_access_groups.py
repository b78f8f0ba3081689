"""Groups of readers of a private page: what hits their components they see, and no more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from incidents.core.viewers import Sight, let_in
from incidents.models import (
    Announcement,
    Event,
    Incident,
    IncidentLink,
    LinkKind,
    Maintenance,
    Metric,
    MetricPoint,
    Page,
    Update,
)
from people.actors import Actor
from publishing.artefact import Missing, Moved
from publishing.models import AccessGroup, Door
from publishing.pages.search_texts import PATH, search_texts
from publishing.published.inventory import everything
from publishing.rendering import render
from publishing.unlocking import UNLOCK
from tests.publishing.world import Outage, est

NOW = est(1, 5, 12)
DAY = timedelta(days=1)
# What nobody may read who sees `Sending by SMTP` alone.
OF_THE_MAILSTORE = ("Mailstore", "storage cluster", "corrupted", "Delay of reading", "brief pause")


@pytest.fixture
def private(outage: Outage, by: Actor) -> Page:
    """The page of the outage, not for everybody, with things that hang together."""
    page, mailstore, sending = outage.page, outage.mailstore, outage.sending
    slow = Incident.open(
        page, title="Slow sending", body="Mails leave late.", levels={sending: "partial_outage"},
        by=by, at=NOW - DAY,
    )  # fmt: skip
    IncidentLink.tie(slow, outage.incident, LinkKind.CAUSED_BY_FIX_OF, by=by, at=NOW - DAY)
    both = Incident.open(
        page, title="Certificates ran out", body="Both are hit.",
        levels={sending: "major_outage", mailstore: "major_outage"}, by=by, at=NOW - DAY,
    )  # fmt: skip
    Update.post(both, body="One is up.", levels={mailstore: "operational"}, by=by, at=NOW - DAY / 2)
    gone = Incident.open(
        page, title="Ghosts in the Mailstore", body="It is haunted.",
        levels={mailstore: "degraded_performance"}, by=by, at=NOW - DAY,
    )  # fmt: skip
    gone.withdraw("The Mailstore was well.", by=by, at=NOW - DAY / 2)
    Announcement.publish(page, title="New prices", body="From May on.", by=by, at=NOW - DAY)
    Maintenance.schedule(
        page, title="Moving sending", body="We move it.", components=[sending],
        start=NOW + DAY, end=NOW + DAY + DAY / 24, by=by, at=NOW - DAY,
    )  # fmt: skip
    for component, name in ((mailstore, "Delay of reading"), (sending, "Mails a minute")):
        metric = Metric.add(page, name, component=component, by=by, at=NOW - DAY)
        MetricPoint.objects.create(metric=metric, at=NOW - DAY / 24, value=1)
    page.change(visibility="private", by=by, at=NOW - DAY / 24)
    return page


def rendered(page: Page, sight: Sight) -> Iterator[tuple[str, str]]:
    """Everything that there is on the page, as somebody sees it."""
    with let_in(Sight(page.pk)):
        paths = list(everything(page, NOW))
    with let_in(sight):
        for path in paths:
            try:
                yield path, render(page, path, NOW).body.decode("utf-8", "replace")
            except (Missing, Moved):
                continue


def test_nothing_of_the_others_stands_anywhere(private: Page, outage: Outage) -> None:
    sight = Sight(private.pk, frozenset({outage.sending.pk}))
    hidden = (*OF_THE_MAILSTORE, outage.incident.public_id, outage.mailstore.public_id)
    seen = dict(rendered(private, sight))
    told = [(path, word) for path, body in seen.items() for word in hidden if word in body]
    assert told == []
    front = seen[""]
    for word in ("Sending by SMTP", "Slow sending", "Certificates ran out", "New prices"):
        assert word in front
    assert "Moving sending" in front
    assert "history/2013-01/" in seen["history/"]
    assert "history/2012-12/" not in seen["history/"]
    assert "Mails a minute" in front


def test_what_somebody_saw_in_part_others_see_whole(private: Page, outage: Outage) -> None:
    whole = dict(rendered(private, Sight(private.pk)))
    for component in (outage.sending, outage.mailstore):
        dict(rendered(private, Sight(private.pk, frozenset({component.pk}))))
    assert dict(rendered(private, Sight(private.pk))) == whole
    for word in (*OF_THE_MAILSTORE, "Slow sending", "Mails a minute"):
        assert any(word in body for body in whole.values()), word


def test_the_page_is_as_green_as_what_they_see(private: Page, outage: Outage, by: Actor) -> None:
    for incident in Incident.objects.filter(title="Slow sending"):
        incident.withdraw("Not ours.", by=by, at=NOW)
    both = Incident.objects.get(title="Certificates ran out")
    both.withdraw("Not ours either.", by=by, at=NOW)
    Incident.open(
        private, title="Nobody reads", body="It is down.",
        levels={outage.mailstore: "major_outage"}, by=by, at=NOW,
    )  # fmt: skip
    badges = [
        dict(rendered(private, Sight(private.pk, frozenset({each.pk}))))["badge.svg"]
        for each in (outage.sending, outage.mailstore)
    ]
    assert "operational" in badges[0].casefold()
    assert "operational" not in badges[1].casefold()


def let(page: Page, outage: Outage, by: Actor, **given: object) -> tuple[AccessGroup, str]:
    """Let a group see what sends."""
    wanted: dict[str, object] = {"networks": []} | given
    group = AccessGroup.add(page, "Senders", [outage.sending], by=by, at=NOW, **wanted)  # type: ignore[arg-type]
    return group, group.renew(by=by, at=NOW)


def front(page: Page, client: Client) -> str:
    return client.get(page.path()).content.decode()


def test_their_password_opens_their_part_however_it_is_typed(
    private: Page, outage: Outage, by: Actor
) -> None:
    _group, password = let(private, outage, by)
    Door.of(private).change(networks=[], password="a lamp in the window", by=by, at=NOW)
    for typed in (password, f" {password.upper().replace('-', ' ')} "):
        client = Client()
        client.post(private.path(UNLOCK), {"password": typed})
        assert "Slow sending" in front(private, client)
        assert "Mailstore" not in front(private, client)
        assert client.get(private.path(outage.incident.public_path)).status_code == 404
    client.post(private.path(UNLOCK), {"password": "a lamp in the window"})
    assert "Mailstore" in front(private, client)


def test_guesses_of_others_keep_no_group_out(private: Page, outage: Outage, by: Actor) -> None:
    _group, password = let(private, outage, by)
    Door.of(private).change(networks=[], password="a lamp in the window", by=by, at=NOW)
    for _ in range(6):
        Client().post(private.path(UNLOCK), {"password": "guess"})
    client = Client()
    client.post(private.path(UNLOCK), {"password": password})
    assert "Slow sending" in front(private, client)
    again = client.post(private.path(UNLOCK), {"password": "guess"})
    assert again.status_code == 429, "a group's password buys no more guesses at the page's"


def test_where_only_groups_are_let_in_the_page_asks_too(
    private: Page, outage: Outage, reader: Client, by: Actor
) -> None:
    assert reader.get(private.path()).status_code in {404, 503}
    let(private, outage, by)
    assert reader.get(private.path()).status_code == 403
    assert reader.post(private.path(UNLOCK), {"password": "guess"}).status_code == 403
    assert "Slow" not in front(private, reader)


def test_their_networks_are_not_asked(private: Page, outage: Outage, by: Actor) -> None:
    let(private, outage, by, networks=["192.0.2.0/24"])
    assert "Slow sending" in front(private, Client(REMOTE_ADDR="192.0.2.7"))
    assert "Mailstore" not in front(private, Client(REMOTE_ADDR="192.0.2.7"))
    assert "Slow sending" not in front(private, Client(REMOTE_ADDR="198.51.100.7"))


def test_a_group_without_a_password_asks_nobody(
    private: Page, outage: Outage, reader: Client, by: Actor
) -> None:
    Page.found(name="Public", slug="public", by=by, at=NOW)
    group, password = let(private, outage, by, networks=["192.0.2.0/24"])
    kept = Client()
    kept.post(private.path(UNLOCK), {"password": password})
    group.stop_asking(by=by, at=NOW)
    AccessGroup.add(private, "Readers", [outage.mailstore], networks=[], by=by, at=NOW)
    assert "Slow sending" in front(private, Client(REMOTE_ADDR="192.0.2.7"))
    for client in (reader, kept):
        answer = client.get(private.path())
        assert answer.status_code == 404
        assert private.name not in answer.content.decode()
        for typed in ("", "-", password):
            assert client.post(private.path(UNLOCK), {"password": typed}).status_code == 405


def test_whoever_is_in_two_groups_sees_what_both_see(
    private: Page, outage: Outage, by: Actor
) -> None:
    let(private, outage, by, networks=["192.0.2.0/24"])
    group = AccessGroup.add(private, "Readers", [outage.mailstore], networks=[], by=by, at=NOW)
    password = group.renew(by=by, at=NOW)
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(private.path(UNLOCK), {"password": password})
    assert "Slow sending" in front(private, client)
    assert "Mailstore" in front(private, client)


def test_another_password_or_none_ends_it(private: Page, outage: Outage, by: Actor) -> None:
    group, password = let(private, outage, by)
    client = Client()
    client.post(private.path(UNLOCK), {"password": password})
    assert client.get(private.path()).status_code == 200
    renewed = group.renew(by=by, at=NOW)
    assert client.get(private.path()).status_code == 403
    assert client.post(private.path(UNLOCK), {"password": password}).status_code == 403
    client.post(private.path(UNLOCK), {"password": renewed})
    assert client.get(private.path()).status_code == 200
    group.end(by=by, at=NOW)
    assert client.get(private.path()).status_code in {404, 503}


def test_a_group_of_another_page_opens_nothing_here(
    private: Page, outage: Outage, by: Actor
) -> None:
    other = Page.found(name="Other", slug="other", visibility="private", by=by, at=NOW)
    _group, password = let(private, outage, by)
    Door.of(other).change(networks=[], password="a lamp in the window", by=by, at=NOW)
    assert Client().post(other.path(UNLOCK), {"password": password}).status_code == 403


def test_it_is_journalled_without_the_password(private: Page, outage: Outage, by: Actor) -> None:
    group, password = let(private, outage, by)
    told = {"name": "Senders", "networks": ["192.0.2.0/24"]}
    group.change(**told, components=[outage.mailstore], by=by, at=NOW)  # type: ignore[arg-type]
    renewed = group.renew(by=by, at=NOW)
    held = group.digest
    group.stop_asking(by=by, at=NOW)
    group.end(by=by, at=NOW)
    events = Event.objects.filter(kind__startswith="page.access_group").order_by("pk")
    kinds = [each.kind.rpartition("_")[2] for each in events]
    assert kinds == ["added", "renewed", "changed", "renewed", "password", "ended"]
    assert events[2].before["components"] == ["Sending by SMTP"]
    assert events[2].after["components"] == ["Mailstore"]
    kept = str([(each.before, each.after) for each in events])
    assert all(word not in kept for word in (password, renewed, held))


def test_the_journal_tells_what_was_stored_before(private: Page, outage: Outage, by: Actor) -> None:
    group, _password = let(private, outage, by)
    mine = AccessGroup.objects.prefetch_related("components").get(pk=group.pk)
    told = {"name": "Readers", "networks": ["192.0.2.0/24"]}
    group.change(**told, components=[outage.mailstore], by=by, at=NOW)  # type: ignore[arg-type]
    mine.change(name="All", networks=[], components=[outage.sending], by=by, at=NOW)
    group.renew(by=by, at=NOW)
    mine.change(**told, components=[outage.mailstore], by=by, at=NOW)  # type: ignore[arg-type]
    group.stop_asking(by=by, at=NOW)
    mine.change(name="All", networks=[], components=[outage.sending], by=by, at=NOW)
    group.end(by=by, at=NOW)
    events = Event.objects.filter(kind__startswith="page.access_group").order_by("pk")[2:]
    readers = told | {"components": ["Mailstore"]}
    everybody = {"name": "All", "networks": [], "components": ["Sending by SMTP"]}
    assert [each.before for each in events] == [
        events[0].before, readers, {}, everybody, {}, readers, everybody,
    ]  # fmt: skip
    assert [each.after for each in events] == [
        readers, everybody, {"name": "All"}, readers, readers, everybody, {},
    ]  # fmt: skip


def test_a_group_that_somebody_else_ended_is_ended_once_and_nothing_else(
    private: Page, outage: Outage, by: Actor
) -> None:
    group, _password = let(private, outage, by)
    mine = AccessGroup.objects.get(pk=group.pk)
    group.end(by=by, at=NOW)
    mine.end(by=by, at=NOW)
    assert Event.objects.filter(kind="page.access_group_ended").count() == 1
    told = {"name": "All", "networks": [], "components": [outage.sending]}
    for verb in (
        lambda: mine.change(**told, by=by, at=NOW),  # type: ignore[arg-type]
        lambda: mine.renew(by=by, at=NOW),
        lambda: mine.stop_asking(by=by, at=NOW),
    ):
        with pytest.raises(ValidationError, match="removed meanwhile"):
            verb()
    assert not AccessGroup.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": "  "}), ("name", {"name": "TAKEN"}), ("components", {"components": []}),
        ("networks", {"networks": ["home"]}),
    ],
)  # fmt: skip
def test_bad_input_names_its_field(
    private: Page, outage: Outage, by: Actor, field: str, wrong: dict[str, object]
) -> None:
    group, _password = let(private, outage, by)
    AccessGroup.add(private, "Taken", [outage.sending], networks=[], by=by, at=NOW)
    right = {"name": "Those who send", "components": [outage.sending], "networks": []}
    for verb in (
        lambda given: AccessGroup.add(private, **given, by=by, at=NOW),
        lambda given: group.change(**given, by=by, at=NOW),
    ):
        with pytest.raises(ValidationError) as refused:
            verb(right | wrong)
        assert list(refused.value.message_dict) == [field]


def test_components_of_another_page_are_refused(private: Page, outage: Outage, by: Actor) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=NOW)
    with pytest.raises(ValidationError, match="this page"):
        AccessGroup.add(other, "Senders", [outage.sending], networks=[], by=by, at=NOW)


def test_the_search_of_a_group_never_reads_what_was_published(
    private: Page, outage: Outage, by: Actor, settings: Settings, tmp_path: Path
) -> None:
    settings.PUBLISHED_DIR = tmp_path
    with let_in(Sight(private.pk)):
        left_over = search_texts(private, NOW).body
    (tmp_path / private.public_id).mkdir()
    (tmp_path / private.public_id / PATH).write_bytes(left_over)
    find = private.path("search/?q=Relay+access+denied")
    for components, is_found in (([outage.mailstore], True), ([outage.sending], False)):
        group = AccessGroup.add(
            private, "Here", components, networks=["127.0.0.0/8"], by=by, at=NOW
        )
        found = Client().get(find).content.decode()
        assert (outage.incident.public_id in found) is is_found
        group.end(by=by, at=NOW)
