"""What Candor says where staff says nothing else, in each language that it speaks."""

from collections.abc import Iterable
from typing import Final

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from incidents.core.languages import beside

BEGUN: Final = gettext_noop("The maintenance has begun.")
PART_DONE: Final = gettext_noop("This part is done. The next window is still to come.")
COMPLETED: Final = gettext_noop("The maintenance has been completed.")
RAN_OUT: Final = gettext_noop("This announcement has ended.")
OWN: Final = (BEGUN, PART_DONE, COMPLETED, RAN_OUT)


def said_in(language: str, own: str) -> str:
    """Return one of these sentences in a language; in English where Candor does not speak it."""
    with translation.override(language):
        return gettext(own)


def in_each(body: str, main: str, further: Iterable[str]) -> dict[str, str]:
    """Return a sentence of Candor's in `main` and in those of `further` that it speaks.

    Nothing for what staff wrote; a sentence that staff left as it was offered is Candor's.
    """
    own = next((each for each in OWN if body.strip() in {each, said_in(main, each)}), None)
    if own is None:
        return {}
    return {language: said_in(language, own) for language in [main, *beside(main, further)]}
