"""Everything that the page of a postmortem tells: its wording, and the record beneath it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch

from incidents.core.editions import Edition
from incidents.core.viewers import PUBLIC
from incidents.models import ActionItem, ActionState, Incident, Postmortem, PostmortemRevision
from publishing.story.chronicle import Moment, beginning, chronicle
from publishing.story.credit import Statement, credit_of
from publishing.story.figures import Figure, figures, together
from publishing.story.story import Story

FEW = 12


@dataclass(frozen=True)
class Doing:
    """One public action as it stands at `at`."""

    action: ActionItem
    at: datetime

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed without it."""
        return self.action.is_overdue(self.at)

    @property
    def said(self) -> Sequence[Any]:
        """What was reported on it, in order."""
        return list(self.action.progress.all())


@dataclass(frozen=True)
class Account:
    """A postmortem in one of its editions, at one instant."""

    postmortem: Postmortem
    edition: Edition
    at: datetime

    @cached_property
    def stories(self) -> list[Story]:
        """The incidents that this edition is about, as far as they are public."""
        about = Incident.objects.visible_to(PUBLIC).filter(
            page=self.postmortem.page_id, public_id__in=self.edition.incidents
        )
        told = about.with_story().order_by("started_at", "pk")
        return [Story(incident, self.at) for incident in told]

    @cached_property
    def credit(self) -> Statement | None:
        """What was given for what it is about."""
        return credit_of(self.postmortem)

    @cached_property
    def timeline(self) -> list[Moment]:
        return chronicle(self.stories, self.edition.timeline)

    @property
    def begins(self) -> datetime | None:
        """From when the offsets of the timeline count."""
        return beginning(self.stories)

    @property
    def is_long(self) -> bool:
        """Whether the timeline is folded, so that the text stays readable."""
        return len(self.timeline) > FEW

    @cached_property
    def figures(self) -> list[tuple[Story, list[Figure]]]:
        told = [(story, figures(story)) for story in self.stories]
        return [(story, found) for story, found in told if found]

    @cached_property
    def together(self) -> list[Figure]:
        return together(self.stories)

    @cached_property
    def actions(self) -> list[Doing]:
        """The public ones."""
        return [Doing(each, self.at) for each in self.postmortem.actions.all() if each.public]

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(doing.action.state == ActionState.DONE for doing in self.actions)

    @cached_property
    def revisions(self) -> list[PostmortemRevision]:
        """The newest first."""
        return list(self.postmortem.revisions.all())[::-1]

    @property
    def amendments(self) -> list[PostmortemRevision]:
        """Those with a note."""
        return [revision for revision in self.revisions if revision.number > 1]


def read(postmortems: Any, public_id: str) -> Postmortem | None:
    """Fetch one of `postmortems` with all that an account needs of it."""
    found: Postmortem | None = (
        postmortems.select_related("page")
        .prefetch_related(
            "revisions",
            Prefetch("actions", ActionItem.objects.select_related("postmortem__page")),
            "actions__progress",
        )
        .filter(public_id=public_id)
        .first()
    )
    return found
