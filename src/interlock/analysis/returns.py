"""When the spending pays back, what it earns, and whether it runs ahead of what is sold.

    NPV, IRR, multiple, payback     of what each deal, site and party, and the whole build-out, puts in and gets out
    needed                          running costs + what chips and buildings bought so far must bring in this year
    ahead                           needed - sold, in the years in which that is more than nothing

Flows contain default already: the cost of capital at which they are discounted has none in it. With and without what is
left at the end of the run (engine/horizon.py); a year's flows count as if in the middle of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, in_dollars, mean_of, percent
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.analysis.earned import Level, Lever, Need, Return, flows_of, gap_of, needs_of, return_of, worth_with
from interlock.analysis.reliance import Reliance, relies_on
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.charts.lines import Curve, lines
from interlock.charts.ranking import Bar, ranking
from interlock.charts.words import scaled
from interlock.contracts.contract import Purpose
from interlock.engine.run import Run
from interlock.engine.venture import Venture, together
from interlock.engine.ventures import Ventures
from interlock.engine.worth import COST_OF_CAPITAL, Discounting, discounting
from interlock.ground.arrays import is_any
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.ground.typed import typed
from interlock.ground.units import HOURS_PER_MONTH

if TYPE_CHECKING:
    import pandas

LIVES = (3.0, 4.0, 5.0, 6.0)
"""Years for which chips may last, side by side."""

BUILDERS = frozenset({"lab", "cloud", "landlord", "vehicle"})
"""The roles of those who are the build-out: what they buy of others is spending, what they sell to others returns."""

BUILD_OUT = "the build-out"


@dataclass(frozen=True)
class Returns(Answer):
    """What the spending of a book earns."""

    of: str
    """Whom the need is of: the build-out, or a party that was asked for."""
    rows: tuple[Return, ...]
    needs: tuple[Need, ...]
    levers: tuple[Lever, ...]
    reliance: Reliance
    cost_of_capital: float
    life: Mapping[str, float]
    beside: float
    """USD on average that its members spend on chips and buildings for what the book does not model."""
    rent: tuple[float, float] | None
    """USD per H100e and hour at the end of the run, on average, and its growth a year; None where chips have none."""
    paths: int
    seed: int
    sampling: str
    about: About = NOTHING

    def head(self) -> str:
        """What the whole is worth, and whether spending is ahead of returns."""
        whole, last = self.rows[0], self.needs[-1]
        irr = "no IRR" if np.isnan(whole.irr) else f"an IRR of {percent(whole.irr, whole.irr_error)}"
        return (
            f"At {percent(self.cost_of_capital)} a year, {self.of} is worth "
            f"{in_dollars(whole.npv.centre, whole.npv.error)} USD at its start by what is paid up to {last.year}, and "
            f"{in_dollars(whole.npv_with.centre, whole.npv_with.error)} USD with what is left then ({irr}); "
            f"{self.ahead()}{self.rests_on()}."
        )

    def rests_on(self) -> str:
        """What this rests on most, as a clause."""
        named = ", ".join(f"{address} ({correlation:+.2f})" for address, correlation in self.reliance.figures)
        return f"; its worth rests most on {named}" if named else ""

    def ahead(self) -> str:
        """Whether spending is ahead of what is sold, by how much and until when, as a clause."""
        ahead = [need for need in self.needs if need.gap.centre > 0.0]
        if not ahead:
            return "in every year it sells what its spending needs"
        most = max(ahead, key=lambda need: need.gap.centre)
        until = ahead[-1].year
        after = f"up to {until} and no longer" if until < self.needs[-1].year else f"to the end of the run in {until}"
        return (
            f"its spending is ahead of what it sells {after}, by {in_dollars(most.gap.centre, most.gap.error)} USD in "
            f"{most.year}, when it is most"
        )

    def _finding(self) -> str:
        """The same as a headline."""
        ahead, who = [need for need in self.needs if need.gap.centre > 0.0], self.about.within(self.of)
        if not ahead:
            return f"In every year {who} sells what its spending needs"
        most, until = max(ahead, key=lambda need: need.gap.centre), ahead[-1].year
        return (
            f"Until {until}, {who} spends ahead of what it sells: by {in_dollars(most.gap.centre)} USD in {most.year}, "
            "when it is most"
        )

    def tell(self) -> str:
        """The whole; then each party, deal and site that puts something in and gets something back."""
        return "\n".join([self.head(), *(self.sentence(row) for row in self.rows[1:] if row.is_worth_telling)])

    def sentence(self, row: Return) -> str:
        """One return in a sentence."""
        irr = "no IRR" if np.isnan(row.irr) else f"an IRR of {percent(row.irr, row.irr_error)}"
        whose = f" for {row.party}" if row.party not in {"", row.of} else ""
        back = (
            "it takes in more than it spends from the start"
            if np.isnan(row.paid_back.share)
            else f"paid back by {self.needs[-1].year} in {percent(row.paid_back.share, row.paid_back.error)} of futures"
        )
        return (
            f"{row.of}{whose}: {in_dollars(row.put_in.centre, row.put_in.error)} USD put in, worth "
            f"{in_dollars(row.npv.centre, row.npv.error)} USD, {in_dollars(row.npv_with.centre, row.npv_with.error)} "
            f"with what is left; {irr}; {back}."
        )

    def table(self) -> pandas.DataFrame:
        """One row for each return."""
        import pandas  # slow to import, and only needed here

        return pandas.DataFrame(
            [
                {
                    "level": str(row.level),
                    "of": row.of,
                    "party": row.party,
                    **{
                        f"{name}_{part}": getattr(getattr(row, name), part)
                        for name in ("put_in", "npv", "npv_with")
                        for part in ("centre", "low", "high", "error")
                    },
                    **{f"left_{name}": usd for name, usd in row.left.items()},
                    "irr": row.irr,
                    "irr_error": row.irr_error,
                    "irr_with": row.irr_with,
                    "no_irr": row.no_irr.share,
                    "multiple": row.multiple,
                    "multiple_error": row.multiple_error,
                    "paid_back": row.paid_back.share,
                    "paid_back_error": row.paid_back.error,
                    "nothing_in": row.nothing_in.share,
                    "payback_year": row.payback_year,
                }
                for row in self.rows
            ]
        )

    def needs_by_year(self) -> pandas.DataFrame:
        """One row for each year: what is needed, and what is sold."""
        import pandas  # slow to import, and only needed here

        return pandas.DataFrame(
            [
                {
                    "year": need.year,
                    "spent": need.spent,
                    "committed": need.committed,
                    "needed": need.needed,
                    "projected": need.projected,
                    "gap": need.gap.centre,
                    "gap_error": need.gap.error,
                    "ahead": need.ahead.share,
                }
                for need in self.needs
            ]
        )

    def charts(self) -> dict[str, Chart]:
        """What must be sold against what is, year by year; and what each venture is worth."""
        years = [str(need.year) for need in self.needs]
        divide, unit = scaled(max(max(need.needed, need.projected) for need in self.needs))
        source = footnote(self.paths, self.seed, of=self.about)
        committed = [need.committed / divide for need in self.needs]
        bound = "; dashed: all that is still to be paid" if max(committed) > 0.05 else ""
        found = {
            "need": lines(
                years,
                [
                    Curve("needed", tuple(need.needed / divide for need in self.needs)),
                    Curve("sold", tuple(need.projected / divide for need in self.needs)),
                    *([Curve("bound to pay", tuple(committed), is_dashed=True)] if bound else []),
                ],
                unit=unit,
                title=self._finding(),
                source=source,
                what=f"Sales a year, and what would earn {percent(self.cost_of_capital)} on the spending{bound}",
            )
        }
        worth = [row for row in self.rows[1:] if row.is_worth_telling]
        if worth:
            order = sorted(worth, key=lambda row: -abs(row.npv_with.centre))
            divide, unit = scaled(max(abs(row.npv_with.centre) for row in order))
            found["worth"] = ranking(
                [
                    Bar(
                        ", ".join(
                            map(self.about.label, [row.of.removeprefix("deals."), *({row.party} - {"", row.of})])
                        ),
                        row.npv_with.centre / divide,
                        row.npv_with.low / divide,
                        row.npv_with.high / divide,
                    )
                    for row in order
                ],
                unit=unit,
                title=(
                    f"{self.about.within(order[0].of)} is worth {in_dollars(order[0].npv_with.centre)} USD at "
                    f"{percent(self.cost_of_capital)} a year"
                ),
                source=source,
                what="Worth at the start, with what is left at the end",
                ranges="90 % of futures",
            )
        return found

    def to_json(self) -> dict[str, Any]:
        """Every return, the need of every year, and the lever."""
        return {
            "of": self.of,
            "cost_of_capital": self.cost_of_capital,
            "life_years": dict(self.life),
            "spent_beside_the_book_usd": self.beside,
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "rent_at_the_end": None
            if self.rent is None
            else {"usd_per_h100e_hour": self.rent[0], "growth_a_year": self.rent[1]},
            "returns": [row.to_json() for row in self.rows],
            "needs": [need.to_json() for need in self.needs],
            "lever": [lever.to_json() for lever in self.levers],
            "rests_on": self.reliance.to_json(),
        }


@typed
def returns(
    run: Run,
    of: str | None = None,
    *,
    cost_of_capital: float = COST_OF_CAPITAL,
    life: Mapping[str, float] | None = None,
) -> Returns:
    """What the spending of a run earns: of the whole, or only `of` one party, deal or site.

    `cost_of_capital` is a rate a year without expected default loss: the flows contain default. `life` says for how
    many years chips and construction last, where that is not five and 15. Raises ArgumentError for what is not in the
    book, or no rate or life.
    """
    known = [*_parties(run), *run.book.deals, *run.book.sites]
    if of is not None and of not in known:
        raise ArgumentError(f"'{of}' is no party, deal or site. {did_you_mean(of, known, 'of them')}")
    by = discounting(run, cost_of_capital, {} if life is None else life)
    ventures = Ventures(run)
    of_party = {name: ventures.of(name) for name in _parties(run)}
    group = (of,) if of in of_party else build_out(run)
    ventures.let_inside(group, of_party)
    whole = [venture for member in group for venture in of_party[member].values()]
    sold, committed = ventures.sold_to_others(group), ventures.committed(group)
    level, name = (Level.party, str(of)) if of in of_party else (Level.build_out, BUILD_OUT)
    one = together(whole)
    worth = by.worth(*flows_of(level, [one], by))
    with_left = worth_with(level, worth, whole, by)
    rows = [return_of(level, name, name if level is Level.party else "", whole, by)]
    parts = [part for part in _parts(run, ventures, of_party, of) if part[0][1] != name and any(map(_is_any, part[1]))]
    rows += [return_of(*key, each, by) for key, each in parts]
    return Returns(
        of=name,
        rows=tuple(rows),
        needs=needs_of(one, sold, committed, by),
        levers=tuple(_levers(level, one, worth, whole, by, with_left)),
        reliance=relies_on("its worth", with_left, run.figures, run.draws),
        cost_of_capital=cost_of_capital,
        life=by.life,
        beside=ventures.beside(group),
        rent=None if by.rent is None else (float(by.rent.usd.mean()) / HOURS_PER_MONTH / 12.0, by.rent.growth),
        paths=run.draws.shape[1],
        seed=run.provenance.seed,
        sampling=str(run.sampling),
        about=about(run.book),
    )


def build_out(run: Run) -> tuple[str, ...]:
    """Who is the build-out; of a book without any of them, everybody."""
    found = [name for name in _parties(run) if BUILDERS & set(run.book.parties[name].roles)]
    return tuple(found or _parties(run))


def _parties(run: Run) -> list[str]:
    return sorted(set(run.book.parties) - set(EDGES))


def _is_any(venture: Venture) -> bool:
    """Whether there is anything to earn a return on, or that is one: not where only bills are paid."""
    return any(is_any(usd) for usd in (venture.received, venture.chips, venture.buildings, venture.funded))


def _parts(
    run: Run, ventures: Ventures, of_party: Mapping[str, Mapping[str, Venture]], of: str | None
) -> Iterator[tuple[tuple[Level, str, str], list[Venture]]]:
    """Parties; their part of each deal, and of each contract of a deal that has several of theirs; sites."""
    for party, found in of_party.items():
        if found and of in {None, party}:
            yield (Level.party, party, party), [*found.values()]
        for deal in sorted({address.split(".")[1] for address in found if address.startswith("deals.")}):
            inside = f"deals.{deal}."
            mine = {
                address: each
                for address, each in found.items()
                if address.startswith(inside) and _is_any(each) and ventures.purposes.get(address) != {Purpose.tax}
            }
            if of not in {None, party, deal}:
                continue
            if mine:
                yield (Level.deal, deal, party), [*mine.values()]
            if len(mine) > 1:
                yield from (((Level.contract, address, party), [each]) for address, each in sorted(mine.items()))
    for site, written in sorted(run.book.sites.items()):
        here = {address for address, named in ventures.bearing.sites.items() if named == written.address}
        if not here and sum(other.payer == written.payer for other in run.book.sites.values()) == 1:
            # What nobody names serves all to whom its owner sells.
            here = {address for address, each in of_party[written.payer].items() if is_any(each.sold)}
        here.add(written.address)
        there = [venture for address, venture in sorted(of_party[written.payer].items()) if address in here]
        if there and of in {None, written.payer, site}:
            yield (Level.site, site, written.payer), there


def _levers(
    level: Level, one: Venture, worth: Any, whole: list[Venture], by: Discounting, with_left: Any
) -> Iterator[Lever]:
    """The whole, if chips last longer or less long; `worth` is that of its flows, which do not hang on it.

    `with_left` is that of the whole with what is left, if they last as long as they are given.
    """
    for years in sorted({*LIVES, by.life["chips"]}):
        is_as_given = years == by.life["chips"]
        other = by if is_as_given else replace(by, life={**by.life, "chips": years})
        gap = gap_of(one, other)
        means = gap.mean(axis=1)
        yield Lever(
            life=years,
            npv_with=mean_of(with_left if is_as_given else worth_with(level, worth, whole, other), by.run.sampling),
            largest_gap=mean_of(gap[means.argmax()], by.run.sampling),
            years_ahead=tuple(year for year, mean in zip(by.run.years, means, strict=True) if mean > 0.0),
        )
