"""Who depends on whom: for funds, compute, supplies, sales and owners, directly and through others; and since when.

    share of funds     paid by one to the other as equity, loans and advances, of all that it is funded with
    share of compute   H100e-months that one uses of the other's, of all that it uses of others'
    share of supplies  paid for compute, chips, sites and power to one by the other, of all that it pays for these
    share of sales     bought by one from the other, of all that it sells
    share held         of the other's shares, at the end

Supplies, sales and holdings also rest on others beyond those: a supplier rests on its own suppliers in the shares in
which it pays them, a customer on its own customers, a holder on who holds it; followed until a way first arrives
(ground/arrival.py). Margins do not count: it is said on whom something rests, not how many dollars get there. The
edges of the world rest on nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, Share, by_year, percent
from interlock.analysis.concentration import (
    WORTH_TELLING,
    Concentration,
    Weaned,
    concentrations,
    used_between,
    weaning,
)
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.charts.matrix import matrix
from interlock.contracts.contract import FUNDS, REVENUE, Purpose
from interlock.engine.run import Run
from interlock.ground.arrival import in_all
from interlock.ground.sampling_error import by_scramble, sampling_error
from interlock.ground.typed import typed

if TYPE_CHECKING:
    import pandas

SUPPLIES = frozenset({Purpose.compute, Purpose.chips, Purpose.rent, Purpose.power, Purpose.construction})
"""The purposes that buy what compute is made of."""

SHOWN = 8
"""Parties that are named of each relation."""


class Relation(StrEnum):
    """In what one party depends on another."""

    funds = "funds"
    compute = "compute"
    supplies = "supplies"
    sales = "sales"
    owners = "owners"


THROUGH = {Relation.supplies, Relation.sales, Relation.owners}
"""What is followed through others."""

SAID = {
    Relation.funds: "of the money that funds {party} comes from {on}",
    Relation.compute: "of the compute that {party} rents is {on}'s",
    Relation.supplies: "of what {party} buys of compute, chips, sites and power comes from {on}",
    Relation.sales: "of what {party} sells is bought by {on}",
    Relation.owners: "of {party} is held by {on}",
}


WHOSE = {
    Relation.compute: "the compute that {party} rents",
    Relation.supplies: "what {party} buys for compute",
    Relation.sales: "what {party} sells",
}

WHAT = {
    Relation.funds: "Share of the money that funds a party",
    Relation.compute: "Share of the compute that a party rents",
    Relation.supplies: "Share of what a party buys of compute, chips, sites and power",
    Relation.sales: "Share of what a party sells",
    Relation.owners: "Share of a party that is held",
}
"""What a chart of each shows."""


@dataclass(frozen=True)
class Dependence:
    """How far one party depends on another."""

    relation: Relation
    party: str
    on: str
    direct: Share
    through: Share | None
    """Directly and through others; None where that is not followed."""

    @property
    def share(self) -> float:
        """The larger of the two."""
        return self.direct.share if self.through is None else self.through.share

    def tell(self) -> str:
        """One clause."""
        told = f"{percent(self.direct.share, self.direct.error)} {self._said()}"
        if self.through is None or self.through.share - self.direct.share < 0.005:
            return told
        return f"{told}, and {percent(self.through.share, self.through.error)} rests on it directly or through others"

    def finding(self) -> str:
        """What a chart says of it."""
        if self.relation in WHOSE:
            return f"{percent(self.share)} of {WHOSE[self.relation].format(party=self.party)} rests on {self.on}"
        return f"{percent(self.share)} {self._said()}"

    def _said(self) -> str:
        return SAID[self.relation].format(party=self.party, on=self.on)


@dataclass(frozen=True)
class Influence(Answer):
    """Who depends on whom."""

    dependences: tuple[Dependence, ...]
    """The largest share first, within each relation."""
    reach: tuple[tuple[str, Share], ...]
    """Of the supplies of all others, the part that rests on each party, directly or through others."""
    reliance: Reliance
    """What the part of it that others buy from the first of these themselves rests on."""
    concentration: tuple[Concentration, ...]
    weaning: tuple[Weaned, ...]
    """By cloud, its largest customer first."""
    until: int
    paths: int
    seed: int
    sampling: str
    about: About = NOTHING

    def tell(self) -> str:
        """On whom most rests; and for each party the one on whom it depends most, in each way."""
        return "\n".join([self.head(), *self.said()])

    def head(self) -> str:
        """On whom most rests: one sentence."""
        if not self.reach:
            return "Nobody in this book pays another party of it for compute, chips, sites or power."
        (first, share), *others = self.reach
        told = (
            f"Of what others buy of compute, chips, sites and power, {percent(share.share, share.error)} rests on "
            f"{first}, directly or through its customers"
        )
        more = [f"{percent(each.share, each.error)} on {name}" for name, each in others[:2] if each.share >= 0.05]
        return f"{told}{f'; {_listed(more)}' if more else ''}{self.reliance.clause()}."

    def said(self) -> Iterator[str]:
        """By relation, who depends on whom most; then how each cloud stands with its largest customer."""
        for relation in Relation:
            leaders: dict[str, Dependence] = {}
            for each in self.of(relation):
                # A crowd outside the book is nobody in particular; but it matters who funds a party.
                if each.share >= WORTH_TELLING and (each.on not in EDGES or relation is Relation.funds):
                    leaders.setdefault(each.party, each)
            yield from (f"{each.tell()}." for each in list(leaders.values())[:SHOWN])
        yield from (each.tell() for each in self.largest_customers())

    def largest_customers(self) -> list[Weaned]:
        """Of each cloud, the party that buys most over the run."""
        largest: dict[str, Weaned] = {}
        for each in self.weaning:
            largest.setdefault(each.cloud, each)
        return list(largest.values())

    def of(self, relation: Relation) -> list[Dependence]:
        """Those of one relation."""
        return [each for each in self.dependences if each.relation is relation]

    def table(self) -> pandas.DataFrame:
        """One row for each pair and relation; `through` includes what is direct."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "relation": str(each.relation),
                "party": each.party,
                "on": each.on,
                "direct": each.direct.share,
                "direct_error": each.direct.error,
                "through": math.nan if each.through is None else each.through.share,
                "through_error": math.nan if each.through is None else each.through.error,
            }
            for each in self.dependences
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """Who depends on whom, a matrix for each way in which one can."""
        return {str(relation): self._matrix(relation) for relation in Relation if self._ends(relation)}

    def _ends(self, relation: Relation) -> list[Dependence]:
        return [each for each in self.of(relation) if each.share >= WORTH_TELLING]

    def _matrix(self, relation: Relation) -> Chart:
        found = self._ends(relation)
        total: dict[str, float] = {}
        for each in found:
            total[each.on] = total.get(each.on, 0.0) + each.share
        rows = list(dict.fromkeys(each.party for each in found))
        columns = sorted(total, key=lambda name: -total[name])
        share = {(each.party, each.on): 100.0 * each.share for each in found}
        through = ", directly and through others" if relation in THROUGH else ""
        return matrix(
            list(map(self.about.label, rows)),
            list(map(self.about.label, columns)),
            [[share.get((row, column), math.nan) for column in columns] for row in rows],
            corner=("party", "depends on"),
            unit="%",
            title=self._most(relation, found),
            source=footnote(self.paths, self.seed, of=self.about),
            what=f"{WHAT[relation]}{through}, until {self.until}",
        )

    def _most(self, relation: Relation, found: Sequence[Dependence]) -> str:
        """What a matrix shows first: on whom most rests, or the largest share of one party that another has."""
        if relation is Relation.supplies and self.reach:
            name, share = self.reach[0]
            bought = "of what others buy of compute, chips, sites and power"
            return f"{percent(share.share)} {bought} rests on {self.about.within(name)}"
        most = next((each for each in found if each.on not in EDGES), found[0])
        within = self.about.within
        return replace(most, party=within(most.party), on=within(most.on)).finding()

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "until": self.until,
            "reach_of_supplies": {name: share.to_json() for name, share in self.reach},
            "rests_on": self.reliance.to_json(),
            "dependences": [
                {
                    "relation": str(each.relation),
                    "party": each.party,
                    "on": each.on,
                    "direct": each.direct.to_json(),
                    "through": None if each.through is None else each.through.to_json(),
                }
                for each in self.dependences
            ],
            "concentration": [
                {"party": each.party, "of": each.of, "by_year": by_year(each.years)} for each in self.concentration
            ],
            "weaning": [
                {
                    "cloud": each.cloud,
                    "customer": each.customer,
                    "share_of_sales": by_year(each.sales),
                    "share_of_backlog": by_year(each.backlog),
                }
                for each in self.weaning
            ],
        }


