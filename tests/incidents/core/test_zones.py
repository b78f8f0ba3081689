"""Which time zones there are."""

from incidents.core import zones


def test_names_are_those_that_people_know_and_no_others() -> None:
    assert {"UTC", "Europe/Berlin", "Asia/Kathmandu"} <= zones.names()
    assert not {"", "Berlin", "europe/berlin", "Mars/Phobos"} & zones.names()


def test_they_are_looked_for_once() -> None:
    assert zones.names() is zones.names()


def test_what_is_no_zone_is_not_known() -> None:
    assert zones.known("Europe/Berlin") == "Europe/Berlin"
    assert zones.known("Mars/Phobos") == zones.known("x" * 5000) == zones.known("") == ""
