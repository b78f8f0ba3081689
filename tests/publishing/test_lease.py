"""One host pushes at a time; another one takes over when it falls. On every database."""

import threading
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis.extra.django import TestCase

from publishing.models import PublishLease
from publishing.models.lease import LEASE

HOSTS = ("one", "two", "three")


def claim(holder: str, at: datetime) -> bool:
    """Ask for the lease as one of the hosts."""
    return PublishLease.claim("push", holder=holder, at=at)


@pytest.mark.django_db
def test_the_first_who_asks_has_it_and_renews_it(at: datetime) -> None:
    assert claim("one", at)
    assert not claim("two", at + timedelta(seconds=10))
    assert claim("one", at + timedelta(seconds=20))
    assert not claim("two", at + timedelta(seconds=49))


@pytest.mark.django_db
def test_whoever_does_not_renew_loses_it(at: datetime) -> None:
    assert claim("one", at)
    assert claim("two", at + LEASE)
    assert not claim("one", at + LEASE)


@pytest.mark.django_db
def test_what_is_released_is_free_at_once(at: datetime) -> None:
    assert claim("one", at)
    PublishLease.release("push", holder="two", at=at)
    assert not claim("two", at)
    PublishLease.release("push", holder="one", at=at)
    assert claim("two", at)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_has_it(at: datetime) -> None:
    together, won = threading.Barrier(8), []

    def ask(name: str) -> None:
        together.wait(10)
        if claim(name, at):
            won.append(name)
        connection.close()

    threads = [threading.Thread(target=ask, args=(f"host {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(won) == 1
    assert PublishLease.objects.get(name="push").holder == won[0]


class AnyOrderOfAsking(TestCase):
    """Whoever asks when: never two at a time, and never nobody for longer than a lease."""

    @given(
        st.lists(st.tuples(st.sampled_from(HOSTS), st.integers(0, 40), st.booleans()), max_size=25)
    )
    @settings(max_examples=60)
    def test_there_are_never_two(self, asked: list[tuple[str, int, bool]]) -> None:
        now, until, holder = datetime(2026, 3, 2, 12).astimezone(), None, ""
        for host, seconds, leaves in asked:
            now += timedelta(seconds=seconds)
            free = until is None or now >= until or holder == host
            assert claim(host, now) is free
            if free:
                holder, until = host, now + LEASE
            if leaves:
                PublishLease.release("push", holder=host, at=now)
                until = now if holder == host else until
