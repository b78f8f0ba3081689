"""Money in integer minor units of an ISO 4217 currency (JPY has 0 decimals, KWD 3)."""

from moneyed import CurrencyDoesNotExist, get_currency

from customers.core.exact import decimal, refusal


def exponent(currency: str) -> int:
    """Return how many decimals a currency has; an unknown code is refused."""
    try:
        sub_unit = int(get_currency(currency).sub_unit)
    except CurrencyDoesNotExist as error:
        raise refusal(
            "currency", f"“{currency}” is not a currency. Give its ISO 4217 code, such as USD."
        ) from error
    return len(str(sub_unit)) - 1


def to_minor(amount: object, currency: str, field: str = "fee") -> int:
    """Return an amount such as "10.00" in minor units; more decimals than there are is refused."""
    scale: int = 10 ** exponent(currency)
    minor = decimal(amount, field) * scale
    if minor.denominator != 1:
        raise refusal(field, f"{currency} has {exponent(currency)} decimals, not as in “{amount}”.")
    if minor < 0:
        raise refusal(field, "An amount cannot be negative.")
    return minor.numerator


def show(minor: int, currency: str) -> str:
    """Return minor units as a decimal text ("2.50"), without the currency."""
    places = exponent(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if minor < 0 else text
