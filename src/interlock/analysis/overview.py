"""The answers that matter, on one screen: who pays whom, what is locked in, who runs short, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from interlock.analysis.answer import (
    Answer,
    ByYear,
    Estimate,
    Share,
    by_year,
    cents,
    hundredths,
    in_dollars,
    medians,
    percent,
    probabilities,
)
from interlock.analysis.capacity import Capacity, capacity
from interlock.analysis.commitments import Commitment, commitments
from interlock.analysis.dated import dated, drawn_over_time
from interlock.analysis.dollars import Dollars, dollars
from interlock.analysis.drawn import About, about, footnote
from interlock.analysis.footing import Footing, footing
from interlock.analysis.network import Network, network
from interlock.analysis.reliance import Reliance, rely_on
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.charts.fan import fan
from interlock.charts.timeline import Deal
from interlock.engine.outcome import Ending, Outcome
from interlock.engine.run import Run
from interlock.engine.series import Series

if TYPE_CHECKING:
    import pandas

NEVER_MIND = 1e6
"""USD a year under which a pair of parties is not worth a row."""

ENDS = {Outcome.solvent: "see every bill paid", Outcome.arrears: "end with bills unpaid"}
"""How a future ends in which nobody fails, as a clause."""


@dataclass(frozen=True)
class FlowsBetween:
    """What one party pays another, by year."""

    payer: str
    payee: str
    years: ByYear
    """USD in the year; the centre is the median."""


@dataclass(frozen=True)
class Stake:
    """What one party holds of another, by year."""

    holder: str
    company: str
    years: ByYear
    """Share of all shares outstanding."""

    def tell(self) -> str:
        """When it is at its height, and at the end."""
        (year, most), (last_year, last) = max(self.years, key=lambda each: each[1].centre), self.years[-1]
        then = "" if year == last_year else f", {_held(last)} at the end of {last_year}"
        return f"{self.holder} holds {_held(most)} of {self.company} at the end of {year}{then}."

    def is_any(self) -> bool:
        """Whether it is something in more than one future in twenty, some year."""
        return any(each.high > 0.0 for _, each in self.years)


MOST_NAMED = 6
"""Of parties that ever fail, in the sentence that says how futures end."""


@dataclass(frozen=True)
class Overview(Answer):
    """What `interlock run` prints."""

    title: str
    as_of: str
    paths: int
    months: int
    seed: int
    sampling: str
    years: tuple[int, ...]
    flows: tuple[FlowsBetween, ...]
    commitments: tuple[Commitment, ...]
    labs: tuple[Footing, ...]
    stakes: tuple[Stake, ...]
    traced: Dollars
    reliance: tuple[Reliance, ...]
    network: Network
    capacity: Capacity
    deals: tuple[Deal, ...]
    """What is paid under each, by year."""
    outcomes: tuple[tuple[Outcome, Share], ...]
    """How often futures ended how; only what happened."""
    failures: tuple[tuple[str, Share], ...]
    """How often each party failed, the likeliest first; only those that ever did."""
    endings: tuple[tuple[str, Ending, Share], ...]
    """How often each party failed and how that ended, where the book saves anybody; only what happened."""
    about: About

    def tell(self) -> str:
        """A sentence for each thing that matters."""
        first = (
            f"{self.title}: {self.paths:,} futures of {self.months} months, as known on {self.as_of}: {self.ends()}."
        )
        bound, labs = [each.tell() for each in self.commitments], [each.tell() for each in self.labs]
        held = [each.tell() for each in self.stakes]
        return "\n".join([first, *bound, *labs, *held, self.traced.tell(), *(each.tell() for each in self.reliance)])

    def ends(self) -> str:
        """How the futures ended, and who failed, in a few words."""
        told = []
        for outcome, share in self.outcomes:
            often = percent(share.share, share.error)
            if outcome is not Outcome.failed:
                told.append(f"{often} {ENDS[outcome]}")
            elif len(self.failures) == 1:
                party = self.failures[0][0]
                told.append(f"{often} see {party} fail{self._ended(party)}")
            else:
                who = [
                    f"{party} in {percent(each.share, each.error)}{self._ended(party)}"
                    for party, each in self.failures[:MOST_NAMED]
                ]
                others = len(self.failures) - len(who)
                who += [f"{others} others less often"] if others else []
                told.append(f"{often} see a party fail ({('; ' if self.endings else ', ').join(who)})")
        return "; ".join(told)

    def _ended(self, party: str) -> str:
        """How the failures of a party ended."""
        ways = [
            f"{ending} in {percent(each.share, each.error)}" for name, ending, each in self.endings if name == party
        ]
        return f": {', '.join(ways)}" if ways else ""

    def table(self) -> pandas.DataFrame:
        """The yearly flows: one row for each pair of parties and year."""
        import pandas  # slow to import, and only needed here

        return pandas.DataFrame(
            [
                {
                    "payer": flow.payer,
                    "payee": flow.payee,
                    "year": year,
                    "median_usd": usd.centre,
                    "median_error_usd": usd.error,
                    "q05_usd": usd.low,
                    "q95_usd": usd.high,
                }
                for flow in self.flows
                for year, usd in flow.years
            ]
        )

    def charts(self) -> dict[str, Chart]:
        """The loop, the cash of labs, deals over time, capacity, and where a dollar went."""
        source = footnote(self.paths, self.seed, of=self.about)
        found = {
            "loop": self.network.chart(self._finding(), source, self.about),
            "cash": self._cash(source),
            "deals": drawn_over_time(self.deals, self.years, source),
        }
        there = {name: chart for name, chart in found.items() if chart is not None}
        return there | self.capacity.charts(source, self.about) | self.traced.charts()

    def _finding(self) -> str:
        """What the loop shows."""
        put_in = [each for each in self.traced.colours if each.financier not in EDGES and each.returned.centre > 0.0]
        if not put_in:
            most = max(self.network.payments, key=lambda each: each.total.centre, default=None)
            return self.about.sentence(self.title if most is None else most.tell(self.years[-1]))
        most_in = max(put_in, key=lambda each: each.paid.centre * each.returned.centre)
        return (
            f"Of each dollar that {self.about.within(most_in.financier)} put into "
            f"{self.about.within(most_in.financed)}, "
            f"{cents(most_in.returned.centre)} came back as its sales by {self.traced.until}"
        )

    def _cash(self, source: str) -> Chart | None:
        """The cash of labs, that most often in need first."""
        labs = sorted(self.labs, key=lambda each: -each.failed[-1][1].share)
        fans = [replace(each.fan, name=self.about.label(each.fan.name)) for each in labs if each.fan is not None]
        if not fans:
            return None
        (year, failed), cash = labs[0].failed[-1], labs[0].cash[-1][1]
        title = (
            f"{self.about.within(labs[0].party)} has {in_dollars(cash.centre)} USD at the end of {year} in the median "
            f"future, and has failed in {percent(failed.share)}"
        )
        return fan(fans, unit="USD", title=title, source=source, what="Cash at the end of the year")

    def to_json(self) -> dict[str, Any]:
        """Everything on the screen, with sampling errors."""
        return {
            "book": {"title": self.title, "as_of": self.as_of, "months": self.months},
            "run": {"paths": self.paths, "seed": self.seed, "sampling": self.sampling},
            "outcomes": {str(outcome): share.to_json() for outcome, share in self.outcomes},
            "failures": {party: share.to_json() for party, share in self.failures},
            "endings": [
                {"party": party, "ending": str(ending)} | share.to_json() for party, ending, share in self.endings
            ],
            "flows_usd": [
                {"payer": each.payer, "payee": each.payee, "years": by_year(each.years)} for each in self.flows
            ],
            "commitments": [each.to_json() for each in self.commitments],
            "labs": [each.to_json() for each in self.labs],
            "stakes": [
                {"holder": each.holder, "company": each.company, "years": by_year(each.years)} for each in self.stakes
            ],
            "trace": self.traced.to_json(),
            "rests_on": [each.to_json() for each in self.reliance],
        }


def overview(run: Run) -> Overview:
    """What a run says first."""
    book, series = run.book, run.series
    traced, bound = dollars(run), commitments(run)
    stakes, failed = medians(series["stakes"]), probabilities(series["failed"])
    return Overview(
        title=book.title,
        as_of=book.as_of,
        paths=run.paths,
        months=book.months,
        seed=run.provenance.seed,
        sampling=str(run.sampling),
        years=run.years,
        flows=tuple(_flows(series["flows"], run)),
        commitments=tuple(bound),
        labs=tuple(footing(run, name) for name in _labs(run)),
        stakes=tuple(Stake(ends[0], ends[1], years) for ends, years in stakes.items() if ends[0] not in EDGES),
        traced=traced,
        reliance=_reliance(run, bound, traced),
        network=network(run),
        capacity=capacity(run),
        deals=dated(run),
        outcomes=_ever(probabilities(run.kept.outcomes)),
        failures=tuple(sorted(_ever(failed), key=lambda each: -each[1].share)),
        endings=tuple(
            (party, ending, share)
            for ending in Ending
            if ending in series
            for party, share in _ever(probabilities(series[ending]))
        ),
        about=about(book),
    )


def _held(stake: Estimate) -> str:
    return f"{percent(stake.centre, stake.error)} ({hundredths(stake.low)}–{hundredths(stake.high)})"


def _labs(run: Run) -> list[str]:
    return [name for name, party in sorted(run.book.parties.items()) if "lab" in party.roles]


def _ever(events: dict[Any, tuple[tuple[int, Share], ...]]) -> tuple[tuple[Any, Share], ...]:
    """What happened by the end of the last year, on any path."""
    return tuple((row, years[-1][1]) for row, years in events.items() if years[-1][1].share > 0.0)


def _flows(series: Series, run: Run) -> list[FlowsBetween]:
    """The pairs that matter: parties of the book, and what labs get from outside it."""
    largest, usd, labs = series.mean().max(axis=1), medians(series), _labs(run)
    found = [
        FlowsBetween(payer, payee, usd[payer, payee])
        for n, (payer, payee) in enumerate(series.rows)
        if largest[n] > NEVER_MIND and payee not in EDGES and payer != payee and (payer not in EDGES or payee in labs)
    ]
    return sorted(found, key=lambda flow: (flow.payer in EDGES, -max(usd.centre for _, usd in flow.years)))


def _reliance(run: Run, bound: Sequence[Commitment], traced: Dollars) -> tuple[Reliance, ...]:
    """What the headline answers rest on most, on the paths that were kept."""
    draws, paid, cash = run.draws, run.series["paid"], run.series["cash"]
    outputs = [
        (f"what {each.payer} pays under {each.contract.removeprefix('deals.')}", _paid_under(paid, each))
        for each in bound[:2]
    ]
    outputs += [
        (f"the lowest cash of {name} at any year's end", cash.first[cash.of(name)].min(axis=0)) for name in _labs(run)
    ]
    outputs += [
        (f"the share that came back to {colour.financier}", colour.returned_by_path)
        for colour in traced.colours
        if colour.returned.centre > 0.0005
    ]
    # Outputs that are known of as many paths come one after the other.
    by_paths = groupby(outputs, key=lambda output: len(output[1]))
    found = (rely_on([*some], run.figures, draws[:, :paths]) for paths, some in by_paths)
    return tuple(each for some in found for each in some if each.figures)


def _paid_under(paid: Series, commitment: Commitment) -> Any:
    """[path] USD paid by the payer of a contract under it, in all."""
    legs = [n for n, leg in enumerate(paid.rows) if leg[:2] == (commitment.contract, commitment.payer)]
    return paid.first[legs].sum(axis=(0, 1))
