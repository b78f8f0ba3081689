"""Readers of the environment: typed, from files too, refusing with the name of the setting."""

from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from statuspage import env


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment to set."""
    for name in ("NAME", "NAME_FILE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_text_is_trimmed_and_has_a_default(given: pytest.MonkeyPatch) -> None:
    assert env.text("NAME", "default") == "default"
    given.setenv("NAME", " value\n")
    assert env.text("NAME", "default") == "value"
    for nothing in ("", " "):
        given.setenv("NAME", nothing)
        assert env.text("NAME", "default") == "default"


def test_a_secret_can_come_from_a_file(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("from the file\n", encoding="utf-8")
    given.setenv("NAME", "from the environment")
    given.setenv("NAME_FILE", str(path))
    assert env.text("NAME") == "from the file"


def test_a_file_that_is_not_there_is_named(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given.setenv("NAME_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match=r"NAME: cannot read .*none"):
        env.text("NAME")


def test_an_empty_file_counts_as_absent(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "port"
    path.write_text("\n", encoding="utf-8")
    given.setenv("NAME_FILE", str(path))
    assert env.integer("NAME", 8000) == 8000
    given.setenv("NAME", "80")
    assert env.integer("NAME", 8000) == 80


def test_a_number_is_whole_or_refused(given: pytest.MonkeyPatch) -> None:
    assert env.integer("NAME", 8000) == 8000
    given.setenv("NAME", "80")
    assert env.integer("NAME", 8000) == 80
    for wrong in ("eighty", "-1", "65536", "8e3", "9" * 5000):
        given.setenv("NAME", wrong)
        with pytest.raises(ImproperlyConfigured, match="NAME must be a whole number up to 65535"):
            env.integer("NAME", 8000, most=65535)


def test_words_are_split_at_commas(given: pytest.MonkeyPatch) -> None:
    given.setenv("NAME", "a.example.com, ,b.example.com,")
    assert env.words("NAME") == ["a.example.com", "b.example.com"]


@pytest.mark.parametrize("wrong", ["0.08", "EUR 0.08", "0,08 EUR", "-1 EUR", "0.08 eur", "1e3 EUR"])
def test_a_price_is_an_amount_with_its_currency_or_refused(
    given: pytest.MonkeyPatch, wrong: str
) -> None:
    assert env.price("NAME") is None
    given.setenv("NAME", "0.0079 USD")
    assert env.price("NAME") == (Decimal("0.0079"), "USD")
    given.setenv("NAME", wrong)
    with pytest.raises(ImproperlyConfigured, match="NAME must be like"):
        env.price("NAME")


def test_rates_are_counted_a_second_or_refused(given: pytest.MonkeyPatch) -> None:
    assert env.rates("NAME") == {}
    given.setenv("NAME", "Example.com=20/s, mail.example.org=30/m,example.net=36/h,a.example=2,*=0")
    assert env.rates("NAME") == {
        "example.com": 20, "mail.example.org": 0.5, "example.net": 0.01, "a.example": 2, "*": 0,
    }  # fmt: skip
    for wrong in ("example.com", "example.com=-1", "example.com=1/d", "*x=1", "ada@a.example=1"):
        given.setenv("NAME", wrong)
        with pytest.raises(ImproperlyConfigured, match="NAME must be like example"):
            env.rates("NAME")


def test_networks_are_read_or_refused(given: pytest.MonkeyPatch) -> None:
    given.setenv("NAME", "10.0.0.0/8, 192.0.2.7, 2001:db8::/32")
    assert env.networks("NAME") == [
        ip_network("10.0.0.0/8"), ip_network("192.0.2.7/32"), ip_network("2001:db8::/32"),
    ]  # fmt: skip
    for wrong in ("10.0.0.1/8", "example.com", "10.0.0.0/33"):
        given.setenv("NAME", wrong)
        with pytest.raises(ImproperlyConfigured, match="NAME must list networks"):
            env.networks("NAME")


def test_a_site_has_a_scheme_and_a_host(given: pytest.MonkeyPatch) -> None:
    assert env.site("NAME", "http://localhost:8000/") == "http://localhost:8000"
    for wrong in ("status.example.com", "https://", "ftp://example.com"):
        given.setenv("NAME", wrong)
        with pytest.raises(ImproperlyConfigured, match="NAME must be like https://"):
            env.site("NAME", "")
    given.setenv("NAME", "http://[::1")
    with pytest.raises(ImproperlyConfigured, match="NAME is no address"):
        env.site("NAME", "")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("https://example.com/status", "without user, path and query"),
        ("https://example.com?x=hush", "without user, path and query"),
        ("https://example.com?", "without user, path and query"),
        ("https://ann:hush@example.com", "without user, path and query"),
        ("https://st hush.example.com", "a host is made of"),
        ("https://höst.example.com", "a host is made of"),
        ("https://a.example.com,b.example.com", "a host is made of"),
    ],
)
def test_a_site_is_no_more_than_scheme_host_and_port(
    given: pytest.MonkeyPatch, wrong: str, why: str
) -> None:
    given.setenv("NAME", wrong)
    with pytest.raises(ImproperlyConfigured, match=f"NAME.*{why}") as refused:
        env.site("NAME", "")
    assert "hush" not in str(refused.value)


def test_the_host_of_a_site_is_the_one_that_requests_name() -> None:
    assert env.host_of("https://Status.example.com:8443") == "status.example.com"
    assert env.host_of("http://[::1]:8000") == env.host_of("http://[::1]") == "[::1]"


def test_hosts_are_names_alone(given: pytest.MonkeyPatch) -> None:
    given.setenv("NAME", "status.example.com,.example.org,*,[::1],127.0.0.1")
    right = ["status.example.com", ".example.org", "*", "[::1]", "127.0.0.1"]
    assert env.hosts("NAME", "") == right
    for wrong in ("https://localhost", "example.com/status", "localhost:8000", "a b", "::1"):
        given.setenv("NAME", f"right.example.com,{wrong}")
        with pytest.raises(ImproperlyConfigured, match=f"NAME must list .*: “{wrong}” is none"):
            env.hosts("NAME", "")


def test_addresses_stand_between_commas_and_spaces(given: pytest.MonkeyPatch) -> None:
    assert env.addresses("NAME") == []
    given.setenv("NAME", "file:///srv, s3://bucket\n rsync:host:/srv")
    assert env.addresses("NAME") == ["file:///srv", "s3://bucket", "rsync:host:/srv"]


def test_a_hook_is_an_address_or_a_program(given: pytest.MonkeyPatch) -> None:
    assert env.hook("NAME") == ""
    for right in ("https://cdn.example.com/purge?token=x", "exec:/usr/local/bin/purge"):
        given.setenv("NAME", right)
        assert env.hook("NAME") == right
    for wrong in ("cdn.example.com", "https://", "exec:purge", "exec://purge", "ftp://host/x"):
        given.setenv("NAME", f"{wrong}?hush")
        with pytest.raises(ImproperlyConfigured, match="NAME must be like https://") as refused:
            env.hook("NAME")
        assert "hush" not in str(refused.value)


def test_a_broker_is_a_redis_or_none(given: pytest.MonkeyPatch) -> None:
    assert env.broker("NAME") == ""
    given.setenv("NAME", "redis://localhost:6379/0")
    assert env.broker("NAME") == "redis://localhost:6379/0"
    given.setenv("NAME", "localhost:6379")
    with pytest.raises(ImproperlyConfigured, match="NAME must be like redis://"):
        env.broker("NAME")


def test_a_folder_is_made_or_named(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given.setenv("NAME", str(tmp_path / "a" / "b"))
    assert env.folder("NAME", "data").is_dir()
    (tmp_path / "file").touch()
    given.setenv("NAME", str(tmp_path / "file" / "b"))
    with pytest.raises(ImproperlyConfigured, match="NAME: cannot make"):
        env.folder("NAME", "data")


def test_a_file_that_cannot_be_read_is_said_of_its_setting(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert env.readable_file("NAME") == ""
    given.setenv("NAME", str(tmp_path / "authorities.pem"))
    with pytest.raises(ImproperlyConfigured, match=r"NAME: there is no file .*that can be read"):
        env.readable_file("NAME")
    (tmp_path / "authorities.pem").touch()
    assert env.readable_file("NAME") == str(tmp_path / "authorities.pem")


@pytest.mark.parametrize("url", ["smtp://", "smtps://ann:x@"])
def test_a_mail_server_without_a_name_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must name a server"):
        env.mailer(url)


def test_a_port_that_is_no_number_is_said_of_its_setting() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is no address"):
        env.mailer("smtp://host:port")


def test_mails_are_kept_by_default_and_nobody_mails_by_accident() -> None:
    assert env.mailer("keep:") == {"BACKEND": "notifications.mail.backends.KeepBackend"}


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (
            "smtp://mail.example.com",
            {"port": 587, "use_ssl": False, "use_tls": False, "username": ""},
        ),
        (
            "smtp://ann:p%40ss@mail.example.com:25",
            {"port": 25, "use_tls": True, "password": "p@ss"},
        ),
        ("smtp://ann:x@mail.example.com?starttls=no", {"use_tls": False, "username": "ann"}),
        ("smtp://mail.example.com?starttls=yes", {"use_tls": True}),
        ("smtps://mail.example.com", {"port": 465, "use_ssl": True, "use_tls": False}),
    ],
)
def test_an_address_of_a_mail_server_is_taken_apart(url: str, options: dict[str, object]) -> None:
    settings = env.mailer(url)["OPTIONS"]
    assert settings | options == settings
    assert settings["host"] == "mail.example.com"
    assert settings["timeout"] == 20


def test_several_providers_stand_in_the_order_in_which_they_are_tried(
    given: pytest.MonkeyPatch,
) -> None:
    given.setenv("NAME", "smtp://one.example.com, smtps://two.example.com anymail+postmark://TOKEN")
    providers = env.mailers("NAME", "keep:")
    assert list(providers) == ["default", "fallback-1", "fallback-2"]
    hosts = [each["OPTIONS"].get("host") for each in providers.values()]
    assert hosts == ["one.example.com", "two.example.com", None]


def test_without_a_provider_mails_are_kept(given: pytest.MonkeyPatch) -> None:
    assert env.mailers("NAME", "keep:") == {"default": env.mailer("keep:")}


def test_mails_are_not_kept_where_one_provider_fails(given: pytest.MonkeyPatch) -> None:
    given.setenv("NAME", "smtp://one.example.com keep:")
    with pytest.raises(ImproperlyConfigured, match="keep: stands alone"):
        env.mailers("NAME", "keep:")


def test_what_a_mail_server_takes_is_a_whole_number() -> None:
    options = env.mailer("smtp://mail.example.com?connections=4&per_second=14")["OPTIONS"]
    assert (options["connections"], options["per_second"]) == (4, 14)
    for wrong in ("connections=0", "per_second=x", "connections="):
        with pytest.raises(ImproperlyConfigured, match="whole number"):
            env.mailer(f"smtp://mail.example.com?{wrong}")
    with pytest.raises(ImproperlyConfigured, match="no option “pool”"):
        env.mailer("smtp://mail.example.com?pool=1")


@pytest.mark.parametrize("starttls", ["true", "1", "", "YES"])
def test_nothing_but_yes_and_no_decides_whether_a_password_is_sent_in_clear(starttls: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL: starttls must be yes or no"):
        env.mailer(f"smtp://ann:x@mail.example.com?starttls={starttls}")


@pytest.mark.parametrize("sign", ["#", "/", "?", "[", "1/", "?a=b&"])
@pytest.mark.parametrize("scheme", ["smtp", "smtps", "anymail+mailjet"])
def test_a_password_that_is_not_encoded_is_refused_and_not_printed(sign: str, scheme: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Percent-encode special char") as refused:
        env.mailer(f"{scheme}://ann:HUNTER{sign}TWO@mail.example.com")
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert not {"HUNTER", "hunter", "TWO", "two"} & set(str(refused.value).split())


def test_other_ways_to_mail_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must be"):
        env.mailer("sendmail:")
