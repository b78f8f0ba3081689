"""Who does something: the `by=` of every verb."""

from dataclasses import dataclass
from typing import Final, Literal, Self

from people.models import ApiToken, User

LABEL_LIMIT: Final = 200
Kind = Literal["user", "token", "rule", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, and the face of the product that it acted through.

    `person_id` is the human behind: a token counts as its owner, so that four eyes are four eyes.
    """

    kind: Kind
    label: str
    face: str
    person_id: int | None = None
    token_id: int | None = None

    @classmethod
    def user(cls, user: User, face: str = "console") -> Self:
        """Return somebody who is signed in."""
        return cls("user", str(user)[:LABEL_LIMIT], face, person_id=user.pk)

    @classmethod
    def token(cls, token: ApiToken) -> Self:
        """Return a token, which acts for its owner."""
        label = f"{token.name} ({token.owner})"[:LABEL_LIMIT]
        return cls("token", label, "api", person_id=token.owner_id, token_id=token.pk)

    @classmethod
    def system(cls, label: str = "candor", face: str = "system") -> Self:
        """Return the product itself: a clock, a command, a rule."""
        return cls("system", label, face)
