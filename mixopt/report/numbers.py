"""Numbers as people read them: money in three digits with its sign and unit, shares in percent, differences signed.

£23.3m   £0.43m   £21k   £0        −£0.43m   +1.0 pts   1.98   75.2%   28p
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from mixopt.report.coin import Coin

MINUS = "\N{MINUS SIGN}"
NOTHING = ""
ROUNDING = 1e-12  # of an amount: a difference below is what adding up leaves
NAMELESS = frozenset({"currency", "share", "ratio", "count"})  # units that a number shows by itself


def money(amount: float | None, coin: Coin) -> str:
    """Return an amount in at most three significant digits.

    Parameters
    ----------
    amount : float or None
    coin : Coin

    Returns
    -------
    str
        Empty where there is no number.

    Examples
    --------
    >>> pound = Coin("GBP", budget=12e6)
    >>> money(23_312_000, pound), money(430_000, pound), money(21_400, pound), money(0, pound)
    ('£23.3m', '£0.43m', '£21k', '£0')
    """
    if amount is None or math.isnan(amount):
        return NOTHING
    size = digits(abs(amount), coin)
    return f"{MINUS if amount < 0 and size != '0' else ''}{coin.symbol}{size}"


def digits(size: float, coin: Coin) -> str:
    """Return an amount in at most three significant digits with the letter of its scale.

    Parameters
    ----------
    size : float
        At least 0.
    coin : Coin

    Returns
    -------
    str
    """
    if math.isinf(size):
        return "∞"
    if size < 5e-3:
        return "0" if size < 1e-12 else f"{size:.1g}"
    unit, letter = coin.scale(size)
    number = size / unit
    if number >= 99.95:
        return f"{number:,.0f}{letter}"
    if letter == "k":
        return f"{number:.0f}k" if number >= 9.95 else f"{number:.1f}k"
    if letter == "" and number == round(number):
        return f"{number:.0f}"
    return f"{number:.1f}{letter}" if letter and number >= 9.995 else f"{number:.2f}{letter}"


def money_alike(amounts: Sequence[float], coin: Coin) -> list[str]:
    """Return amounts in one scale and with the same number of decimals, so that a row or a column reads as one.

    Parameters
    ----------
    amounts : sequence of float
    coin : Coin

    Returns
    -------
    list of str
        Empty where there is no number.

    Examples
    --------
    >>> money_alike([23_312_000, 950_000, 0.0], Coin("GBP", budget=12e6))
    ['£23.3m', '£0.9m', '£0']
    """
    top = max((abs(amount) for amount in amounts if math.isfinite(amount)), default=0.0)
    unit, letter = coin.scale(top)
    least = min((abs(amount) for amount in amounts if math.isfinite(amount) and amount), default=top)
    decimals = 0 if letter == "k" or top >= 99.5 * unit else 2
    if decimals and top >= 9.995 * unit and least >= 0.05 * unit:
        decimals = 1
    return [
        _alike(amount, unit, letter, decimals, coin)
        if top >= 1.0 and math.isfinite(amount)
        else money(amount, coin)
        for amount in amounts
    ]


def _alike(amount: float, unit: float, letter: str, decimals: int, coin: Coin) -> str:
    if amount == 0.0:
        return f"{coin.symbol}0"
    size = f"{abs(amount) / unit:,.{decimals}f}"
    sign = MINUS if amount < 0 and float(size.replace(",", "")) else ""
    return f"{sign}{coin.symbol}{size}{letter}"


def differences_alike(amounts: Sequence[float], coin: Coin) -> list[str]:
    """Return differences in money with their signs, in one scale and with the same number of decimals.

    Parameters
    ----------
    amounts : sequence of float
    coin : Coin

    Returns
    -------
    list of str
        ``0`` where nothing is left in the digits shown.

    Examples
    --------
    >>> differences_alike([11_000, -6_900, 41.0], Coin("EUR", budget=180e3))
    ['+€11k', '−€7k', '0']
    """
    texts = money_alike(amounts, coin)
    return [_signed(text, amount) if text else NOTHING for text, amount in zip(texts, amounts, strict=True)]


def _signed(text: str, amount: float) -> str:
    if not any(c in "123456789∞" for c in text):
        return "0"
    return f"+{text}" if amount > 0 else text


def money_difference(amount: float | None, coin: Coin) -> str:
    """Return a difference in money with its sign; ``0`` where it is nothing.

    Parameters
    ----------
    amount : float or None
    coin : Coin

    Returns
    -------
    str

    Examples
    --------
    >>> money_difference(1_830_000, Coin("GBP")), money_difference(0.0, Coin("GBP"))
    ('+£1.83m', '0')
    """
    if amount is None or math.isnan(amount):
        return NOTHING
    return _signed(money(amount, coin), amount)


def exact_money(amount: float | None, coin: Coin) -> str:
    """Return an amount in whole units of currency where it is large, else in six digits: for proofs.

    Parameters
    ----------
    amount : float or None
    coin : Coin

    Returns
    -------
    str

    Examples
    --------
    >>> exact_money(23_743_512.4, Coin("GBP"))
    '£23,743,512'
    """
    if amount is None or not math.isfinite(amount):
        return NOTHING
    size = f"{abs(amount):,.0f}" if abs(amount) >= 1e5 else f"{abs(amount):,.6g}"
    return f"{MINUS if amount < 0 and size != '0' else ''}{coin.symbol}{size}"


def pence(amount: float, coin: Coin) -> str:
    """Return money per unit of money: in the small coin below one, in currency above.

    Parameters
    ----------
    amount : float
    coin : Coin

    Returns
    -------
    str

    Examples
    --------
    >>> pence(0.28, Coin("GBP")), pence(1.5, Coin("GBP")), pence(0.004, Coin("JPY"))
    ('28p', '£1.50', '¥0.004')
    """
    sign = MINUS if amount < 0 else ""
    size = abs(amount)
    if coin.cent and 0 < size < 0.995:
        return (
            f"{sign}{100 * size:.0f}{coin.cent}" if size >= 0.0095 else f"{sign}{100 * size:.1g}{coin.cent}"
        )
    if 0 < size < 5e-3:
        return f"{sign}{coin.symbol}{size:.1g}"
    return f"{sign}{coin.symbol}{size:,.2f}"


def percent(share: float | None) -> str:
    """Return a share in percent with one decimal.

    Parameters
    ----------
    share : float or None

    Returns
    -------
    str

    Examples
    --------
    >>> percent(0.0182), percent(-0.0001)
    ('1.8%', '0.0%')
    """
    if share is None or math.isnan(share):
        return NOTHING
    size = f"{100 * abs(share):.1f}"
    return f"{MINUS if share < 0 and float(size) else ''}{size}%"


def in_unit(value: float | None, unit: str, coin: Coin) -> str:
    """Return a measure's value in its unit.

    Parameters
    ----------
    value : float or None
    unit : str
        ``currency``, ``share``, ``ratio``, ``count``, or a unit's name.
    coin : Coin

    Returns
    -------
    str
        Empty where the measure does not apply.
    """
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if unit == "currency":
        return money(value, coin)
    return percent(value) if unit == "share" else _number(value, unit, abs(value)).replace("-", MINUS)


def difference_in_unit(value: float | None, unit: str, coin: Coin, like: float = 0.0) -> str:
    """Return a difference of a measure in its unit, signed; shares in points.

    Parameters
    ----------
    value : float or None
    unit : str
        As :func:`in_unit`.
    coin : Coin
    like : float
        The measure's own size: the difference gets as many decimals.

    Returns
    -------
    str
        ``0`` where nothing is left of it in the digits shown.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit == "currency":
        return money_difference(0.0 if abs(value) <= ROUNDING * like else value, coin)
    text = (
        f"{100 * abs(value):.1f} pts" if unit == "share" else _number(abs(value), unit, max(like, abs(value)))
    )
    if not any(c in "123456789" for c in text):
        return "0"
    return f"{'+' if value > 0 else MINUS}{text}"


def _number(value: float, unit: str, like: float) -> str:
    if unit == "ratio":
        return f"{value:,.2f}"
    if unit == "count" and abs(value - round(value)) < 1e-9:
        return f"{value:,.0f}"
    if like >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if like >= 1 else f"{value:.3g}"


def duration(seconds: float) -> str:
    """Return a time as people say it.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str

    Examples
    --------
    >>> duration(0.04), duration(61.0), duration(7300.0)
    ('0.04 s', '61 s', '2 h 2 min')
    """
    if seconds < 100:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
