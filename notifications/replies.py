"""Answers to readers who left an address: mailed once, and the address is erased."""

import logging
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.core import markup
from incidents.core.links import absolute_html, absolute_markdown
from incidents.models import MessageState, ReaderMessage
from incidents.models.story.message import FORGET_AFTER
from notifications.channels import channel_named
from notifications.kinds import Stream
from notifications.models import Delivery
from notifications.models.delivery import DeliveryQuerySet
from people.fields import opened

logger = logging.getLogger(__name__)

CHANNEL: Final = "email"
MESSAGE: Final = "message"
State: Final = Delivery.State
ENDED: Final = (State.SENT, State.BOUNCED, State.SUPPRESSED)


def enqueue(at: datetime) -> int:
    """Put the answers that wait on their way; returns how many.

    From here on the address stands in the delivery alone, which `forget` clears.
    """
    waiting = ReaderMessage.objects.filter(state=MessageState.ANSWERED).exclude(contact="")
    keys = list(waiting.values_list("pk", flat=True)[:500])
    return sum(_try(key, at) for key in keys)


def forget(at: datetime) -> int:
    """Erase the addresses of answers that have come to an end.

    What failed may be sent again by staff: it keeps its address as long as an unanswered message.
    """
    # Of no broadcast: so an index has them.
    answers = Delivery.objects.filter(broadcast=None, stream=Stream.PERSONAL)
    kept = answers.filter(merge__has_key=MESSAGE).exclude(destination="")
    failed = Q(state=State.FAILED)
    outlived = failed & Q(pk__in=_outlived(kept.filter(failed), at))
    return kept.filter(Q(state__in=ENDED) | outlived).update(destination="")


def is_reply(delivery: Delivery) -> bool:
    """Whether this delivery is an answer to a reader."""
    return delivery.stream == Stream.PERSONAL and MESSAGE in delivery.merge


def facts(delivery: Delivery) -> dict[str, Any]:
    """What the mail says: the question as it was asked, the answer as everybody reads it."""
    messages = ReaderMessage.objects.select_related("incident__page", "note", "update")
    message = messages.get(public_id=delivery.merge[MESSAGE])
    text, html = _answer(message)
    address = message.incident.public_url
    return {
        "asked": message,
        "text": markup.plain(absolute_markdown(text, address)),
        "html": absolute_html(html, address),
    }


def _answer(message: ReaderMessage) -> tuple[str, str]:
    if message.note:
        return message.note.answer, message.note.answer_html
    if message.update and not message.update.redacted_at:
        return message.update.body, message.update.html
    return _("The answer was removed; see the status page."), ""


def _outlived(failed: DeliveryQuerySet, at: datetime) -> list[int]:
    asked = dict(failed.values_list("pk", f"merge__{MESSAGE}"))
    young = ReaderMessage.objects.filter(received_at__gte=at - FORGET_AFTER)
    kept = set(young.filter(public_id__in=asked.values()).values_list("public_id", flat=True))
    return [key for key, message in asked.items() if message not in kept]


def _try(key: int, at: datetime) -> bool:
    """An answer that cannot be sent keeps nobody else's waiting."""
    try:
        return _enqueue(key, at)
    except Exception:
        logger.exception("An answer to a reader could not be put on its way")
        return False


def _enqueue(key: int, at: datetime) -> bool:
    with transaction.atomic():
        message = ReaderMessage.objects.select_for_update().select_related("incident").get(pk=key)
        if not message.contact:
            return False
        try:
            address = opened(message.contact)
        except ImproperlyConfigured:
            # It was encrypted with a key that is gone: nobody can be answered any more.
            address = ""
        if address:
            Delivery.objects.create(
                page_id=message.incident.page_id,
                stream=Stream.PERSONAL,
                lane=channel_named(CHANNEL).lane,
                channel=CHANNEL,
                destination=address,
                merge={MESSAGE: message.public_id},
                next_attempt_at=at,
                created_at=at,
            )
        ReaderMessage.objects.filter(pk=key).update(contact="")
    return bool(address)
