"""Where a financed dollar went, and how much of it came back: three measures, which answer different questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import (
    Answer,
    ByYear,
    Estimate,
    Share,
    SharesByYear,
    by_year,
    cents,
    in_dollars,
    mean_of,
    percent,
    share_of,
)
from interlock.analysis.circulation import FUTURES, Circulation, circulation
from interlock.analysis.dollars import Colour, Dollars, followed_by, told_of
from interlock.analysis.loops import Loops, loops
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.contracts.contract import REVENUE
from interlock.engine.run import Run
from interlock.engine.to_follow import paths_to_follow
from interlock.engine.tracing import Followed, Measure
from interlock.engine.without import revenue_without
from interlock.ground.typed import typed

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Incremental:
    """The revenue of a financier with, less without, a financing contract, on the same futures."""

    contract: str
    financier: str
    financed: str
    usd: Estimate
    """Over all months: the mean of the futures."""
    share: Share
    """Of the dollars put in."""
    years: ByYear
    """USD in each year."""

    def tell(self) -> str:
        """A sentence."""
        more = f"{cents(self.share.share, self.share.error)} more revenue than without"
        return f"{more} ({in_dollars(self.usd.centre, self.usd.error)} USD; incremental, on the same futures)."


@dataclass(frozen=True)
class OwnMoney:
    """How much of what a customer paid a seller was money that the seller had put in, by one measure."""

    measure: Measure
    seller: str
    customer: str
    share: Share
    """Of all that the customer paid for the seller's sales."""
    years: SharesByYear
    """Of what it paid in each year."""


@dataclass(frozen=True)
class CameBack:
    """What came back, of all dollars together that parties of the book put into others."""

    who: str
    """Who put them into whom, as a clause."""
    usd: Estimate
    """Put in."""
    shares: tuple[tuple[Measure, Share], ...]
    """Of them, by each measure, what came back as revenue of who put them in, first lap."""
    most_to: str
    """To whom most of it came back, by the first measure to which any did."""
    until: int
    reliance: Reliance
    """What the pooled share rests on."""

    def tell(self) -> str:
        """One sentence."""
        (measure, share), *others = self.shares
        more = "".join(f"; {cents(each.share, each.error)} {by}" for by, each in others)
        most = f", most of it to {self.most_to}" if self.most_to else ""
        return (
            f"Of each dollar that {self.who} ({in_dollars(self.usd.centre, self.usd.error)} USD in all), "
            f"{cents(share.share, share.error)} came back as revenue of who put it in by {self.until} ({measure}, "
            f"first lap{more}){most}{self.reliance.clause()}."
        )

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "put_in_usd": self.usd.to_json(),
            "returned": {str(measure): share.to_json() for measure, share in self.shares},
            "most_to": self.most_to or None,
            "rests_on": self.reliance.to_json(),
        }


