"""Replies arrive in any pieces, from servers of any manners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.mail.smtp.replies import LONGEST_LINE, MOST_LINES, Garbled, Replies, Reply

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=60)
replies = st.builds(
    lambda code, lines: (code, "\n".join(lines)),
    st.integers(200, 599),
    st.lists(texts, min_size=1, max_size=5),
)


def on_the_wire(code: int, text: str) -> bytes:
    *before, last = text.split("\n")
    lines = [f"{code}-{line}\r\n" for line in before] + [f"{code} {last}\r\n"]
    return "".join(lines).encode()


@given(st.lists(replies, max_size=6), st.lists(st.integers(1, 40), min_size=1))
def test_replies_are_the_same_however_they_are_cut(
    said: list[tuple[int, str]], sizes: list[int]
) -> None:
    wire = b"".join(on_the_wire(*each) for each in said)
    gathered, heard, size = Replies(), [], 0
    while wire:
        piece, wire = wire[: sizes[size % len(sizes)]], wire[sizes[size % len(sizes)] :]
        heard += gathered.feed(piece)
        size += 1
    assert heard == [Reply(*each) for each in said]
    assert not gathered.begun


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_no_bytes_do_more_than_end_the_session(pieces: list[bytes]) -> None:
    gathered = Replies()
    try:
        for piece in pieces:
            gathered.feed(piece)
    except Garbled:
        return
    assert len(gathered._rest) <= LONGEST_LINE


def test_a_bare_code_and_a_bare_line_feed_will_do() -> None:
    assert Replies().feed(b"250\n354\r\n") == [Reply(250, ""), Reply(354, "")]


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"2500 Ok\r\n",
        b"199 low\r\n",
        b"\r\n",
        b"x" * (LONGEST_LINE + 1),
        b"250-on\r\n" * (MOST_LINES + 1),
    ],
)
def test_what_is_no_smtp_is_refused(wire: bytes) -> None:
    with pytest.raises(Garbled):
        Replies().feed(wire)


def test_a_reply_reads_on_one_line() -> None:
    (reply,) = Replies().feed(b"550-5.1.1 no\r\n550 such user\r\n")
    assert str(reply) == "550 5.1.1 no such user"
