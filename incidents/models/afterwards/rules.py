"""What has to hold before a postmortem is stored, handed in or published."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.models.afterwards.record import STEPS, PostmortemStatus
from incidents.models.afterwards.review import Verdict
from incidents.models.afterwards.section import PostmortemSection
from incidents.models.site.page import Page
from incidents.models.story.incident import Incident

if TYPE_CHECKING:
    from incidents.models.afterwards.postmortem import Postmortem

MOST_SIGNATORIES: Final = 12


def signatories(text: str) -> str:
    """Return who signs, one a line, each trimmed."""
    lines = [checks.line(line, field="signatories") for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_SIGNATORIES:
        raise checks.refusal("signatories", f"At most {MOST_SIGNATORIES} sign; let teams sign.")
    return "\n".join(lines)


def check_incidents(page: Page, incidents: Sequence[Incident]) -> None:
    """Raise on "incidents" unless there is one at least, all on `page`."""
    if not incidents:
        raise checks.refusal("incidents", "A postmortem is about one incident at least.")
    if any(incident.page_id != page.pk for incident in incidents):
        raise checks.refusal("incidents", "All incidents must be on the page of the postmortem.")


def check_step(postmortem: "Postmortem", status: PostmortemStatus) -> None:
    """Raise on "status" if `status` cannot follow."""
    postmortem.refresh_for_writing()
    if status not in STEPS[postmortem.status]:
        now = postmortem.get_status_display().lower()
        public = "This is {} already; write on it, and publish that as an amendment."
        earlier = "This is only {}; publish it first."
        raise checks.refusal("status", (public if postmortem.is_public else earlier).format(now))


def check_words(postmortem: "Postmortem") -> None:
    """Raise on "sections" for one without a word, on "incidents" for a rehearsal's."""
    if not PostmortemSection.objects.filter(postmortem=postmortem).exists():
        raise checks.refusal("sections", "Write at least one section before publishing.")
    if rehearsal := postmortem.incidents.filter(rehearsal=True).first():
        raise checks.refusal(
            "incidents", f"“{rehearsal}” is a rehearsal; nothing of it is published."
        )


def check_review(postmortem: "Postmortem") -> None:
    """Raise on "review" while a question is open, or where the page wants a yes."""
    last, page = postmortem.last_review, postmortem.page
    if last is not None and last.is_open:
        raise checks.refusal(
            "review",
            f"{last.asked_of or 'Somebody else'} was asked to review this at "
            f"{minute(last.asked_at)} and has not answered; "
            "wait for the verdict, or call the review off.",
        )
    page.refresh_from_db(fields=["postmortem_review"])
    if page.postmortem_review and (last is None or last.verdict != Verdict.APPROVED):
        raise checks.refusal(
            "review", "On this page somebody else approves first: hand it in for review."
        )
