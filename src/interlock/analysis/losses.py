"""When a party fails, who loses what: unpaid claims, shares at cost, and what was still to come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, Estimate, Share, how_often, in_dollars, mean_of, percent
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.charts.chart import Chart
from interlock.charts.matrix import matrix
from interlock.charts.ranking import Bar, ranking
from interlock.charts.words import amount, scaled
from interlock.contracts.contract import Purpose
from interlock.engine.failures import Failures, together
from interlock.engine.run import Run
from interlock.engine.series import KEPT_PATHS
from interlock.ground.sampling_error import ratio_error
from interlock.money.hops import hops

if TYPE_CHECKING:
    import pandas

NEVER_MIND = 1e-3
"""Of the largest loss by the failure of a party: less is not told, though it stands in the table."""


ROUNDING = 1e-12
"""Of the largest claim: less is none."""


class Lost(StrEnum):
    """What is lost when a party fails."""

    claims = "claims"
    """Bills, debt and damages that it owed and did not pay, whether they were written off or a guarantor paid them."""
    shares = "shares"
    """What was paid for its shares under contracts of the book, at cost, where it was liquidated."""
    cover = "cover"
    """What a guarantor paid in its place and did not get back: its loss, and so much less of the creditor's."""
    to_come = "to come"
    """What it was still bound to pay, whatever is used, and is no longer: income, no asset; claims
    for damages are a part of it."""


@dataclass(frozen=True)
class Failure:
    """How often a party fails."""

    party: str
    ever: Share
    by_hop: tuple[tuple[int, Share], ...]
    """How often it fails at each hop: 0 is by itself."""

    def tell(self) -> str:
        """One sentence."""
        head = f"{self.party} fails in {percent(self.ever.share, self.ever.error)} of futures"
        if [hop for hop, _ in self.by_hop] == [0]:
            return f"{head}."
        ways = (f"{percent(often.share, often.error)} as one of those {_at(hop)}" for hop, often in self.by_hop)
        return f"{head}: {', '.join(ways)}."


@dataclass(frozen=True)
class Loss:
    """What one party loses under one contract by the failure of another."""

    failed: str
    holder: str
    contract: str
    what: Lost
    where_it_fails: Estimate
    """USD; the mean of the futures in which that party fails, and the range of nine of ten of them."""
    overall: Estimate
    """USD; the mean of all futures."""
    ever: Share
    """In how many of all futures anything is lost so."""
    by_hop: tuple[tuple[int, Estimate], ...]
    """USD; the mean of all futures, by the hop at which that party fails."""

    def tell(self) -> str:
        """A few words."""
        usd = in_dollars(self.where_it_fails.centre, self.where_it_fails.error)
        return f"{usd} USD {'still to come' if self.what is Lost.to_come else f'of {self.what}'}"


