"""Chunks become series: rows that only pad are dropped, legs are added up by pair of parties, paths put in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from interlock.contracts.contract import Purpose
from interlock.engine.chunk import Futures
from interlock.engine.failures import Failures, failures_of
from interlock.engine.laws import MEASURED_BY, NO_NUMBER, Law
from interlock.engine.outcome import Ending, Outcome
from interlock.engine.promises import binding, buying, lending, supplying
from interlock.engine.record import Monthly
from interlock.engine.record_physical import PhysicalRows
from interlock.engine.series import EVENT, KEPT_PATHS, Series
from interlock.engine.to_follow import paths_to_follow
from interlock.ground.chance import Sampling
from interlock.ground.errors import LawBroken
from interlock.ground.months import name_of
from interlock.ground.units import HOURS_PER_MONTH
from interlock.program.program import Program
from interlock.program.recipes import Constant
from interlock.program.shape import StackShape

TOP_UP = "top-up"
"""The name of the leg by which a commitment that was not filled is made up."""

NOT_WANTED = 0.01
"""The part of what is paid in a year for compute: with less of it not wanted, a commitment has been filled."""

TIGHT = 6.0
"""Months of runway under which a party is short of cash."""

NOT_SAID = Constant(0.0)
"""What a party term is that the book leaves out."""

MONTHLY = ("cash", "paid")
"""What can be kept month by month on every path."""


@dataclass
class Kept:
    """What was kept of a run."""

    series: dict[str, Series]
    outcomes: Series
    """How the paths ended, a row for each outcome."""
    draws: list[Any] = field(default_factory=list)
    """[figure, path] of each chunk of the paths that are kept."""
    failed: list[Any] = field(default_factory=list)
    """[party, path] of each chunk of the paths that are kept: the month in which the party failed, NEVER."""
    failures: list[Failures] = field(default_factory=list)
    """What was lost where somebody failed, of each chunk of the paths that are kept."""
    flows: list[Monthly] = field(default_factory=list)
    """Every month of the first paths, of as many at least as are followed unless more are asked for."""
    monthly: dict[str, list[Any]] = field(default_factory=dict)
    """[month, row, path] of each chunk, for what was asked to be kept month by month."""


def collect(
    program: Program,
    chunks: Iterable[tuple[Any, Any, Futures]],
    paths: int,
    sampling: Sampling,
    keep: Sequence[str] = (),
) -> Kept:
    """Everything that is kept of the chunks of a run; `keep` names what is kept month by month, too.

    Raises LawBroken at the first chunk that breaks a law.
    """
    rows, years = Rows(program), program.labels.years
    kept_paths = min(paths, KEPT_PATHS)
    blank = partial(Series, sampling=sampling, is_counted=paths > kept_paths, room=kept_paths)
    ended = blank("outcomes", EVENT, "how the path ended", tuple(Outcome), years[-1:])
    followed = paths_to_follow(program)
    kept = Kept({name: blank(name, *about, years) for name, about in rows.described().items()}, ended)
    for numbers, draws, futures in chunks:
        refuse_breaches(program, numbers, futures)
        room = max(kept_paths - ended.paths, 0)
        for name, values in rows.of(draws, futures).items():
            kept.series[name].add(values)
        ended.add(rows.outcomes(futures))
        if followed > 0:
            kept.flows.append(futures.monthly)
            followed -= futures.monthly.cash.shape[-1]
        for name in keep:
            rows_of = rows.parties if name == "cash" else rows.legs
            kept.monthly.setdefault(name, []).append(getattr(futures.monthly, name)[:, rows_of])
        if room:
            kept.draws.append(draws[:, :room])
            kept.failed.append(np.minimum.reduce(list(rows.months_of(futures).values()))[:, :room])
            kept.failures.append(failures_of(program, numbers, futures))
    return kept


class Rows:
    """Which rows of the arrays are real, and what they are called."""

    def __init__(self, program: Program) -> None:
        labels = program.labels
        self.program = program
        self.legs = np.array([n for n, label in enumerate(labels.legs) if label is not None], dtype=int)
        self.leg_labels = [label for label in labels.legs if label is not None]
        # Of other contracts there is nothing to say: rows of zeros would take half of a run's memory.
        self.suppliers, self.supplier_names = _contracts(program, supplying(program.shape))
        self.bound, self.bound_names = _contracts(program, binding(program.shape))
        with_budget = labels.parties[: program.shape.parties]
        self.parties = np.array([n for n, name in enumerate(with_budget) if name is not None], dtype=int)
        self.party_names = tuple(name for name in with_budget if name is not None)
        share_labels = program.segments.labels
        self.shares = np.array([n for n, label in enumerate(share_labels) if label is not None], dtype=int)
        self.share_labels = tuple(label for label in share_labels if label is not None)
        is_lab = program.topology.is_lab > 0.0
        followed = [n for n in self.parties if is_lab[n] and program.shape.has_models]
        self.labs = np.array(followed, dtype=int)
        self.lab_names = tuple(with_budget[n] for n in self.labs)
        self.markets = () if program.market_stack is None else program.market_stack.names
        self.pairs = tuple(
            sorted({(label.payer, label.payee) for label in self.leg_labels if label.payer and label.payee})
        )
        self.pair_of_leg = [
            self.pairs.index((label.payer, label.payee)) if label.payer and label.payee else -1
            for label in self.leg_labels
        ]
        is_revenue = program.topology.leg_is_revenue[self.legs] > 0.0
        self.seller_of_leg = [
            self.party_names.index(label.payee) if sells and label.payee in self.party_names else -1
            for label, sells in zip(self.leg_labels, is_revenue, strict=True)
        ]
        self.commitments = tuple(sorted({label.contract for label in self.leg_labels if label.name == TOP_UP}))
        self.commitment_of_leg = [
            self.commitments.index(label.contract)
            if label.contract in self.commitments and label.purpose is Purpose.compute
            else -1
            for label in self.leg_labels
        ]
        self.commitment_of_top_up = [
            row if label.name == TOP_UP else -1
            for row, label in zip(self.commitment_of_leg, self.leg_labels, strict=True)
        ]
        self.of_commitments = [self.supplier_names.index(name) for name in self.commitments]
        holding = [stack for stack in program.stacks if stack.shape.buys_shares]
        self.share_buyers, self.share_names = _contracts(program, buying(program.shape))
        stake_pairs = {(contract.payer, contract.payee) for stack in holding for contract in stack.contracts}
        stake_pairs |= {(holder, company) for holder, company, _ in program.stakes}
        # Where the book saves nobody, all who fail are liquidated.
        self.endings = tuple(Ending) if program.shape.has_rescues else ()
        self.physical = PhysicalRows(program)
        self.losses = _losses(program) if program.shape.has_restructuring else {}
        self.stakes = tuple(sorted(stake_pairs | set(self.losses.values())))

    def described(self) -> dict[str, tuple[str, str, tuple[Any, ...]]]:
        """Unit, description and row names of each series."""
        legs = tuple(
            (label.contract, label.payer, label.payee, str(label.purpose), label.name) for label in self.leg_labels
        )
        austerity = ("share", "how far it has gone in cutting what it spends, at the end of the year", self.party_names)
        spot = ("USD/H100e-hour", "what compute costs by the hour, on average over the year", self.markets)
        maturing = ("USD", "debt that falls due in the year to come, before any of it is lent again", self.party_names)
        labs = {
            "quality": (
                "e-folds",
                "of effective compute that the newest model has over that of the start",
                self.lab_names,
            ),
            "training": ("H100e-months", "compute that trained in the year", self.lab_names),
            "largest_run": ("FLOP", "that the training fleet could make at the end of the year", self.lab_names),
            "lost": ("USD", "what customers would have paid in the year, and could not be served", self.lab_names),
            "share": ("share", "of what customers of a segment use, at the end of the year", self.share_labels),
        }
        return {
            "paid": ("USD", "paid under each leg of each contract in the year", legs),
            "flows": ("USD", "paid by one party to another in the year", self.pairs),
            "written_off": ("USD", "claims of one party on another that a failure ended in the year", self.pairs),
            "revenue": ("USD", "revenue-class receipts in the year", self.party_names),
            "demand": ("USD", "what customers would have paid in the year", self.party_names),
            "served": ("USD", "demand that could be served in the year", self.party_names),
            "need": ("H100e-months", "compute that was wanted in the year", self.party_names),
            "delivered": ("H100e-months", "capacity delivered under each contract in the year", self.supplier_names),
            "used": ("H100e-months", "capacity used under each contract in the year", self.supplier_names),
            "remaining": (
                "USD",
                "still to be paid under each contract at the end of the year, whatever is used",
                self.bound_names,
            ),
            **({"maturing": maturing} if any(lending(self.program.shape)) else {}),
            **({"austerity": austerity} if self.program.shape.has_cuts else {}),
            **{name: about for name, about in labs.items() if about[2]},
            **({"spot_price": spot} if self.markets else {}),
            "spare": ("USD", "charged for what was used only because it is paid for", self.supplier_names),
            "shortfall": ("USD", "paid so far under each commitment for what was not wanted", self.commitments),
            "unfilled": (
                EVENT,
                "1 once more than 1 % of a year's payments was for what was not wanted, or it ended by a failure",
                self.commitments,
            ),
            "stakes": ("share", "held of a company at the end of the year, by holder and company", self.stakes),
            "bought": ("share", "of a company, bought under each contract, at the end of the year", self.share_names),
            "cash": ("USD", "at the end of the year", self.party_names),
            "runway": (
                "months",
                "that cash lasts at the outflow of the last three months; 1e9 without end, 0 once it has failed",
                self.party_names,
            ),
            "tight": (EVENT, "1 where a party stands and its runway is less than half a year", self.party_names),
            "failed": (EVENT, "1 once a party has failed, however that ended", self.party_names),
            **self.physical.described(),
        } | {
            ending: (EVENT, f"1 once a party has failed and was {ending}", self.party_names) for ending in self.endings
        }

    def of(self, draws: Any, futures: Futures) -> dict[str, Any]:
        """The values [row, year, path] of each series."""
        yearly = futures.yearly
        swapped = {name: np.swapaxes(getattr(yearly, name), 0, 1) for name in yearly._fields}
        paid, lost = swapped["paid"][self.legs], swapped["written_off"][self.legs]
        runway, ended = swapped["runway"][self.parties], self._ended(futures)
        return {
            "paid": paid,
            "flows": _added(paid, self.pair_of_leg, len(self.pairs)),
            "written_off": _added(lost, self.pair_of_leg, len(self.pairs)),
            "revenue": _added(paid, self.seller_of_leg, len(self.party_names)),
            "demand": swapped["wanted"][self.parties],
            "served": swapped["served"][self.parties],
            "need": swapped["need"][self.parties],
            "delivered": swapped["delivered"][self.suppliers],
            "used": swapped["used"][self.suppliers],
            "remaining": swapped["remaining"][self.bound],
            **{name: swapped[name][self.parties] for name in ("maturing", "austerity") if swapped[name].size},
            **self._of_labs(swapped),
            **({"spot_price": self._spot_price(swapped["prices"])} if self.markets else {}),
            "spare": swapped["spare"][self.suppliers],
            "shortfall": self._not_wanted(paid, swapped["spare"]).cumsum(axis=1),
            "unfilled": self._unfilled(paid, swapped["spare"], swapped["remaining"], futures.failed),
            "stakes": self.stakes_of(draws, swapped["held"], swapped["compensation"], swapped["shares"]),
            "bought": self._bought(swapped["held"], swapped["shares"]),
            "cash": swapped["cash"][self.parties],
            "runway": runway,
            "tight": np.where(ended[Ending.liquidated] > 0.0, 0.0, runway < TIGHT),
            "failed": np.maximum.reduce(list(ended.values())),
            **self.physical.of(futures.physical),
        } | {ending: ended[ending] for ending in self.endings}

    def _of_labs(self, swapped: dict[str, Any]) -> dict[str, Any]:
        """What is kept of labs' models and of customers who choose, of a book that has them."""
        names = {"quality": "quality", "training": "training", "largest_run": "run"} if self.lab_names else {}
        found = {name: swapped[kept][self.labs] for name, kept in names.items()}
        if self.lab_names:
            found["lost"] = (swapped["wanted"] - swapped["served"])[self.labs]
        return found | ({"share": swapped["share"][self.shares]} if self.share_labels else {})

    def _spot_price(self, sums: Any) -> Any:
        """[market, year, path] on average over the months of the year that the run has."""
        labels = self.program.labels
        year_of = (labels.start + np.arange(labels.months)) // 12 - labels.start // 12
        return sums[: len(self.markets)] / HOURS_PER_MONTH / np.bincount(year_of)[:, None]

    def _bought(self, held: Any, shares: Any) -> Any:
        """[contract, year, path] what is held under contracts that buy shares, of the shares outstanding."""
        labels = self.program.labels
        buyers = [label for n in self.share_buyers if (label := labels.contracts[n]) is not None]
        companies = np.array([labels.parties.index(label.payee) for label in buyers], dtype=int)
        return held[self.share_buyers] / shares[companies]

    def outcomes(self, futures: Futures) -> Any:
        """[outcome, 1, path] how each path ended: 1.0 for one of the outcomes."""
        has_failed = np.maximum.reduce(list(self._ended(futures).values()))[:, -1:].max(axis=0) > 0.0
        is_behind = (futures.arrears > 0.0).any(axis=0) & ~has_failed
        ended = {Outcome.failed: has_failed, Outcome.arrears: is_behind, Outcome.solvent: ~has_failed & ~is_behind}
        return np.array([ended[outcome] for outcome in Outcome], dtype=np.float64)

    def _ended(self, futures: Futures) -> dict[Ending, Any]:
        """[party, year, path] 1.0 once the party has failed and it ended so, by the end of the year or of the run."""
        labels = self.program.labels
        ends = np.minimum([(year + 1) * 12 - labels.start for year in labels.years], labels.months)
        months = self.months_of(futures)
        return {ending: (rows[:, None] < ends[:, None]).astype(np.float64) for ending, rows in months.items()}

    def months_of(self, futures: Futures) -> dict[Ending, Any]:
        """[party, path] the first month after a failure that ended so; NEVER."""
        found = {Ending.liquidated: futures.failed[self.parties]}
        if self.endings:
            found[Ending.restructured] = futures.rescue.restructured[self.parties]
            found[Ending.acquired] = futures.rescue.acquired[self.parties]
        return found

    def _not_wanted(self, paid: Any, spare: Any) -> Any:
        """[commitment, year, path] USD for what was not used, and for what was used only because it is paid for."""
        topped = _added(paid, self.commitment_of_top_up, len(self.commitments))
        return topped + spare[self.suppliers][self.of_commitments]

    def _unfilled(self, paid: Any, spare: Any, remaining: Any, failed: Any) -> Any:
        """[commitment, year, path] 1.0 once it was not filled, or a party failed while it was still bound."""
        labels, all_of_it = self.program.labels, _added(paid, self.commitment_of_leg, len(self.commitments))
        topped = self._not_wanted(paid, spare) > NOT_WANTED * all_of_it
        first = labels.start - labels.start // 12 * 12
        failed_year = np.floor((np.minimum(failed, 1e6) + first) / 12.0)
        for n, label in enumerate(labels.contracts):
            if label is None or label.address not in self.commitments:
                continue
            ends = [labels.parties.index(name) for name in (label.payer, label.payee)]
            for end in (row for row in ends if row < len(failed)):
                for year in range(topped.shape[1]):
                    was_bound = remaining[n, year - 1] > 0.0 if year else True
                    topped[self.commitments.index(label.address), year] |= (failed_year[end] == year) & was_bound
        return np.maximum.accumulate(topped.astype(np.float64), axis=1)

    def stakes_of(self, draws: Any, held: Any, compensation: Any, shares: Any) -> Any:
        """[stake, year, path] opening stakes, what contracts bought and losses brought, of the shares outstanding.

        Months in place of years do as well.
        """
        labels = self.program.labels
        found = np.zeros((len(self.stakes), *held.shape[1:]))
        for n, label in enumerate(labels.contracts):
            if label is not None and (label.payer, label.payee) in self.stakes:
                found[self.stakes.index((label.payer, label.payee))] += held[n]
        for leg, pair in self.losses.items():
            found[self.stakes.index(pair)] += compensation[leg]
        for holder, company, share in self.program.stakes:
            found[self.stakes.index((holder, company))] += np.asarray(share.value(draws))
        for n, (_, company) in enumerate(self.stakes):
            found[n] /= shares[labels.parties.index(company)]
        return found


