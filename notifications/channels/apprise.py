"""Apprise, for the long tail: services that it knows and that speak HTTP(S)."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from notifications.channels import Example
from notifications.chats.chat import Chat, Message, NotTaken, check_name
from notifications.chats.long_tail import service_of, tell
from notifications.chats.phrasing import heading, story
from notifications.chats.shortening import fitted
from notifications.details import Detail
from notifications.outbound.answers import is_good
from notifications.outcomes import Outcome

TITLE: Final = 250


class Apprise(Chat):
    """One address of Apprise's, such as ntfys://ntfy.example.com/status."""

    name = "apprise"
    label = "Apprise"
    destination = "Name, like Pager of the night shift"
    asks = (
        Detail(
            "url", "Address",
            "As Apprise writes it: ntfys://ntfy.example.com/status, pover://…, gchat://….",
            secret=True,
        ),
    )  # fmt: skip
    # The smallest room among the services; each says its own when sending.
    limit = 1000

    def validate_destination(self, text: str) -> str:
        """A name by which staff know where it leads."""
        return check_name(text, "Pager of the night shift")

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """An address that its service takes."""
        kept = super().validate_config(config)
        try:
            service_of(kept["url"])
        except ValueError as unfit:
            raise ValidationError({"url": [str(unfit)]}) from unfit
        return kept

    def example(self, base_url: str) -> Example:
        """A topic of ntfy at `base_url`."""
        return Example("Pager", {"url": f"ntfy://{urlsplit(base_url).netloc}/s3cr3t-s3cr3t"})

    def say(self, message: Message) -> str:
        """One message; Apprise does not say what the service calls it."""
        title, body = self._words(message)
        trip = tell(message.settings["url"], title=title, body=body, door=message.door)
        if trip.problem:
            raise trip.problem
        if not trip.answers:
            raise NotTaken(Outcome.failed("The service sent nothing; see its address."))
        bad = [answer for answer in trip.answers if not is_good(answer)]
        if bad:
            raise NotTaken(self.judge(bad[-1], message.at))
        return ""

    def _words(self, message: Message) -> tuple[str, str]:
        bulletin = message.bulletin
        if bulletin is None:
            return message.delivery.page.name, self.text(message)
        service = service_of(message.settings["url"])
        title = fitted(heading(bulletin), "", limit=service.title_maxlen or TITLE)
        room = service.body_maxlen - (0 if service.title_maxlen else len(title) + 2)
        return title, fitted(story(bulletin), f"\n\n{bulletin.url}", limit=room)


CHANNEL = Apprise()
