"""The shape of every answer: a sentence, a table, charts and JSON; and of its numbers: each with its sampling error."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.charts.chart import Chart
from interlock.engine.series import Series
from interlock.ground import notebook
from interlock.ground.chance import Numbers, Sampling
from interlock.ground.errors import ArgumentError, NotInstalled, did_you_mean
from interlock.ground.sampling_error import (
    by_scramble,
    clear_of_chance,
    difference_error,
    probability_error,
    quantile_error,
    ratio_error,
    sampling_error,
)

if TYPE_CHECKING:
    import pandas

UNITS = (("B", 1e9), ("M", 1e6), ("k", 1e3))
"""In which dollars are counted."""

REAL = 2.0
"""Standard errors beyond which a difference is called real: chance alone goes so far in 4.6 % of cases."""

ROUNDING = 1e-9
"""Of the largest amount on any future: what differs by less does not differ."""

TOLD, ROWS = 6, 12
"""Sentences beyond the first, and rows, that a notebook shows at once."""

Paths = tuple[Any, Any]
"""A number as its parts and wholes, [path] each: it is the sum of the parts over the sum of the wholes."""


@dataclass(frozen=True)
class Estimate:
    """A number that comes out of many futures: its centre, the range of 90 % of them, and its sampling error."""

    centre: float
    low: float
    high: float
    error: float
    """One standard error of the centre."""

    def to_json(self) -> dict[str, float | None]:
        """The four numbers; null for what is none, or has no end."""
        return {"centre": _known(self.centre), "low": _known(self.low), "high": _known(self.high)} | {
            "error": _known(self.error)
        }


@dataclass(frozen=True)
class Share:
    """A share of futures, or of dollars, and its sampling error."""

    share: float
    error: float
    """One standard error."""

    def to_json(self) -> dict[str, float | None]:
        """The two numbers; null for a share of nothing."""
        return {"share": _known(self.share), "error": _known(self.error)}


@dataclass(frozen=True)
class Against:
    """A number in one world, and how far it is from the same number in another one on the same futures."""

    value: float
    error: float
    """One standard error of the value."""
    difference: float
    """To the other world; NaN where that has no such number."""
    difference_error: float
    """One standard error of the difference, future by future."""
    among: int = 1
    """Differences that were looked at together: of many that are nothing, one lies far off by chance."""

    @property
    def is_real(self) -> bool:
        """Whether the difference is so many of its errors that it is hardly chance."""
        return abs(self.difference) > errors_beyond(self.among) * self.difference_error

    def to_json(self) -> dict[str, Any]:
        """The four numbers, among how many they were looked at, and whether the difference is real; null for none."""
        return {
            "among": self.among,
            "value": _known(self.value),
            "error": _known(self.error),
            "difference": _known(self.difference),
            "difference_error": _known(self.difference_error),
            "is_real": self.is_real,
        }


ByYear = tuple[tuple[int, Estimate], ...]

SharesByYear = tuple[tuple[int, Share], ...]


class Answer(ABC):
    """What a question about a run gives back."""

    @abstractmethod
    def tell(self) -> str:
        """The answer in sentences; the first says what the reader wants to know."""

    @abstractmethod
    def table(self) -> pandas.DataFrame:
        """The answer as a table with units in its columns' names."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The answer as one JSON document."""

    @abstractmethod
    def charts(self) -> dict[str, Chart]:
        """Its drawings by name, the one that says most first; none where there is nothing to draw."""

    def chart(self, name: str | None = None) -> Chart:
        """The drawing of that name, or the first; raises ArgumentError where there is none."""
        found = self.charts()
        if not found:
            raise ArgumentError("there is nothing to draw: what was asked for came to nothing.")
        if name is not None and name not in found:
            raise ArgumentError(f"'{name}' is no chart of this. {did_you_mean(name, found, 'charts')}")
        return found[next(iter(found)) if name is None else name]

    def __str__(self) -> str:
        return self.tell()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """In a notebook: the sentences, the first drawing, and the head of the table."""
        first, *others = self.tell().splitlines()
        parts = [notebook.heading(first), notebook.sentences(others[:TOLD])]
        if len(others) > TOLD:
            parts.append(notebook.folded("More", notebook.sentences(others[TOLD:])))
        with suppress(ArgumentError, NotInstalled):
            drawn = self.chart()
            parts.append(notebook.picture(drawn.svg(), f"{drawn.title}. {drawn.alt}"))
        table = self.table()
        if len(table):
            head = table.head(ROWS).to_html(index=False, border=0, float_format="{:.4g}".format)
            parts.append(notebook.folded(f"Table: {len(table):,} rows", head))
        return {"text/plain": self.tell(), "text/html": notebook.page(*parts)}


