"""The words of an update for whoever reads: translated where somebody did, else as written."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from incidents.models import Page, Update
from publishing.words.tongues import language_of


@dataclass(frozen=True)
class Words:
    """What an update says in one language."""

    headline: str
    body: str
    html: str
    language: str
    is_fallback: bool = False

    @property
    def attributes(self) -> SafeString:
        """For the element that holds them: which language they are in, if it is not the page's."""
        lang = format_html(' lang="{}"', self.language) if self.is_fallback else mark_safe("")
        return lang + mark_safe(' dir="auto"')


def words_of(update: Update, page: Page, at: datetime) -> Words:
    """The words in the language that is spoken now, as they were known at `at`."""
    wanted = language_of(page)
    if wanted != page.language:
        for text in update.texts.all():
            if text.language == wanted and text.written_at <= at:
                return Words(text.headline, text.body, text.html, wanted)
    is_fallback = wanted != page.language
    return Words(update.headline, update.body, update.html, page.language, is_fallback)


def original(page: Page) -> SafeString:
    """For an element with words that staff wrote once, in the page's own language."""
    if language_of(page) == page.language:
        return mark_safe("")
    return format_html(' lang="{}" dir="auto"', page.language)
