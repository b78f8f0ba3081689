"""The words of an update, checked and rendered before any row is locked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from incidents.core import checks, markup, own_words

if TYPE_CHECKING:
    from incidents.models.site.page import Page


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an update, checked and rendered before any row is locked."""

    body: str
    html: str
    headline: str = ""
    social_text: str = ""
    signature: str = ""
    next_update_unknown: str = ""
    elsewhere: Mapping[str, "Wording"] = field(default_factory=dict)
    """The same in further languages of the page."""

    @classmethod
    def of_verb(cls, page: "Page", body: str) -> Self:
        """Return the words of a verb that has some of its own: those in all languages of `page`."""
        spoken = own_words.in_each(body, page.language, page.languages)
        main, *further = [cls.of(body=each) for each in spoken.values() or [body]]
        return replace(main, elsewhere=dict(zip(list(spoken)[1:], further, strict=True)))

    @classmethod
    def of(
        cls,
        *,
        body: str,
        headline: str = "",
        social_text: str = "",
        signature: str = "",
        next_update_unknown: str = "",
    ) -> Self:
        """Return checked words. Raises ValidationError on the field that cannot stand."""
        if not body.strip():
            raise checks.refusal("body", "Say something: readers need words, not a status alone.")
        return cls(
            body=body,
            html=markup.render(body),
            headline=checks.line(headline, field="headline", required=False),
            social_text=checks.line(social_text, field="social_text", limit=280, required=False),
            signature=checks.line(signature, field="signature", limit=120, required=False),
            next_update_unknown=checks.line(
                next_update_unknown, field="next_update_unknown", required=False
            ),
        )
