"""What every channel must do; a new file in notifications/channels is tested by existing."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from incidents.models import Incident, Update
from notifications import channels as package
from notifications import rounds, sending
from notifications.channels import Channel, channel_named, channels
from notifications.models import Delivery, Subscription
from notifications.outcomes import Verdict
from people.actors import Actor

FILES = [path.stem for path in Path(package.__path__[0]).glob("*.py") if path.stem != "__init__"]


@pytest.fixture(params=sorted(FILES))
def channel(request: pytest.FixtureRequest) -> Channel:
    """Each channel in turn."""
    return channels()[request.param]


@pytest.fixture
def batch(incident: Incident, channel: Channel, by: Actor, at: datetime) -> list[Delivery]:
    """Three claimed deliveries over a channel whose other side is not there, and a test message."""
    Subscription.objects.bulk_create(
        Subscription(
            page=incident.page, channel=channel.name, destination=f"{number}", state="confirmed",
            asked_at=at, confirmed_at=at,
        )
        for number in range(3)
    )  # fmt: skip
    rounds.tell(at)
    Delivery.test(incident.page, channel=channel.name, destination="test", lane=channel.lane, at=at)
    return Delivery.claim(channel.lane, "contract", 10, at)


def test_a_channel_says_what_it_is(channel: Channel) -> None:
    assert channel.name in FILES
    assert channel.label.strip() == channel.label != ""
    assert channel.lane in sending.LANES
    assert 0 <= channel.jitter < 1
    assert len(channel.schedule) >= 3
    assert all(wait.total_seconds() > 0 for wait in channel.schedule)
    assert channel.destination
    assert all(each.name.isidentifier() and each.label for each in channel.details)


def test_a_channels_example_is_one_that_it_takes(channel: Channel, loopback_open: None) -> None:
    example = channel.example("http://127.0.0.1:9")
    assert channel.validate_destination(example.destination) == example.destination
    kept = channel.validate_config(example.config)
    assert channel.validate_config(kept) == kept


@pytest.mark.parametrize("text", ["", "a\r\nb", "http://127.0.0.1/", "a@b.c, x@y.z", "x" * 3000])
def test_a_channel_refuses_what_cannot_be_a_destination(channel: Channel, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        channel.validate_destination(text)
    assert list(refused.value.message_dict) == ["destination"]


def test_a_channel_never_raises_and_names_an_outcome_for_each(
    channel: Channel, batch: list[Delivery], settings: Settings, at: datetime
) -> None:
    options = {"host": "127.0.0.1", "port": 1, "timeout": 1}
    backend = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
    outcomes = list(channel.send(batch, at))
    assert sorted(each.pk for each, _ in outcomes) == sorted(each.pk for each in batch)
    assert len(outcomes) == 4
    for _delivery, outcome in outcomes:
        assert outcome.verdict in {Verdict.RETRY, Verdict.FAILED}
        assert outcome.detail


def test_a_channel_copes_with_words_that_are_gone(
    channel: Channel, incident: Incident, batch: list[Delivery], by: Actor, at: datetime
) -> None:
    update: Update = incident.updates.get()
    update.redact("It named a customer.", by=by, at=at)
    assert len(list(channel.send(batch, at))) == 4


def test_an_unknown_channel_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as refused:
        channel_named("smoke signs")
    known = ", ".join(sorted(FILES))
    assert refused.value.message_dict["channel"] == [f"“smoke signs” is none of {known}."]
