"""A report as data: figures that carry everything one needs to quote them, and the tables behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from openiru.core.errors import IntegrityError, NotFoundError
from openiru.core.impact.indicators import BY_ID, contradictions
from openiru.core.impact.numbers import Qualifier
from openiru.core.impact.rates import Rate, Removal
from openiru.core.impact.verbs import Verb
from openiru.core.vocabulary import Environment


@dataclass(frozen=True, slots=True)
class AsOf:
    """The size of the ledger and the time (aware, UTC) of its checkpoint."""

    size: int
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. ``of`` names the denominator in words; empty for a count."""

    id: str
    value: int | Rate
    unit: str
    verb: Verb
    qualifier: Qualifier
    as_of: AsOf
    of: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its name and the counts of the stages by indicator id."""

    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one dimension (platform, provider, unit, language, kind, group). ``note``: what a reader must know of sums."""

    dimension: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The items of figure ``figure`` by what was said of them: (words, count), most first."""

    title: str
    figure: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """Why items did not reach the next stage of the funnel."""

    stage: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class WentWrong:
    """Something that went wrong, and how it was caught."""

    what: str
    caught: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToRemoval:
    """M2. Times in hours. ``clock`` names when the clock starts. ``median`` is (L, R], R = inf if not reached.

    ``within_hour`` is a band of shares, None when not measured. ``curve`` rows are (time, lowest S, highest S).
    """

    clock: str
    n: int
    median: tuple[float, float] | None
    within_hour: tuple[float, float] | None
    horizon: float
    restricted_mean: tuple[float, float]
    weibull_median: float | None
    curve: tuple[tuple[float, float, float], ...]
    converged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a report shows, as of one size of the ledger. Build figures with :func:`figures`."""

    title: str
    operations: tuple[str, ...]
    environment: Environment
    as_of: AsOf
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    losses: tuple[Loss, ...] = ()
    removal: Removal | None = None
    removal_by_provider: tuple[tuple[str, Removal], ...] = ()
    time_to_removal: TimeToRemoval | None = None
    went_wrong: tuple[WentWrong, ...] = ()
    statement: tuple[str, ...] = ()

    def figure(self, name: str) -> Figure:
        """The figure ``name``; :class:`NotFoundError` when the report has none."""
        for each in self.figures:
            if each.id == name:
                return each
        raise NotFoundError(f"the report has no figure {name!r}")

    def count(self, name: str) -> int:
        """The count of figure ``name``, 0 when the report does not show it."""
        value = next((each.value for each in self.figures if each.id == name), 0)
        return value if isinstance(value, int) else value.numerator


def figures(counts: Mapping[str, int], as_of: AsOf) -> tuple[Figure, ...]:
    """``counts`` (indicator id → count) as figures in the order of the indicators.

    Raises :class:`IntegrityError` when the counts contradict each other: such a report is not shown.
    """
    wrong = contradictions(dict(counts))
    if wrong:
        raise IntegrityError("the figures contradict each other: " + "; ".join(wrong))
    return tuple(_figure(name, counts[name], as_of) for name in BY_ID if name in counts)


def removal_figure(removal: Removal, as_of: AsOf) -> Figure | None:
    """The removal rate as a figure; None when there is none to show."""
    if removal.rate is None:
        return None
    return Figure(
        id="removal_rate",
        value=removal.rate,
        unit="items",
        verb=Verb.GONE,
        qualifier=Qualifier.EXACT,
        as_of=as_of,
        of="referred items old enough to tell",
    )


def _figure(name: str, value: int, as_of: AsOf) -> Figure:
    indicator = BY_ID[name]
    return Figure(
        id=name,
        value=value,
        unit=indicator.unit,
        verb=indicator.verb,
        qualifier=Qualifier.EXACT,
        as_of=as_of,
    )


def sorted_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows in the order of tables: most items first, then by name, so that the same figures look the same."""
    return tuple(sorted(rows, key=lambda row: (-row.counts.get("distinct", 0), row.name)))
