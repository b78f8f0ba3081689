"""The words of a bulletin for chats and social media, in the language of its page."""

from django.utils import translation
from django.utils.translation import gettext as _

from incidents.core.markup import plain
from notifications.bulletins import Bulletin
from notifications.models import Delivery


def heading(bulletin: Bulletin) -> str:
    """Whose page it is, what is the matter, and how that stands."""
    return f"[{bulletin.page.name}] {_called(bulletin)}: {bulletin.title}"


def story(bulletin: Bulletin) -> str:
    """The update with what changed, what it corrects and when the next one is due."""
    with translation.override(bulletin.page.language):
        parts = [bulletin.headline, _correcting(bulletin), plain(bulletin.text)]
        parts += ["\n".join(f"• {each.component}: {each.level}" for each in bulletin.changes)]
        parts += ["\n".join(bulletin.facts), _promise(bulletin)]
    return "\n\n".join(part for part in parts if part)


def brief(bulletin: Bulletin) -> str:
    """Staff's own short text where there is one, else status, title and text in one breath."""
    if bulletin.social:
        return bulletin.social
    return f"{_called(bulletin)}: {bulletin.title} – {' '.join(plain(bulletin.text).split())}"


def testing(delivery: Delivery) -> str:
    """What a test says; its key makes each another, since some refuse the same words twice."""
    return f"Test of {delivery.page.name}'s status channel ({delivery.key[:6]})."


def _called(bulletin: Bulletin) -> str:
    with translation.override(bulletin.page.language):
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
