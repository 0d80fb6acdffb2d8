"""The value of a term at which a deal is worth as much to a party as no deal, or as much more as it asks.

    gain(x)  = NPV of what the party puts in and gets out, the term being x, less the same without the deal
    price    = the x at which the mean gain is the target: nothing, unless another is asked for
    error    = error of the mean gain there / slope of the gain

Every x is run on the same futures, as is the world without the deal: all figures and movements are drawn as before, and
the gain moves with x alone. The x are a grid, then false position with bisection (Dowell and Jarratt 1971) in each step
of it over which the gain passes the target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from interlock.analysis.answer import Answer, Estimate, give_or_take, in_dollars, mean_of
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.analysis.gains import CLOSE, Gains, Search, deals_of, parties_of, refuse_target, term_of
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.book.quantity import show
from interlock.charts.chart import Chart
from interlock.charts.lines import Along, Curve, lines
from interlock.charts.words import scaled
from interlock.engine.pair import same_futures
from interlock.engine.run import Run
from interlock.engine.simulate import Progress
from interlock.engine.worth import COST_OF_CAPITAL
from interlock.ground.chance import Sampling
from interlock.ground.typed import typed
from interlock.ground.units import Unit

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Indifferent:
    """A value of the term at which a party reaches its target."""

    party: str
    value: float
    """In base units."""
    error: float
    """One standard error of sampling."""
    rises: bool
    """Whether the party gains more above it."""


@dataclass(frozen=True)
class Tried:
    """What each party gains at one value of the term."""

    value: float
    gains: Mapping[str, Estimate]


@dataclass(frozen=True)
class Price(Answer):
    """At which values of a term a deal is worth signing, and for whom."""

    address: str
    unit: Unit
    said: str
    """What the book says of the term; empty where it leaves it out."""
    deals: tuple[str, ...]
    """Against whose absence it is held."""
    parties: tuple[str, ...]
    """The one that was asked for, then the others that the deals bind."""
    target: float
    """USD that the first is to gain; the others, nothing."""
    prices: tuple[Indifferent, ...]
    tried: tuple[Tried, ...]
    """Every value that was run, from the smallest on."""
    reliance: Reliance
    """What the gain of the first rests on, at its price, or else in the middle."""
    cost_of_capital: float
    with_what_is_left: bool
    paths: int
    seed: int
    sampling: str
    about: About = NOTHING

    def head(self) -> str:
        """The prices of the first party, and between which of them everybody gains."""
        return f"{self.sentence(self.parties[0])}{self.rests_on()}."

    def tell(self) -> str:
        """One sentence for each party."""
        others = [f"{self.sentence(party)}." for party in self.parties[1:]]
        return "\n".join([self.head(), *others, self.together()])

    def sentence(self, party: str) -> str:
        """At which values it reaches its target; or that there is none."""
        deals = " and ".join(self.deals)
        goal = self.target if party == self.parties[0] else 0.0
        what = f"gains {in_dollars(goal)} USD by {deals}" if goal else f"is as well off with {deals} as without"
        found = [each for each in self.prices if each.party == party]
        if found:
            at = ", and at ".join(
                f"{self.with_error(each)} (more {'above' if each.rises else 'below'})" for each in found
            )
            return f"{party} {what} at {self.address} of {at}"
        gains = sorted((each.gains[party].centre, each.value, each.gains[party].error) for each in self.tried)
        (least, low, off), (most, high, off_too) = gains[0], gains[-1]
        span = f"from {self.shown(self.tried[0].value)} to {self.shown(self.tried[-1].value)}"
        if least == most:
            return f"{self.address} does nothing to {party}, which gains {in_dollars(least, off)} USD by {deals}"
        return (
            f"There is no {self.address} {span} at which {party} {what}: it gains {in_dollars(least, off)} USD at the "
            f"least, at {self.shown(low)}, and {in_dollars(most, off_too)} at the most, at {self.shown(high)}"
        )

    def together(self) -> str:
        """Where all of them gain, and what the book says."""
        spans = [[each.value for each in some] for gain, some in groupby(self.tried, key=self._all_gain) if gain]
        said = f"The book says {self.said}." if self.said else "The book leaves it out."
        moved = [party for party in self.parties if len({each.gains[party].centre for each in self.tried}) > 1]
        if len(moved) < 2:
            return said
        if not spans:
            return f"At no value that was tried do {' and '.join(moved)} all reach what they ask. {said}"
        span = ", and ".join(
            f"from {self.shown(some[0])} to {self.shown(some[-1])}" if len(some) > 1 else f"at {self.shown(some[0])}"
            for some in spans
        )
        return f"Of the values that were tried, {' and '.join(moved)} all reach what they ask {span}. {said}"

    def _all_gain(self, tried: Tried) -> bool:
        goals = (self.target, *[0.0] * (len(self.parties) - 1))
        moved = zip(self.parties, goals, strict=True)
        return all(
            tried.gains[party].centre >= goal - CLOSE * tried.gains[party].error
            for party, goal in moved
            if len({each.gains[party].centre for each in self.tried}) > 1
        )

    def rests_on(self) -> str:
        """What the gain of the first rests on most, as a clause."""
        named = ", ".join(f"{address} ({correlation:+.2f})" for address, correlation in self.reliance.figures)
        return f"; what it gains there rests most on {named}" if named else ""

    def shown(self, value: float) -> str:
        """A value of the term, as people write it."""
        return show(value, self.unit, digits=3)

    def with_error(self, price: Indifferent) -> str:
        """A price with its error in the same unit: `9.1 ± 0.2 B USD/GW-year`."""
        number, _, unit = self.shown(price.value).partition(" ")
        scale = float(number) / price.value if price.value else 0.0
        return f"{number} ± {give_or_take(price.error * scale)} {unit}".strip()

    def table(self) -> pandas.DataFrame:
        """One row for each value that was run, and party."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "value": self.shown(each.value),
                "base_value": each.value,
                "base_unit": self.unit.base,
                "party": party,
                "gain": gain.centre,
                "gain_low": gain.low,
                "gain_high": gain.high,
                "sampling_error": gain.error,
            }
            for each in self.tried
            for party, gain in each.gains.items()
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """What each party gains at each value that was tried."""
        moved = [party for party in self.parties if len({each.gains[party].centre for each in self.tried}) > 1]
        if not moved or len(self.tried) < 2:
            return {}
        divide, unit = scaled(max(abs(each.gains[party].centre) for each in self.tried for party in moved))
        number, _, of = self.shown(self.tried[-1].value).partition(" ")
        scale = float(number.replace(",", "")) / self.tried[-1].value
        return {
            "gains": lines(
                [f"{each.value * scale:.3g}" for each in self.tried],
                [
                    Curve(self.about.label(party), tuple(each.gains[party].centre / divide for each in self.tried))
                    for party in moved
                ],
                unit=unit,
                title=self.about.sentence(self.sentence(self.parties[0])),
                source=footnote(self.paths, self.seed, of=self.about),
                what=f"What each party gains by {' and '.join(self.deals)}, worth at the start",
                along=Along(f"{self.address}, {of}", tuple(each.value * scale for each in self.tried)),
            )
        }

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "address": self.address,
            "base_unit": self.unit.base,
            "book_says": self.said or None,
            "without": list(self.deals),
            "parties": list(self.parties),
            "target_usd": self.target,
            "cost_of_capital": self.cost_of_capital,
            "with_what_is_left": self.with_what_is_left,
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "prices": [
                {
                    "party": each.party,
                    "value": each.value,
                    "shown": self.shown(each.value),
                    "error": each.error,
                    "gains_more": "above" if each.rises else "below",
                }
                for each in self.prices
            ],
            "tried": [
                {
                    "value": each.value,
                    "shown": self.shown(each.value),
                    "gain_usd": {party: gain.to_json() for party, gain in each.gains.items()},
                }
                for each in self.tried
            ],
            "rests_on": self.reliance.to_json(),
        }


