"""From a share to an amount: one multiplication, one rounding, in minor units."""

from fractions import Fraction
from typing import Final, Literal

from customers.core.exact import half_even
from customers.core.money import show

Basis = Literal["month", "year"]
MONTHS_IN: Final[dict[str, int]] = {"month": 1, "year": 12}


def per_fee(share: Fraction, basis: str) -> Fraction:
    """Return a share of one month's fee as a share of the fee as it is billed."""
    return share / MONTHS_IN[basis]


def amount(fee_minor: int, share: Fraction, basis: str) -> int:
    """Return minor units: an exact half goes to the even neighbour, and nothing rounds before."""
    return half_even(fee_minor * per_fee(share, basis))


def in_words(words: str, fee_minor: int, basis: str, amount_minor: int, currency: str) -> str:
    """Return the whole formula: "... -> 25 % of 10.00 = 2.50 USD"."""
    if not amount_minor:
        return f"{words} -> {show(0, currency)} {currency}"
    part = "" if basis == "month" else f" / {MONTHS_IN[basis]}"
    return (
        f"{words} of {show(fee_minor, currency)}{part} = {show(amount_minor, currency)} {currency}"
    )
