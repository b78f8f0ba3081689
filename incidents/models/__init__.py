"""The record's entities; each lives in a file of its own, with its verbs."""

from incidents.core.impacts import ImpactKind, Precision, Source
from incidents.core.lifecycles import CauseState
from incidents.models.announcement import Announcement
from incidents.models.cohort import Cohort, CohortProgress
from incidents.models.commitment import Commitment, CommitmentKind, CommitmentState
from incidents.models.component import Component, ComponentGroup
from incidents.models.event import Event
from incidents.models.incident import Incident
from incidents.models.journal import Journal
from incidents.models.link import IncidentLink, LinkKind
from incidents.models.maintenance import Maintenance, ScheduledWindow
from incidents.models.membership import Membership
from incidents.models.note import Note, NoteKind
from incidents.models.page import Page
from incidents.models.postmortem import (
    Postmortem,
    PostmortemSection,
    PostmortemStatus,
    SectionKind,
)
from incidents.models.update import Update, UpdateLevel, Wording
from incidents.models.window import ImpactWindow

__all__ = [
    "Announcement",
    "CauseState",
    "Cohort",
    "CohortProgress",
    "Commitment",
    "CommitmentKind",
    "CommitmentState",
    "Component",
    "ComponentGroup",
    "Event",
    "ImpactKind",
    "ImpactWindow",
    "Incident",
    "IncidentLink",
    "Journal",
    "LinkKind",
    "Maintenance",
    "Membership",
    "Note",
    "NoteKind",
    "Page",
    "Postmortem",
    "PostmortemSection",
    "PostmortemStatus",
    "Precision",
    "ScheduledWindow",
    "SectionKind",
    "Source",
    "Update",
    "UpdateLevel",
    "Wording",
]
