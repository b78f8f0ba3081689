"""A theme on the public page: its files, its place in the pages, what a change of it touches."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident, Page
from people.actors import Actor
from proof.tools import root
from publishing.artefact import Missing
from publishing.core.sheets import BEYOND_REACH
from publishing.models import Attachment, Theme
from publishing.published import inventory
from publishing.published.gathering import Touched
from publishing.published.sites import Sites
from publishing.published.touching import touched_by
from publishing.rendering import render
from tests.publishing.themes import pictures


def wear(page: Page, by: Actor, at: datetime, **changes: Any) -> None:
    """Change the look of a page."""
    Theme.of(page).change(by=by, at=at, **changes)


def html(reader: Client, path: str = "/") -> str:
    """What readers get."""
    return reader.get(path).content.decode()


def test_the_style_sheet_of_the_page_comes_after_the_sites(page: Page, reader: Client) -> None:
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', html(reader))
    assert re.fullmatch(r"/assets/site\.\w+\.css", sheets[0])
    assert sheets[1:] == ["/theme.css"]


def test_it_is_there_even_where_no_theme_is(page: Page, reader: Client) -> None:
    answer = reader.get("/theme.css")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "{" not in answer.content.decode()


def test_a_change_of_colours_touches_the_sheet_and_no_page(
    page: Page, by: Actor, at: datetime, reader: Client
) -> None:
    with time_machine.travel(at, tick=False):
        before, sheet = html(reader), reader.get("/theme.css")
        wear(page, by, at, accent="#0f766e", custom_css=".row { padding: 1rem }")
        assert html(reader) == before
        after = reader.get("/theme.css", headers={"if-none-match": sheet["ETag"]})
        assert after.status_code == 200
        assert "#0f766e" in after.content.decode()
        assert reader.get("/theme.css", headers={"if-none-match": after["ETag"]}).status_code == 304


def test_links_and_words_of_the_page_stand_at_its_head_and_foot(
    page: Page, by: Actor, at: datetime, reader: Client
) -> None:
    wear(
        page, by, at,
        header_links=[{"label": "Docs & “help”", "url": "https://docs.example.com/?a=1&b=2"}],
        footer_links=[{"label": "<b>Imprint</b>", "url": "https://example.com/imprint"}],
        footer_text="Northmail Ltd. </p><script>alert(1)</script>",
    )  # fmt: skip
    head, foot = html(reader).split("<main")[0], html(reader).split("</main>")[1]
    assert '<a href="https://docs.example.com/?a=1&amp;b=2">Docs &amp; “help”</a>' in head
    assert "&lt;b&gt;Imprint&lt;/b&gt;</a>" in foot
    assert "Northmail Ltd. &lt;/p&gt;&lt;script&gt;" in foot


def test_the_logo_stands_for_the_name_and_takes_its_room_at_once(
    page: Page, by: Actor, at: datetime, reader: Client
) -> None:
    assert ">Example Mail</a>" in html(reader).replace("\n", "")
    Attachment.put(page, "logo", pictures.drawn((720, 120)), by=by, at=at)
    Attachment.put(page, "favicon", pictures.drawn((90, 90)), by=by, at=at)
    assert (
        '<img class="masthead__logo" src="/brand/logo.png" alt="Example Mail" width="240" height="40">'
        in html(reader)
    )
    assert '<link rel="icon" href="/brand/favicon.png">' in html(reader)
    assert "<source" not in html(reader)
    Attachment.put(page, "logo_dark", pictures.drawn((720, 100)), by=by, at=at)
    assert (
        '<source media="screen and (prefers-color-scheme: dark)" srcset="/brand/logo-dark.png"'
        ' width="240"' in html(reader)
    )


@pytest.mark.parametrize("name", ["logo", "logo-dark", "favicon"])
def test_a_picture_keeps_its_name_and_changes_its_tag(
    page: Page, by: Actor, at: datetime, reader: Client, name: str
) -> None:
    Attachment.put(page, "logo", pictures.drawn(), by=by, at=at)
    purpose = name.replace("-", "_")
    Attachment.put(page, purpose, pictures.drawn(), by=by, at=at)
    first = reader.get(f"/brand/{name}.png")
    assert (first.status_code, first["Content-Type"]) == (200, "image/png")
    assert first["X-Content-Type-Options"] == "nosniff"
    Attachment.put(page, purpose, pictures.drawn(colour=(9, 9, 9, 255)), by=by, at=at)
    second = reader.get(f"/brand/{name}.png", headers={"if-none-match": first["ETag"]})
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]


@pytest.mark.parametrize("path", ["brand/logo.png", "brand/other.png", "brand/logo.svg"])
def test_a_picture_that_there_is_not_is_missing(page: Page, at: datetime, path: str) -> None:
    with pytest.raises(Missing):
        render(page, path, at)


def test_a_theme_costs_a_page_one_question_and_none_if_it_came_along(
    page: Page, by: Actor, at: datetime
) -> None:
    wear(page, by, at, accent="#0f766e", footer_text="Northmail")
    Attachment.put(page, "logo", pictures.drawn(), by=by, at=at)
    for queryset in (Page.objects.select_related("theme"), Page.objects.all()):
        known = queryset.get(pk=page.pk)
        with CaptureQueriesContext(connection) as captured:
            render(known, "history/", at)
        asked = [each["sql"] for each in captured if "publishing_" in each["sql"]]
        assert len(asked) == (0 if queryset.query.select_related else 1)


def touched(page: Page, at: datetime) -> set[str]:
    """What the last change makes anew."""
    found = Touched.of([page.events.latest("pk")])
    return set(inventory.everything(page, at) if found.everything else touched_by(page, found, at))


def test_what_is_made_anew_is_what_the_change_is_in(
    page: Page, by: Actor, at: datetime, incident: Incident
) -> None:
    story = incident.public_path
    wear(page, by, at, accent="#0f766e")
    assert "theme.css" in touched(page, at)
    assert story not in touched(page, at)
    wear(page, by, at, footer_text="Northmail")
    assert {"theme.css", story} <= touched(page, at)
    Attachment.put(page, "logo", pictures.drawn(), by=by, at=at)
    assert {"brand/logo.png", story} <= touched(page, at)
    Attachment.put(page, "logo", pictures.drawn(colour=(1, 1, 1, 255)), by=by, at=at)
    assert "brand/logo.png" in touched(page, at)
    assert story not in touched(page, at), "a picture of the same size changes no page"
    Attachment.objects.get().remove(by=by, at=at)
    assert {"brand/logo.png", story} <= touched(page, at)


def test_the_look_is_known_without_a_database(page: Page, by: Actor, at: datetime) -> None:
    wear(page, by, at, footer_text="Northmail")
    known = Sites.read().page(page.public_id)
    assert known is not None
    with CaptureQueriesContext(connection) as captured:
        assert Theme.of(known).footer_text == "Northmail"
    assert len(captured) == 0


def test_a_page_of_its_own_has_its_own_look(
    page: Page, by: Actor, at: datetime, reader: Client
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    wear(other, by, at + timedelta(seconds=1), accent="#7c2d12")
    assert "#7c2d12" in html(reader, "/pages/other/theme.css")
    assert "#7c2d12" not in html(reader, "/theme.css")
    assert 'href="/pages/other/theme.css"' in html(reader, "/pages/other/")


@pytest.mark.parametrize("name", BEYOND_REACH)
def test_what_is_beyond_reach_is_there_and_inherits_nothing(name: str) -> None:
    templates = (root() / "templates" / "publishing").rglob("*.html")
    named = re.compile(rf'class="[^"]*(?<![\w-]){name[1:]}(?![\w-])')
    assert any(named.search(path.read_text()) for path in templates)
    tokens = (root() / "static" / "candor" / "css" / "tokens.css").read_text()
    kept = re.search(r":where\((.*?)\) \{\n\s+color: var\(--ink\);", tokens)
    assert kept is not None
    assert name in kept[1].split(", ")