@dataclass(frozen=True)
class Trace(Answer):
    """Where the dollars of every financing contract went, by each measure."""

    came_back: CameBack | None
    """None where no party of the book puts money into another."""
    pooled: Dollars
    earmarked: Dollars
    incremental: tuple[Incremental, ...] | None
    """None where it was not asked for: it takes a run of its own for each contract."""
    own_money: tuple[OwnMoney, ...]
    """The seller's view, first lap."""
    loops: Loops
    circulation: Circulation
    """What of the payments between parties goes round."""

    def tell(self) -> str:
        """What came back in all; each leg that funds somebody, the seller's view, loops, and what goes round."""
        told = [self.came_back.tell()] if self.came_back else []
        # Who stands for a crowd outside the book comes last, for nothing is its revenue.
        for colours in sorted(
            zip(self.pooled.colours, self.earmarked.colours, strict=True),
            key=lambda each: (each[0].financier in EDGES, -each[0].paid.centre),
        ):
            told.append(f"{self.pooled.put_in(colours[0])}:")
            for by, colour in zip((self.pooled, self.earmarked), colours, strict=True):
                is_edge = colour.financier in EDGES
                told.append(f"    {f'{by.measure}: ' if is_edge else ''}{by.became(colour)}")
            told += [f"    {each.tell()}" for each in self.incremental or () if _is_of(each, colours[0])]
        return "\n".join([*(told or [self.pooled.tell()]), *self._own(), self.loops.tell(), self.circulation.tell()])

    def _own(self) -> Iterator[str]:
        """The seller's view."""
        for seller, customer in dict.fromkeys((each.seller, each.customer) for each in self.own_money):
            here = [each for each in self.own_money if (each.seller, each.customer) == (seller, customer)]
            said = ", ".join(f"{each.measure} {percent(each.share.share, each.share.error)}" for each in here)
            year, most = max(here[0].years, key=lambda each: np.nan_to_num(each[1].share, nan=-1.0))
            yield (
                f"Of what {customer} paid {seller} as its customer, this much was money from {seller}: {said} "
                f"(most in {year}: {percent(most.share, most.error)}, {here[0].measure})."
            )

    def table(self) -> pandas.DataFrame:
        """One row for each way of each colour, by each measure that follows dollars."""
        import pandas  # slow to import, and only needed here

        return pandas.concat([self.pooled.table(), self.earmarked.table()], ignore_index=True)

    def charts(self) -> dict[str, Chart]:
        """Where a dollar went: pooled, the most dollars first, then earmarked."""
        return {
            f"{by.measure}-{name}": chart for by in (self.pooled, self.earmarked) for name, chart in by.charts().items()
        }

    def to_json(self) -> dict[str, Any]:
        """Every colour by each measure, the seller's view, loops, and what goes round."""
        return {
            "paths": self.pooled.paths,
            "until": self.pooled.until,
            "came_back": None if self.came_back is None else self.came_back.to_json(),
            "colours": [
                {
                    **colours[0].named(),
                    "paid_usd": colours[0].paid.to_json(),
                    "pooled": _became(colours[0]),
                    "earmarked": _became(colours[1]),
                }
                for colours in zip(self.pooled.colours, self.earmarked.colours, strict=True)
            ],
            "incremental": None
            if self.incremental is None
            else [
                {
                    "contract": each.contract,
                    "financier": each.financier,
                    "financed": each.financed,
                    "revenue_usd": each.usd.to_json(),
                    "of_dollars_put_in": each.share.to_json(),
                    "revenue_by_year_usd": by_year(each.years),
                }
                for each in self.incremental
            ],
            "own_money": [
                {
                    "measure": str(each.measure),
                    "seller": each.seller,
                    "customer": each.customer,
                    "share_of_sales": each.share.to_json(),
                    "by_year": by_year(each.years),
                }
                for each in self.own_money
            ],
            "paid_only_by_loops": self.loops.to_json(),
            "circulation": self.circulation.to_json(),
        }


@typed
def trace(
    run: Run,
    *,
    of: str | None = None,
    incremental: bool = False,
    paths: int | None = None,
) -> Trace:
    """Follow the dollars of every financing contract, or those `of` one party or contract, by every measure.

    Uses the first `paths` futures of the run: unless said 1,024 of them, fewer in large books. `incremental` runs them
    again without each contract, one at a time.
    Raises ArgumentError for a name that finances nothing, LawBroken where a dollar is not found again.
    """
    found, own, by = {}, [], {}
    paths = paths_to_follow(run.program) if paths is None else paths
    for measure in Measure:
        followed = followed_by(run, of, measure, paths)
        found[measure] = told_of(run, followed, of, measure)
        if followed is not None:
            by[measure] = followed
            own += list(_own_money(run, followed, of, measure))
    more = None
    if incremental:
        more = tuple(_increments(run, by[Measure.pooled], found[Measure.pooled])) if by else ()
    # What nobody sees by any measure is not told by the others.
    seen = {(each.seller, each.customer) for each in own if each.share.share > 0.0}
    return Trace(
        came_back=_came_back(run, by, of),
        pooled=found[Measure.pooled],
        earmarked=found[Measure.earmarked],
        incremental=more,
        own_money=tuple(each for each in own if (each.seller, each.customer) in seen),
        loops=loops(run, paths),
        circulation=circulation(run, min(paths, FUTURES)),
    )


