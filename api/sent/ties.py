"""How incidents hang together, and what one turned out to be."""

from typing import Annotated

from pydantic import Field, StrictBool

from api.fields import Id
from api.sent import Sent, Words, _example
from incidents.models import LinkKind


class LinkSent(Sent):
    """What this is to another entry of the page."""

    model_config = _example(kind="caused_by_fix_of", target="ab12cd34ef56")

    kind: LinkKind
    target: Id


class FalseAlarmSent(Words):
    """Nothing was broken."""

    model_config = _example(body="Our probe was wrong: mail was readable all the time.")


class MergeSent(Words):
    """The incident that stays, and what readers should know."""

    model_config = _example(other="ab12cd34ef56", body="We opened this twice.")

    other: Id
    there_too: Annotated[StrictBool, Field(description="Whether it is posted on both.")] = True
