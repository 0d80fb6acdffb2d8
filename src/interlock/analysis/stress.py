"""When a party is made to fail, or a driver is shaken: who falls next and who loses what, against futures without.

    effect = what happens with the stress - what happens without it        future by future

The failures, the losses and their hops are those of the run itself; nothing is spread by a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Against, Answer, against, each_path, in_dollars, percent
from interlock.analysis.drawn import NOTHING, About, about, differences, footnote
from interlock.analysis.effects import OF, UNIT, Effect, Seen, lost_by_anybody, rounding, seen_in
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.book.stressed import stressed, told
from interlock.charts.chart import Chart
from interlock.engine.outcome import Ending
from interlock.engine.pair import simulate_pair
from interlock.engine.run import Run
from interlock.engine.series import KEPT_PATHS
from interlock.engine.simulate import Progress
from interlock.ground.amounts import number
from interlock.ground.chance import Sampling
from interlock.ground.typed import typed

if TYPE_CHECKING:
    import pandas


ALWAYS_TRUE = (
    (
        "Who is made to fail fails with whatever arrears it has, even if it could pay; others fail once a bill is "
        "older than their `grace`."
    ),
    (
        "What a failure ends, and what is claimed, is as in any run: promises by `enforceable`, `vacancy`, `relet` and "
        "`discount` of each contract, guarantees called a month later, arrears shared class by class, pro rata."
    ),
    (
        "Lost are claims that are written off, shares at cost, and what guarantors do not get back; what was still to "
        "come is counted apart, and damages are a part of it."
    ),
)
"""Conventions of every stress, in sentences."""

SHOCKED = (
    "A shock multiplies what a driver gives in its months; the driver moves on beneath as it would have, and is itself "
    "again when the shock is over."
)
"""That of shocks."""


@dataclass(frozen=True)
class Row:
    """One number with the stress, and without."""

    effect: Effect
    of: tuple[str, ...]
    """Names, as `OF` says."""
    without: float
    without_error: float
    number: Against
    """With the stress; its difference is to the same futures without."""

    def named(self) -> dict[str, str]:
        """Whose number it is."""
        return dict(zip(OF[self.effect], self.of, strict=True))


@dataclass(frozen=True)
class Stress(Answer):
    """What a stress does."""

    stresses: tuple[str, ...]
    """Each as a clause."""
    made_to_fail: tuple[str, ...]
    rows: tuple[Row, ...]
    """The largest difference first, within each effect."""
    total: Against
    """USD of claims, shares and cover that all parties together lose by failures."""
    reliance: Reliance
    """What the loss by failures, or else the largest loss of sales, against without, rests on."""
    until: int
    """The last calendar year."""
    paths: int
    seed: int
    sampling: str
    conventions: tuple[str, ...]
    about: About = NOTHING

    def tell(self) -> str:
        """Who fails next, what others lose, sell and deliver less, and by which conventions."""
        return "\n".join([self.head(), *self.said(), *self.conventions])

    def head(self) -> str:
        """Who fails next, and what others lose: one sentence."""
        next_ones = [
            f"{row.of[0]} fails in {percent(row.number.value, row.number.error)} of futures by {self.until}, "
            f"{self._points(row.number)} than without"
            for row in self.real(Effect.fails)
            if row.of[0] not in self.made_to_fail
        ]
        holders = [row for row in self.real(Effect.lost_by_holder) if row.number.difference > 0.0]
        most = f", most of it {holders[0].of[0]} ({self._usd(holders[0].number)})" if len(holders) > 1 else ""
        who = f" ({holders[0].of[0]})" if len(holders) == 1 else ""
        lost = (
            f"failures cost others {self._more(self.total)}{most}{who}"
            if self.total.is_real
            else "failures cost others neither more nor less beyond two errors"
        )
        fallen = "; ".join(next_ones) or "nobody else fails more or less often beyond chance"
        return f"If {' and '.join(self.stresses)}: {fallen}; {lost}{self._unsold()}{self.reliance.clause()}."

    def _unsold(self) -> str:
        """Who else sells most less, as a clause."""
        rows = [row for row in self.real(Effect.sales) if row.of[0] not in self.made_to_fail]
        less = next((row for row in rows if row.number.difference < 0.0), None)
        return "" if less is None else f"; {less.of[0]} sells {self._more(less.number)}"

    def said(self) -> Iterator[str]:
        """One sentence for each further effect that is beyond chance."""
        hops = [f"{self._more(row.number)} by those of hop {row.of[0]}" for row in self.real(Effect.lost_by_hop)]
        if hops:
            yield f"Lost, against without, over all futures on average: {', '.join(hops)}."
        sales = [f"{row.of[0]} {self._usd(row.number)}" for row in self.real(Effect.sales) if row.number.difference < 0]
        if sales:
            yield f"Sales lost by {self.until}, USD: {', '.join(sales)}."
        for row in self.real(Effect.calls):
            contract, guarantor, creditor = row.of
            yield f"{guarantor} pays {creditor} {self._more(row.number)} in another's place ({contract})."
        for row in self.real(Effect.compute):
            contract, buyer, seller = row.of
            months, off = number(abs(row.number.difference)), number(row.number.difference_error)
            way = "free at" if row.number.difference < 0.0 else "taken besides at"
            yield f"{months} ± {off} H100e-months are {way} {seller}, of what {buyer} takes under {contract}."

    def of(self, effect: Effect) -> list[Row]:
        """The rows of one effect."""
        return [row for row in self.rows if row.effect is effect]

    def real(self, effect: Effect) -> list[Row]:
        """Those that differ beyond chance."""
        return [row for row in self.of(effect) if row.number.is_real]

    def table(self) -> pandas.DataFrame:
        """One row for each number; names that an effect does not have are empty."""
        import pandas  # slow to import, and only needed here

        names = dict.fromkeys(name for some in OF.values() for name in some)
        rows = [
            {
                "effect": str(row.effect),
                **{name: row.named().get(name, "") for name in names},
                "unit": UNIT.get(row.effect, "USD"),
                "without": row.without,
                "without_error": row.without_error,
                "with": row.number.value,
                "with_error": row.number.error,
                "difference": row.number.difference,
                "difference_error": row.number.difference_error,
                "is_real": row.number.is_real,
            }
            for row in self.rows
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """What others lose and sell otherwise, and who fails more often: a ranking of each that has anything."""
        told = {
            Effect.lost_by_holder: "Lost by failures",
            Effect.sales: "Sales over the run",
            Effect.fails: "Has failed",
        }
        return {
            effect.name: differences(
                [
                    (self.about.label(row.of[0]), row.number)
                    for row in self.of(effect)
                    if row.of[0] not in self.made_to_fail
                ],
                unit=UNIT.get(effect, "USD"),
                title=self.about.sentence(f"If {' and '.join(self.stresses)}, {self._largest(effect)}"),
                source=footnote(self.paths, self.seed, of=self.about),
                what=f"{what} by {self.until}, against the same futures without",
            )
            for effect, what in told.items()
            if any(row.of[0] not in self.made_to_fail for row in self.of(effect))
        }

    def _largest(self, effect: Effect) -> str:
        """The largest difference that is beyond chance, as a clause."""
        row = next((row for row in self.real(effect) if row.of[0] not in self.made_to_fail), None)
        if row is None:
            return "nothing else changes beyond chance"
        verb = {Effect.sales: "sells", Effect.lost_by_holder: "loses"}.get(effect)
        who = self.about.within(row.of[0])
        return f"{who} {verb} {self._more(row.number)}" if verb else f"{who} fails {self._points(row.number)} often"

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "stress": list(self.stresses),
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "until": self.until,
            "total_lost_usd": self.total.to_json(),
            "rests_on": self.reliance.to_json(),
            "effects": [
                {
                    "effect": str(row.effect),
                    **row.named(),
                    "unit": UNIT.get(row.effect, "USD"),
                    "without": {"value": row.without, "error": row.without_error},
                    "with": row.number.to_json(),
                }
                for row in self.rows
            ],
            "conventions": list(self.conventions),
        }

    def _points(self, number: Against) -> str:
        points = percent(abs(number.difference), number.difference_error).replace(" %", " points")
        return f"{points} {'more' if number.difference > 0.0 else 'less'}"

    def _more(self, number: Against) -> str:
        return f"{self._usd(number)} USD {'more' if number.difference > 0.0 else 'less'}"

    def _usd(self, number: Against) -> str:
        return in_dollars(abs(number.difference), number.difference_error)


@typed
def stress(
    world: Book | Run,
    *,
    fail: Mapping[str, str] | None = None,
    shocks: Sequence[str] = (),
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Stress:
    """What happens if parties fail (`{"lab": "2028-01"}`), or drivers are shaken (`ADDRESS=FACTOR@FROM..UNTIL`).

    A run is stressed on its own futures, a book on those that `paths`, `seed` and `sampling` say. Raises ArgumentError
    for what is not in the book, or not in its months.
    """
    fail = fail or {}
    book = world if isinstance(world, Book) else world.book
    shaken = stressed(book, fail, shocks)
    making: dict[str, Any] = {"paths": paths, "seed": seed, "sampling": sampling}
    worlds = simulate_pair(world, shaken, **making, threads=threads, progress=progress)
    without = seen_in(next(worlds))
    run = next(worlds)
    seen = seen_in(run)
    blank = np.zeros(min(run.paths, KEPT_PATHS))
    total, total_without = (each_path(lost_by_anybody(each, blank)) for each in (seen, without))
    lost = against(total, total_without, run.sampling, rounding=rounding(Effect.lost, seen, without))
    rows = _rows(seen, without, blank, run.sampling)
    return Stress(
        stresses=tuple(told(fail, shocks)),
        made_to_fail=tuple(fail),
        rows=tuple(rows),
        total=lost,
        reliance=_rests(run, rows, lost, total[0] - total_without[0], seen, without, tuple(fail)),
        until=run.years[-1],
        paths=len(blank),
        seed=run.provenance.seed,
        sampling=str(run.sampling),
        conventions=(_endings(run), *ALWAYS_TRUE, *([SHOCKED] if shocks else [])),
        about=about(run.book),
    )


def _rests(
    run: Run, rows: Sequence[Row], lost: Against, more: Any, seen: Seen, without: Seen, fail: Sequence[str]
) -> Reliance:
    """What the loss against without rests on; where that is nothing, the largest change of what others sell."""
    sales = [row for row in rows if row.effect is Effect.sales and row.of[0] not in fail and row.number.is_real]
    largest = [((row.effect, row.of), row.of[0]) for row in sales[:1]]
    changes = [("what is lost", more if lost.is_real else np.zeros_like(more))]
    changes += [(f"what {name} sells less", without[key] - seen[key]) for key, name in largest]
    found = [relies_on(what, usd, run.figures, run.draws[:, : len(usd)]) for what, usd in changes]
    return next((each for each in found if each.figures), found[0])


def _rows(seen: Seen, without: Seen, blank: Any, sampling: Sampling) -> list[Row]:
    """Every number that is not zero in both worlds."""
    off = {effect: rounding(effect, seen, without) for effect in Effect}
    found, nothing = [], np.zeros(0)
    keys = dict.fromkeys([*seen, *without])
    known = [key for key in keys if any(np.any(each.get(key, nothing)) for each in (seen, without))]
    for effect, names in known:
        here, there = (each_path(each.get((effect, names), blank)) for each in (seen, without))
        is_event = effect is Effect.fails
        how: Any = {"rounding": off[effect], "is_event": is_event, "among": len(known)}
        number = against(here, there, sampling, **how)
        before = against(there, None, sampling, is_event=is_event)
        found.append(Row(effect, names, before.value, before.error, number))
    order = list(Effect)
    return sorted(found, key=lambda row: (order.index(row.effect), -abs(row.number.difference), row.of))


def _endings(run: Run) -> str:
    """How failures end in this book, in a sentence."""
    if Ending.liquidated not in run.series:
        return "Who fails is liquidated: its contracts end, but what it has lent goes on."
    saved = sorted(
        name
        for name, party in run.book.parties.items()
        if name not in EDGES and {"restructured", "acquired"} & set(party.terms.values)
    )
    return f"Who fails is liquidated, unless the book says that it may be saved: {', '.join(saved)}."