def _came_back(run: Run, by: Mapping[Measure, Followed], of: str | None) -> CameBack | None:
    """All dollars together that parties of the book put into others."""
    if not by:
        return None
    pooled = by[Measure.pooled]
    rows = [
        n
        for n, leg in enumerate(pooled.legs)
        if leg.payer not in EDGES and of in {None, leg.contract, leg.payer} and pooled.first.paid[:, n].any()
    ]
    if not rows:
        return None
    paid = pooled.first.paid[:, rows].sum(axis=(0, 1))
    # [colour, path] what came back of each.
    back = {measure: each.first.returned[:, rows].sum(axis=(0, 2)) for measure, each in by.items()}
    to: dict[str, float] = {}
    counted = next((each for each in back.values() if each.any()), back[Measure.pooled])
    for n, usd in zip(rows, counted, strict=True):
        to[pooled.legs[n].payer] = to.get(pooled.legs[n].payer, 0.0) + float(usd.sum())
    financiers, financed = ({getattr(pooled.legs[n], end) for n in rows} for end in ("payer", "payee"))
    who = next(iter(financiers)) if len(financiers) == 1 else "parties of the book"
    into = next(iter(financed)) if len(financed) == 1 else "others"
    part = back[Measure.pooled].sum(axis=0)
    by_path = np.divide(part, paid, out=np.zeros(len(paid)), where=paid > 0.0)
    return CameBack(
        who=f"{who} put into {into}",
        usd=mean_of(paid, run.sampling),
        shares=tuple((measure, share_of(each.sum(axis=0), paid, run.sampling)) for measure, each in back.items()),
        most_to=max(sorted(to), key=lambda name: to[name]) if len(to) > 1 and any(to.values()) else "",
        until=run.years[-1],
        reliance=relies_on("the pooled share", by_path, run.figures, run.draws[:, : len(by_path)]),
    )


def _is_of(increment: Incremental, colour: Colour) -> bool:
    return (increment.contract, increment.financier) == (colour.contract, colour.financier)


def _became(colour: Colour) -> dict[str, Any]:
    by_hop = {name: by_year(years) for name, years in colour.by_hop}
    return {**colour.became(), "returned_through_by_year": by_hop}


def _increments(run: Run, followed: Followed, found: Dollars) -> Iterator[Incremental]:
    """For each contract that only funds somebody, by a party of the book."""
    kept = run.series["revenue"]
    paths = min(followed.paths, kept.first.shape[-1])
    for contract, financier in dict.fromkeys((each.contract, each.financier) for each in found.colours):
        sells_too = any(
            leg is not None and (leg.contract, leg.payer) == (contract, financier) and leg.purpose in REVENUE
            for leg in run.program.labels.legs
        )
        if financier in EDGES or sells_too:
            continue
        row = kept.of(financier)
        more = kept.first[row][..., :paths] - revenue_without(run, contract, followed.paths)[row][..., :paths]
        legs = [n for n, leg in enumerate(followed.legs) if leg.contract == contract]
        paid = followed.first.paid[:, legs, :paths].sum(axis=(0, 1))
        yield Incremental(
            contract=contract,
            financier=financier,
            financed=next(each.financed for each in found.colours if each.contract == contract),
            usd=mean_of(more.sum(axis=0), run.sampling),
            share=share_of(more.sum(axis=0), paid, run.sampling),
            years=tuple((year, mean_of(usd, run.sampling)) for year, usd in zip(run.years, more, strict=True)),
        )


def _own_money(run: Run, followed: Followed, of: str | None, measure: Measure) -> Iterator[OwnMoney]:
    """For each pair of a financier and a party that bought something from it."""
    kept = run.series["paid"]
    paths = min(followed.paths, kept.first.shape[-1])
    sellers = (leg.payer for leg in followed.legs if of in {None, leg.payer, leg.contract})
    # A crowd outside the book has no books of its own: what is paid to it has left.
    for seller in dict.fromkeys(each for each in sellers if each not in EDGES):
        colours = [n for n, leg in enumerate(followed.legs) if leg.payer == seller]
        sales = [n for n, leg in enumerate(kept.rows) if leg[2] == seller and leg[3] in REVENUE]
        returned = followed.first.returned[:, colours].sum(axis=1)[..., :paths]
        for customer in dict.fromkeys(kept.rows[n][1] for n in sales):
            paid = kept.first[[n for n in sales if kept.rows[n][1] == customer]].sum(axis=0)[..., :paths]
            legs = [n for n, leg in enumerate(run.program.labels.legs) if leg is not None and leg.payer == customer]
            own = returned[:, legs].sum(axis=1)
            if customer not in EDGES and paid.any():
                years = ((year, share_of(own[y], paid[y], run.sampling)) for y, year in enumerate(run.years))
                yield OwnMoney(
                    measure, seller, customer, share_of(own.sum(axis=0), paid.sum(axis=0), run.sampling), tuple(years)
                )
