"""The look of the page, as an admin clicks it."""

import html
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.models import Page
from people.actors import Actor
from people.models import User
from publishing.models import Attachment, Theme
from publishing.models.theme import FIELDS
from tests.console.screens import refused, stored, text_of
from tests.publishing.themes import pictures

AT = "/console/mail/settings/look/"
EMPTY = dict.fromkeys(FIELDS, "")


def seen(desk: Client) -> str:
    """What the form says that its author had read."""
    found = re.search(r'name="seen" value="([^"]*)"', text_of(desk.get(AT)))
    assert found is not None
    return found[1]


def upload(desk: Client, purpose: str, data: bytes, name: str = "logo.png") -> Any:
    """Send a file as the form does."""
    return desk.post(f"{AT}{purpose}/set/", {purpose: SimpleUploadedFile(name, data)})


def test_it_is_found_from_the_settings_of_the_page(desk: Client) -> None:
    assert f'href="{AT}"' in text_of(desk.get("/console/mail/settings/"))
    assert 'aria-current="page">Page</a>' in text_of(desk.get(AT))


def test_a_look_is_saved_and_comes_back_as_typed(desk: Client, page: Page) -> None:
    sent = EMPTY | {
        "accent": "#0F766E",
        "header_links": "Docs & help https://docs.example.com/",
        "footer_links": "Imprint https://example.com/imprint\n\nTerms of use https://example.com/terms",
        "footer_text": "Example Mail Ltd.",
        "custom_css": ".row { padding: 1rem }",
    }
    stored(desk, AT, sent)
    theme = Theme.objects.get(page=page)
    assert theme.accent == "#0f766e"
    assert theme.header_links == [{"label": "Docs & help", "url": "https://docs.example.com/"}]
    assert [each["label"] for each in theme.footer_links] == ["Imprint", "Terms of use"]
    again = text_of(desk.get(AT))
    assert 'value="#0f766e"' in again
    assert "Imprint https://example.com/imprint\nTerms of use https" in again
    assert "Left out of the CSS" not in again


def test_a_colour_that_nobody_could_read_comes_back_with_one_that_would_do(desk: Client) -> None:
    said = refused(desk, AT, EMPTY | {"link": "#268bd2"}, "link")
    assert re.search(
        r"Links on the background: 3\.19 to 1, and 4\.5 to 1 is needed; #\w+ would do", said
    )
    assert 'value="#268bd2"' in said
    assert not Theme.objects.exists()


def test_links_without_an_address_come_back_with_their_line(desk: Client) -> None:
    said = refused(
        desk, AT, EMPTY | {"header_links": "Docs https://a.example\nnowhere"}, "header_links"
    )
    assert "Line 2: write words, a space, and an address" in said
    refused(desk, AT, EMPTY | {"footer_links": "Docs http://a.example"}, "footer_links")


def test_what_is_left_out_of_the_css_is_listed_by_line(desk: Client, page: Page) -> None:
    typed = ".row {\n  position: fixed;\n  padding: 1rem\n}\n@import 'https://evil.example.com/x';"
    answer = stored(desk, AT, EMPTY | {"custom_css": typed})
    screen = text_of(desk.get(answer.url))
    assert "Line 2: position: this property is not one that custom CSS may set." in screen
    assert "Line 5: @import:" in screen
    assert Theme.objects.get().custom_css == typed
    assert "evil" not in Theme.objects.get().stylesheet()


def test_saving_says_that_something_was_left_out(desk: Client) -> None:
    answer = desk.post(AT, EMPTY | {"custom_css": "a { float: left }"}, follow=True)
    assert "1 part of the CSS was left out; it is listed below." in text_of(answer)


