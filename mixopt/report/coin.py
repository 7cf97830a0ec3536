"""How the currency of a report is written: its symbol, its small coin, and from where on amounts stand in millions."""

from __future__ import annotations

from dataclasses import dataclass

SYMBOLS = {"GBP": "£", "USD": "$", "EUR": "€", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "NGN": "₦"}
CENTS = {"GBP": "p", "USD": "¢", "EUR": "c"}
SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))


@dataclass(frozen=True, slots=True)
class Coin:
    """How a run's money is written.

    Parameters
    ----------
    code : str
        ISO 4217.
    budget : float
        The money at stake: where it is in millions, so is all that is worth a tenth of one (£0.43m, not £430k).
    """

    code: str
    budget: float = 1e6

    @property
    def symbol(self) -> str:
        """What stands before an amount: a symbol for the common currencies, else the code."""
        return SYMBOLS.get(self.code, f"{self.code}\N{NO-BREAK SPACE}")

    @property
    def cent(self) -> str:
        """What stands after an amount in hundredths; empty where that is not usual."""
        return CENTS.get(self.code, "")

    def scale(self, size: float) -> tuple[float, str]:
        """Return the unit in which an amount is written, and its letter.

        Parameters
        ----------
        size : float
            At least 0.

        Returns
        -------
        tuple of float and str
        """
        for unit, letter in SCALES:
            least = 0.0995 if 1e3 < unit <= self.budget else 0.9995
            if size >= unit * least:
                return unit, letter
        return 1.0, ""
