"""The words of a bulletin for chats and social media, in the language of its reader."""

from django.utils import translation
from django.utils.translation import gettext as _

from notifications.bulletins import Bulletin
from notifications.kinds import Stream
from notifications.models import Delivery, Subscription


def heading(bulletin: Bulletin) -> str:
    """Whose page it is, what is the matter, and how that stands."""
    return f"[{bulletin.page.name}] {_called(bulletin)}: {bulletin.title}"


def story(bulletin: Bulletin) -> str:
    """The update with what changed, what it corrects and when the next one is due."""
    with translation.override(bulletin.spoken):
        parts = [bulletin.headline, _correcting(bulletin), bulletin.words]
        parts += ["\n".join(f"• {each.component}: {each.level}" for each in bulletin.changes)]
        parts += ["\n".join(bulletin.facts), _promise(bulletin)]
    return "\n\n".join(part for part in parts if part)


def brief(bulletin: Bulletin) -> str:
    """Staff's own short text where there is one, else status, title and text in one breath."""
    if bulletin.social:
        return bulletin.social
    return f"{_called(bulletin)}: {bulletin.title} – {' '.join(bulletin.words.split())}"


def aside(delivery: Delivery) -> str:
    """What is said beside the news: the question whether it is wanted, or a test."""
    reader = delivery.subscription
    if delivery.stream != Stream.CONFIRMATION or reader is None:
        return testing(delivery)
    with translation.override(reader.language or delivery.page.language):
        return _asking(reader) if reader.state == Subscription.State.PENDING else _known(reader)


def aside_briefly(delivery: Delivery) -> str:
    """The same where each word costs: the question with its link alone."""
    reader = delivery.subscription
    if delivery.stream != Stream.CONFIRMATION or reader is None:
        return testing(delivery)
    with translation.override(reader.language or delivery.page.language):
        if reader.state == Subscription.State.PENDING:
            whether = _("Do you want to hear from %(name)s?") % {"name": reader.page.name}
            return f"{whether} {reader.confirm_url}"
        return f"{_('You are subscribed already')}: {reader.manage_url}"


def way_out(delivery: Delivery) -> tuple[str, str]:
    """In words and as an address, where a reader changes or ends it; blank for staff's own."""
    reader = delivery.subscription
    if reader is None or reader.owner == Subscription.Owner.STAFF:
        return "", ""
    with translation.override(reader.language or delivery.page.language):
        return _("Change what you hear of"), reader.manage_url


def testing(delivery: Delivery) -> str:
    """What a test says; its key makes each another, since some refuse the same words twice."""
    return f"Test of {delivery.page.name}'s status channel ({delivery.key[:6]})."


def _asking(reader: Subscription) -> str:
    whether = _("Do you want to hear from %(name)s?") % {"name": reader.page.name}
    who = _("Somebody, probably you, asked that this channel be told of incidents and maintenance.")
    how = _("To confirm, open this page and press the button:")
    until = _(
        "The link works once, within two days. If it was not you, do nothing: "
        "you will not be subscribed."
    )
    return f"{whether}\n\n{who} {how}\n{reader.confirm_url}\n\n{until}"


def _known(reader: Subscription) -> str:
    change = _("Change what you hear of")
    return f"{_('You are subscribed already')}\n\n{change}: {reader.manage_url}"


def _called(bulletin: Bulletin) -> str:
    with translation.override(bulletin.spoken):
        return _("Correction") if bulletin.corrects else bulletin.label


def _correcting(bulletin: Bulletin) -> str:
    if bulletin.corrects is None:
        return ""
    about = {"then": bulletin.corrects.when, "url": bulletin.corrects.url}
    return _("This corrects our update of %(then)s: %(url)s") % about


def _promise(bulletin: Bulletin) -> str:
    if bulletin.promise:
        return _("Next update by %(due)s.") % {"due": bulletin.promise}
    because = bulletin.unknown_because
    return f"{_('When the next update comes is unknown:')} {because}" if because else ""