def _losses(program: Program) -> dict[int, tuple[str, str]]:
    """Who holds shares, and of whom, that were issued for losses under each leg."""
    issuers = {
        name
        for name, recipe in zip(program.party_stack.names, program.party_stack.recipes, strict=True)
        if recipe.origins["restructured"] != NOT_SAID and recipe.origins["creditors_get"] != NOT_SAID
    }
    billed = enumerate(program.labels.legs[: program.shape.bills])
    return {n: (label.payee, label.payer) for n, label in billed if label is not None and label.payer in issuers}


def _contracts(program: Program, stacks: Iterable[tuple[int, StackShape]]) -> tuple[Any, tuple[str, ...]]:
    """Rows and addresses of the contracts of some stacks."""
    rows = [n for _, stack in stacks for n in range(stack.rows.start, stack.rows.stop)]
    found = {n: label.address for n in rows if (label := program.labels.contracts[n]) is not None}
    return np.array(list(found), dtype=int), tuple(found.values())


def refuse_breaches(program: Program, numbers: Any, futures: Futures) -> None:
    """Raise LawBroken for the first breach of a chunk, and the largest of that month, if any law was broken."""
    size, month = futures.breach.size, futures.breach.month
    if not (size > 0.0).any():
        return
    first = np.where(size > 0.0, month, np.inf).min()
    row, path = np.unravel_index(int(np.argmax(np.where(month == first, size, 0.0))), size.shape)
    law, part = list(Law)[row], float(size[row, path])
    party = program.labels.parties[int(futures.breach.party[row, path])]
    by = "no number" if part >= NO_NUMBER else f"{part:.3g} of {MEASURED_BY[law]}"
    raise LawBroken(
        f"Law {row + 1} broken in month {name_of(program.labels.start + int(first))} of path {numbers[path]}: "
        f"{law.value} ({party}: {by}).\n"
        f"    See that path alone, with the seed of the run: interlock explain BOOK --path {numbers[path]}"
    )


def _added(values: Any, group: list[int], size: int) -> Any:
    """[group, year, path] the rows added up by group; -1 belongs to none."""
    found = np.zeros((size, *values.shape[1:]))
    for row, member in zip(values, group, strict=True):
        if member >= 0:
            found[member] += row
    return found