@typed
def price(  # noqa: PLR0913 - what is asked, and how a book is simulated
    world: Book | Run,
    address: str,
    *,
    for_: str | None = None,
    target: float = 0.0,
    deals: Sequence[str] = (),
    between: tuple[str, str] | None = None,
    with_what_is_left: bool = True,
    cost_of_capital: float = COST_OF_CAPITAL,
    life: Mapping[str, float] | None = None,
    paths: int = 1024,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Price:
    """At which value of the term at `address` the `deals` (by default its own) are worth signing, `for_` a party.

    By default for the one who is paid under it. `target` is what that party is to gain, in USD at the start of the
    book; the others are to gain nothing or more. Looked for within the range that the book gives, and beyond, or
    `between` two quantities. A run is priced on its own futures. Raises ArgumentError for what is not in the book.
    """
    book = world if isinstance(world, Book) else world.book
    refuse_target(target)
    absent = deals_of(book, address, deals)
    parties = parties_of(book, address, absent, for_)
    term = term_of(book, address, between)
    making = {**same_futures([world], paths, seed, sampling), "threads": threads, "progress": progress}
    gains = Gains(book, address, term.unit, absent, parties, cost_of_capital, life or {}, with_what_is_left, making)
    search = Search(gains, term)
    search.widen(parties[0], target)
    goals = dict.fromkeys(parties, 0.0) | {parties[0]: target}
    found = tuple(Indifferent(*each) for party, goal in goals.items() for each in search.prices(party, goal))
    mine = [each.value for each in found if each.party == parties[0]]
    where = mine[0] if mine else sorted(gains.known)[len(gains.known) // 2]
    return Price(
        address=address,
        unit=term.unit,
        said=term.said,
        deals=absent,
        parties=parties,
        target=target,
        prices=found,
        tried=tuple(
            Tried(value, {party: mean_of(each, making["sampling"]) for party, each in by_party.items()})
            for value, by_party in sorted(gains.known.items())
        ),
        reliance=relies_on(f"what {parties[0]} gains", gains.of(where)[parties[0]], gains.figures, gains.draws),
        cost_of_capital=cost_of_capital,
        with_what_is_left=with_what_is_left,
        paths=len(gains.of(where)[parties[0]]),
        seed=making["seed"],
        sampling=str(making["sampling"]),
        about=about(book),
    )
