"""A page is made before its twin, which is told from it and costs no second rendering."""

from datetime import datetime, timedelta

import pytest

from incidents.models import Component, Incident, Page, Update
from people.actors import Actor
from publishing.published import making, publisher
from publishing.published.inventory import Stage
from tests.publishing.published.conftest import Press

SOON = timedelta(seconds=10)


def test_a_twin_is_told_from_its_page_as_it_stands(
    press: Press, page: Page, incident: Incident, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.change(languages=["de"], by=by, at=press.now)
    press.look()
    shelf = press.shelf(page)
    shelf.index.owe(dict.fromkeys(["index.md", "de/history.md"], Stage.REST), {})
    monkeypatch.setattr(making, "render", None)
    press.now += SOON
    press.publisher.publish([page])
    monkeypatch.undo()
    at = {kept.path: kept.at for kept in shelf.index.files()}
    assert at["index.md"] == at[""] < press.now
    assert at["de/history.md"] == at["de/history/"]
    assert press.differences(page) == []


@pytest.mark.parametrize("is_owed", [True, False])
def test_a_twin_is_never_told_from_a_page_that_is_owed_or_was_altered(
    press: Press, page: Page, incident: Incident, is_owed: bool
) -> None:
    press.look()
    shelf = press.shelf(page)
    if is_owed:
        shelf.index.owe({"history/": Stage.PAST}, {})
    else:
        (shelf.folder / "history/index.html").write_text("<main>Altered</main>")
    shelf.index.owe({"history.md": Stage.REST}, {})
    press.now += SOON
    press.publisher.publish([page])
    at = {kept.path: kept.at for kept in shelf.index.files()}
    assert at["history.md"] == press.now
    assert "Altered" not in press.read(page, "history.md")


def test_where_news_is_read_is_made_first_and_a_turn_may_end_between_a_page_and_its_twin(
    press: Press, page: Page, incident: Incident, mailstore: Component, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    press.look()
    monkeypatch.setattr(publisher, "FLUSH", 0.0)
    monkeypatch.setattr(publisher, "TURN", 0.001)
    Update.post(incident, body="A zebra crossed.", by=by, at=at + SOON)
    press.look(after=SOON)
    assert press.differences(page) == []
    made = [change.changed for change in press.changes if change.changed]
    assert all(len(paths) == 1 for paths in made)
    order = [path for (path,) in made]
    assert order[0] == ""
    for sooner, later in [
        (incident.public_path, "api/v2/summary.json"), (incident.public_path, "history/"),
        (f"incidents/{incident.public_id}.txt", "history.atom"),
        (mailstore.public_path, "index.md"),
        ("history.atom", mailstore.public_path),
        ("history/", "history.md"), ("history/2026-03/", "history/2026-03.md"),
        ("", "index.md"),
    ]:  # fmt: skip
        assert order.index(sooner) < order.index(later)


def test_a_twin_whose_page_is_owed_after_the_batch_waits_for_it() -> None:
    others = [f"a{number:02}/" for number in range(publisher.AT_ONCE - 1)]
    assert publisher.in_order([*others, "uptime.md"]) == others
    assert publisher.in_order(["uptime.md", "uptime/"]) == ["uptime/", "uptime.md"]
