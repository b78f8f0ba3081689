"""Announcements, and histories that are written down afterwards."""

from django.shortcuts import get_object_or_404
from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import writing
from api.sent.drafts import AnnouncementEndSent, AnnouncementSent, HistorySent, PlacementSent
from api.shown.incidents import IncidentShown
from api.views.incidents import SCOPE, shown
from incidents.core.histories import DownThen, SaidThen
from incidents.core.roles import Ability
from incidents.models import Announcement
from incidents.models.story.backfill import backfill

router = Router(tags=["Announcements"])


@router.post(
    "/pages/{slug:page}/announcements",
    operation_id="publishAnnouncement",
    summary="Publish an announcement",
    **writing(SCOPE, IncidentShown),
)
@once
def publish_announcement(request: Call, page: str, sent: AnnouncementSent) -> Answer:
    """Say something on the front page; `pinned` above other news, `ends_at` until then."""
    caller = request.auth
    site = caller.page_for(Ability.RESPOND, page)
    made = Announcement.publish(site, **sent.arguments(), by=caller.by, at=caller.at)
    return Answer.created(shown(caller, made.public_id), "get_incident", incident=made.public_id)


@router.put(
    "/announcements/{slug:announcement}/placement",
    operation_id="placeAnnouncement",
    summary="Pin an announcement, or let it end",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def place_announcement(request: Call, announcement: str, sent: PlacementSent) -> Answer:
    """Say where it stands, and when the clock takes it away."""
    caller = request.auth
    entry = _announcement(caller, announcement)
    entry.place(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, announcement))


@router.put(
    "/announcements/{slug:announcement}/end",
    operation_id="endAnnouncement",
    summary="End an announcement",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def end_announcement(request: Call, announcement: str, sent: AnnouncementEndSent) -> Answer:
    """Take it off the front page; it stays in the history."""
    caller = request.auth
    entry = _announcement(caller, announcement)
    entry.end(body=sent.body, notify=sent.notify, by=caller.by, at=caller.at)
    return Answer(shown(caller, announcement))


@router.post(
    "/pages/{slug:page}/history",
    operation_id="recordHistory",
    summary="Record a whole history",
    **writing(SCOPE, IncidentShown),
)
@once
def record_history(request: Call, page: str, sent: HistorySent) -> Answer:
    """Record an incident that is over, at its own times; nobody is told unless asked."""
    caller = request.auth
    site = caller.page_for(Ability.COMMUNICATE, page)
    made = backfill(
        site,
        **sent.arguments("updates", "windows"),
        updates=[SaidThen(**each.arguments()) for each in sent.updates],
        windows=[DownThen(**each.arguments()) for each in sent.windows],
        by=caller.by,
        at=caller.at,
    )
    return Answer.created(shown(caller, made.public_id), "get_incident", incident=made.public_id)


def _announcement(caller: Caller, public_id: str) -> Announcement:
    """The announcement, if the caller may speak on its page; another kind is not found here."""
    entry = caller.incident_for(Ability.RESPOND, public_id)
    return get_object_or_404(Announcement.objects.select_related("page"), pk=entry.pk)
