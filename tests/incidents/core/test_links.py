"""Links that staff wrote short, read far away from their page."""

import time

import pytest

from incidents.core.links import absolute_html, absolute_markdown

PAGE = "https://status.example.com/incidents/abc/#u1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[docs](/help/)", "[docs](https://status.example.com/help/)"),
        ('[docs](/help/ "Help")', '[docs](https://status.example.com/help/ "Help")'),
        ("[above](#u0)", "[above](https://status.example.com/incidents/abc/#u0)"),
        ("[host](//example.org/a)", "[host](https://example.org/a)"),
        ("[far](https://example.org/a) [us](mailto:a@b.c)",) * 2,
        ("`rows[0](x)`",) * 2,
        ("```\nrows[0](x)\n```\n[docs](/help/)", "```\nrows[0](x)\n```\n[docs](https://status.example.com/help/)"),
        ("[broken](//[)",) * 2,
    ],
)  # fmt: skip
def test_links_are_whole_and_what_is_none_stays(text: str, expected: str) -> None:
    assert absolute_markdown(text, PAGE) == expected


def test_the_same_in_html() -> None:
    html = '<a href="/help/?a=1&amp;b=2">docs</a> <a href="mailto:a@b.c">us</a>'
    whole = '<a href="https://status.example.com/help/?a=1&amp;b=2">docs</a>'
    assert absolute_html(html, PAGE) == f'{whole} <a href="mailto:a@b.c">us</a>'


@pytest.mark.parametrize("text", ["](" * 12_000, "`" * 25_000, "](a" * 8_000, "` \n" * 8_000])
def test_it_is_quick_for_any_text(text: str) -> None:
    started = time.monotonic()
    absolute_markdown(text, PAGE)
    assert time.monotonic() - started < 0.5
