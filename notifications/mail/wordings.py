"""A page's own words in its mails: fixed names are filled in; this is no template language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from incidents.core import checks

TEXT_LIMIT: Final = 2000
PREFIX_LIMIT: Final = 60
# What each name stands for; {title} only where a mail is about something that has one.
NAMES: Final[dict[str, str]] = {
    "page": "the name of the page",
    "url": "the address of the page",
    "title": "what the mail is about, such as the title of the incident",
}

# One pair of braces: {{page}} is no name, and stays as it is.
_NAME: Final = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\ufffe\uffff]")


@dataclass(frozen=True)
class Wording:
    """What a page says in its mails beside the news; blank is what Candor says by itself."""

    prefix: str = ""
    introduction: str = ""
    footer: str = ""

    def filled(self, **values: str) -> "Wording":
        """The same with the names filled in; what a value holds stays as it is."""
        words = (self.prefix, self.introduction, self.footer)
        return Wording(*(_fill(text, values) for text in words))

    def subject(self, page_name: str, about: str) -> str:
        """The subject of a mail of this page."""
        return f"{self.prefix or f'[{page_name}]'} {about}"


PLAIN: Final = Wording()


def checked(wording: Wording, *, titled: bool) -> Wording:
    """The wording as it is kept; raises ValidationError on the field that cannot be."""
    return Wording(
        _named(
            checks.line(wording.prefix, field="prefix", limit=PREFIX_LIMIT, required=False),
            "prefix",
            titled=titled,
        ),
        _text(wording.introduction, "introduction", titled=titled),
        _text(wording.footer, "footer", titled=titled),
    )


def _text(text: str, field: str, *, titled: bool) -> str:
    text = text.replace("\r\n", "\n").strip()
    if _CONTROL.search(text):
        raise checks.refusal(field, "Take out control characters; lines may break.")
    if len(text) > TEXT_LIMIT:
        raise checks.refusal(field, f"At most {TEXT_LIMIT} characters; these are {len(text)}.")
    return _named(text, field, titled=titled)


def _named(text: str, field: str, *, titled: bool) -> str:
    known = [name for name in NAMES if titled or name != "title"]
    for found in _NAME.finditer(text):
        if found[1] not in known:
            there_are = ", ".join(f"{{{name}}}" for name in known)
            raise checks.refusal(field, f"“{found[0]}” is not known here; there are {there_are}.")
    return text


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)
