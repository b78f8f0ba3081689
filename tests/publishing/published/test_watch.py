"""The thread that looks: what it calls current, and what it says of a page that is stuck."""

from pathlib import Path

import pytest
from django.db import OperationalError

from publishing.published.publisher import Publisher
from publishing.published.troubles import Stuck, raise_any
from publishing.published.watch import Watch
from statuspage.health import Unwell, of_pages


class Stumbling(Publisher):
    """A publisher that meets these troubles, by page, in every look."""

    troubles: dict[str, Exception]

    def look(self) -> bool:
        raise_any(self.troubles, left=True)
        return False


@pytest.fixture
def publisher(tmp_path: Path) -> Stumbling:
    return Stumbling(tmp_path)


@pytest.mark.django_db
def test_one_page_that_is_stuck_keeps_no_other_from_being_current(
    publisher: Stumbling, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch(publisher)
    check = of_pages(watch)
    publisher.troubles = {"mail": RuntimeError("a mistake of ours")}
    assert watch._look()
    assert watch._look()
    assert watch.is_current
    assert [(each.levelname, "mail" in each.message) for each in caplog.records] == [
        ("ERROR", True)
    ]
    assert "a mistake of ours" in caplog.text
    with pytest.raises(Unwell, match="mail"):
        check.look()
    publisher.troubles = {}
    watch._look()
    assert check.look() == "all can be published"


@pytest.mark.django_db
@pytest.mark.parametrize("lacking", [OperationalError("gone"), OSError("No space left on device")])
def test_what_the_host_lacks_keeps_all_pages_from_being_current(
    publisher: Stumbling, lacking: Exception
) -> None:
    watch = Watch(publisher)
    watch.looked_at = -1000.0
    publisher.troubles = {"mail": RuntimeError("a mistake of ours"), "other": lacking}
    watch._look()
    assert not watch.is_current
    assert str(lacking) in watch.trouble
    with pytest.raises(type(lacking)):
        publisher.look()
    publisher.troubles.pop("other")
    with pytest.raises(Stuck):
        publisher.look()
