"""What staff prepare and what readers write to them publishes nothing, and moves no public time."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from incidents.models import Draft, Incident, Page, Postmortem, PrivateNote, Update
from incidents.models.afterwards.review import Verdict
from incidents.models.story.message import MessageState, ReaderMessage
from people.actors import Actor
from publishing import seen
from publishing.statusapi import Answers
from tests.publishing.published.conftest import Press

MINUTE = timedelta(minutes=1)
SUMMARY: Final = "api/v2/summary.json"
ROOT: Final = Path(seen.__file__).parents[1]
FLOORS: Final = ("credits", "customers", "incidents", "notifications", "publishing", "statuspage")
A_KIND: Final = re.compile(r"[a-z_]+\.[a-z_]*")
FILES: Final = (".html", ".ics", ".json", ".txt")
# How the values are named that complete a kind.
COMPLETED: Final = {"message.": MessageState.values, "postmortem.": Verdict.values}
# What readers see something of: a new kind is sorted in here, or into UNSEEN.
SEEN: Final = (
    "action.added", "action.changed", "action.progressed", "advice.", "announcement.", "cohort.",
    "commitment.begun", "commitment.late", "commitment.made", "commitment.met",
    "commitment.owed_again", "commitment.withdrawn", "component.", "group.", "incident.",
    "maintenance.", "metric.", "mirror.", "note.", "page.", "postmortem.amended",
    "postmortem.amendment_dropped", "postmortem.changed",
    "postmortem.credit_stated", "postmortem.published", "postmortem.withdrawn", "recurrence.",
    "route.", "update.", "window.",
)  # fmt: skip


def test_every_kind_of_the_journal_is_either_seen_or_unseen() -> None:
    kinds = set(kinds_in_the_code())
    assert len(kinds) > 130
    for kind in sorted(kinds):
        sorted_into = [kind.startswith(SEEN), kind.startswith(seen.UNSEEN)]
        assert sorted_into.count(True) == 1, f"{kind}: readers see something of it, or do not?"
    for beginning in (*SEEN, *seen.UNSEEN):
        assert any(kind.startswith(beginning) for kind in kinds), f"{beginning}: no such kind"


def kinds_in_the_code() -> Iterator[str]:
    """Every kind that is written into a journal; one that is put together is completed."""
    trees = [
        ast.parse(place.read_text())
        for floor in FLOORS
        for place in (ROOT / floor).rglob("*.py")
        if "migrations" not in place.parts
    ]
    written = [said for tree in trees for call in _pens(tree) for said in ast.walk(call)]
    things = {said.split(".")[0] for said in _texts(written) if A_KIND.match(said)}
    everywhere = [node for tree in trees for node in ast.walk(tree)]
    for said in _texts(everywhere):
        is_kind = A_KIND.fullmatch(said) and not said.endswith((".", *FILES))
        if is_kind and said.split(".")[0] in things:
            yield said
    for node in written:
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            beginning = str(node.values[0].value)
            if beginning != "incident.":
                yield from (f"{beginning}{value}" for value in COMPLETED[beginning])


def _pens(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls on a journal, those that are handed one, and those that note something in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            near = [*node.args, getattr(node.func, "value", None)]
            notes = ast.unparse(node.func).startswith("self._note")
            if notes or any(isinstance(each, ast.Name) and each.id == "journal" for each in near):
                yield node


def _texts(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_a_readers_question_makes_no_file_anew(
    press: Press, page: Page, incident: Incident, at: datetime
) -> None:
    press.look()
    before = press.read(page, SUMMARY)
    ReaderMessage.receive(incident, kind="question", text="When?", at=at + MINUTE)
    press.look(after=timedelta(seconds=1))
    assert made_at(press, page, press.now) == set()
    newest = page.events.order_by("-pk").values_list("pk", flat=True).first()
    assert press.shelf(page).index.marks()["event"] == str(newest)
    assert press.read(page, SUMMARY) == before


def test_nobody_watches_from_outside_when_staff_prepare_something(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    press.look()
    before = updated_at(press, page)
    later = at + MINUTE
    draft = Draft.keep(page, "update", {"body": "Soon."}, incident=incident, by=by, at=later)
    draft.change({"body": "Sooner."}, by=by, at=later)
    PrivateNote.write(incident, "Ask Joe.", by=by, at=later)
    text = Postmortem.draft(page, title="Why", incidents=[incident], by=by, at=later)
    text.write_section("summary", "It broke.", by=by, at=later)
    text.change(title="Why, then", by=by, at=later)
    Incident.open(page, title="A drill", body="x", rehearsal=True, by=by, at=later)
    press.look(after=timedelta(seconds=1))
    assert made_at(press, page, press.now) == set()
    # The minute makes it anew, and tells nothing of it either.
    assert SUMMARY in press.look(after=2 * MINUTE) | made_at(press, page, press.now)
    assert updated_at(press, page) == before
    Update.post(incident, body="Said.", by=by, at=press.now)
    press.look(after=timedelta(seconds=1))
    assert updated_at(press, page) > before


def test_a_published_postmortem_stands_as_it_is_while_another_one_is_written(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    other = Incident.open(page, title="Another", body="x", by=by, at=at)
    for each in (incident, other):
        each.resolve(body="Over.", by=by, at=at)
    text = Postmortem.draft(page, title="Why", incidents=[incident], by=by, at=at)
    text.write_section("summary", "It broke.", by=by, at=at)
    text.publish(by=by, at=at)
    press.look()
    text.write_section("summary", "A zebra did it.", by=by, at=at + MINUTE)
    press.look(after=timedelta(seconds=1))
    assert made_at(press, page, press.now) == set()
    assert press.differences(page) == []
    text.change(title="Why indeed", incidents=[other], by=by, at=at + MINUTE)
    press.look(after=timedelta(seconds=1))
    assert press.differences(page) == []
    text.drop_amendment(by=by, at=at + MINUTE)
    press.look(after=timedelta(seconds=1))
    assert press.differences(page) == []


def test_the_time_of_the_page_is_one_query_however_much_was_drafted(
    page: Page, incident: Incident, by: Actor, at: datetime,
    django_assert_num_queries: Callable[[int], object],
) -> None:  # fmt: skip
    for number in range(20):
        Draft.keep(page, "update", {"body": f"{number}"}, incident=incident, by=by, at=at + MINUTE)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert Answers(page, at + MINUTE).head["updated_at"] == "2026-03-02T12:00:00.000Z"


def made_at(press: Press, page: Page, moment: datetime) -> set[str]:
    """The paths that were made as of an instant."""
    return {each.path for each in press.shelf(page).index.files() if each.at == moment}


def updated_at(press: Press, page: Page) -> str:
    """The public time of the page's last change."""
    told: str = json.loads(press.read(page, SUMMARY))["page"]["updated_at"]
    return told
