"""Tables of answers as charts: what several of them draw alike, and what would make their own files long."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from interlock.analysis.answer import REAL, Against, ByYear, Share, errors_beyond, percent
from interlock.book.book import Book
from interlock.book.titles import Titles
from interlock.charts.chart import Chart
from interlock.charts.fan import Fan
from interlock.charts.intervals import MOST, Interval, intervals
from interlock.charts.lines import Curve, lines
from interlock.charts.ranking import Bar, ranking
from interlock.charts.shares import shares
from interlock.charts.words import scaled
from interlock.engine.series import Series

TWO_ERRORS = "two standard errors"

SINGLE = 4
"""Futures that a fan shows one by one: the first."""


@dataclass(frozen=True)
class About:
    """What a chart is of: a book, and what its parties are called."""

    book: str = ""
    titles: Titles = field(default_factory=Titles)

    def label(self, text: str) -> str:
        """What a row or a line is called."""
        return self.titles.label(text)

    def within(self, name: str) -> str:
        """What a party is called in the middle of a title."""
        return self.titles.within(name)

    def sentence(self, text: str) -> str:
        """A title with what parties are called in place of their names."""
        return self.titles.sentence(text)


NOTHING = About()


def about(book: Book) -> About:
    """What a chart of a run of it is of."""
    return About(f"“{book.title}” as known on {book.as_of}", book.titles)


def footnote(paths: int, seed: int | None = None, *, of: About = NOTHING) -> str:
    """The source line of a chart: what it is drawn from."""
    drawn = f"{paths:,} futures{'' if seed is None else f', seed {seed}'}"
    from_book = f", {of.book}" if of.book else ""
    return f"Source: Interlock{from_book}; {drawn}. No forecast: what the book's assumptions imply."


def fan_of(series: Series, row: Any, name: str) -> Fan:
    """One row of a series, to be drawn: quantiles, and a few futures."""
    n = series.of(row)
    q05, q25, q50, q75, q95 = (tuple(map(float, series.quantile(share)[n])) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
    single = tuple(tuple(map(float, series.first[n, :, path])) for path in range(min(SINGLE, series.first.shape[-1])))
    return Fan(name, tuple(map(str, series.years)), q05, q25, q50, q75, q95, single)


def differences(numbers: Sequence[tuple[str, Against]], *, unit: str, title: str, source: str, what: str) -> Chart:
    """How far named numbers are from what they are elsewhere, the farthest first; shares in points."""
    found = sorted(numbers, key=lambda pair: -abs(pair[1].difference))
    farthest = max(abs(number.difference) for _, number in found)
    divide, named = (0.01, "points") if unit == "share" else scaled(farthest, unit)
    bars = []
    for name, number in found:
        by = number.difference / divide
        off = errors_beyond(number.among) * number.difference_error / divide
        bars.append(Bar(name, by, by - off, by + off, is_clear=number.is_real))
    return ranking(bars, unit=named, title=title, source=source, what=what, ranges="how far chance goes")


def over_years(drawn: Mapping[str, ByYear], *, title: str, source: str, what: str) -> Chart:
    """Amounts in USD, year by year."""
    divide, unit = scaled(max(abs(usd.centre) for years in drawn.values() for _, usd in years))
    at = [str(year) for year, _ in next(iter(drawn.values()))]
    found = [Curve(name, tuple(usd.centre / divide for _, usd in years)) for name, years in drawn.items()]
    return lines(at, found, unit=unit, title=title, source=source, what=what)


def over_months(
    months: Sequence[str], parts: Mapping[str, Sequence[Share]], title: str, of: Any, *, rest: str
) -> Chart:
    """Which limit binds, month by month, in an answer on limits."""
    return shares(
        months,
        {name: [each.share for each in values] for name, values in parts.items()},
        title=title,
        source=footnote(of.paths, of.seed, of=of.about),
        what="Which limit holds all labs together back, share of futures",
        rest=rest,
    )


def what_adds(parts: Mapping[Any, Share], *, title: str, source: str, what: str) -> Chart:
    """What more of each thing adds, in %."""
    bars = [(str(name), 100.0 * each.share, 100.0 * REAL * each.error) for name, each in parts.items()]
    order = sorted(bars, key=lambda bar: -bar[1])
    drawn = [Bar(name, part, part - off, part + off, is_clear=abs(part) > off) for name, part, off in order]
    return ranking(drawn, unit="%", title=title, source=source, what=what, ranges=TWO_ERRORS)


def reports(of: Any) -> Chart:
    """What was reported against what was foreseen, in a backtest."""
    rows = [
        Interval(
            of.about.label(f"{each.quantity}, {each.period}").replace(" deals.", " "),
            each.futures.centre,
            each.half,
            (each.futures.low, each.futures.high),
            each.reported,
            each.shown(each.reported),
            (of.about.label(f"{each.quantity}, {each.period}: {each.shown(each.reported)}"), *each.sources),
        )
        for each in {each.quantity: each for each in of.held}.values()  # the last one of each
    ]
    title = f"{percent(of.in_nine.share)} of {len(of.held)} reports lie where nine in ten futures do"
    many = "" if len(rows) <= MOST else f", the first {MOST} of {len(rows)}"
    what = f"The last report of each quantity{many}, against {of.about.book}"
    return intervals(rows, title=title, source=footnote(of.paths, of=of.about), what=what)


def worlds(of: Any, headlines: Iterable[Any], in_points: Container[Any]) -> Iterator[tuple[str, Chart]]:
    """What differs between worlds side by side, headline by headline."""
    for n, headline in product(range(1, len(of.names)), headlines):
        here = [(row, each) for row, each in of.totals(n) if row.headline is headline and each.difference]
        if here:
            most = max(here, key=lambda pair: (pair[1].is_real, abs(pair[1].difference)))
            chart = differences(
                [(of.about.label(row.of), each) for row, each in here],
                unit="share" if headline in in_points else "USD",
                title=f"{of.names[n]}: {replace(most[0], of=of.about.label(most[0].of)).tell(most[1])}",
                source=footnote(of.paths, of.seed, of=of.about),
                what=f"{headline}: {of.names[n]} against {of.names[0]}, {of.span()}".capitalize(),
            )
            yield f"{of.names[n]}-{headline}".replace(" ", "-"), chart
