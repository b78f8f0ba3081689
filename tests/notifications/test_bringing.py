"""A table too large for a form: brought part by part, each line once, on from where it stopped."""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Event, Page
from notifications import bringing, rolls
from notifications.models import Intake, Subscription, Suppression, Wish
from people.actors import Actor

pytestmark = pytest.mark.django_db
MANY = 47


@pytest.fixture(autouse=True)
def _in_tens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "PART", 10)
    monkeypatch.setattr("notifications.models.intake.AT_A_TIME", 4)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """47 people in 48 lines, an empty line and a cell of two lines among them."""
    lines = [f"reader{number}@example.com,x" for number in range(MANY)]
    lines[5] += "\n"
    lines[7] = 'reader7@example.com,"two\nlines"'
    lines[30] = "nobody,x"
    path = tmp_path / "table.csv"
    path.write_text("\ufeffemail,note\n" + "\n".join(lines), encoding="utf-8")
    return path


def run(page: Page, table: Path, **options: bool) -> tuple[str, list[str]]:
    """What the command says, and of which lines it complains."""
    out, err = StringIO(), StringIO()
    call_command("import_subscribers", page.slug, str(table), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue().splitlines()


def told() -> set[str]:
    return set(Subscription.objects.confirmed().values_list("destination", flat=True))


EVERYBODY = {f"reader{number}@example.com" for number in range(MANY)} - {"reader30@example.com"}


def test_each_line_is_brought_once_and_named_by_its_number_in_the_whole_file(
    page: Page, table: Path
) -> None:
    Suppression.add("email", "reader40@example.com", "bounced", page.created_at, page=page)
    out, complaints = run(page, table, consent=True)
    assert [each.split(":")[0] for each in complaints] == ["line 34", "line 44"]
    assert "Checked: 46 lines can be taken, 1 cannot." in out
    assert [line for line in out.splitlines() if " of 47 lines" in line] == [
        f"{done} of 47 lines" for done in (10, 20, 30, 40, 47)
    ]
    assert "Done: 45 new (told from now on), 0 known already, 2 left out." in out
    assert told() == EVERYBODY - {"reader40@example.com"}
    assert set(Intake.objects.values_list("entries", flat=True)) == {""}


def test_without_their_consent_each_is_asked(page: Page, table: Path) -> None:
    assert "46 new (asked by mail)" in run(page, table)[0]
    assert told() == set()
    assert Wish.objects.count() == 46


def test_a_dry_run_writes_nothing(page: Page, table: Path) -> None:
    events = Event.objects.count()
    out, complaints = run(page, table, dry_run=True, consent=True)
    assert len(complaints) == 1
    assert "Done" not in out
    assert not Intake.objects.exists()
    assert not Subscription.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.parametrize("looks", range(1, 22))
def test_whoever_was_stopped_anywhere_goes_on_and_brings_nobody_twice(
    page: Page, table: Path, by: Actor, at: datetime, looks: int
) -> None:
    clock = stopping(at, looks)
    with pytest.raises(KeyboardInterrupt):
        list(bringing.bring(table, page, consent=True, by=by, clock=clock))
    assert told() < EVERYBODY
    brought = list(bringing.bring(table, page, consent=True, by=by, clock=lambda: at))
    assert told() == EVERYBODY
    parts = [intake for _roll, intake in brought if intake]
    assert [each.part for each in parts] == [1, 2, 3, 4, 5]
    assert sum(each.added for each in parts) == len(EVERYBODY)
    assert Intake.objects.count() == 5
    assert "0 new" not in run(page, table, consent=True)[0]
    assert Event.objects.filter(kind="subscriptions.imported").count() == 5


def stopping(at: datetime, looks: int) -> Callable[[], datetime]:
    """A clock at which the process ends when it is looked at for the nth time."""
    left = iter(range(looks))

    def clock() -> datetime:
        if next(left) == looks - 1:
            raise KeyboardInterrupt
        return at

    return clock


def test_a_part_that_gave_up_is_brought_again(
    page: Page, table: Path, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Intake, "_add", lambda *_any: 1 // 0)
        with pytest.raises(CommandError, match="Run the same command again"):
            run(page, table, consent=True)
    assert told() == set()
    run(page, table, consent=True)
    assert told() == EVERYBODY


def test_another_consent_or_content_is_another_table(page: Page, table: Path) -> None:
    run(page, table)
    Wish.objects.all().delete()
    assert "46 new (told" in run(page, table, consent=True)[0]
    table.write_text(f"{table.read_text()}\nlate@example.com,x")
    out, _complaints = run(page, table, consent=True)
    assert "Done: 1 new (told from now on), 46 known already, 1 left out." in out


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (b'\nada@example.com,"open', "This is no CSV file"),
        (b"\n\xff\xfe@example.com,x", "Save the table as “CSV UTF-8”"),
    ],
)
def test_a_file_that_breaks_at_its_end_is_refused_before_anybody_is_brought(
    page: Page, table: Path, rest: bytes, words: str
) -> None:
    table.write_bytes(table.read_bytes() + rest)
    with pytest.raises(CommandError, match=words):
        run(page, table, consent=True)
    assert not Intake.objects.exists()


def test_what_is_not_there_is_said_with_what_there_is(page: Page, table: Path) -> None:
    with pytest.raises(CommandError, match="There are: mail"):
        call_command("import_subscribers", "nope", str(table))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(page, table.with_name("other.csv"))
    table.write_text("name\nAda")
    with pytest.raises(CommandError, match="names the columns"):
        run(page, table)


def test_a_table_is_not_held_in_memory(page: Page, at: datetime) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        yield "email\n"
        while True:
            taken += 1
            yield f"reader{taken}@example.com\n"

    parts = rolls.parts(endless(), page, at, size=10)
    for number in range(1, 4):
        assert len(next(parts).entries) == 10
        assert taken == number * 10