@typed
def influence(run: Run) -> Influence:
    """Who depends on whom in a run, over all of its years (of the first 16,384 futures of one with more)."""
    names = run.series["revenue"].rows
    amounts = _amounts(run, names)
    found = [each for relation in Relation for each in _dependences(relation, names, *amounts[relation])]
    reach = _reach(names, *amounts[Relation.supplies])
    return Influence(
        dependences=tuple(found),
        reach=tuple(reach),
        reliance=_rests(run, reach[0][0] if reach else ""),
        concentration=tuple(concentrations(run)),
        weaning=tuple(weaning(run)),
        until=run.years[-1],
        paths=run.series["revenue"].first.shape[-1],
        seed=run.provenance.seed,
        sampling=str(run.sampling),
        about=about(run.book),
    )


def _amounts(run: Run, names: Sequence[str]) -> dict[Relation, tuple[Any, Any]]:
    """For each relation: [batch, party, on] what it has of each other one, and [batch, party] what it has in all.

    `on` counts parties, then the edges of the world. Paths are added up in the eight batches by which errors are told.
    """
    everybody = [*names, *EDGES]
    size, batches = len(names), len(by_scramble(np.zeros(1)))
    parts = {relation: np.zeros((batches, size, len(everybody))) for relation in Relation}

    def add(relation: Relation, party: str, on: str, values: Any) -> None:
        if party in names and on in everybody and party != on:
            parts[relation][:, names.index(party), everybody.index(on)] += by_scramble(values)

    paid = run.series["paid"]
    payers = {each.address: each.payer for each in run.program.labels.contracts if each is not None}
    for (contract, payer, payee, purpose, _), usd in zip(paid.rows, paid.first, strict=True):
        # Principal that a debtor repays funds nobody.
        wanted = [
            (Relation.funds, payee, payer, purpose in FUNDS and payer == payers[contract]),
            (Relation.supplies, payer, payee, purpose in SUPPLIES),
            (Relation.sales, payee, payer, purpose in REVENUE),
        ]
        for relation, party, on, is_so in wanted:
            if is_so and party in names:
                add(relation, party, on, usd.sum(axis=0))
    for (buyer, seller), months in used_between(run).items():
        add(Relation.compute, buyer, seller, months.sum(axis=0))
    wholes = {relation: each.sum(axis=-1) for relation, each in parts.items()}
    stakes = run.series["stakes"]
    for (holder, company), share in zip(stakes.rows, stakes.first, strict=True):
        add(Relation.owners, company, holder, share[-1])
    futures = by_scramble(np.ones(paid.first.shape[-1]))
    wholes[Relation.owners] = np.repeat(futures[:, None], size, axis=1)
    return {relation: (parts[relation], wholes[relation]) for relation in Relation}


