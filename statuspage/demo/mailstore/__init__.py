"""The Mailstore outage: what came before, the outage itself, and what was said afterwards.

Facts and figures are those of a real outage; every sentence is ours. Hours that the facts do not
state are marked as assumed, in the words of the record itself (`Origin`, and notes on windows).
"""

from typing import Final

from statuspage.demo.mailstore.afterwards import AFTERWARDS
from statuspage.demo.mailstore.eve import EVE
from statuspage.demo.mailstore.first_day import FIRST_DAY
from statuspage.demo.mailstore.second_day import SECOND_DAY
from statuspage.demo.steps import Story

OUTAGE: Final[Story] = (*FIRST_DAY, *SECOND_DAY)

__all__ = ["AFTERWARDS", "EVE", "OUTAGE"]