def errors_beyond(among: int) -> float:
    """Standard errors beyond which a difference is real: two of one alone, and the more the more there are."""
    return REAL if among == 1 else clear_of_chance(among)


def real_is(among: int) -> str:
    """The same as a legend."""
    many = "" if among == 1 else f", clear of chance among {among:,}"
    return f"* is beyond {errors_beyond(among):.3g} errors{many}"


def mean_of(values: Numbers, sampling: Sampling) -> Estimate:
    """The mean of the paths, with the range of nine in ten."""
    low, high = _nine_in_ten(values)
    return Estimate(float(values.mean()), float(low), float(high), float(sampling_error(values, sampling)))


def _nine_in_ten(values: Numbers) -> Numbers:
    """As `np.quantile` has it, which takes twice as long; a table asks it hundreds of times."""
    places = np.array([0.05, 0.95]) * (len(values) - 1)
    below, above = np.floor(places).astype(int), np.ceil(places).astype(int)
    ordered = np.partition(values, [*below, *above, -1])
    found = ordered[below] + (ordered[above] - ordered[below]) * (places - below)
    # NaN comes last.
    return np.where(np.isnan(ordered[-1]), np.nan, found)


def median_of(values: Numbers, sampling: Sampling, *, is_whole: bool = False) -> Estimate:
    """The median of the paths, with the range of nine in ten; of what is counted, one of the values."""
    places = [0.05, 0.5, 0.95]
    found = np.quantile(values, places, method="inverted_cdf") if is_whole else np.quantile(values, places)
    low, middle, high = map(float, found)
    return Estimate(middle, low, high, float(quantile_error(values, 0.5, sampling)))


def each_path(values: Numbers) -> Paths:
    """What has one value on each path: the number is their mean."""
    return np.asarray(values, dtype=np.float64), np.ones(len(values))


def against(
    here: Paths,
    there: Paths | None,
    sampling: Sampling,
    *,
    rounding: float = 0.0,
    is_event: bool = False,
    among: int = 1,
) -> Against:
    """A number in one world against the same in another, on the same futures; who differs by `rounding` does not.

    It is one of `among` that are looked at together. What happened on the same futures in both may yet differ on one
    that was not drawn: half a path, at least.
    """
    if there is not None:
        is_rounding = (np.abs(here[0] - there[0]) <= rounding) & (np.abs(here[1] - there[1]) <= rounding)
        here = (np.where(is_rounding, there[0], here[0]), np.where(is_rounding, there[1], here[1]))
    value = float(here[0].sum() / here[1].sum())
    error = how_often(here[0], sampling).error if is_event else float(ratio_error(*here, sampling))
    if there is None:
        return Against(value, error, math.nan, math.nan)
    apart = float(difference_error(here, there, sampling))
    half_a_path = 0.5 / (len(here[0]) + 1) if is_event else 0.0
    return Against(value, error, value - float(there[0].sum() / there[1].sum()), max(apart, half_a_path), among)


def rounding_of(*worlds: Any) -> float:
    """By how much amounts on some futures may differ by rounding."""
    return ROUNDING * max((float(np.abs(each).max(initial=0.0)) for each in worlds), default=0.0)