@dataclass(frozen=True)
class Losses(Answer):
    """What failures cost others."""

    failures: tuple[Failure, ...]
    """The likeliest first; only parties that ever fail."""
    losses: tuple[Loss, ...]
    by_hop: tuple[tuple[int, Estimate], ...]
    """USD; claims and shares lost, the mean of all futures, by the hop at which the debtor fails."""
    paths: int
    about: About = NOTHING

    def tell(self) -> str:
        """A sentence for each party that fails, one for each that loses by it, and how far it spreads."""
        told = []
        for failure in self.failures:
            here = self.of(failure.party)
            told.append(f"{failure.tell()}{' Where it does, others lose on average:' if here else ''}")
            for holder in dict.fromkeys(each.holder for each in here):
                parts = [f"{each.tell()} ({each.contract})" for each in here if each.holder == holder]
                told.append(f"    {holder}: {'; '.join(parts)}")
        return "\n".join([*told, self.spread()])

    def of(self, failed: str) -> list[Loss]:
        """The losses by the failure of a party that are worth telling, the largest first."""
        here = [each for each in self.losses if each.failed == failed]
        worth_telling = NEVER_MIND * max((each.where_it_fails.centre for each in here), default=0.0)
        return [each for each in here if abs(each.where_it_fails.centre) > worth_telling]

    def spread(self) -> str:
        """One sentence on how far losses spread."""
        if not self.failures:
            return f"Nobody fails in any of {self.paths:,} futures: nothing is lost."
        hops = [f"{in_dollars(usd.centre, usd.error)} USD by those {_at(hop)}" for hop, usd in self.by_hop]
        return f"Claims and shares lost, over all futures on average: {', '.join(hops)}."

    def table(self) -> pandas.DataFrame:
        """One row for each loss."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "failed": each.failed,
                "holder": each.holder,
                "contract": each.contract,
                "what": str(each.what),
                "mean_where_it_fails_usd": each.where_it_fails.centre,
                "sampling_error_usd": each.where_it_fails.error,
                "mean_usd": each.overall.centre,
                "probability": each.ever.share,
            }
            for each in self.losses
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """Who loses by whose failure, and how often each fails."""
        lost: dict[tuple[str, str], float] = {}
        for each in self.losses:
            if each.what is not Lost.to_come:
                lost[each.failed, each.holder] = lost.get((each.failed, each.holder), 0.0) + each.overall.centre
        if not self.failures:
            return {}
        found = {}
        if any(lost.values()):
            total = {name: sum(usd for ends, usd in lost.items() if name in ends) for ends in lost for name in ends}
            failed, holders = (sorted({ends[n] for ends in lost}, key=lambda name: -total[name]) for n in (0, 1))
            divide, unit = scaled(max(map(abs, lost.values())))
            debtor, holder = max(lost, key=lambda ends: lost[ends])
            found["losses"] = matrix(
                list(map(self.about.label, failed)),
                list(map(self.about.label, holders)),
                [[lost.get((row, column), math.nan) / divide for column in holders] for row in failed],
                corner=("fails", "loses"),
                unit=unit,
                title=(
                    f"{self.about.within(holder)} would lose most by another's failure: "
                    f"{in_dollars(lost[debtor, holder])} USD by that of {self.about.within(debtor)}"
                ),
                source=footnote(self.paths, of=self.about),
                what="Claims, shares and cover lost, the mean of all futures",
            )
        often = [
            (self.about.label(each.party), 100.0 * each.ever.share, 100.0 * each.ever.error) for each in self.failures
        ]
        first = self.about.within(self.failures[0].party)
        return found | {
            "failures": ranking(
                [Bar(name, share, share - 2.0 * error, share + 2.0 * error) for name, share, error in often],
                unit="% of futures",
                title=f"{first} fails most often: in {amount(often[0][1])} % of futures",
                source=footnote(self.paths, of=self.about),
                what="How often each party fails",
                ranges="two standard errors",
            )
        }

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {
            "paths": self.paths,
            "failures": [
                {"party": each.party, "probability": each.ever.to_json(), "by_hop": _by_hop(each.by_hop)}
                for each in self.failures
            ],
            "losses": [
                {
                    "failed": each.failed,
                    "holder": each.holder,
                    "contract": each.contract,
                    "what": str(each.what),
                    "where_it_fails_usd": each.where_it_fails.to_json(),
                    "overall_usd": each.overall.to_json(),
                    "probability": each.ever.to_json(),
                    "by_hop_usd": _by_hop(each.by_hop),
                }
                for each in self.losses
            ],
            "claims_and_shares_by_hop_usd": _by_hop(self.by_hop),
        }


@dataclass(frozen=True)
class LostByPath:
    """What is lost on each future, before it is summed up."""

    usd: dict[tuple[str, str, str, Lost], Any]
    """[path] by party that failed, holder, contract and what it is."""
    hops: dict[str, Any]
    """[path] by party: at which hop it fails; -1 where it stands."""
    paths: int


def losses(run: Run) -> Losses:
    """Who loses what by whose failure, on all futures (on the first 16,384 of a run with more)."""
    lost = lost_by_path(run)
    by_hop = {int(hop): np.zeros(lost.paths) for row in lost.hops.values() for hop in np.unique(row[row >= 0])}
    found = []
    for of, usd in lost.usd.items():
        hop = lost.hops[of[0]]
        found.append(_loss(run, of, usd, hop))
        if of[3] is not Lost.to_come:
            by_hop = {each: so_far + usd * (hop == each) for each, so_far in by_hop.items()}
    return Losses(
        failures=tuple(_failures(run, lost.hops)),
        losses=tuple(sorted(found, key=lambda each: (-each.overall.centre, each.contract, each.holder))),
        by_hop=tuple((hop, mean_of(usd, run.sampling)) for hop, usd in sorted(by_hop.items())),
        paths=lost.paths,
        about=about(run.book),
    )


def lost_by_path(run: Run) -> LostByPath:
    """What others lose by each failure on each future, and at which hop each party fails."""
    paths, where = min(run.paths, KEPT_PATHS), together(run.kept.failures)
    lost = _lost(run, where)
    hop_of = _hops(run, where, lost)
    hops_of = {
        name: _on_all(row + 1, where, paths) - 1
        for name, row in zip(run.program.labels.parties, hop_of, strict=False)
        if name is not None
    }
    usd = {of: _on_all(held, where, paths) * (hops_of[of[0]] >= 0) for of, held in lost.items() if of[0] != of[1]}
    return LostByPath({of: held for of, held in usd.items() if held.any()}, hops_of, paths)


def _lost(run: Run, where: Failures) -> dict[tuple[str, str, str, Lost], Any]:
    """[path] by party that owes, holder, contract and what it is; it is lost where that party fails."""
    found: dict[tuple[str, str, str, Lost], Any] = {}
    labels = run.program.labels
    rows = {name: n for n, name in enumerate(labels.parties[: run.program.shape.parties]) if name is not None}
    legs = [(n, leg) for n, leg in enumerate(labels.legs) if leg is not None]
    calls = {leg.contract: (n, leg) for n, leg in legs if leg.purpose is Purpose.guarantee}

    def add(party: str, holder: str, contract: str, what: Lost, usd: Any) -> None:
        if party in rows:
            of = (party, holder, contract, what)
            found[of] = found.get(of, 0.0) + usd

    for n, leg in legs:
        if leg.purpose is Purpose.equity and leg.payee in rows:
            # Shares of who goes on are diluted, not lost.
            add(leg.payee, leg.payer, leg.contract, Lost.shares, where.paid[n] * where.is_gone[rows[leg.payee]])
        # What a creditor that was paid twice does not return, it owes itself.
        is_own = leg.contract not in calls or leg.payer == calls[leg.contract][1].payee
        if is_own and n < len(where.unpaid):
            add(leg.payer, leg.payee, leg.contract, Lost.claims, where.unpaid[n])
    for contract, (n, call) in calls.items():
        back = [(m, leg) for m, leg in legs if leg.contract == contract and m != n]
        for party in {leg.payer for _, leg in back} - {call.payee}:
            kept = where.paid[n] - sum(where.paid[m] for m, leg in back if leg.payer != party)
            add(party, call.payee, contract, Lost.cover, -kept)
            add(
                party,
                call.payer,
                contract,
                Lost.cover,
                kept - sum(where.paid[m] for m, leg in back if leg.payer == party),
            )
    for n, promise in enumerate(labels.contracts):
        if promise is not None:
            add(promise.payer, promise.payee, promise.address, Lost.to_come, where.forgone[n])
    return found


def _hops(run: Run, where: Failures, lost: dict[tuple[str, str, str, Lost], Any]) -> Any:
    """[party, path] at which hop each party fails; -1 where it stands."""
    shape, names = run.program.shape, run.program.labels.parties
    claims = np.zeros((shape.parties, shape.parties, len(where.paths)))
    for (party, holder, _, what), usd in lost.items():
        if what in {Lost.claims, Lost.cover} and names.index(holder) < shape.parties:
            claims[names.index(party), names.index(holder)] += usd
    return hops(where.failed, claims > ROUNDING * claims.max(initial=0.0), shape.months)


def _on_all(values: Any, where: Failures, paths: int) -> Any:
    """[path] the same for all futures, zero where nobody failed."""
    found = np.zeros(paths, dtype=np.asarray(values).dtype)
    found[where.paths] = values
    return found


def _loss(run: Run, of: tuple[str, str, str, Lost], lost: Any, hop: Any) -> Loss:
    fails = hop >= 0
    low, high = np.quantile(lost[fails], [0.05, 0.95])
    mean = float(lost.sum() / fails.sum())
    return Loss(
        *of,
        where_it_fails=Estimate(mean, float(low), float(high), float(ratio_error(lost, fails, run.sampling))),
        overall=mean_of(lost, run.sampling),
        ever=how_often(lost != 0.0, run.sampling),
        by_hop=tuple((int(each), mean_of(lost * (hop == each), run.sampling)) for each in np.unique(hop[fails])),
    )


def _failures(run: Run, hops_of: dict[str, Any]) -> list[Failure]:
    found = []
    for party, row in hops_of.items():
        if (row >= 0).any():
            often = tuple((int(hop), how_often(row == hop, run.sampling)) for hop in np.unique(row[row >= 0]))
            found.append(Failure(party, how_often(row >= 0, run.sampling), often))
    return sorted(found, key=lambda each: (-each.ever.share, each.party))


def _at(hop: int) -> str:
    return "who fail by themselves (hop 0)" if hop == 0 else f"who had claims on those of hop {hop - 1} (hop {hop})"


def _by_hop(numbers: tuple[tuple[int, Any], ...]) -> dict[str, Any]:
    return {str(hop): each.to_json() for hop, each in numbers}
