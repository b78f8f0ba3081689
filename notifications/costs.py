"""What a message costs, and how many more may leave: for channels that somebody pays for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")

type Price = tuple[Decimal, str]
"""An amount and its currency: `(Decimal("0.08"), "EUR")`."""


@dataclass(frozen=True)
class Allowance:
    """How many messages may still leave in a stretch of time."""

    left: int
    most: int
    span: str

    @classmethod
    def of(cls, sent: int, most: int, span: str) -> "Allowance":
        """What is left of `most` once `sent` have left."""
        return cls(max(0, most - sent), most, span)


@dataclass(frozen=True)
class Bill:
    """What one piece of news costs by one way of telling."""

    name: str
    messages: int
    parts: int = 1
    """How many of what is charged for each message takes."""
    price: Price | None = None
    """Of one part; nothing where the operator did not say."""
    allowances: Sequence[Allowance] = ()

    @property
    def cost(self) -> str:
        """The amount, rounded up to hundredths: `38.40 EUR`; empty where no price is known."""
        if self.price is None:
            return ""
        amount, currency = self.price
        whole = (amount * self.messages * self.parts).quantize(CENT, ROUND_UP)
        return f"{whole:,} {currency}"

    @property
    def is_short(self) -> bool:
        """Whether not all of it may leave."""
        return any(each.left < self.messages for each in self.allowances)
