"""What waits in the inbox about one incident."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django import template

from incidents.models import Incident, MessageKind, MessageState, ReaderMessage

register = template.Library()

SHOWN: Final = 3


@dataclass(frozen=True)
class Counted:
    """How many ask, how many are still affected, and by what."""

    questions: int
    affected: int
    components: list[tuple[str, int]]
    newest: list[ReaderMessage]


@register.filter
def unsettled(incident: Incident) -> list[ReaderMessage]:
    """What readers wrote that nobody has settled yet, the oldest first."""
    return list(incident.messages.filter(state=MessageState.NEW).select_related("component"))


@register.filter
def counted(letters: list[ReaderMessage]) -> Counted:
    """The figures of these messages."""
    affected = [each for each in letters if each.kind == MessageKind.STILL_AFFECTED]
    named = Counter(str(each.component) for each in affected if each.component)
    return Counted(
        questions=len(letters) - len(affected),
        affected=len(affected),
        components=named.most_common(),
        newest=affected[::-1][:SHOWN],
    )
