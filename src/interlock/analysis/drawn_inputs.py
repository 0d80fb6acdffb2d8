"""What an output rests on, as charts: how far each input moves it, and which part of its variance each figure makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interlock.analysis.answer import Against, percent
from interlock.charts.chart import Chart
from interlock.charts.ranking import Bar, ranking
from interlock.charts.tornado import Swing, tornado
from interlock.charts.words import scaled
from interlock.ground.indices import Index


@dataclass(frozen=True)
class Output:
    """What is looked at, in its own unit."""

    name: str
    unit: str
    mean: float
    deviation: float
    shown: Callable[[float], str]
    """An amount of it as people write it."""

    def scale(self) -> tuple[float, str]:
        """What to divide by, and the unit."""
        return (0.01, "%") if self.unit == "share" else scaled(abs(self.mean) + self.deviation, self.unit)


@dataclass(frozen=True)
class Moved:
    """An input that was moved: a figure, or figures that move together."""

    name: str
    figures: tuple[str, ...]
    low: Against | None
    """The output at the low ends; its difference is to the run as it is. None for what has no ends."""
    high: Against | None
    swing: Against | None
    """At the high ends; its difference is to the low ones."""
    first: Index
    total: Index


SEEN = 0.01
"""Of the widest swing: what is less is no bar."""

Made = tuple[str, float, float, bool]
"""A figure's address, the part of the variance that it makes alone, its error, and whether it is clear of chance."""


def charts_of(of: Output, moved: Sequence[Moved], made: Sequence[Made], source: str) -> dict[str, Chart]:
    """Both."""
    return swings_of(of, moved, source) | variance_of(of, made, source)


def swings_of(of: Output, moved: Sequence[Moved], source: str) -> dict[str, Chart]:
    """A tornado, if anything moves the output."""
    divide, unit = of.scale()
    swings = [
        Swing(each.name, each.low.value / divide, each.high.value / divide, is_clear=each.swing.is_real)
        for each in moved
        if each.low is not None and each.high is not None and each.swing is not None and each.swing.difference
    ]
    if not swings:
        return {}
    most = max(swings, key=lambda each: abs(each.high - each.low))
    swings = [each for each in swings if abs(each.high - each.low) >= SEEN * abs(most.high - most.low)]
    low, high = (of.shown(end * divide) for end in (most.low, most.high))
    return {
        "swing": tornado(
            swings,
            of.mean / divide,
            unit=unit,
            title=f"{of.name} is {low} where {most.name} is low, and {high} where it is high",
            source=source,
            what=of.name,
            ends_are="each input at the low and the high end of its range",
        )
    }


def variance_of(of: Output, figures: Sequence[Made], source: str) -> dict[str, Chart]:
    """A ranking of figures by the part of the variance that each makes alone."""
    bars = [
        Bar(name, 100.0 * part, 100.0 * (part - 2.0 * error), 100.0 * (part + 2.0 * error), is_clear=is_clear)
        for name, part, error, is_clear in figures
        if part > 0.0
    ]
    if not bars:
        return {}
    clear = next((bar for bar in bars if bar.is_clear), None)
    return {
        "variance": ranking(
            bars,
            unit="%",
            title=(
                "No single figure makes a part of the variance that can be told from chance"
                if clear is None
                else f"{clear.name} alone makes {percent(clear.value / 100.0)} of the variance"
            ),
            source=source,
            what=f"Part of the variance that one figure makes alone: {of.name}",
            ranges="two standard errors",
        )
    }
