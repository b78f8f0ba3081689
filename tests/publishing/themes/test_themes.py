"""The verbs of a page's look: what is stored, what is refused, who wrote it down."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.core.conflicts import Conflict
from incidents.models import Page
from incidents.models.guarding import fingerprint
from people.actors import Actor
from people.models import User
from publishing.core.css_rules import PROPERTIES
from publishing.models import Attachment, Theme
from publishing.models.theme import FIELDS
from tests.publishing.themes import pictures

DOCS = {"label": "Docs", "url": "https://docs.example.com/"}


def change(page: Page, by: Actor, at: datetime, **changes: Any) -> Theme:
    """Change the look of a page; returns it as it is stored."""
    Theme.of(page).change(by=by, at=at, **changes)
    return Theme.objects.get(page=page)


def refused(page: Page, by: Actor, at: datetime, **changes: Any) -> dict[str, list[str]]:
    """Try to change the look; returns what is said at which field, when nothing was stored."""
    with pytest.raises(ValidationError) as error:
        Theme.of(page).change(by=by, at=at, **changes)
    assert not Theme.objects.filter(page=page).exists()
    said: dict[str, list[str]] = error.value.message_dict
    return said


def test_a_page_without_a_theme_looks_as_candor_does(page: Page) -> None:
    assert Theme.of(page).stylesheet() == "/* Candor’s own look */\n"
    assert not Theme.objects.exists()


def test_colours_are_stored_in_one_spelling_and_become_properties(
    page: Page, by: Actor, at: datetime
) -> None:
    theme = change(page, by, at, accent=" #0F766E ", link="0f766e", background_dark="#012")
    assert (theme.accent, theme.link, theme.background_dark) == ("#0f766e", "#0f766e", "#001122")
    sheet = theme.stylesheet()
    assert "@layer theme {\n :root {\n" in sheet
    assert "--accent: light-dark(#0f766e, #" in sheet
    assert "--paper: light-dark(#fcfbf9, #001122);" in sheet
    assert "--ink:" not in sheet, "what is Candor's own is not said again"


def test_a_colour_goes_back_to_candors_own(page: Page, by: Actor, at: datetime) -> None:
    change(page, by, at, accent="#0f766e")
    assert change(page, by, at, accent="").stylesheet() == "/* Candor’s own look */\n"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"accent": "teal"}, "accent", "“teal” is no colour; write one like #1f3a5f."),
        ({"link": "#268bd2"}, "link", "Links on the background: 3.19 to 1, and 4.5 to 1 is needed; #"),
        ({"text_dark": "#777777"}, "text_dark", "Text on the background: "),
        ({"header_links": [DOCS] * 5}, "header_links", "At most 4 links; these are 5."),
        ({"footer_links": [DOCS] * 9}, "footer_links", "At most 8 links; these are 9."),
        ({"footer_links": [DOCS | {"url": "http://a.example"}]}, "footer_links", "begin it with https://"),
        ({"footer_links": [DOCS | {"url": "javascript:alert(1)"}]}, "footer_links", "begin it with https"),
        ({"footer_links": [DOCS | {"url": "https://x/\n"}]}, "footer_links", "is no address"),
        ({"header_links": [DOCS | {"label": " "}]}, "header_links", "Write something here."),
        ({"header_links": [DOCS | {"label": "x" * 41}]}, "header_links", "At most 40 characters"),
        ({"footer_text": "x" * 501}, "footer_text", "At most 500 characters"),
        ({"custom_css": "a{}" * 20_000}, "custom_css", "At most 32,768 characters; these are 60,000."),
        ({"custom_css": "a\x00"}, "custom_css", "Take out NUL"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    page: Page, by: Actor, at: datetime, changes: dict[str, Any], field: str, said: str
) -> None:
    found = refused(page, by, at, **changes)
    assert list(found) == [field]
    assert said in found[field][0]


def test_everything_that_is_wrong_is_said_at_once(page: Page, by: Actor, at: datetime) -> None:
    assert set(refused(page, by, at, accent="x", link="y", footer_text="z" * 600)) == {
        "accent", "link", "footer_text",
    }  # fmt: skip


def test_contrast_is_checked_with_what_is_stored_already(
    page: Page, by: Actor, at: datetime
) -> None:
    change(page, by, at, text="#000000", background="#ffffff")
    with pytest.raises(ValidationError) as error:
        Theme.of(page).change(text="#888888", by=by, at=at)
    assert list(error.value.message_dict) == ["text"]
    assert Theme.objects.get(page=page).text == "#000000"
    assert Theme.of(page).text == "#000000"


def test_custom_css_is_kept_as_typed_beside_what_readers_get(
    page: Page, by: Actor, at: datetime
) -> None:
    typed = ".masthead { padding: 2rem;\r\n position: fixed }"
    theme = change(page, by, at, custom_css=typed)
    assert theme.custom_css == typed.replace("\r\n", "\n")
    assert theme.safe_css == ".masthead { padding: 2rem; }"
    assert [each.line for each in theme.sheet.dropped] == [2]
    assert "@layer custom {\n@scope (:root) to (.state, .now," in theme.stylesheet()


def test_the_journal_says_who_changed_what_and_holds_no_texts(
    page: Page, by: Actor, at: datetime
) -> None:
    change(
        page, by, at, accent="#0f766e", custom_css="a { color: red }", footer_text="Secret words"
    )
    styled, around = (
        page.events.order_by("pk").filter(kind__startswith="page.").exclude(kind="page.founded")
    )
    assert (styled.kind, styled.after) == (
        "page.theme_changed", {"accent": "#0f766e", "custom_css": 16},
    )  # fmt: skip
    assert (around.kind, around.before, around.after) == (
        "page.links_changed", {"footer_text": 0}, {"footer_text": 12},
    )  # fmt: skip
    assert styled.actor_label == by.label
    assert isinstance(styled.object(), Theme)


def test_two_people_at_one_look_lose_nobodys_colours(
    page: Page, by: Actor, bob: User, at: datetime
) -> None:
    seen = fingerprint(Theme.of(page), *FIELDS)
    theirs = Theme.of(Page.objects.get(pk=page.pk))
    theirs.change(accent="#0f766e", by=Actor.user(bob), at=at, seen=seen)
    mine = Theme.of(page)
    later = at + timedelta(minutes=1)
    mine.change(link="#0f766e", accent="", by=by, at=later, seen=seen)
    assert (mine.accent, mine.link) == ("#0f766e", "#0f766e"), "what only they changed stays"
    with pytest.raises(Conflict) as clash:
        mine.change(accent="#7c2d12", by=by, at=later, seen=seen)
    assert clash.value.theirs == {"accent": "#0f766e"}


def test_an_unknown_field_is_the_callers_mistake(page: Page, by: Actor, at: datetime) -> None:
    with pytest.raises(TypeError, match="no safe_css"):
        Theme.of(page).change(safe_css="a{}", by=by, at=at)


def test_a_picture_replaces_the_one_before(page: Page, by: Actor, at: datetime) -> None:
    Attachment.put(page, "logo", pictures.drawn(), by=by, at=at)
    kept = Attachment.put(page, "logo", pictures.drawn((100, 50)), by=by, at=at)
    assert Attachment.objects.get() == kept
    assert Theme.objects.get().pictures == {"logo": [100, 50]}
    last = page.events.latest("pk")
    assert (last.kind, last.before, last.after["size"]) == (
        "page.picture_set", {"size": [300, 60]}, [100, 50],
    )  # fmt: skip


def test_the_logo_for_the_dark_comes_after_the_logo_and_goes_with_it(
    page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as error:
        Attachment.put(page, "logo_dark", pictures.drawn(), by=by, at=at)
    assert "Upload the logo first" in error.value.message_dict["logo_dark"][0]
    logo = Attachment.put(page, "logo", pictures.drawn(), by=by, at=at)
    Attachment.put(page, "logo_dark", pictures.drawn(), by=by, at=at)
    Attachment.put(page, "favicon", pictures.drawn(), by=by, at=at)
    logo.remove(by=by, at=at)
    assert list(Attachment.objects.values_list("purpose", flat=True)) == ["favicon"]
    assert Theme.objects.get().pictures == {"favicon": [96, 96]}
    assert page.events.filter(kind="page.picture_removed").count() == 2


def test_a_bad_picture_leaves_the_good_one(page: Page, by: Actor, at: datetime) -> None:
    Attachment.put(page, "logo", pictures.drawn(), by=by, at=at)
    with pytest.raises(ValidationError):
        Attachment.put(page, "logo", pictures.SVG, by=by, at=at)
    assert Attachment.objects.get().width == 300


def test_custom_css_has_no_way_to_set_what_is_checked() -> None:
    assert not {name for name in PROPERTIES if name.startswith("--")}
