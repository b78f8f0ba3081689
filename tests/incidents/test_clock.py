"""The clock takes each step apart from the others."""

import logging

import pytest
from django.db import OperationalError

from incidents.models.clock import one_by_one


def divided(number: int) -> int:
    return 12 // number


def test_what_fails_is_logged_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert one_by_one([3, 0, 4], divided) == 7
    assert "could not move 0" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_trouble_of_the_database_is_everybodys() -> None:
    def unreachable(_number: int) -> int:
        raise OperationalError

    with pytest.raises(OperationalError):
        one_by_one([3], unreachable)
