"""Books side by side on the same futures: what comes out otherwise, by how much, and whether that is more than chance.

    difference = value there - value here, each over the same futures
    error      = that of the mean of what each future adds to the difference

A figure and a driver that two books share have the same draws in both, because draws go by seed, future and name. So
what moves both books alike leaves their difference, and its error, alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import (
    Against,
    Answer,
    Paths,
    against,
    each_path,
    errors_beyond,
    in_dollars,
    percent,
    rounding_of,
)
from interlock.analysis.drawn import NOTHING, About, about, worlds
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.engine.pair import simulate_pair
from interlock.engine.run import Run, known_sampling
from interlock.engine.series import KEPT_PATHS
from interlock.engine.simulate import Progress
from interlock.engine.to_follow import dyeing_legs, paths_to_follow
from interlock.engine.tracing import follow_run
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError
from interlock.ground.months import name_of
from interlock.ground.typed import typed

if TYPE_CHECKING:
    import pandas


class Headline(StrEnum):
    """What is compared."""

    fails = "fails"
    """Share of futures in which a party has failed by the end of the last year."""
    pays = "pays"
    """USD paid by one party to another, in all of the years or in one of them."""
    lowest_cash = "lowest cash"
    """USD that a lab holds at that year's end at which it holds least."""
    beyond_need = "paid beyond need"
    """USD of top-ups under a commitment that was not filled."""
    came_back = "came back"
    """Share of the dollars put in under a contract that came back as revenue of who put them in: pooled, first lap."""


SHARES = {Headline.fails, Headline.came_back}
"""What is a share; all else is USD."""

NONE_IS_ZERO = {Headline.pays, Headline.beyond_need}
"""What is nothing, and no gap, in a book that has no such contract."""


@dataclass(frozen=True)
class Row:
    """One outcome in every world."""

    headline: Headline
    of: str
    """A party, `payer → payee`, or the address of a contract."""
    year: int | None
    """None: all years together."""
    worlds: tuple[Against | None, ...]
    """For each world, the first one's difference being to itself; None where it has no such thing."""

    @property
    def what(self) -> str:
        """In a few words."""
        when = "" if self.year is None else f" in {self.year}"
        return {
            Headline.fails: f"{self.of} fails",
            Headline.pays: f"{self.of}{when}",
            Headline.lowest_cash: f"lowest cash of {self.of}",
            Headline.beyond_need: f"paid beyond need under {self.of}",
            Headline.came_back: f"came back of what was paid under {self.of}",
        }[self.headline]

    def tell(self, found: Against) -> str:
        """What it is in one of the worlds, and how far that is from the first."""
        size, off = abs(found.difference), found.difference_error
        if self.headline in SHARES:
            points = percent(size, off).replace(" %", " points")
            return f"{self.what}: {percent(found.value, found.error)}, {points} {way(found.difference)}"
        value = in_dollars(found.value, found.error)
        return f"{self.what}: {value} USD, {in_dollars(size, off)} {way(found.difference)}"


@dataclass(frozen=True)
class Comparison(Answer):
    """Worlds side by side: the first, and each other against it."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    years: tuple[int, ...]
    """Those that all worlds have, with the same months."""
    paths: int
    traced: int
    """Futures on which dollars were followed."""
    seed: int
    sampling: str
    reliance: tuple[Reliance, ...]
    """What the largest difference of each other world to the first rests on."""
    own_luck: str
    """Why what two worlds share does not have the same draws in both, if so."""
    about: About = NOTHING

    def tell(self) -> str:
        """For each world, what differs most from the first; and how much of that chance would do."""
        told = [f"{self.against(n)}\n{self.chance(n)}" for n in range(1, len(self.names))]
        return "\n".join([*told, self.own_luck] if self.own_luck else told)

    def against(self, world: int) -> str:
        """One sentence: of each outcome, the difference that is largest among those beyond chance."""
        clauses = []
        for headline in Headline:
            real = [(row, each) for row, each in self.totals(world) if row.headline is headline and each.is_real]
            largest = sorted(real, key=lambda pair: -abs(pair[1].difference))
            clauses += [row.tell(each) for row, each in largest[: 3 if headline is Headline.fails else 1]]
        head = f"{self.names[world]} against {self.names[0]}, on {self.paths:,} futures of {self.span()}"
        differs = "; ".join(clauses) or "no difference is beyond what is chance among so many"
        return f"{head}: {differs}{self.reliance[world - 1].clause()}."

    def chance(self, world: int) -> str:
        """One sentence on how many differences there are, and how many of them chance alone would hardly make."""
        found = [each for _, each in self.differences(world)]
        differ = [each for each in found if each.difference != 0.0]
        real = sum(each.is_real for each in differ)
        return (
            f"Of {len(found)} numbers that both have {len(found) - len(differ)} are the same, and {real} differ by "
            f"more than {errors_beyond(self.among):.3g} errors; if nothing differed but by chance, one would in a "
            "hundred such comparisons."
        )

    @property
    def among(self) -> int:
        """How many numbers are looked at together."""
        return len(self.rows)

    def differences(self, world: int) -> list[tuple[Row, Against]]:
        """The rows that both the first world and this one have."""
        found = [(row, row.worlds[world]) for row in self.rows]
        return [(row, each) for row, each in found if each is not None and not math.isnan(each.difference)]

    def totals(self, world: int) -> list[tuple[Row, Against]]:
        """The same of all years together."""
        return [(row, each) for row, each in self.differences(world) if row.year is None]

    def span(self) -> str:
        """The years, in words."""
        return f"{self.years[0]} to {self.years[-1]}" if len(self.years) > 1 else str(self.years[0])

    def table(self) -> pandas.DataFrame:
        """One row for each outcome and world; a year of 0 is all of them together."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "what": str(row.headline),
                "of": row.of,
                "year": row.year or 0,
                "unit": "share" if row.headline in SHARES else "USD",
                "world": name,
                "value": each.value,
                "error": each.error,
                "difference": each.difference,
                "difference_error": each.difference_error,
                "is_real": each.is_real,
            }
            for row in self.rows
            for name, each in zip(self.names, row.worlds, strict=True)
            if each is not None
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """What each world makes otherwise: payments, cash, failures."""
        return dict(worlds(self, Headline, SHARES))

    def to_json(self) -> dict[str, Any]:
        """Every outcome in every world."""
        return {
            "worlds": list(self.names),
            "years": list(self.years),
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling, "traced": self.traced},
            "own_luck": self.own_luck,
            "rests_on": [each.to_json() for each in self.reliance],
            "outcomes": [
                {
                    "what": str(row.headline),
                    "of": row.of,
                    "year": row.year,
                    "unit": "share" if row.headline in SHARES else "USD",
                    "worlds": [None if each is None else each.to_json() for each in row.worlds],
                }
                for row in self.rows
            ],
        }


