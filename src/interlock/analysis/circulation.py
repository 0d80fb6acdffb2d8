"""How much of what parties pay one another goes round: what could be set off without cash, and whether chance does it.

A circulation is a part of the year's payments of which every party pays as much as it gets: all of it could be set off
and nobody would need cash for it. The largest is

    max  sum c_ij     with  0 <= c_ij <= f_ij,  sum_j c_ij = sum_j c_ji  for every party i

where f_ij is what i paid j in the year (multilateral set-off of obligations as they stand: Fleischman, Dini & Littera,
"Liquidity-saving through obligation-clearing and mutual credit", 2020). Payments from and to the edges of the world are
left out: behind an edge stand many, who owe each other nothing.

The null model spreads the same totals as evenly as they allow: what each party pays others, and gets from others, is as
in the book, whom it pays is not. It is f_ij = a_i b_j, nothing to oneself, by proportional fitting (RAS), as where only
totals of interbank lending are known: Upper & Worms, "Estimating bilateral exposures in the German interbank market",
2004.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, Estimate, Share, in_dollars, mean_of, percent, share_of
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.charts.ranking import Bar, ranking
from interlock.charts.words import scaled
from interlock.engine.run import Run
from interlock.ground.arrays import ratio

if TYPE_CHECKING:
    import pandas

FUTURES = 64
"""On which the largest circulation is looked for, year by year: each is a linear program."""

LONGEST = 4
"""Parties in a cycle that is looked for."""

SHOWN = 5
"""Cycles that are told."""

ROUNDS = 10_000
"""Of spreading totals evenly, at most."""

NEAR = 1e-9
"""Of all payments: totals are met, and less is no cycle."""


@dataclass(frozen=True)
class Cycle:
    """Payments that go round some parties."""

    parties: tuple[str, ...]
    """Each pays the next one, the last one the first."""
    usd: Estimate
    """What all of them pay on, over all months: the smallest of its payments."""
    by_chance: float
    """The same in the network with the same totals, of the mean payments; NaN where there is no such network."""
    times: float
    """How many times that the mean payments of the book are; of nothing, infinitely many."""

    def tell(self) -> str:
        """In words."""
        round_ = " → ".join([*self.parties, self.parties[0]])
        chance = f"{self.times:.1f} times what chance would have" if np.isfinite(self.times) else "nothing by chance"
        if np.isnan(self.by_chance):
            return f"{round_} {in_dollars(self.usd.centre, self.usd.error)}"
        return f"{round_} {in_dollars(self.usd.centre, self.usd.error)}, {chance}"


@dataclass(frozen=True)
class Circulation(Answer):
    """What of the payments between parties goes round."""

    share: Share
    """Of all that parties pay one another within a year, what could be set off: all years together."""
    usd: Estimate
    """The same, USD over all years."""
    by_chance: float
    """The share in the network with the same totals; of mean payments, all years together."""
    of_means: float
    """The share that corresponds to it in the book's own network: of mean payments, too."""
    cycles: tuple[Cycle, ...]
    """The largest first."""
    paths: int
    about: About = NOTHING

    def tell(self) -> str:
        """Two sentences."""
        if np.isnan(self.share.share):
            return "Parties of the book pay one another nothing: nothing goes round."
        said = (
            f"Of what parties pay one another in a year, {percent(self.share.share, self.share.error)} could be set "
            f"off without cash ({in_dollars(self.usd.centre, self.usd.error)} USD in all); of the mean payments of all "
            f"years together, {percent(self.of_means)}"
        )
        chance = f", and {percent(self.by_chance)} if these were spread evenly under the same totals"
        evenly = "" if np.isnan(self.by_chance) else chance
        said = f"{said}{evenly}."
        if not self.cycles:
            return f"{said} No cycle of up to {LONGEST} parties."
        return f"{said} The largest cycles: {'; '.join(each.tell() for each in self.cycles[:SHOWN])}."

    def table(self) -> pandas.DataFrame:
        """One row for each cycle."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "cycle": " > ".join(each.parties),
                "mean_usd": each.usd.centre,
                "sampling_error_usd": each.usd.error,
                "by_chance_usd": each.by_chance,
                "times_chance": each.times,
            }
            for each in self.cycles
        ]
        return pandas.DataFrame(
            rows, columns=["cycle", "mean_usd", "sampling_error_usd", "by_chance_usd", "times_chance"]
        )

    def charts(self) -> dict[str, Chart]:
        """The largest cycles, and what chance would make of them."""
        if not self.cycles:
            return {}
        divide, unit = scaled(self.cycles[0].usd.centre)
        return {
            "cycles": ranking(
                [
                    Bar(
                        " → ".join(map(self.about.label, [*each.parties, each.parties[0]])),
                        each.usd.centre / divide,
                        each.usd.low / divide,
                        each.usd.high / divide,
                        hover=(self.about.sentence(each.tell()),),
                    )
                    for each in self.cycles
                ],
                unit=unit,
                title=f"{percent(self.share.share)} of what parties pay one another goes round",
                source=footnote(self.paths, of=self.about),
                what="What all of a cycle pay on, over all months",
                ranges="90 % of futures",
            )
        }

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "paths": self.paths,
            "share_that_could_be_set_off": self.share.to_json(),
            "usd": self.usd.to_json(),
            "share_of_mean_payments": None if np.isnan(self.of_means) else self.of_means,
            "share_by_chance": None if np.isnan(self.by_chance) else self.by_chance,
            "cycles": [
                {
                    "parties": list(each.parties),
                    "usd": each.usd.to_json(),
                    "by_chance_usd": None if np.isnan(each.by_chance) else each.by_chance,
                    "times_chance": each.times if np.isfinite(each.times) else None,
                }
                for each in self.cycles
            ],
        }


def circulation(run: Run, paths: int = FUTURES) -> Circulation:
    """What goes round between parties, on the first `paths` futures of a run."""
    kept = run.series["flows"]
    inner = [n for n, (payer, payee) in enumerate(kept.rows) if not {payer, payee} & set(EDGES) and payer != payee]
    names = sorted({name for n in inner for name in kept.rows[n]})
    ends = [(names.index(payer), names.index(payee)) for payer, payee in (kept.rows[n] for n in inner)]
    paid = kept.first[inner][..., :paths]
    followed = paid.shape[-1]
    if not paid.any():
        return Circulation(Share(np.nan, np.nan), Estimate(0.0, 0.0, 0.0, 0.0), np.nan, np.nan, (), followed)
    set_off = np.array([[largest(ends, year) for year in path] for path in np.moveaxis(paid, (-1, 1), (0, 1))])
    per_path, in_all = set_off.sum(axis=1), paid.sum(axis=(0, 1))
    mean, size = paid.mean(axis=-1).sum(axis=1), len(names)
    even = spread_evenly(_matrix(ends, mean, size))
    pairs = [(i, j) for i in range(size) for j in range(size) if i != j]
    return Circulation(
        share=share_of(per_path, in_all, run.sampling),
        usd=mean_of(per_path, run.sampling),
        by_chance=np.nan
        if np.isnan(even).any()
        else largest(pairs, np.array([even[pair] for pair in pairs])) / even.sum(),
        of_means=largest(ends, mean) / mean.sum(),
        cycles=_cycles(run, ends, names, paid.sum(axis=1), even),
        paths=followed,
        about=about(run.book),
    )


def largest(ends: list[tuple[int, int]], paid: Any) -> float:
    """The sum of the largest circulation within payments between the parties at their `ends`."""
    from scipy.optimize import linprog  # slow to import, and only needed here

    scale = float(paid.max(initial=0.0))
    if scale <= 0.0:
        return 0.0
    size = 1 + max(party for pair in ends for party in pair)
    balance = np.zeros((size, len(ends)))
    for n, (payer, payee) in enumerate(ends):
        balance[payer, n] -= 1.0
        balance[payee, n] += 1.0
    bounds = np.c_[np.zeros(len(ends)), paid / scale]
    found = linprog(-np.ones(len(ends)), A_eq=balance, b_eq=np.zeros(size), bounds=bounds)
    if not found.success or found.fun is None:
        raise ArithmeticError(f"no largest circulation was found: {found.message}")
    round_ = -float(found.fun)
    return round_ * scale if round_ > NEAR else 0.0


def spread_evenly(paid: Any) -> Any:
    """[payer, payee] the same totals by payer and by payee, spread evenly over all others: by proportional fitting.

    All NaN where no such network has them: where somebody pays, or gets, as much as all others together.
    """
    out, into = paid.sum(axis=1), paid.sum(axis=0)
    even, near = 1.0 - np.eye(len(paid)), NEAR * paid.sum()
    for _ in range(ROUNDS):
        even = even * ratio(out, even.sum(axis=1))[:, None]
        even = even * ratio(into, even.sum(axis=0))
        if np.abs(even.sum(axis=1) - out).max() <= near:
            return even
    return np.full_like(even, np.nan)


def _matrix(ends: list[tuple[int, int]], paid: Any, size: int) -> Any:
    found = np.zeros((size, size))
    for (payer, payee), usd in zip(ends, paid, strict=True):
        found[payer, payee] = usd
    return found


def _cycles(run: Run, ends: list[tuple[int, int]], names: list[str], paid: Any, even: Any) -> tuple[Cycle, ...]:
    """Every cycle of up to `LONGEST` parties, `paid` [pair, path] over all months."""
    row_of = {pair: n for n, pair in enumerate(ends)}
    least, found = NEAR * paid.sum(), []
    for cycle in rounds({pair for pair, n in row_of.items() if paid[n].any()}):
        steps = [*zip(cycle, (*cycle[1:], cycle[0]), strict=True)]
        usd = np.min([paid[row_of[step]] for step in steps], axis=0)
        if usd.sum() > least:
            parties = tuple(names[n] for n in cycle)
            chance = float(np.min([even[step] for step in steps]))
            mean = min(paid[row_of[step]].mean() for step in steps)
            times = mean / chance if chance > least else np.inf
            found.append(Cycle(parties, mean_of(usd, run.sampling), chance, float(times)))
    return tuple(sorted(found, key=lambda each: (-each.usd.centre, len(each.parties), each.parties)))


def rounds(pairs: set[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Every cycle of up to `LONGEST` different parties, from its first party on; `pairs` are payers and payees."""
    after: dict[int, list[int]] = {}
    for payer, payee in sorted(pairs):
        after.setdefault(payer, []).append(payee)

    def longer(way: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        for other in after.get(way[-1], []):
            if other == way[0]:
                yield way
            elif other > way[0] and other not in way and len(way) < LONGEST:
                yield from longer((*way, other))

    for first in sorted(after):
        yield from longer((first,))
