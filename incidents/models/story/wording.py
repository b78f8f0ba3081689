"""The words of an update, checked and rendered before any row is locked."""

from dataclasses import dataclass
from typing import Self

from incidents.core import checks, markup


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an update, checked and rendered before any row is locked."""

    body: str
    html: str
    headline: str = ""
    social_text: str = ""
    signature: str = ""
    next_update_unknown: str = ""

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