def share_of(part: Numbers, whole: Numbers, sampling: Sampling) -> Share:
    """A share of a whole, of all futures together: a ratio of sums; both [path]. None of nothing."""
    if not whole.any():
        return Share(np.nan, np.nan)
    return Share(float(part.sum() / whole.sum()), float(ratio_error(part, whole, sampling)))


def how_often(happened: Numbers, sampling: Sampling, among: Numbers | None = None) -> Share:
    """The share of the paths on which something happened, of all or `among` some; none of none."""
    counts = np.ones(len(happened)) if among is None else among.astype(np.float64)
    if not counts.any():
        return Share(np.nan, np.nan)
    seen = [happened.astype(np.float64), counts]
    # How it is spread over the scrambles is asked for of Sobol paths only.
    times, paths = map(by_scramble, seen) if sampling is Sampling.sobol else (each.sum(keepdims=True) for each in seen)
    return Share(float(times.sum() / paths.sum()), float(probability_error(times, paths, sampling)))


def medians(series: Series) -> dict[Any, ByYear]:
    """Median, 90 % range and error of the median of each row of a series, by year."""
    low, centre, high = (series.quantile(share) for share in (0.05, 0.5, 0.95))
    error = series.quantile_error(0.5)
    return {
        row: tuple(
            (year, Estimate(float(centre[n, y]), float(low[n, y]), float(high[n, y]), float(error[n, y])))
            for y, year in enumerate(series.years)
        )
        for n, row in enumerate(series.rows)
    }


def probabilities(series: Series) -> dict[Any, SharesByYear]:
    """How often each row of a series of events happened, by year."""
    mean, error = series.mean(), series.mean_error()
    return {
        row: tuple((year, Share(float(mean[n, y]), float(error[n, y]))) for y, year in enumerate(series.years))
        for n, row in enumerate(series.rows)
    }


def by_year(years: ByYear | SharesByYear) -> dict[str, Any]:
    """Numbers by year, for JSON."""
    return {str(year): each.to_json() for year, each in years}


def in_dollars(usd: float, error: float | None = None) -> str:
    """USD as people say it: `0.6 B`, `35 M`, `1,240 B`; with its error `35 ± 0.4 B`."""
    size = max(abs(usd), 0.0 if error is None or math.isnan(error) else error)
    sign, unit = next((unit for unit in UNITS if size >= 0.05 * unit[1]), ("", 1.0))
    amount = usd / unit
    said = "0" if abs(amount) < 0.05 else f"{amount:,.1f}" if abs(amount) < 10 else f"{amount:,.0f}"
    if error is not None:
        return f"{said} ± {give_or_take(error / unit)} {sign}".rstrip()
    return said if said == "0" else f"{said} {sign}".rstrip()


def percent(share: float, error: float | None = None) -> str:
    """A share as people say it: `3.1 %`, `45 %`; with its error `45 ± 0.6 %`."""
    return f"{hundredths(share)}{_more_or_less(error)} %"


def cents(share: float, error: float | None = None) -> str:
    """Of a dollar: `2.1 cents`; with its error `2.1 ± 0.1 cents`."""
    return f"{hundredths(share)}{_more_or_less(error)} cents"


def hundredths(share: float) -> str:
    """A share in hundredths: `45`, `3.1`, `0.04`."""
    if math.isnan(share):
        return "–"
    parts = 100.0 * share
    if abs(parts) < 0.05:
        return f"{parts:.1g}" if abs(parts) > 0.0005 else "0"
    return f"{parts:.1f}" if abs(parts) < 9.95 else f"{parts:.0f}"


def give_or_take(error: float) -> str:
    """An error with the digits that say something: `12`, `0.3`, `0.04`; a very small one rounded up to `0.001`."""
    if not math.isfinite(error):
        return "?" if math.isnan(error) else "∞"
    if error >= 0.095:
        return f"{error:,.0f}" if error >= 9.5 else f"{error:.1f}"
    return f"{max(error, 0.001):.1g}" if error > 1e-9 else "0"


def _more_or_less(error: float | None) -> str:
    return "" if error is None else f" ± {give_or_take(100.0 * error)}"


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None
