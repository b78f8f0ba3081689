"""Mail providers with an API, through django-anymail: `anymail+postmark://TOKEN`."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import SplitResult, unquote

from django.core.exceptions import ImproperlyConfigured

from statuspage import addresses

SCHEME: Final = "anymail+"
EVENTS_KEY: Final = "events_key"
# Numbers among the options; all others are text.
SECONDS: Final = "requests_timeout"


class Provider(NamedTuple):
    """How one provider is addressed."""

    key: str
    """The option that holds what stands before the @, or alone."""
    second: str = ""
    """The option that holds what stands after the colon."""
    options: tuple[str, ...] = ()
    """What may follow after the question mark."""
    events: str = ""
    """Anymail's setting for the key with which its webhooks are signed."""


PROVIDERS: Final[Mapping[str, Provider]] = {
    "brevo": Provider("api_key"),
    "mailersend": Provider("api_token", events="MAILERSEND_SIGNING_SECRET"),
    "mailgun": Provider(
        "api_key", options=("sender_domain",), events="MAILGUN_WEBHOOK_SIGNING_KEY"
    ),
    "mailjet": Provider("api_key", second="secret_key"),
    "mailtrap": Provider("api_token", events="MAILTRAP_TRACKING_SECRET"),
    "mandrill": Provider("api_key", events="MANDRILL_WEBHOOK_KEY"),
    "postal": Provider("api_key", events="POSTAL_WEBHOOK_KEY"),
    "postmark": Provider("server_token", options=("message_stream",)),
    "resend": Provider("api_key"),
    "sparkpost": Provider("api_key", options=("subaccount",)),
    "unisender_go": Provider("api_key"),
}
EVERYWHERE: Final = ("api_url", "ignore_unsupported_features", SECONDS)


def is_provider(url: str) -> bool:
    """Whether this address is one of a provider."""
    return url.startswith(SCHEME)


def mailer(url: str) -> dict[str, Any]:
    """The MAILERS entry of `anymail+PROVIDER://KEY[:SECRET][?option=value]`."""
    name, provider, parts = _taken_apart(url)
    key, _colon, second = _credentials(parts)
    options: dict[str, Any] = {provider.key: unquote(key)}
    if provider.second:
        options[provider.second] = unquote(second)
    options |= {"requests_timeout": 20} | _options(name, provider, parts)
    options.pop(EVENTS_KEY, None)
    return {"BACKEND": f"anymail.backends.{name}.EmailBackend", "OPTIONS": options}


def webhook_settings(urls: list[str], login: str) -> dict[str, Any]:
    """Anymail's settings for webhooks: the login that all need, the keys that some sign with."""
    found: dict[str, Any] = {"WEBHOOK_SECRET": [login]} if login else {}
    for url in urls:
        if is_provider(url):
            name, provider, parts = _taken_apart(url)
            if key := _options(name, provider, parts).get(EVENTS_KEY):
                found[provider.events] = key
    return found


def _taken_apart(url: str) -> tuple[str, Provider, SplitResult]:
    parts = addresses.taken_apart("EMAIL_URL", url, with_port=False)
    # A scheme holds no underscore, so unisender_go is written unisender-go.
    name = parts.scheme.removeprefix(SCHEME).replace("-", "_")
    if name not in PROVIDERS:
        known = ", ".join(each.replace("_", "-") for each in PROVIDERS)
        raise ImproperlyConfigured(
            f"EMAIL_URL: “{name}” is no provider that is known; there are {known}. "
            "Use Amazon SES, SendGrid and others over SMTP."
        )
    key, _colon, second = _credentials(parts)
    if not key or bool(PROVIDERS[name].second) != bool(second):
        shape = "KEY:SECRET" if PROVIDERS[name].second else "KEY"
        raise ImproperlyConfigured(f"EMAIL_URL must be like {parts.scheme}://{shape}.")
    return name, PROVIDERS[name], parts


def _credentials(parts: SplitResult) -> tuple[str, str, str]:
    """What stands before an @, or alone."""
    before, _at, alone = parts.netloc.rpartition("@")
    return (before or alone).partition(":")


def _options(name: str, provider: Provider, parts: SplitResult) -> dict[str, Any]:
    given: dict[str, Any] = addresses.options("EMAIL_URL", parts)
    known = [*provider.options, *EVERYWHERE, *([EVENTS_KEY] if provider.events else [])]
    for option in given:
        if option not in known:
            raise ImproperlyConfigured(
                f"EMAIL_URL: {name} has no option “{option}”; there are {', '.join(known)}."
            )
    if not str(given.get(SECONDS, "20")).isdecimal():
        raise ImproperlyConfigured(f"EMAIL_URL: {SECONDS} is a whole number of seconds.")
    return given | ({SECONDS: int(given[SECONDS])} if SECONDS in given else {})
