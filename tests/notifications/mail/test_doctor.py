"""The mail doctor says what is wrong, what to write, and ends with 1 where receivers would refuse."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from incidents.models import Page
from notifications.mail.doctor import Finding, Route, examine
from people.actors import Actor

KEY = "v=DKIM1; k=rsa; p=" + "A" * 392
WELL = {
    ("example.com", "TXT"): ["google-site-verification=x", "v=spf1 ip4:192.0.2.7 -all"],
    ("s1._domainkey.example.com", "TXT"): [KEY],
    ("_dmarc.example.com", "TXT"): ["v=DMARC1; p=reject"],
    ("7.2.0.192.in-addr.arpa", "PTR"): ["mx.example.com"],
    ("mx.example.com", "A"): ["192.0.2.7"],
    ("example.com", "MX"): ["10 mx.example.com"],
}  # fmt: skip
ROUTE = Route(
    sender="status@example.com", site="https://status.example.com", host="mx.example.com",
    addresses=["192.0.2.7"], bounces="bounces@example.com", selectors=["s1"],
)  # fmt: skip

type Zone = dict[tuple[str, str], list[str]]


def answering(zone: Zone) -> Callable[[str, str], list[str]]:
    """DNS as this zone has it."""
    return lambda name, kind: zone.get((name, kind), [])


def found(changes: Zone, route: Route = ROUTE) -> list[Finding]:
    """What is found where the zone differs from a good one."""
    return examine(route, answering(WELL | changes))


def about(findings: list[Finding], name: str) -> Finding:
    """The finding on one thing."""
    (finding,) = [each for each in findings if each.about == name]
    return finding


def test_a_good_zone_has_nothing_to_put_right() -> None:
    assert {each.grade for each in found({})} == {"good"}
    names = {each.about for each in found({})}
    assert names == {"SPF", "DKIM", "DMARC", "PTR", "return path", "alignment", "one-click"}


@pytest.mark.parametrize(
    ("where", "records", "name", "grade", "words"),
    [
        (("example.com", "TXT"), [], "SPF", "bad", "does not say who may send"),
        (("example.com", "TXT"), ["v=spf1 +all"], "SPF", "bad", "everybody"),
        (("example.com", "TXT"), ["v=spf1 -all", "v=spf1 mx -all"], "SPF", "bad", "Keep one"),
        (("example.com", "TXT"), ["v=spf1 mx ?all"], "SPF", "poor", "-all"),
        (
            ("example.com", "TXT"), [f"v=spf1 {'include:x.example ' * 11}-all"], "SPF", "bad",
            "11 look-ups",
        ),
        (("s1._domainkey.example.com", "TXT"), [], "DKIM", "bad", "--selector"),
        (("s1._domainkey.example.com", "TXT"), ["v=DKIM1; p="], "DKIM", "bad", "revoked"),
        (("s1._domainkey.example.com", "TXT"), ["p=AAAA"], "DKIM", "poor", "2,048"),
        (("s1._domainkey.example.com", "TXT"), [f"t=y; {KEY}"], "DKIM", "poor", "t=y"),
        (("_dmarc.example.com", "TXT"), [], "DMARC", "bad", "is not there"),
        (("_dmarc.example.com", "TXT"), ["v=DMARC1"], "DMARC", "bad", "no policy"),
        (("_dmarc.example.com", "TXT"), ["v=DMARC1; p=none"], "DMARC", "good", "watches"),
        (("7.2.0.192.in-addr.arpa", "PTR"), [], "PTR", "bad", "has no name"),
        (("mx.example.com", "A"), ["192.0.2.8"], "PTR", "bad", "does not lead back"),
        (("example.com", "MX"), [], "return path", "bad", "takes no mail"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(
    where: tuple[str, str], records: list[str], name: str, grade: str, words: str
) -> None:
    finding = about(found({where: records}), name)
    assert finding.grade == grade
    assert words in finding.words


def test_what_to_write_is_said_with_the_names_filled_in() -> None:
    nothing = examine(ROUTE, answering({}))
    written = {each.about: each.write for each in nothing if each.write}
    assert written == {
        "SPF": 'example.com. TXT "v=spf1 ip4:192.0.2.7 -all"',
        "DKIM": 's1._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=<public key>"',
        "DMARC": '_dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:status@example.com"',
        "PTR": "192.0.2.7 PTR mx.example.com.",
        "return path": "example.com. MX 10 <your mail server>.",
    }


def test_a_policy_of_the_domain_above_counts() -> None:
    route = Route(sender="s@news.example.com", site="https://x.example", bounces="@example.com")
    assert about(found({}, route), "DMARC").grade == "good"
    assert about(found({}, route), "alignment").grade == "good"


@pytest.mark.parametrize(
    ("bounces", "grade"),
    [("@example.com", "good"), ("@bounces.example.com", "good"), ("b@example.net", "poor")],
)
def test_a_return_path_of_another_domain_leaves_all_to_dkim(bounces: str, grade: str) -> None:
    route = Route(sender="s@example.com", site="https://x.example", bounces=bounces)
    assert about(found({}, route), "alignment").grade == grade


def test_one_click_needs_https() -> None:
    route = Route(sender="s@example.com", site="http://status.example.com")
    assert about(found({}, route), "one-click").grade == "bad"


def test_a_resolver_that_does_not_answer_is_no_missing_record() -> None:
    def silent(name: str, kind: str) -> list[str]:
        raise OSError(f"{name} {kind}: timed out")

    grades = {each.about.lower(): each for each in examine(ROUTE, silent)}
    assert grades["spf"].words == "DNS did not answer: example.com TXT: timed out"
    assert grades["one-click"].grade == "good"


def test_the_command_says_all_of_it_and_ends_with_one(
    page: Page, settings: Settings, by: Actor, at: datetime
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@example.com"
    page.change(
        sender_email="status@example.com", base_url="https://status.example.com", by=by, at=at
    )
    said = io.StringIO()
    words = {"selector": ["s1"], "address": ["192.0.2.7"], "stdout": said}
    call_command("mail_doctor", ask=answering(WELL), **words)
    assert "Nothing to put right." in said.getvalue()
    with pytest.raises(SystemExit) as ended:
        call_command("mail_doctor", ask=answering({}), **words)
    assert ended.value.code == 1
    assert "  BAD  SPF: example.com does not say who may send for it.\n       write: " in (
        said.getvalue()
    )
    assert "5 to put right." in said.getvalue()
    with pytest.raises(CommandError, match="no such page"):
        call_command("mail_doctor", page="nowhere", ask=answering({}))
