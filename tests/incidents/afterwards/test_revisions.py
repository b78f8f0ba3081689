"""What was published is kept whole; an amendment is a new revision with a public note."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from incidents.core.differences import differences
from incidents.models import Event, Postmortem, PostmortemRevision, TimelineEntry
from people.actors import Actor

HOUR = timedelta(hours=1)


def test_a_publication_keeps_the_whole_wording_with_its_hash(
    public: Postmortem, at: datetime
) -> None:
    kept = public.revisions.get()
    assert (kept.number, kept.published_at, kept.change_note) == (1, at, "")
    assert kept.is_intact
    assert [section.body for section in kept.edition.sections] == ["A disk failed."]
    assert kept.edition.title == "What happened"


def test_a_revision_is_never_changed_nor_removed(public: Postmortem) -> None:
    kept = PostmortemRevision.objects.filter(pk=public.revisions.get().pk)
    for forbidden in (lambda: kept.update(change_note="x"), kept.delete):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            forbidden()


def test_an_amendment_in_preparation_is_not_what_readers_read(
    public: Postmortem, by: Actor, at: datetime
) -> None:
    public.write_section("summary", "Two disks failed.", by=by, at=at + HOUR)
    now = public.afresh()
    assert now.has_amendment
    assert now.newest is not None
    assert [section.body for section in now.newest.edition.sections] == ["A disk failed."]
    assert public.revisions.count() == 1


def test_an_amendment_takes_a_note_and_something_that_changed(
    public: Postmortem, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="Nothing was changed") as same:
        public.amend("Better.", by=by, at=at + HOUR)
    public.write_section("summary", "Two disks failed.", by=by, at=at + HOUR)
    with pytest.raises(ValidationError, match="Write something") as unsaid:
        public.amend("  ", by=by, at=at + HOUR)
    assert [list(error.value.message_dict) for error in (same, unsaid)] == [["sections"], ["note"]]
    public.amend("There were two.", by=by, at=at + HOUR)
    assert [each.change_note for each in public.revisions.all()] == ["", "There were two."]
    assert (public.status, public.amended_at) == ("amended", at + HOUR)


def test_an_amendment_is_told_only_if_that_is_asked(
    public: Postmortem, by: Actor, at: datetime
) -> None:
    for number, notify in enumerate((False, True), 2):
        public.write_section("summary", f"{number} disks failed.", by=by, at=at)
        public.amend("More disks.", notify=notify, by=by, at=at)
    told = Event.objects.filter(kind="postmortem.amended").order_by("pk")
    assert [event.tell for event in told] == [False, True]


def test_before_it_is_published_there_is_nothing_to_amend(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="only draft; publish it first") as refused:
        text.amend("Better.", by=by, at=at)
    assert list(refused.value.message_dict) == ["status"]


def test_an_amendment_can_be_given_up(public: Postmortem, by: Actor, at: datetime) -> None:
    public.write_section("summary", "Two disks failed.", by=by, at=at)
    public.change(title="Why", interim=True, signatories="Us", by=by, at=at)
    public.write_section("trigger", "A reset.", by=by, at=at)
    TimelineEntry.add(public, "The alarm rang", happened_at=at, by=by, at=at)
    public.drop_amendment(by=by, at=at)
    now = public.afresh()
    assert not now.has_amendment
    assert (now.title, now.interim, now.signatories) == ("What happened", False, "")


def test_what_changed_is_told_by_heading_and_word(
    public: Postmortem, by: Actor, at: datetime
) -> None:
    public.write_section("summary", "Two disks failed.", by=by, at=at)
    public.write_section("trigger", "A reset.", by=by, at=at)
    public.amend("There were two.", by=by, at=at)
    before, after = (each.edition for each in public.revisions.all())
    found = differences(before, after)
    assert [(each.heading, each.verdict) for each in found] == [
        ("Summary", "Changed"), ("Trigger", "Added"),
    ]  # fmt: skip
    words = [(piece.op, piece.text) for piece in found[0].pieces]
    assert ("removed", "A disk") in words
    assert ("added", "Two disks") in words


def test_only_internal_notes_make_no_amendment(public: Postmortem, by: Actor, at: datetime) -> None:
    public.change(internal_notes="Ask the vendor.", by=by, at=at)
    assert not public.afresh().has_amendment
    assert "Ask the vendor" not in str(public.afresh().snapshot())
