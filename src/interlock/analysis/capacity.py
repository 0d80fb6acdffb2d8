"""What compute has power, by site, against what labs need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.analysis.answer import percent
from interlock.analysis.drawn import About
from interlock.charts.chart import Chart
from interlock.charts.stack import stack
from interlock.charts.words import amount, scaled
from interlock.engine.run import Run


@dataclass(frozen=True)
class Capacity:
    """Means of the futures, at the end of each year or over it."""

    years: tuple[int, ...]
    sites: tuple[tuple[str, tuple[float, ...]], ...]
    """H100e that have power, at sites that ever have any."""
    needed: tuple[float, ...]
    """H100e that all labs need, on average over the year."""
    arrived: tuple[tuple[tuple[str, str], tuple[float, ...]], ...]
    """H100e that arrived in the year, by who ordered them of whom."""

    def charts(self, source: str, about: About) -> dict[str, Chart]:
        """What there is against what is needed; and what arrived."""
        at, found = [str(year) for year in self.years], {}
        if self.sites:
            total = [sum(values[n] for _, values in self.sites) for n in range(len(at))]
            divide, unit = scaled(max([*total, *self.needed]), "H100e")
            found["capacity"] = stack(
                at,
                {_in_words(name): [value / divide for value in values] for name, values in self.sites},
                ("labs need", [value / divide for value in self.needed]),
                unit=unit,
                title=self._finding(total[-1]),
                source=source,
                what="Chips with power at the end of the year, by site, and what labs need: means of all futures",
            )
        if self.arrived:
            total = [sum(values[n] for _, values in self.arrived) for n in range(len(at))]
            divide, unit = scaled(max(total), "H100e")
            most = total.index(max(total))
            found["chips"] = stack(
                at,
                {
                    " from ".join(map(about.label, ends)): [value / divide for value in values]
                    for ends, values in self.arrived
                },
                None,
                unit=unit,
                title=f"Most chips arrive in {at[most]}: {_h100e(total[most])}",
                source=source,
                what="Chips that arrive in the year, by buyer and maker: means of all futures",
            )
        return found

    def _finding(self, powered: float) -> str:
        """What the sites have, and what part of the need that is."""
        has = f"The sites of the book power {_h100e(powered)} at the end of {self.years[-1]}"
        needed = self.needed[-1]
        return f"{has}: {percent(powered / needed)} of what its labs need" if needed else has


def capacity(run: Run) -> Capacity:
    """The capacity of a run."""

    def means(name: str) -> tuple[tuple[str, tuple[float, ...]], ...]:
        series = run.series.get(name)
        if series is None:
            return ()
        mean = series.mean()
        rows = [(row if isinstance(row, str) else " ".join(row), n) for n, row in enumerate(series.rows)]
        return tuple((row, tuple(map(float, mean[n]))) for row, n in rows if mean[n].any())

    needed = run.series["need"].mean().sum(axis=0) / _months(run)
    return Capacity(run.years, means("installed"), tuple(map(float, needed)), _by_ends(run, means("chips")))


def _by_ends(run: Run, arrived: Sequence[tuple[str, tuple[float, ...]]]) -> Any:
    """What arrived under each contract, added up by who ordered it of whom."""
    ends: dict[str, tuple[str, str]] = {}
    for leg in run.program.labels.legs:
        if leg is not None:
            ends.setdefault(leg.contract, (leg.payer, leg.payee))
    found: dict[tuple[str, str], tuple[float, ...]] = {}
    for contract, values in arrived:
        so_far = found.get(ends[contract], (0.0,) * len(values))
        found[ends[contract]] = tuple(map(sum, zip(so_far, values, strict=True)))
    return tuple(found.items())


def _in_words(site: str) -> str:
    """`azure-halls` as it is written on a map."""
    return site.replace("-", " ").capitalize()


def _months(run: Run) -> list[int]:
    """How many months of each calendar year the run has."""
    months = range(run.book.start, run.book.start + run.book.months)
    return [sum(month // 12 == year for month in months) for year in run.years]


def _h100e(compute: float) -> str:
    divide, unit = scaled(compute, "H100e")
    return f"{amount(compute / divide)} {unit}"
