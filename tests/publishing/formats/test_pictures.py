"""Badges and cards: a state as others show it."""

from datetime import datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from incidents.models import Component, Incident, Maintenance, Page
from people.actors import Actor
from publishing.artefact import Missing
from publishing.formats import cards
from publishing.formats.badges import width_of
from publishing.formats.states import COLOURS, State
from publishing.rendering import render

SVG = "{http://www.w3.org/2000/svg}"
HOUR = timedelta(hours=1)


def badge(page: Page, at: datetime, path: str = "badge.svg") -> ET.Element:
    return ET.fromstring(render(page, path, at).body.decode())


def words(svg: ET.Element) -> list[str]:
    return [str(each.text) for each in svg.iter(f"{SVG}text")]


def fills(svg: ET.Element) -> set[str | None]:
    return {each.get("fill") for each in svg.iter(f"{SVG}rect")}


def test_a_badge_says_whose_state_it_is_in_a_word_and_a_colour(
    page: Page, component: Component, at: datetime
) -> None:
    svg = badge(page, at)
    assert words(svg) == ["Example Mail", "All Systems Operational"]
    assert COLOURS["good"] in fills(svg)
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "title")
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert title.text == "Example Mail: All Systems Operational"


def test_a_badge_is_not_green_while_staff_work_on_something(
    page: Page, component: Component, by: Actor, at: datetime
) -> None:
    Incident.open(page, title="Something is odd", body="We look.", by=by, at=at)
    svg = badge(page, at)
    assert words(svg)[1] == "We are working on a problem"
    assert COLOURS["degraded"] in fills(svg)


def test_a_component_has_a_badge_of_its_own(
    incident: Incident, mailstore: Component, component: Component, at: datetime
) -> None:
    hit = badge(incident.page, at, f"components/{mailstore.public_id}/badge.svg")
    assert words(hit) == ["Mailstore", "Major outage"]
    assert COLOURS["major"] in fills(hit)
    well = badge(incident.page, at, f"components/{component.public_id}/badge.svg")
    assert words(well) == ["Webmail", "Operational"]
    with pytest.raises(Missing):
        render(incident.page, "components/aaaaaaaaaaaa/badge.svg", at)


def test_a_badge_shows_the_state_at_its_instant(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    Maintenance.run_edges(at=at + HOUR)
    assert words(badge(page, at))[1] == "All Systems Operational"
    assert words(badge(page, at + HOUR))[1] == "Service Under Maintenance"


def test_names_that_are_markup_stay_names(page: Page, by: Actor, at: datetime) -> None:
    odd = Component.add(page, "<b>&\"']]>", by=by, at=at)
    svg = badge(page, at, f"components/{odd.public_id}/badge.svg")
    assert words(svg)[0] == "<b>&\"']]>"


def test_a_long_name_is_cut_and_stays_whole_in_the_title(
    page: Page, by: Actor, at: datetime
) -> None:
    name = "Mail " * 20
    long = Component.add(page, name.strip(), by=by, at=at)
    svg = badge(page, at, f"components/{long.public_id}/badge.svg")
    assert words(svg)[0].endswith("…")
    assert int(str(svg.get("width"))) < 600
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert title.text == f"{name.strip()}: Operational"


def test_wide_signs_get_more_room() -> None:
    assert width_of("状態") > width_of("MM") > width_of("ab") > width_of("il")


def test_white_words_are_readable_on_every_colour() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in COLOURS.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_the_card_of_a_page_shows_its_colour(incident: Incident, at: datetime) -> None:
    artefact = render(incident.page, "card.png", at)
    card = Image.open(BytesIO(artefact.body)).convert("RGB")
    assert artefact.content_type == "image/png"
    assert card.size == (1200, 630)
    assert card.getpixel((600, 625)) == (0xB0, 0x2A, 0x22)
    assert len(artefact.body) < 40_000


def test_the_same_state_gives_the_same_card(page: Page, at: datetime) -> None:
    assert render(page, "card.png", at).body == render(page, "card.png", at + HOUR).body


def test_each_state_has_a_sign_of_its_own() -> None:
    drawn = [cards.drawn(State("", "", look)) for look in COLOURS]
    grey = [
        Image.open(BytesIO(each)).convert("L").point(lambda v: 255 * (v > 200)) for each in drawn
    ]
    assert len({each.tobytes() for each in grey}) == len(COLOURS)


def test_a_name_that_the_font_lacks_is_left_out_rather_than_drawn_as_boxes() -> None:
    assert cards.drawn(State("例のメール", "Operational", "good")) == cards.drawn(
        State("", "Operational", "good")
    )
    assert cards.drawn(State("Mail", "Operational", "good")) != cards.drawn(
        State("", "Operational", "good")
    )