Key = tuple[Headline, str, int | None]


@typed
def compare(
    first: Book | Run,
    *others: Book | Run,
    names: Sequence[str] = (),
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Books and runs side by side with the first of them, on the same futures.

    Books are simulated as the runs among them were made, or else as `paths`, `seed` and `sampling` say. Raises
    ArgumentError where there is nothing to compare: one world, runs of other futures, no year or no party in common.
    """
    worlds = (first, *others)
    books = [world if isinstance(world, Book) else world.book for world in worlds]
    called = _names(books, names)
    years = _common_years(books, called)
    making: dict[str, Any] = {"paths": paths, "seed": seed, "sampling": sampling}
    found, luck, drawn, traced = [], set(), [], []
    for run in simulate_pair(*worlds, **making, threads=threads, progress=progress):
        found.append(_outcomes(run, years))
        traced.append(min(run.paths, paths_to_follow(run.program)))
        luck.add((run.program.priors.dimensions, run.program.labels.drivers))
        drawn.append((run.figures, run.draws))
        paths, seed, sampling = run.paths, run.provenance.seed, run.sampling
    sampling, rows = known_sampling(sampling), _rows(found, known_sampling(sampling))
    return Comparison(
        names=called,
        rows=tuple(rows),
        years=years,
        paths=min(paths, KEPT_PATHS),
        traced=min(traced),
        seed=seed,
        sampling=str(sampling),
        reliance=tuple(_rests(rows, found, n, *drawn[n]) for n in range(1, len(found))),
        own_luck=_own_luck(books, is_other=sampling is Sampling.sobol and len(luck) > 1),
        about=about(books[0]),
    )


def _own_luck(books: Sequence[Book], *, is_other: bool) -> str:
    """Why the futures are not the same, in a sentence."""
    if is_other:
        return (
            "With Sobol points these worlds do not share their luck, because they draw other figures: errors are as of "
            "futures apart. Plain sampling compares them future by future."
        )
    if len({book.start for book in books}) > 1:
        return (
            "These worlds begin in different months, and what moves drivers is drawn by month of the run: figures are "
            "the same in both, movements are not."
        )
    return ""


def _names(books: Sequence[Book], names: Sequence[str]) -> tuple[str, ...]:
    """What the worlds are called, each otherwise."""
    if len(books) < 2:
        raise ArgumentError("there is one book, and nothing to compare it with: name two or more.")
    if names and len(names) != len(books):
        raise ArgumentError(f"names are {len(names)}, and books and runs {len(books)}; each has one name.")
    called: list[str] = []
    for name in names or [book.name for book in books]:
        again = next(n for n in range(1, len(books) + 1) if n == 1 or f"{name} ({n})" not in called)
        called.append(name if name not in called else f"{name} ({max(again, 2)})")
    for book, name in zip(books[1:], called[1:], strict=True):
        if not (set(book.parties) & set(books[0].parties)) - set(EDGES):
            raise ArgumentError(f"{called[0]} and {name} have no party in common: there is nothing to compare.")
    return tuple(called)


def _common_years(books: Sequence[Book], names: Sequence[str]) -> tuple[int, ...]:
    """The calendar years of which all books have the same months. Raises ArgumentError where there is none."""

    def months_of(book: Book) -> dict[int, tuple[int, int]]:
        start, end = book.start, book.start + book.months
        return {
            year: (max(start, 12 * year), min(end, 12 * year + 12)) for year in range(start // 12, (end + 11) // 12)
        }

    common = set.intersection(*(set(months_of(book).items()) for book in books))
    if not common:
        spans = (
            f"{name} from {name_of(book.start)} to {name_of(book.start + book.months - 1)}"
            for book, name in zip(books, names, strict=True)
        )
        raise ArgumentError(f"there is no calendar year of which all have the same months: {', '.join(spans)}.")
    return tuple(sorted(year for year, _ in common))


def _outcomes(run: Run, years: tuple[int, ...]) -> dict[Key, Paths]:
    """The outcomes of a run in these years, future by future."""
    series, found = run.series, {}
    at = [run.years.index(year) for year in years]

    def add(headline: Headline, of: str, values: Any, year: int | None = None) -> None:
        found[headline, of, year] = each_path(values)

    failed, cash, flows = (series[name] for name in ("failed", "cash", "flows"))
    for n, party in enumerate(failed.rows):
        add(Headline.fails, party, failed.first[n, at[-1]])
    for n, (payer, payee) in enumerate(flows.rows):
        paid = flows.first[n, at]
        if payer != payee and payer not in EDGES and payee not in EDGES and paid.any():
            add(Headline.pays, f"{payer} → {payee}", paid.sum(axis=0))
            for year, usd in zip(years, paid, strict=True):
                add(Headline.pays, f"{payer} → {payee}", usd, year)
    for n, party in enumerate(cash.rows):
        if "lab" in run.book.parties[party].roles:
            add(Headline.lowest_cash, party, cash.first[n, at].min(axis=0))
    for n, contract in enumerate(series["shortfall"].rows):
        add(Headline.beyond_need, contract, series["shortfall"].first[n, at[-1]])
    return found | _came_back(run, at)


def _came_back(run: Run, at: list[int]) -> dict[Key, Paths]:
    """What came back to each party that put dollars in, on the futures on which dollars are followed."""
    if not any(leg.payer not in EDGES for leg in dyeing_legs(run.program).values()):
        return {}
    followed = follow_run(run, paths_to_follow(run.program), laps=False)
    found: dict[Key, Paths] = {}
    for n, leg in enumerate(followed.legs):
        put_in = followed.first.paid[at, n].sum(axis=0)
        if leg.payer not in EDGES and put_in.any():
            named = f"{leg.contract} ({leg.name})" if leg.name else leg.contract
            found[Headline.came_back, named, None] = (followed.first.returned[at, n].sum(axis=(0, 1)), put_in)
    return found


def _rows(worlds: Sequence[dict[Key, Paths]], sampling: Sampling) -> list[Row]:
    """Every outcome that any world has, those of one kind together, the largest first."""
    order = list(Headline)
    keys = dict.fromkeys(key for outcomes in worlds for key in outcomes)
    usd = [parts for outcomes in worlds for key, (parts, _) in outcomes.items() if key[0] not in SHARES]
    rounding = rounding_of(*usd)
    rows = []
    for key in keys:
        # Dollars are followed on fewer futures in larger books.
        paths = min(len(outcomes[key][0]) for outcomes in worlds if key in outcomes)
        blank = each_path(np.zeros(paths)) if key[0] in NONE_IS_ZERO else None
        numbers = [_first(outcomes[key], paths) if key in outcomes else blank for outcomes in worlds]
        is_event = key[0] is Headline.fails
        off = 0.0 if is_event else rounding
        how: Any = {"rounding": off, "is_event": is_event, "among": len(keys)}
        found = tuple(None if each is None else against(each, numbers[0], sampling, **how) for each in numbers)
        rows.append(Row(*key, found))
    largest: dict[tuple[Headline, str], float] = {}
    for row in rows:
        of = row.headline, row.of
        largest[of] = max([largest.get(of, 0.0), *(abs(each.value) for each in row.worlds if each is not None)])
    return sorted(
        rows, key=lambda row: (order.index(row.headline), -largest[row.headline, row.of], row.of, row.year or 0)
    )


def _rests(rows: Sequence[Row], found: Sequence[Any], world: int, figures: Sequence[str], draws: Any) -> Reliance:
    """What the largest difference of a world to the first rests on, of what one party pays another in all years."""
    pays = [row for row in rows if row.headline is Headline.pays and row.year is None]
    differ = [(row, each) for row in pays if (each := row.worlds[world]) is not None and each.is_real]
    if not differ:
        return relies_on("what differs", np.zeros(draws.shape[-1]), figures, draws)
    row = max(differ, key=lambda pair: abs(pair[1].difference))[0]
    here, there = (found[n].get((row.headline, row.of, None)) for n in (world, 0))
    usd = sum(sign * each[0] for sign, each in ((1.0, here), (-1.0, there)) if each is not None)
    return relies_on(f"the difference of {row.of}", usd, figures, draws[:, : np.size(usd)])


def _first(number: Paths, paths: int) -> Paths:
    """The number on the first of its futures."""
    return number[0][:paths], number[1][:paths]


def way(difference: float) -> str:
    """Which way it goes, in a word."""
    return "more" if difference > 0.0 else "less"
