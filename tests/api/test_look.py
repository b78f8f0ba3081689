"""The look of a page over the API."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from incidents.models import Membership, Page
from people.actors import Actor
from people.models import ApiToken, User
from publishing.models import Attachment, Theme
from tests.api.conftest import Asking
from tests.publishing.themes.pictures import drawn

AT = "pages/mail/theme"


@pytest.fixture
def admin(page: Page, bob: User, by: Actor, at: datetime) -> Asking:
    """Automation with the key of an admin."""
    Membership.grant(page=page, user=bob, role="admin", by=by, at=at)
    return Asking(Client(), ApiToken.issue(owner=bob, name="ci", scopes=["pages:write"], at=at)[1])


def patch(asking: Asking, body: Any, **headers: str) -> Any:
    """Send a change."""
    return asking.patch(AT, body, **headers)


def test_anybody_reads_the_look_of_a_page_and_staff_its_css_as_typed(
    reader: Asking, admin: Asking, page: Page, by: Actor, at: datetime
) -> None:
    css = "/* for Bob */ .row { padding: 1rem; float: left }"
    Theme.of(page).change(accent="#0b5f58", custom_css=css, by=by, at=at)
    Attachment.put(page, "logo", drawn(), by=by, at=at)
    shown = reader.get(AT).json()
    assert (shown["accent"], shown["custom_css"], shown["dropped"]) == ("#0b5f58", None, None)
    assert shown["stylesheet"] == "http://localhost:8000/theme.css"
    assert shown["pictures"] == [
        {
            "purpose": "logo",
            "url": "http://localhost:8000/brand/logo.png",
            "width": 300,
            "height": 60,
        }
    ]
    known = admin.get(AT).json()
    assert known["custom_css"] == css
    assert [(each["line"], each["what"]) for each in known["dropped"]] == [(1, "float")]


def test_what_is_sent_changes_and_the_rest_stays(
    admin: Asking, page: Page, by: Actor, at: datetime
) -> None:
    Theme.of(page).change(footer_text="Example Mail", link="#0b5f58", by=by, at=at)
    answer = patch(admin, {"accent": "#0B5F58", "link": ""})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["accent"], answer.json()["link"]) == ("#0b5f58", "")
    theme = Theme.objects.get(page=page)
    assert (theme.accent, theme.link, theme.footer_text) == ("#0b5f58", "", "Example Mail")
    assert page.events.latest("pk").face == "api"


def test_what_readers_could_not_read_is_refused_at_its_name(admin: Asking, page: Page) -> None:
    answer = patch(admin, {"link": "#268bd2", "accent": "#0b5f58"})
    assert answer.status_code == 422
    (said,) = answer.json()["errors"]["link"]
    assert "3.19 to 1, and 4.5 to 1 is needed" in said
    assert not Theme.objects.exists()


def test_a_change_of_something_that_somebody_else_changed_is_412(
    admin: Asking, page: Page, by: Actor, at: datetime
) -> None:
    tag = admin.get(AT)["ETag"]
    Theme.of(page).change(accent="#7c2d12", by=by, at=at)
    answer = patch(admin, {"accent": "#0b5f58"}, If_Match=tag)
    assert answer.status_code == 412
    assert patch(admin, {"accent": "#0b5f58"}, If_Match=admin.get(AT)["ETag"]).status_code == 200
    assert patch(admin, {"link": "#0b5f58"}, If_Match='"of-something-else"').status_code == 412


@pytest.mark.parametrize(
    "body",
    [
        {"safe_css": "body { display: none }"},
        {"pictures": []},
        {"accent": None},
        {"accent": 7},
        {"header_links": [{"label": "Docs"}]},
        {"header_links": [{"label": "Docs", "url": "https://a.example", "rel": "x"}]},
        {"custom_css": "\ud800"},
        {"footer_links": {}},
    ],
)
def test_what_is_no_look_is_refused(admin: Asking, body: Any) -> None:
    assert patch(admin, body).status_code == 422
    assert not Theme.objects.exists()


def test_it_takes_the_scope_and_the_role(
    writer: Asking, page: Page, alice: User, at: datetime
) -> None:
    assert patch(writer, {"accent": "#0b5f58"}).status_code == 403
    key = ApiToken.issue(owner=alice, name="look", scopes=["pages:write"], at=at)[1]
    assert patch(Asking(Client(), key), {"accent": "#0b5f58"}).status_code == 403
    assert not Theme.objects.exists()
