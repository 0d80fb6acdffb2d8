"""What each party would lose without another party, or without a deal: the same futures, run again without it.

    loss = what a party has on a future - what it has on the same future without

A deal that is taken out is never in force. A party that is taken out has no contract and no business, owes nobody and
sells to nobody; it has failed before the first month without a loss to anybody, and customers who choose among labs are
with the others from the start, who share them as they share all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Against, Answer, against, each_path, in_dollars, percent, rounding_of
from interlock.analysis.drawn import NOTHING, About, about, differences, footnote
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.engine.otherwise import Otherwise, otherwise
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.run import Run, known_sampling, refuse_paths
from interlock.engine.simulate import Progress
from interlock.engine.without import with_dependents
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.ground.typed import typed
from interlock.program.variant import Variant

if TYPE_CHECKING:
    import pandas

CONVENTION = (
    "Taken out: a deal is never in force; a party has no contract, no business and no customers, and nobody writes off "
    "anything; customers who choose among labs are with the others from the start."
)


SHOWN = 2
"""Parties that are named of each measure."""


class AtStake(StrEnum):
    """What a party may lose."""

    sales = "sales"
    """USD over the run."""
    compute = "compute"
    """H100e-months that it uses."""
    cash = "cash"
    """USD that it holds at the end."""
    fails = "fails"
    """Share of futures in which it has failed by the end."""


UNITS = {AtStake.compute: "H100e-months", AtStake.fails: "share"}
"""All else is USD."""


@dataclass(frozen=True)
class Removed:
    """One number of one party without something."""

    without: str
    """The party or the deal."""
    party: str
    measure: AtStake
    number: Against
    """Without; its difference is to the same futures with it."""

    @property
    def is_worse(self) -> bool:
        """Whether the party is worse off, beyond chance."""
        change = self.number.difference
        return self.number.is_real and (change > 0.0 if self.measure is AtStake.fails else change < 0.0)

    def tell(self) -> str:
        """A clause."""
        size, error = abs(self.number.difference), self.number.difference_error
        if self.measure is AtStake.fails:
            way = "more" if self.number.difference > 0.0 else "less"
            return f"{self.party} fails {percent(size, error).replace(' %', ' points')} {way} often"
        less = "less" if self.number.difference < 0.0 else "more"
        if self.measure is AtStake.compute:
            before = self.number.value - self.number.difference
            return f"{self.party} uses {percent(size / before, error / before) if before else size} {less} compute"
        verb = "sells" if self.measure is AtStake.sales else "holds"
        return f"{self.party} {verb} {in_dollars(size, error)} USD {less}"


@dataclass(frozen=True)
class Removals(Answer):
    """What is lost without each of several parties or deals."""

    names: tuple[str, ...]
    removed: tuple[Removed, ...]
    """By what is taken out, then the largest difference of each measure first; only what differs."""
    until: int
    paths: int
    seed: int
    sampling: str
    reliance: Mapping[str, Reliance]
    """What the largest loss of sales, or else the largest loss, without each rests on."""
    about: About = NOTHING

    def tell(self) -> str:
        """A sentence for each."""
        return "\n".join([*(self.without(name) for name in self.names), CONVENTION])

    def without(self, name: str) -> str:
        """Who is worse off without it, and how."""
        worse = [each for each in self.of(name) if each.is_worse]
        told = [each.tell() for measure in AtStake for each in [w for w in worse if w.measure is measure][:SHOWN]]
        lost = "; ".join(told) or "nobody is worse off beyond chance"
        return f"Without {name}: {lost}, by {self.until}{self.reliance[name].clause()}."

    def of(self, name: str) -> list[Removed]:
        """What differs without it."""
        return [each for each in self.removed if each.without == name]

    def table(self) -> pandas.DataFrame:
        """One row for each number that differs."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "without": each.without,
                "party": each.party,
                "measure": str(each.measure),
                "unit": UNITS.get(each.measure, "USD"),
                "value": each.number.value,
                "difference": each.number.difference,
                "difference_error": each.number.difference_error,
                "is_real": each.number.is_real,
            }
            for each in self.removed
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """Who is worse or better off without each, in what it sells, uses and holds, and how often it fails."""
        told = {
            AtStake.sales: "Sales over the run",
            AtStake.compute: "Compute used over the run",
            AtStake.cash: "Cash at the end",
            AtStake.fails: "Has failed",
        }
        return {
            f"{name}-{measure}": differences(
                [(self.about.label(each.party), each.number) for each in here],
                unit=UNITS.get(measure, "USD"),
                title=f"Without {self.about.within(name)}, {self._first(here)}",
                source=footnote(self.paths, self.seed, of=self.about),
                what=f"{what} by {self.until}: without {self.about.within(name)}, against with it",
            )
            for name in self.names
            for measure, what in told.items()
            if (here := [each for each in self.of(name) if each.measure is measure])
        }

    def _first(self, removed: Sequence[Removed]) -> str:
        """The largest difference that is beyond chance, as a clause."""
        most = next((each for each in removed if each.number.is_real), None)
        if most is None:
            return "nobody differs beyond chance"
        return replace(most, party=self.about.within(most.party)).tell()

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "without": list(self.names),
            "until": self.until,
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "differences": [
                {
                    "without": each.without,
                    "party": each.party,
                    "measure": str(each.measure),
                    "unit": UNITS.get(each.measure, "USD"),
                    **each.number.to_json(),
                }
                for each in self.removed
            ],
            "rests_on": {name: each.to_json() for name, each in self.reliance.items()},
            "convention": CONVENTION,
        }