def test_colours_are_shown_before_they_are_stored(desk: Client, page: Page) -> None:
    screen = text_of(
        desk.post(AT, EMPTY | {"accent": "#0f766e", "link": "nonsense", "preview": "1"})
    )
    assert not Theme.objects.exists()
    assert 'value="nonsense"' in screen
    sheet = re.search(r'id="look-sheet" href="([^"]+)"', screen)
    assert sheet is not None
    css = desk.get(html.unescape(sheet[1]))
    assert css["Content-Type"] == "text/css; charset=utf-8"
    assert ".look__on {\n  --accent: light-dark(#0f766e, " in css.content.decode()
    assert "no-store" in css["Cache-Control"]


def test_css_of_the_page_stays_within_the_preview(desk: Client, page: Page) -> None:
    stored(desk, AT, EMPTY | {"custom_css": "* { padding: 0 }"})
    css = desk.get(f"{AT}sheet.css").content.decode()
    assert "@scope (.look__on) to (.state," in css
    assert ":root" not in css


@pytest.mark.parametrize(
    "asked", ["accent=%23zzz", "accent=red", "accent=" + "9" * 5000, "shown=1&link=x"]
)
def test_nonsense_asked_of_the_preview_is_no_fault(desk: Client, asked: str) -> None:
    answer = desk.get(f"{AT}sheet.css?shown=1&{asked}")
    assert answer.status_code == 200
    assert "{" not in answer.content.decode()


def test_two_admins_at_one_look_see_each_others_colours(
    desk: Client, page: Page, bob: User, by: Actor, at: Any
) -> None:
    mine = EMPTY | {"seen": seen(desk), "accent": "#7c2d12"}
    Theme.of(page).change(accent="#0f766e", by=Actor.user(bob), at=at)
    said = refused(desk, AT, mine, "accent", clash=True)
    assert "Bob changed this while you were writing" in said
    assert "#0f766e" in said


def test_a_logo_is_uploaded_shown_and_removed(desk: Client, page: Page) -> None:
    assert upload(desk, "logo", pictures.drawn()).status_code == 303
    screen = text_of(desk.get(AT))
    assert f'src="{AT}logo.png"' in screen
    shown = desk.get(f"{AT}logo.png")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert shown.content.startswith(pictures.PNG_SIGNATURE)
    assert desk.post(f"{AT}logo/remove/").status_code == 303
    assert not Attachment.objects.exists()
    assert desk.get(f"{AT}logo.png").status_code == 404
    assert desk.post(f"{AT}logo/remove/").status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pictures.SVG, "An SVG can carry scripts, so none is taken. Export it as PNG"),
        (pictures.bomb(), "far too many pixels"),
        (b"", "This file is empty."),
        (b"x" * 600_000, "at most 512 KB"),
    ],
    ids=["svg", "bomb", "empty", "large"],
)
def test_a_bad_picture_is_refused_at_its_field(desk: Client, data: bytes, said: str) -> None:
    answer = upload(desk, "logo", data)
    body = text_of(answer)
    assert answer.status_code == 422
    field = body.split('id="id_logo_error"')[1]
    assert said in field.split("</div>")[0]
    assert 'href="#id_logo"' in body
    assert not Attachment.objects.exists()


def test_uploading_nothing_says_so(desk: Client) -> None:
    answer = desk.post(f"{AT}logo/set/", {"key": "x"})
    assert answer.status_code == 422
    assert 'id="id_logo_error"' in text_of(answer)


def test_the_other_fields_stay_as_stored_when_a_picture_is_refused(desk: Client) -> None:
    stored(desk, AT, EMPTY | {"footer_text": "Kept words"})
    assert 'value="Kept words"' in text_of(upload(desk, "logo", pictures.SVG))


def test_there_is_no_picture_for_anything_else(desk: Client) -> None:
    for path in ("other/set/", "other/remove/"):
        assert desk.post(f"{AT}{path}", {}).status_code == 404
    assert desk.get(f"{AT}other.png").status_code == 404


def test_an_upload_is_protected_against_forged_requests(page: Page, alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = strict.post(f"{AT}logo/set/", {"logo": io.BytesIO(pictures.drawn())})
    assert answer.status_code == 403
    assert not Attachment.objects.exists()
