"""What a component depends on: set as a whole, never round in a circle."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Component, Event, Page
from people.actors import Actor


def test_dependencies_are_set_as_a_whole_and_journalled_by_their_ids(
    component: Component, mailstore: Component, by: Actor, at: datetime
) -> None:
    component.change(depends_on=[mailstore], by=by, at=at)
    assert list(component.depends_on.all()) == [mailstore]
    assert list(mailstore.needed_by.all()) == [component]
    assert Event.objects.latest("pk").after == {"depends_on": mailstore.public_id}
    component.change(name="Web mail", by=by, at=at)
    assert list(component.depends_on.all()) == [mailstore]
    component.change(depends_on=[], by=by, at=at)
    assert not component.depends_on.exists()


def test_a_circle_is_refused_by_the_names_on_its_way(
    page: Page, component: Component, mailstore: Component, by: Actor, at: datetime
) -> None:
    disks = Component.add(page, "Disks", depends_on=[component], by=by, at=at)
    component.change(depends_on=[mailstore], by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        mailstore.change(depends_on=[disks], by=by, at=at)
    assert refused.value.message_dict == {
        "depends_on": [
            (
                "That would go round in a circle: Mailstore → Disks → Webmail → Mailstore. "
                "Leave out “Disks”."
            )
        ]
    }
    assert not mailstore.depends_on.exists()


def test_itself_and_what_is_elsewhere_are_refused(
    component: Component, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    theirs = Component.add(other, "IMAP", by=by, at=at)
    for needed, words in ((component, "cannot depend on itself"), (theirs, "of another page")):
        with pytest.raises(ValidationError, match=words) as refused:
            component.change(depends_on=[needed], by=by, at=at)
        assert list(refused.value.message_dict) == ["depends_on"]


def test_the_journal_tells_what_was_there_and_not_what_somebody_had_read(
    component: Component, by: Actor, at: datetime
) -> None:
    stale = Component.objects.get(pk=component.pk)
    component.change(name="Web mail", by=by, at=at)
    stale.change(name="Mail on the web", by=by, at=at)
    assert Event.objects.latest("pk").before == {"name": "Web mail"}
