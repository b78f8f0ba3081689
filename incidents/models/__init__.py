"""The record's entities; each lives in a file of its own, with its verbs."""

from incidents.core.impacts import ImpactKind, Precision, Source
from incidents.core.lifecycles import CauseState, Outcome
from incidents.core.notes import NoteKind, NoteState
from incidents.models.afterwards.action import ActionItem, ActionKind, ActionProgress, ActionState
from incidents.models.afterwards.postmortem import (
    Postmortem,
    PostmortemSection,
    PostmortemStatus,
    SectionKind,
)
from incidents.models.afterwards.review import PostmortemReview, Verdict
from incidents.models.afterwards.revision import PostmortemRevision
from incidents.models.afterwards.timeline import TimelineEntry
from incidents.models.event import Event
from incidents.models.journal import Journal
from incidents.models.planned.maintenance import Maintenance
from incidents.models.planned.recurrence import Recurrence
from incidents.models.planned.reminder import Reminder
from incidents.models.planned.scheduled import ScheduledWindow
from incidents.models.site.component import Component, ComponentGroup
from incidents.models.site.day import ComponentDay
from incidents.models.site.membership import Membership
from incidents.models.site.metric import Metric, MetricPoint
from incidents.models.site.mirror import Mirror
from incidents.models.site.page import Page
from incidents.models.story.announcement import Announcement
from incidents.models.story.cause import CauseJudgement
from incidents.models.story.cohort import Cohort, CohortProgress
from incidents.models.story.commitment import Commitment, CommitmentKind, CommitmentState
from incidents.models.story.draft import Draft, DraftKind
from incidents.models.story.incident import Incident
from incidents.models.story.link import IncidentLink, LinkKind
from incidents.models.story.message import MessageKind, MessageState, ReaderMessage
from incidents.models.story.note import Note
from incidents.models.story.note_change import NoteChange
from incidents.models.story.private_note import PrivateNote
from incidents.models.story.template import IncidentTemplate
from incidents.models.story.update import Update, Wording
from incidents.models.story.update_level import UpdateLevel
from incidents.models.story.update_text import UpdateText
from incidents.models.story.window import ImpactWindow

__all__ = [
    "ActionItem",
    "ActionKind",
    "ActionProgress",
    "ActionState",
    "Announcement",
    "CauseJudgement",
    "CauseState",
    "Cohort",
    "CohortProgress",
    "Commitment",
    "CommitmentKind",
    "CommitmentState",
    "Component",
    "ComponentDay",
    "ComponentGroup",
    "Draft",
    "DraftKind",
    "Event",
    "ImpactKind",
    "ImpactWindow",
    "Incident",
    "IncidentLink",
    "IncidentTemplate",
    "Journal",
    "LinkKind",
    "Maintenance",
    "Membership",
    "MessageKind",
    "MessageState",
    "Metric",
    "MetricPoint",
    "Mirror",
    "Note",
    "NoteChange",
    "NoteKind",
    "NoteState",
    "Outcome",
    "Page",
    "Postmortem",
    "PostmortemReview",
    "PostmortemRevision",
    "PostmortemSection",
    "PostmortemStatus",
    "Precision",
    "PrivateNote",
    "ReaderMessage",
    "Recurrence",
    "Reminder",
    "ScheduledWindow",
    "SectionKind",
    "Source",
    "TimelineEntry",
    "Update",
    "UpdateLevel",
    "UpdateText",
    "Verdict",
    "Wording",
]
