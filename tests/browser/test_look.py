"""Every public page is clean for axe; pairwise: language, width and scheme (the proof does all)."""

from itertools import product

import pytest

from proof.browser import SIZES
from proof.cases import look
from proof.cases.journeys import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize(("size", "dark"), [*product(SIZES, (False, True))])
def test_every_public_page_is_clean_in_both_directions(site: Site, size: str, dark: bool) -> None:
    own, other = look.both_directions(look.languages(site.url))
    names = [*look.KINDS, *look.UNLINKED]
    # Of every page one half of the ways, so that each pair of ways meets on some page.
    way = 2 * [*SIZES].index(size) + dark
    ours = [name for number, name in enumerate(names) if number % 4 == way]
    others = [name for number, name in enumerate(names) if number % 4 == 3 - way]
    assert look.look(site.url, own, size, dark=dark, only=ours) == len(ours)
    assert look.look(site.url, other, size, dark=dark, only=others) == len(others)


def test_every_stop_by_keyboard_can_be_seen(site: Site) -> None:
    assert look.walk(site.url, look.languages(site.url)[0], "390x844") > 100
