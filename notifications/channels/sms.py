"""SMS, by Twilio: short, dear, and only to countries that the operator named."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings as operator
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notifications.bulletins import Bulletin
from notifications.channels import Entrance, Example
from notifications.chats.chat import Chat, Message, NotTaken
from notifications.chats.phrasing import aside_briefly, brief
from notifications.chats.shortening import fitted, plainer, segments
from notifications.costs import Allowance, Bill
from notifications.kinds import Stream
from notifications.models.subscription import Subscription
from notifications.models.suppression import Bucket
from notifications.outbound.answers import is_good, json_of
from notifications.outbound.results import Answer, OutboundError
from notifications.outcomes import Outcome

BUCKET: Final = "sms"
QUESTIONS: Final = "sms questions"
# Of what a day allows, so much may go to numbers that somebody typed into a form.
SHARE: Final = 4
EXAMPLE: Final = "+14155550123"
DAY: Final = timedelta(days=1)
NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
SPACES: Final = re.compile(r"[\s().\-/]", re.ASCII)
STOPPED: Final = 21610
NO_SUCH_NUMBER: Final = (21211, 21214, 21217, 21614, 21635)
FORM: Final = "application/x-www-form-urlencoded"


class Sms(Chat):
    """A telephone; the account that pays is the operator's (SMS_URL)."""

    name = "sms"
    label = "SMS"
    destination = f"Number, like {EXAMPLE}"
    # Three messages are what people still read as one.
    limit = 3
    unit = "messages"
    measure = staticmethod(segments)

    @property
    def public(self) -> bool:  # type: ignore[override]
        """Whether the operator lets readers sign up; every number costs money."""
        return bool(operator.SMS_URL and operator.SMS_SIGN_UP and operator.SMS_COUNTRIES)

    def validate_destination(self, text: str) -> str:
        """A number with its country's code, of a country that the operator named."""
        number = re.sub(r"^00", "+", SPACES.sub("", text.strip()))
        if not text.isprintable() or not NUMBER.fullmatch(number):
            raise _refused(_("Write the number with its country's code, like %s.") % EXAMPLE)
        if operator.SMS_COUNTRIES and not number.startswith(tuple(operator.SMS_COUNTRIES)):
            raise _refused(_("Numbers begin with %s here.") % ", ".join(operator.SMS_COUNTRIES))
        return number

    def entrance(self, address: str) -> Entrance:
        """A reader's own number, asked there."""
        return Entrance(self.validate_destination(address), {})

    def text(self, message: Message) -> str:
        """The wording, or what is said beside the news, as short as can be."""
        if message.bulletin is None:
            return plainer(aside_briefly(message.delivery))
        return self.wording(message.bulletin, message.settings)

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing to keep: the account is the operator's."""
        if not operator.SMS_URL:
            raise _refused("This installation sends no SMS; its operator can set SMS_URL.")
        return {}

    def example(self, base_url: str) -> Example:
        """A telephone, and an account at `base_url`."""
        account = {"sid": "AC17", "token": "s3cr3t-s3cr3t", "sender": "+14155550100"}
        return Example(EXAMPLE, settings={"SMS_URL": account | {"api": base_url}})

    def secrets(self, settings: Mapping[str, Any]) -> list[str]:
        """The operator's."""
        return [operator.SMS_URL["token"]] if operator.SMS_URL else []

    def wording(self, bulletin: Bulletin, settings: Mapping[str, Any]) -> str:
        """Staff's own words, or status, title and as much of the text as fits beside the link."""
        return fitted(
            plainer(brief(bulletin)), f" {bulletin.url}",
            limit=self.limit, measure=self.measure, ellipsis=" ...",
        )  # fmt: skip

    def bills(
        self, bulletin: Bulletin, audience: QuerySet[Subscription], at: datetime
    ) -> Iterable[Bill]:
        """One for all numbers; a long text is charged as several messages."""
        if count := audience.count():
            parts = self.measure(self.wording(bulletin, {}))
            taken = Bucket.taken_of(BUCKET, every=DAY, at=at)
            left = Allowance.of(taken, operator.SMS_PER_DAY, "today")
            yield Bill(self.label, count, parts, operator.SMS_PRICE, [left])

    def say(self, message: Message) -> str:
        """One message, within what the operator allows a day."""
        account = operator.SMS_URL
        if not account:
            raise NotTaken(Outcome.failed("This installation sends no SMS; set SMS_URL."))
        self._take_one(message)
        try:
            answer = self._handed_over(message, account)
        except OutboundError as lost:
            if not lost.reached:
                Bucket.give_back(BUCKET, every=DAY, at=message.at)
            raise
        if not is_good(answer):
            Bucket.give_back(BUCKET, every=DAY, at=message.at)
        self._check_number(answer)
        return self.named(self.take(answer, message.at), "sid")

    def _handed_over(self, message: Message, account: Mapping[str, str]) -> Answer:
        address = f"{account['api']}/2010-04-01/Accounts/{account['sid']}/Messages.json"
        body = {"To": message.delivery.destination, "Body": self.text(message)}
        return message.door.call(
            "POST", address, urlencode(body | _sender(account)).encode(),
            {"Content-Type": FORM, "Authorization": _basic(account)},
        )  # fmt: skip

    def _take_one(self, message: Message) -> None:
        most = operator.SMS_PER_DAY
        if message.delivery.stream == Stream.CONFIRMATION:
            share = max(1, most // SHARE)
            if not Bucket.take(QUESTIONS, limit=share, every=DAY, at=message.at):
                raise NotTaken(Outcome.failed(f"The {share} SMS that ask on this day are sent."))
        if not Bucket.take(BUCKET, limit=most, every=DAY, at=message.at):
            raise NotTaken(Outcome.failed(f"The {most} SMS of this day (SMS_PER_DAY) are sent."))

    def _check_number(self, answer: Answer) -> None:
        code = json_of(answer).get("code")
        if code == STOPPED:
            raise NotTaken(Outcome.undeliverable("They answered STOP."))
        if code in NO_SUCH_NUMBER:
            raise NotTaken(Outcome.undeliverable(f"No SMS can reach it: {self.told(answer)}"))


def _sender(account: Mapping[str, str]) -> dict[str, str]:
    sender = account["sender"]
    return {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}


def _basic(account: Mapping[str, str]) -> str:
    return "Basic " + b64encode(f"{account['sid']}:{account['token']}".encode()).decode()


def _refused(why: str) -> ValidationError:
    return ValidationError({"destination": [why]})


CHANNEL = Sms()
