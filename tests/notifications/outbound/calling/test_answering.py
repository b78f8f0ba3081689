"""What comes back over a connection is read the same in whatever pieces it comes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.outbound.calling.answering import MOST_BESIDE, Answering

LIMIT = 100
KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nthan\r\n2\r\nks\r\n0\r\n\r\n"
TO_THE_END = b"HTTP/1.1 200 OK\r\n\r\nthanks"
EARLIER = b"HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
CLOSED = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
OLD = b"HTTP/1.0 204 No Content\r\n\r\n"
BUSY = b"HTTP/1.1 503 Busy\r\nretry-AFTER: 7\r\nContent-Length: 0\r\n\r\n"


def read(*pieces: bytes) -> Answering:
    answering = Answering(LIMIT)
    for piece in pieces:
        answering.feed(piece)
    return answering


@given(
    whole=st.sampled_from([KEPT, CHUNKED, TO_THE_END, EARLIER + KEPT]),
    cuts=st.lists(st.integers(1, 120)),
)
def test_pieces_change_nothing(whole: bytes, cuts: list[int]) -> None:
    ends = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[begin:end] for begin, end in pairwise(ends)]
    answering = read(*pieces, *([] if whole is not TO_THE_END else [b""]))
    assert answering.is_over
    assert answering.answer().status == 200
    assert answering.answer().body == b"thanks"


@pytest.mark.parametrize(
    ("whole", "keeps"), [(KEPT, True), (EMPTY, True), (BUSY, True), (CLOSED, False), (OLD, False)]
)
def test_a_connection_is_kept_where_the_other_side_keeps_it(whole: bytes, keeps: bool) -> None:
    assert (read(whole).is_over, read(whole).keeps) == (True, keeps)


def test_how_long_to_wait_is_read_whatever_the_case_of_its_name() -> None:
    assert read(BUSY).answer().headers == {"Retry-After": "7"}


def test_what_comes_before_the_answer_is_not_the_answer() -> None:
    assert read(EARLIER).status == 0
    assert not read(EARLIER).is_over
    assert read(EARLIER, BUSY).answer().status == 503


@pytest.mark.parametrize("more", [KEPT, b"noise", b"H"])
def test_what_nobody_asked_for_is_not_taken_for_the_next_answer(more: bytes) -> None:
    answering = read(EMPTY + more)
    assert (answering.status, answering.is_over, answering.keeps) == (204, True, False)
    assert answering.answer().body == b""


def test_the_next_call_is_answered_by_what_comes_after_it() -> None:
    answering = read(KEPT)
    answering.expect()
    answering.feed(BUSY)
    assert (answering.answer().status, answering.answer().body) == (503, b"")


def test_a_long_body_is_read_up_to_the_limit() -> None:
    answering = read(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", b"x" * 60, b"x" * 60)
    assert (answering.is_over, answering.keeps, len(answering.answer().body)) == (True, False, 100)


def test_a_body_that_breaks_off_is_an_answer_all_the_same() -> None:
    answering = read(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nfirst", b"")
    assert answering.is_over
    assert answering.answer().body == b"first"


@pytest.mark.parametrize(
    "piece", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n?"]
)
def test_what_is_no_answer_is_none(piece: bytes) -> None:
    answering = read(piece, b"")
    assert (answering.is_over, answering.status) == (True, 0)


def test_a_head_without_an_end_is_not_read_for_ever() -> None:
    answering = read(b"HTTP/1.1 200 OK\r\n")
    for _ in range(2 + MOST_BESIDE // 1024):
        answering.feed(b"X-More: " + b"x" * 1014 + b"\r\n")
    assert (answering.is_over, answering.status) == (True, 0)


def test_nothing_read_and_something_odd_read_differ() -> None:
    assert not read(b"").has_begun
    assert read(b"?").has_begun
