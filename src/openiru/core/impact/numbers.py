"""Numbers as people of a language write them, and round numbers that stay true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from openiru.core.errors import RefusedError, UsageError

_THIN: Final = "\u202f"  # narrow no-break space
_ARABIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
#: "About" is at most this far from the truth, as a share of it.
ABOUT: Final = 0.05


class Qualifier(StrEnum):
    """How a number stands to the truth."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    OVER = "over"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Separators of a language (CLDR). ``least`` is the fewest digits that are grouped."""

    group: str
    decimal: str
    percent: str = "%"
    arabic: bool = False
    least: int = 4

    def whole(self, value: int) -> str:
        """``26000`` → ``26,000``, ``26.000``, ``26 000`` ..."""
        text = f"{value:,}" if len(str(abs(value))) >= self.least else str(value)
        return self._digits(text.replace(",", self.group))

    def share(self, value: float) -> str:
        """``0.844`` → ``84.4 %``, one decimal, rounded towards the truth of the last digit."""
        number = f"{100 * value:.1f}".replace(".", self.decimal)
        return self._digits(number) + f"\u00a0{self.percent}"

    def decimals(self, value: float, places: int = 1) -> str:
        """A number with ``places`` decimals, grouped."""
        text = f"{value:,.{places}f}".replace(",", "\x00").replace(".", self.decimal)
        return self._digits(text.replace("\x00", self.group))

    def _digits(self, text: str) -> str:
        return text.translate(_ARABIC) if self.arabic else text


_POINT: Final = NumberFormat(".", ",")
#: Language → its format.
FORMATS: Final[dict[str, NumberFormat]] = {
    "en": NumberFormat(",", "."),
    "ar": NumberFormat("٬", "٫", "٪", arabic=True),
    "fr": NumberFormat(_THIN, ","),
    "sq": NumberFormat("\u00a0", ","),
    "es": NumberFormat(".", ",", least=5),
    **dict.fromkeys(("bs", "cnr", "de", "el", "hr", "it", "mk", "nl", "sl", "sr", "sr-Latn", "tr"), _POINT),
}


def number_format(language: str) -> NumberFormat:
    """The format of ``language``; :class:`UsageError` when it is not known: a guess can be off by a thousand."""
    try:
        return FORMATS[language]
    except KeyError:
        known = ", ".join(sorted(FORMATS))
        raise UsageError(f"no number format for {language!r}", hint=f"Languages: {known}.") from None


def holds(qualifier: Qualifier, stated: int, value: int) -> bool:
    """Whether "``qualifier`` ``stated``" is true of ``value``. "Over" is more than, never equal."""
    match qualifier:
        case Qualifier.EXACT:
            return stated == value
        case Qualifier.AT_LEAST:
            return value >= stated
        case Qualifier.OVER:
            return value > stated
        case Qualifier.ABOUT:
            return abs(value - stated) <= ABOUT * value


def round_for(qualifier: Qualifier, value: int) -> int:
    """The round number of two leading digits for which "``qualifier`` number" is true of ``value``.

    Raises :class:`RefusedError` when there is none ("over" nothing).
    """
    if qualifier in (Qualifier.EXACT, Qualifier.AT_LEAST):
        return value
    unit = int(10 ** max(0, len(str(value)) - 2))
    stated = (value - 1) // unit * unit if qualifier is Qualifier.OVER else (value + unit // 2) // unit * unit
    if stated <= 0 or not holds(qualifier, stated, value):
        raise RefusedError(f"{qualifier} a round number is not true of {value}")
    return stated


def bounds(qualifier: str, stated: int | None) -> tuple[int, int | None]:
    """What a *published* number says of the truth: (least, most), None for no upper bound.

    ``over`` 26,000 is (26001, None), never 26,000 itself. ``several_hundreds`` is (200, 999), ``unpublished`` says
    nothing: (0, None). ``derived_sum`` is a sum made by somebody else: at least nothing is certain.
    """
    if qualifier == "several_hundreds":
        return 200, 999
    if stated is None or qualifier in ("unpublished", "derived_sum"):
        return 0, None
    if qualifier == Qualifier.EXACT:
        return stated, stated
    if qualifier == Qualifier.OVER:
        return stated + 1, None
    if qualifier == Qualifier.AT_LEAST:
        return stated, None
    if qualifier == Qualifier.ABOUT:
        return round(stated * (1 - ABOUT)), round(stated * (1 + ABOUT))
    raise UsageError(f"the qualifier {qualifier!r} is not known")
