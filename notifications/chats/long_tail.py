"""Apprise's services behind our own door: whatever way out a plugin knows beside it is closed."""

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Final

import requests

from notifications.outbound.door import Door
from notifications.outbound.results import Answer, OutboundError

# What each schema is served by. Only plugins that speak HTTP(S), by `requests` alone, and read no
# file belong here; a test reads their sources.
SERVICES: Final[Mapping[str, str]] = {
    schema: plugin
    for plugin, schemas in {
        "bark": "bark barks",
        "betterstack": "betterstack",
        "cliq": "cliq",
        "dingtalk": "dingtalk",
        "feishu": "feishu",
        "firehydrant": "firehydrant",
        "flock": "flock",
        "goalert": "goalert goalerts",
        "google_chat": "gchat",
        "gotify": "gotify gotifys",
        "home_assistant": "hassio hassios",
        "ilert": "ilert",
        "incidentio": "incidentio",
        "lark": "lark",
        "line": "line",
        "mattermost": "mmost mmosts",
        "misskey": "misskey misskeys",
        "nextcloudtalk": "nctalk nctalks",
        "ntfy": "ntfy ntfys",
        "opsgenie": "opsgenie",
        "pagerduty": "pagerduty",
        "prowl": "prowl",
        "pushover": "pover",
        "revolt": "revolt",
        "rocketchat": "rocket rockets",
        "ryver": "ryver",
        "signal_api": "signal signals",
        "spike": "spike",
        "splunk": "splunk victorops",
        "squadcast": "squadcast",
        "synology": "synology synologys",
        "twist": "twist",
        "webexteams": "webex wxteams",
        "wecombot": "wecombot",
        "zulip": "zulip",
    }.items()
    for schema in schemas.split()
}
CARRIED: Final = ("data", "json", "headers", "params", "auth", "files")

# Apprise writes whole addresses, with their keys, into its log.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass
class Trip:
    """One message on its way: the door that it goes through, and what came back."""

    door: Door
    answers: list[Answer] = field(default_factory=list)
    problem: OutboundError | None = None


_trip: ContextVar[Trip] = ContextVar("trip")


class GuardedRequests:
    """What a plugin finds where it imported `requests`: its verbs lead through the door."""

    def __getattr__(self, name: str) -> Any:
        """Codes and exceptions are those of `requests`; there is no other way out."""
        found = getattr(requests, name)
        if name == "codes" or (isinstance(found, type) and issubclass(found, Exception)):
            return found
        raise AttributeError(f"requests.{name} is closed to plugins.")

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request through the door of the trip; certificates are checked, always."""
        trip = _trip.get()
        carried = {name: options[name] for name in CARRIED if options.get(name) is not None}
        try:
            with trip.door.session() as session:
                response = session.request(method, url, allow_redirects=False, **carried)
        except OutboundError as problem:
            trip.problem = problem
            raise
        answer = Answer(response.status_code, dict(response.headers), response.content)
        trip.answers.append(answer)
        return response

    def get(self, url: str, *args: Any, **options: Any) -> requests.Response:
        """GET."""
        return self.request("GET", url, **_placed("params", args), **options)

    def post(self, url: str, *args: Any, **options: Any) -> requests.Response:
        """POST."""
        return self.request("POST", url, **_placed("data", args), **options)

    def put(self, url: str, *args: Any, **options: Any) -> requests.Response:
        """PUT."""
        return self.request("PUT", url, **_placed("data", args), **options)

    def delete(self, url: str, **options: Any) -> requests.Response:
        """DELETE."""
        return self.request("DELETE", url, **options)


GUARDED: Final = GuardedRequests()


def service_of(url: str) -> Any:
    """The plugin behind an address; ValueError for one that is not open or not whole."""
    schema = url.partition("://")[0].strip().lower()
    if schema not in SERVICES:
        raise ValueError(f"Only these are open: {', '.join(sorted(SERVICES))}.")
    plugin = _plugin(schema)
    try:
        parts = plugin.parse_url(url) or {}
        # Trying again is the sender's business.
        wanted = {name: value for name, value in parts.items() if name not in {"retry", "wait"}}
        return plugin(**wanted, asset=_asset())
    except Exception as unfit:
        # The reason may quote the key.
        raise ValueError(f"This is no whole address of {schema}://; see Apprise's docs.") from unfit


def tell(url: str, *, title: str, body: str, door: Door) -> Trip:
    """Send a message; the trip says what became of it, and `problem` why nothing came back."""
    trip = Trip(door)
    token = _trip.set(trip)
    try:
        service_of(url).notify(title=title, body=body, notify_type="info", body_format="text")
    finally:
        _trip.reset(token)
    return trip


@cache
def _plugin(schema: str) -> Any:
    module = import_module(f"apprise.plugins.{SERVICES[schema]}")
    module.requests = GUARDED  # type: ignore[attr-defined]
    return next(
        each
        for each in vars(module).values()
        if isinstance(each, type) and schema in _schemas_of(each)
    )


def _schemas_of(plugin: type) -> tuple[str, ...]:
    named = (getattr(plugin, name, None) or () for name in ("protocol", "secure_protocol"))
    return tuple(word for each in named for word in ([each] if isinstance(each, str) else each))


@cache
def _asset() -> Any:
    made = import_module("apprise").AppriseAsset
    return made(
        app_id="Candor",
        app_desc="Status page",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        storage_mode="memory",
    )


def _placed(name: str, args: tuple[Any, ...]) -> dict[str, Any]:
    return {name: args[0]} if args else {}
