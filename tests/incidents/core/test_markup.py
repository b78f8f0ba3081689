import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.core import markup
from incidents.core.markup_helper import HELPER, Helper, TookTooLong


def refusal(text: str, field: str = "body") -> str:
    with pytest.raises(ValidationError) as raised:
        markup.render(text, field=field)
    (message,) = raised.value.message_dict[field]
    return str(message)


def test_markdown_becomes_html() -> None:
    html = markup.render("**Mailstore** is down.\n\n- one\n- two")
    assert html.startswith("<p><strong>Mailstore</strong> is down.</p>")
    assert "<li>two</li>" in html


def test_a_single_line_break_is_kept() -> None:
    assert "<br>" in markup.render("first\nsecond")


def test_a_link_passes_no_credit_on_and_opens_no_back_door() -> None:
    html = markup.render("[status](https://example.com/)")
    assert '<a href="https://example.com/" rel="nofollow noopener">status</a>' in html


@pytest.mark.parametrize("link", ["[x](javascript:alert(1))", "[x](data:text/html,hi)"])
def test_a_link_that_runs_code_loses_its_target(link: str) -> None:
    assert "href" not in markup.render(link)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a <SCRIPT src=x>", "<iframe src=x>", "<img src=x>"]
)
def test_active_html_is_refused_by_name(text: str) -> None:
    assert "backticks" in refusal(text)


def test_html_in_backticks_is_shown_as_text() -> None:
    assert "&lt;script&gt;" in markup.render("The page said `<script>alert(1)</script>`.")


def test_angle_brackets_that_are_no_html_are_shown_as_typed() -> None:
    html = markup.render("mail for mailstore.<domain> loops back to myself")
    assert "mailstore.&lt;domain&gt; loops" in html


def test_inline_html_of_imported_texts_is_kept_without_its_handlers() -> None:
    html = markup.render('<b onclick="x()">bold</b><br />next')
    assert html == "<p><b>bold</b><br>next</p>"


def test_no_image_is_ever_loaded() -> None:
    assert "<img" not in markup.render("![x](https://example.com/pixel.gif)")


def test_headings_rank_below_those_of_the_page() -> None:
    assert markup.render("# What happened") == "<h3>What happened</h3>"


def test_25_000_characters_are_fine() -> None:
    assert markup.render("word " * 5_000)


def test_26_000_characters_are_refused_with_the_excess() -> None:
    assert "Shorten it by 1,000" in refusal("x" * 26_000)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "[" * 4_000,
        "![[" * 5_000,
        "a[ " * 4_000,
        "[" * 12_000 + "]" * 12_000,
        "[a](" * 5_000,
        "> " * 300 + "deep",
        "1. " * 3_000,
        "- " * 30 + "deep",
        "\n".join("    " * level + "- x" for level in range(100)),
    ],
)
def test_a_text_that_would_stall_the_parser_is_refused_at_once(text: str) -> None:
    started = time.monotonic()
    assert refusal(text)
    assert time.monotonic() - started < 0.2


def test_the_field_is_named() -> None:
    assert refusal("x" * 26_000, field="summary")


@pytest.mark.parametrize(
    ("text", "number"),
    [("a\x02b", "U+0002"), ("a\x85b", "U+0085"), ("a\ud800b", "U+D800"), ("a\uffffb", "U+FFFF")],
)
def test_a_control_character_is_refused_by_its_number(text: str, number: str) -> None:
    assert number in refusal(text)


@pytest.mark.parametrize("text", ["", "- - -", "[]" * 5_000, "*" * 20_000, "`" * 20_000])
def test_odd_but_harmless_texts_are_rendered(text: str) -> None:
    assert isinstance(markup.render(text), str)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab<>[]()*_`#-!&\"'\n /=:|", max_size=400))
def test_whatever_is_typed_no_script_comes_out(text: str) -> None:
    try:
        html = markup.render(text)
    except ValidationError:
        return
    assert "<script" not in html
    assert "<img" not in html


def test_a_text_that_takes_too_long_costs_a_process_and_the_next_one_is_served() -> None:
    helper = Helper()
    try:
        with pytest.raises(TookTooLong):
            helper.render("[" * 20_000, seconds=0.3)
        assert helper.render("fine", seconds=5) == "<p>fine</p>"
    finally:
        helper.stop()


def test_a_helper_that_was_killed_is_replaced() -> None:
    helper = Helper()
    try:
        assert helper.render("one", seconds=5)
        process = helper._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert helper.render("two", seconds=5) == "<p>two</p>"
    finally:
        helper.stop()


def test_many_threads_share_one_helper_without_mixing_texts() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: markup.render(f"text {n}"), range(200)))
    assert found == [f"<p>text {n}</p>" for n in range(200)]


def test_a_large_text_does_not_block_the_pipe() -> None:
    assert len(markup.render("ä € 漢字 " * 2_500)) > 17_000


def test_a_render_is_cheap_once_the_helper_runs() -> None:
    markup.render("warm")
    started = time.monotonic()
    for _ in range(50):
        markup.render("Mailstore is **down**.")
    assert (time.monotonic() - started) / 50 < 0.05


def test_a_forked_copy_leaves_the_pipes_to_its_parent() -> None:
    helper = Helper()
    try:
        helper.render("one", seconds=5)
        process = helper._process
        helper.forget()
        assert helper.render("two", seconds=5) == "<p>two</p>"
        assert process is not None
        process.kill()
        process.communicate()
    finally:
        helper.stop()


def test_rendering_works_in_any_thread() -> None:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(markup.render("there")))
    thread.start()
    thread.join(10)
    assert found == ["<p>there</p>"]
    assert HELPER is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Down** and _out_", "Down and out"),
        ("[status](https://example.com/a)", "status (https://example.com/a)"),
        ("# What happened\n\nIt broke.", "What happened\n\nIt broke."),
        ("`loops back to myself`", "loops back to myself"),
        ("one<br />two", "one\ntwo"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("mailstore.<domain> loops", "mailstore.<domain> loops"),
        ("```\nRelay access denied\n```", "Relay access denied"),
        (r"a \[bracket\]", "a [bracket]"),
    ],
)
def test_the_text_twin_holds_the_words_only(text: str, expected: str) -> None:
    assert markup.plain(text) == expected


@pytest.mark.parametrize("text", [" " * 25_000, "\t" * 25_000, "\n\t" * 12_000, "- " * 10 + "x"])
def test_the_checks_are_quick_for_any_text(text: str) -> None:
    started = time.monotonic()
    markup.check(text)
    assert time.monotonic() - started < 0.2


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 20_000, "**a" * 8_000, "<b " * 8_000, "_a" * 12_000),
        *("[a](" + "b" * 24_000, "[a](<" + "b " * 12_000),
    ],
)
def test_the_text_twin_is_quick_for_any_text(text: str) -> None:
    started = time.monotonic()
    markup.plain(text)
    assert time.monotonic() - started < 0.5
