"""One statement tells the same as prefetching level by level: values, types, order and caches."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Prefetch, prefetch_related_objects
from django.test.utils import CaptureQueriesContext

from incidents.core.levels import Level
from incidents.models import Commitment, Component, Incident, Page, Update
from incidents.models.compiled import Given
from incidents.models.picking import story, story_tree
from incidents.models.whole import Branches, Known, Statement, Tree
from people.actors import Actor
from tests.publishing.busy import busy_page
from tests.publishing.world import Outage, mailstore_outage

MICRO = timedelta(microseconds=123_457)


def told(instance: models.Model | None, branches: Branches) -> Any:
    """Everything that is known of an instance, as plain values with their types; asks nothing."""
    if instance is None:
        return None
    fields = [(each.attname, getattr(instance, each.attname)) for each in instance._meta.fields]
    hanging = {name: [told(each, branch.branches) for each in _found(instance, name, branch)]
               for name, branch in branches.items()}  # fmt: skip
    return [(name, type(value), value) for name, value in fields], hanging


def _found(instance: models.Model, name: str, branch: Any) -> list[Any]:
    found = getattr(instance, name)
    return (
        [found] if branch.relation.many_to_one else list(found if branch.to_attr else found.all())
    )


def check_alike(incidents: Any) -> None:
    """Read the stories of some incidents in each way, and compare."""
    tree = story_tree(Incident)
    statement = Statement(incidents, *story())
    reads: list[Callable[[], Any]] = [incidents.with_story, statement.read, statement.read]
    for read in reads:
        with CaptureQueriesContext(connection) as captured:
            one = [told(each, tree.branches) for each in read()]
        assert len(captured) == 1
        ordinary = list(incidents)
        prefetch_related_objects(ordinary, *story())
        assert one == [told(each, tree.branches) for each in ordinary]


@pytest.fixture
def outage(by: Actor) -> Outage:
    return mailstore_outage(by)


def test_a_whole_outage_reads_alike(outage: Outage) -> None:
    assert outage.incident.notes.exists()
    assert outage.incident.commitments.exists()
    assert outage.incident.postmortems.exists()
    check_alike(outage.page.incidents.all())


def test_a_busy_page_reads_alike(by: Actor, at: Any) -> None:
    check_alike(busy_page(by, at + MICRO).incidents.all())


def test_whatever_text_and_metadata_hold_comes_back(
    page: Page, mailstore: Component, by: Actor, at: Any
) -> None:
    wild = "\"quoted\" \\ 'single' {%s} % 日本語 🌋 `</script>`"
    incident = Incident.open(
        page, title=wild, body=wild, levels={mailstore: Level.PARTIAL_OUTAGE}, by=by, at=at + MICRO,
        metadata={"a": [1, 2.5, None, True, {"ü": wild}], "big": 2**60},
    )  # fmt: skip
    Commitment.promise(incident, "fix", text=wild, due=at + 2 * MICRO, by=by, at=at + MICRO)
    check_alike(page.incidents.all())


def test_of_a_slice_only_what_is_in_it_is_read(outage: Outage) -> None:
    newest = Incident.objects.filter(page=outage.page).order_by("-pk")
    with CaptureQueriesContext(connection) as captured:
        (first,) = newest.with_story()[:1]
        assert [update.number for update in first.updates.all()]
    assert len(captured) == 2
    assert first == newest.first()
    assert first.pk != newest.last().pk  # type: ignore[union-attr]


def test_what_was_read_whole_can_still_be_asked_anew(outage: Outage, by: Actor) -> None:
    incident = outage.page.incidents.with_story().get(pk=outage.incident.pk)
    count = len(incident.updates.all())
    assert [each.number for each in incident.updates.filter(number__gt=1)] == [2, 3, 4, 5]
    assert "updates" in incident.__dict__["_prefetched_objects_cache"]
    incident.refresh_from_db()
    Update.objects.filter(incident=incident, number=5).update(headline="Anew")
    assert [each.headline for each in incident.updates.all()][-1] == "Anew"
    assert len(incident.updates.all()) == count


def test_components_come_with_what_they_need(page: Page, by: Actor, at: Any) -> None:
    disks, power = (Component.add(page, name, by=by, at=at) for name in ("Disks", "Power"))
    reading = Component.add(page, "Reading", depends_on=[power, disks], by=by, at=at)
    tree = Tree(Component, Prefetch("depends_on", Component.objects.order_by("-name")), "group")
    with CaptureQueriesContext(connection) as captured:
        found = {each.pk: each for each in tree.over(page.components.all())}
        assert list(found[reading.pk].depends_on.all()) == [power, disks]
        assert found[reading.pk].group is None
    assert len(captured) == 1


def test_a_statement_is_run_with_what_is_given(page: Page, by: Actor, at: Any) -> None:
    disks, power = (Component.add(page, name, by=by, at=at) for name in ("Disks", "Power"))
    at_least: Any = Given("position", models.IntegerField())
    statement = Statement(page.components.filter(position__gte=at_least), "group", "depends_on")
    assert statement.read(position=power.position) == [power]
    assert statement.read(position=disks.position) == [disks, power]


def test_of_what_is_known_only_rows_that_changed_become_instances_anew(
    page: Page, by: Actor, at: Any
) -> None:
    disks, power, mail = (Component.add(page, name, by=by, at=at) for name in ("D", "P", "M"))
    mail.change(depends_on=[power], by=by, at=at)
    statement = Statement(page.components.order_by("pk"), "depends_on")
    known: Known = {}
    before = statement.read(known)
    assert before == [disks, power, mail]
    again = statement.read(known)
    assert all(one is other for one, other in zip(before, again, strict=True))
    # What hangs on a row is a part of it.
    power.change(name="Power", by=by, at=at)
    after = statement.read(known)
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, False]
    assert [each.name for each in after[2].depends_on.all()] == ["Power"]
    Component.objects.filter(pk=disks.pk).delete()
    assert statement.read(known) == [power, mail]
    assert len(known) == 2
    assert statement.read()[0] is not after[1]


def test_what_is_sealed_or_bent_by_json_is_refused(page: Page) -> None:
    with pytest.raises(TypeError, match="contact"):
        list(Tree(Incident, "messages").over(page.incidents.all()))