def _dependences(relation: Relation, names: Sequence[str], parts: Any, wholes: Any) -> list[Dependence]:
    """Every pair of parties that has anything to do with each other, and every edge that a party depends on."""
    everybody = [*names, *EDGES]
    direct, direct_error = _with_error(_shares, parts, wholes)
    inner = slice(len(names))

    def through(some: Any, of: Any) -> Any:
        return in_all(_shares(some, of)[:, inner])

    all_, all_error = _with_error(through, parts, wholes) if relation in THROUGH else (None, None)
    found = []
    for p, party in enumerate(names):
        for n, on in enumerate(everybody):
            reaches = None
            if all_ is not None and all_error is not None and n < len(names):
                reaches = Share(float(all_[p, n]), float(all_error[p, n]))
            if p != n and (direct[p, n] > 0.0 or (reaches is not None and reaches.share > ROUNDING)):
                found.append(
                    Dependence(relation, party, on, Share(float(direct[p, n]), float(direct_error[p, n])), reaches)
                )
    return sorted(found, key=lambda each: (-each.share, each.party, each.on))


ROUNDING = 1e-9
"""A smaller share is none."""


def _shares(parts: Any, wholes: Any) -> Any:
    """[party, on] of what each has in all; nothing of nothing."""
    return np.divide(parts, wholes[:, None], out=np.zeros_like(parts), where=wholes[:, None] > 0.0)


def _with_error(statistic: Any, parts: Any, wholes: Any) -> tuple[Any, Any]:
    """A number of all futures, and its error by leaving out one of the eight batches after the other.

    Of batches alone one might have nothing to share out.
    """
    of_all = (parts.sum(axis=0), wholes.sum(axis=0))
    left = np.stack(
        [
            statistic(*(all_ - batch for all_, batch in zip(of_all, each, strict=True)))
            for each in zip(parts, wholes, strict=True)
        ]
    )
    return statistic(*of_all), sampling_error(left) * (len(left) - 1)


def _reach(names: Sequence[str], parts: Any, wholes: Any) -> list[tuple[str, Share]]:
    """Of what all others buy of supplies, what rests on each party; the most first."""
    off_diagonal = 1.0 - np.eye(len(names))

    def reach(some: Any, of: Any) -> Any:
        arrives = in_all(_shares(some, of)[:, : len(names)]) * off_diagonal
        paid = of @ off_diagonal
        return np.divide(of @ arrives, paid, out=np.zeros(len(names)), where=paid > 0.0)

    share, error = _with_error(reach, parts, wholes)
    found = [(name, Share(float(share[n]), float(error[n]))) for n, name in enumerate(names) if share[n] > ROUNDING]
    return sorted(found, key=lambda each: (-each[1].share, each[0]))


def _rests(run: Run, first: str) -> Reliance:
    """What the part of others' supplies rests on that they buy from one party themselves, future by future."""
    paid = run.series["paid"]
    bought = [n for n, (_, payer, _, purpose, _) in enumerate(paid.rows) if purpose in SUPPLIES and payer != first]
    of_it = [n for n in bought if paid.rows[n][2] == first]
    whole, part = (paid.first[rows].sum(axis=(0, 1)) for rows in (bought, of_it))
    share = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0.0)
    return relies_on(f"what they buy of {first} directly", share, run.figures, run.draws[:, : len(share)])


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(parts)