@typed
def removals(
    world: Book | Run,
    *names: str,
    paths: int = 8192,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Removals:
    """What each party would lose without each of these parties and deals. Raises ArgumentError for what is neither."""
    if isinstance(world, Run):
        return removals_of(world.book, world.provenance, names, run=world, threads=threads, progress=progress)
    sampling = known_sampling(sampling)
    refuse_paths(paths, sampling)
    made = provenance_of(world, paths=paths, seed=seed, sampling=sampling)
    return removals_of(world, made, names, threads=threads, progress=progress)


def removals_of(
    book: Book,
    made: Provenance,
    names: Sequence[str],
    *,
    run: Run | None = None,
    keep: Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Removals:
    """What is lost without each of these parties and deals. What is found is put aside in `keep` until all is.

    Raises ArgumentError for what is neither.
    """
    known = removable(book)
    if not names:
        raise ArgumentError("nothing is taken out: name a party or a deal.")
    # A deal may always be called by its address; its name alone is shorter, where no party has it.
    names = tuple(dict.fromkeys(name if name in known else name.removeprefix("deals.") for name in names))
    for name in names:
        if name not in known:
            raise ArgumentError(f"'{name}' cannot be taken out. {did_you_mean(name, known, 'parties and deals')}")
    runs = otherwise(book, made, "what each party has", _look, run=run, keep=keep, threads=threads, progress=progress)
    runs.expected = 1 + len(names)
    seen, found = runs.seen(), []
    parties = sorted(each for each in book.parties if each not in EDGES)
    rests: dict[str, Reliance] = {}
    among = len(AtStake) * sum(len(parties) - (name in parties) for name in names)
    for name in names:
        without = runs.seen(variant_without(book, name))
        mine = _differences(name, parties, without, seen, made.sampling, among)
        rests[name] = _rests_on(mine, parties, without, seen, runs)
        found += mine
    runs.shelf.clear()
    paths = len(next(iter(seen.values()))[0])
    until = (book.start + book.months - 1) // 12
    return Removals(names, tuple(found), until, paths, made.seed, str(made.sampling), rests, about(book))


def _rests_on(removed: Sequence[Removed], parties: Sequence[str], without: Any, seen: Any, runs: Otherwise) -> Reliance:
    """What the first loss that is told rests on."""
    paths = np.asarray(seen[AtStake.sales]).shape[-1]
    worse = next((each for measure in AtStake for each in removed if each.measure is measure and each.is_worse), None)
    if worse is None:
        return relies_on("the loss", np.zeros(paths), runs.figures, runs.draws(paths))
    row = parties.index(worse.party)
    change = np.asarray(without[worse.measure])[row] - np.asarray(seen[worse.measure])[row]
    return relies_on(f"the loss of {worse.party}", np.abs(change), runs.figures, runs.draws(paths))


def removable(book: Book) -> tuple[str, ...]:
    """Parties, then deals, by name; a deal that is called like a party is `deals.NAME`."""
    parties = sorted(name for name in book.parties if name not in EDGES)
    return (*parties, *(f"deals.{deal}" if deal in parties else deal for deal in sorted(book.deals)))


def variant_without(book: Book, name: str) -> Variant:
    """The futures without a party, or without a deal and those that depend on it."""
    if name in book.parties:
        return Variant(parties=(name,))
    gone = with_dependents(book, f"deals.{name.removeprefix('deals.')}")
    deals = (book.deals[address.removeprefix("deals.")] for address in gone)
    return Variant(contracts=tuple(sorted(each.address for deal in deals for each in deal.contracts.values())))


def _look(run: Run) -> dict[str, Any]:
    """[party, path] of each measure, parties in order of name."""
    series = run.series
    names = series["revenue"].rows
    compute = np.zeros((len(names), series["revenue"].first.shape[-1]))
    payers = {each.address: each.payer for each in run.program.labels.contracts if each is not None}
    for contract, months in zip(series["used"].rows, series["used"].first.sum(axis=1), strict=True):
        if payers[contract] in names:
            compute[names.index(payers[contract])] += months
    return {
        AtStake.sales: series["revenue"].first.sum(axis=1),
        AtStake.compute: compute,
        AtStake.cash: series["cash"].first[:, -1],
        AtStake.fails: series["failed"].first[:, -1],
    }


def _differences(
    name: str, parties: Sequence[str], without: Any, seen: Any, sampling: Sampling, among: int
) -> list[Removed]:
    """What differs for every other party, one of `among` numbers each."""
    found = []
    for measure in AtStake:
        here, there = (np.asarray(each[str(measure)]) for each in (without, seen))
        is_event = measure is AtStake.fails
        rounding = 0.0 if is_event else rounding_of(here, there)
        how: Any = {"rounding": rounding, "is_event": is_event, "among": among}
        rows = [
            Removed(name, party, measure, against(each_path(here[n]), each_path(there[n]), sampling, **how))
            for n, party in enumerate(parties)
            if party != name
        ]
        rows = [each for each in rows if each.number.difference != 0.0]
        found += sorted(rows, key=lambda each: (-abs(each.number.difference), each.party))
    return found
