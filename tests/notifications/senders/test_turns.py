"""A lane's senders take turns, so that no lane takes all threads."""

from datetime import datetime

import pytest

from notifications.senders import sending


def test_a_third_sender_of_a_lane_finds_no_turn_and_leaves_the_others_theirs(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def nested(lane: str, at: datetime, seconds: float) -> int:
        tried.append(lane)
        if lane == "mail":
            sending.drain("mail", at)
            sending.drain("urgent", at)
        return 1

    monkeypatch.setattr(sending, "_drain", nested)
    sending.drain("mail", at)
    assert tried.count("mail") == sending.SENDERS
    assert "urgent" in tried
    assert sending.drain("mail", at) == 1, "turns are given back"
