"""Where a financed dollar went, and how much of it came back.

Pooled measure: cash mixes perfectly in each party's treasury (method §6). It is a second pass over the recorded
flows of some of the run's paths, and feeds nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, Estimate, billions, cents
from interlock.book.party import EDGES
from interlock.contracts.contract import FUNDS
from interlock.engine.collect import TRACED_PATHS
from interlock.engine.run import Run
from interlock.engine.tracing import follow_run
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError, LawBroken, did_you_mean
from interlock.ground.sampling_error import sampling_error

if TYPE_CHECKING:
    import pandas

MEASURES = ("pooled",)

TOLERANCE = 1e-9
"""Of what was put in: by how much the parts of a colour may miss the whole (law 6)."""


@dataclass(frozen=True)
class Way:
    """One way in which some of a colour went."""

    fate: str
    """returned, repaid, refinanced, held or left."""
    through: str
    """The payer from whom it came back, the contract that passed it on, the party that holds it, the edge."""
    share: float
    """Of the dollars put in, all futures together."""


@dataclass(frozen=True)
class Colour:
    """What became of the dollars paid under one financing contract."""

    contract: str
    financier: str
    financed: str
    paid: Estimate
    """USD put in, a future on average."""
    returned: Estimate
    """Share that came back as revenue of the financier, first lap."""
    all_laps: float
    """The same, counting each passage of a dollar that came back before; may exceed 1."""
    by_year: tuple[tuple[int, float], ...]
    """Share of all dollars put in that had come back by the end of each year, first lap."""
    ways: tuple[Way, ...]
    returned_by_path: Any = field(repr=False, compare=False, default=None)
    """[path] the share on each of the paths that were followed."""


@dataclass(frozen=True)
class Trace(Answer):
    """Where the dollars of every financing contract went."""

    colours: tuple[Colour, ...]
    paths: int
    until: int
    """The last calendar year."""
    measure: str = "pooled"

    def tell(self) -> str:
        """One paragraph for each financing contract whose financier sells something."""
        if not self.colours:
            return "No financing contract paid anything in these futures: there is no dollar to follow."
        return "\n".join(self._sentence(colour) for colour in self.colours)

    def _sentence(self, colour: Colour) -> str:
        rest = ", ".join(
            f"{cents(way.share)} {_fate(way)}" for way in colour.ways if way.fate != "returned" and way.share > 0.005
        )
        put_in = (
            f"Of each dollar that {colour.financier} put into {colour.financed} "
            f"({billions(colour.paid.centre)} USD on average)"
        )
        if colour.financier in EDGES:
            return f"{put_in}: {rest}."
        back = [way for way in colour.ways if way.fate == "returned" and way.share > 0.00005]
        through = ", ".join(f"{cents(way.share)} through {way.through}" for way in back)
        returned = colour.returned
        return (
            f"{put_in}, {cents(returned.centre)} came back as its revenue by {self.until}"
            f"{f', {through}' if len(back) > 1 else f' through {back[0].through}' if back else ''} "
            f"(90 % of futures: {100 * returned.low:.1f} to {100 * returned.high:.1f}; "
            f"sampling ± {100 * returned.error:.2f}; {self.measure}, first lap; all laps: "
            f"{100 * colour.all_laps:.1f}). The rest: {rest}."
        )

    def table(self) -> pandas.DataFrame:
        """One row for each way of each colour."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "contract": colour.contract,
                "financier": colour.financier,
                "financed": colour.financed,
                "fate": way.fate,
                "through": way.through,
                "share_of_dollars_put_in": way.share,
            }
            for colour in self.colours
            for way in colour.ways
        ]
        return pandas.DataFrame(rows)

    def to_json(self) -> dict[str, Any]:
        """Every colour with its ways."""
        return {
            "measure": self.measure,
            "paths": self.paths,
            "until": self.until,
            "colours": [
                {
                    "contract": colour.contract,
                    "financier": colour.financier,
                    "financed": colour.financed,
                    "paid_usd": colour.paid.to_json(),
                    "returned_first_lap": colour.returned.to_json(),
                    "returned_all_laps": colour.all_laps,
                    "returned_by_year": dict(colour.by_year),
                    "ways": [{"fate": way.fate, "through": way.through, "share": way.share} for way in colour.ways],
                }
                for colour in self.colours
            ],
        }


def trace(run: Run, *, of: str | None = None, measure: str = "pooled", paths: int = TRACED_PATHS) -> Trace:
    """Follow the dollars of every financing contract, or those `of` one party or contract.

    Uses the first `paths` futures of the run. Raises ArgumentError for a name that finances nothing and for an
    unknown measure, LawBroken where the parts of a colour do not sum to the whole.
    """
    if measure not in MEASURES:
        raise ArgumentError(f"measure is '{measure}'. {did_you_mean(measure, MEASURES, 'measures')}")
    least = 8 if run.sampling is Sampling.sobol else 1
    if paths < least:
        raise ArgumentError(f"{paths} futures are to be followed; it must be at least {least}.")
    contracts = [label for label in run.program.labels.legs if label is not None and label.purpose in FUNDS]
    known = {label.contract for label in contracts} | {label.payer for label in contracts}
    if of is not None and of not in known:
        raise ArgumentError(
            f"'{of}' finances nothing in this book. {did_you_mean(of, known, 'financiers and contracts')}"
        )
    if not contracts:
        return Trace((), 0, run.years[-1])
    followed = follow_run(run, paths)
    colours = [
        _colour(run, followed, n, label)
        for n, label in enumerate(followed.legs)
        if of in {None, label.contract, label.payer} and followed.first.paid[:, n].sum() > 0.0
    ]
    return Trace(tuple(colours), followed.paths, run.years[-1])


def _colour(run: Run, followed: Any, n: int, label: Any) -> Colour:
    first = followed.first
    paid = first.paid[:, n].sum(axis=0)
    returned = first.returned[:, n].sum(axis=(0, 1))
    parts = (
        returned
        + first.repaid[:, n].sum(axis=0)
        + first.refinanced[n].sum(axis=0)
        + first.left[n].sum(axis=0)
        + first.held[n].sum(axis=0)
    )
    _refuse_leak(label, paid, parts)
    total = paid.sum()
    did_pay = paid > 0.0
    share = np.where(did_pay, returned, 0.0) / np.where(did_pay, paid, 1.0)
    low, high = np.quantile(share[did_pay], [0.05, 0.95])
    # The error of a ratio of means, to first order.
    error = sampling_error(returned - (returned.sum() / total) * paid, run.sampling) / paid.mean()
    return Colour(
        contract=label.contract,
        financier=label.payer,
        financed=label.payee,
        paid=Estimate(
            centre=float(paid.mean()),
            low=float(np.quantile(paid, 0.05)),
            high=float(np.quantile(paid, 0.95)),
            error=float(sampling_error(paid, run.sampling)),
        ),
        returned=Estimate(float(returned.sum() / total), float(low), float(high), float(error)),
        all_laps=float(followed.laps.returned[:, n].sum() / total),
        by_year=tuple(zip(run.years, (first.returned[:, n].sum(axis=(1, 2)).cumsum() / total).tolist(), strict=True)),
        ways=tuple(_ways(run, followed, n, float(total))),
        returned_by_path=share,
    )


def _ways(run: Run, followed: Any, n: int, total: float) -> list[Way]:
    """Every way in which some of the colour went, the largest first within each fate."""
    labels, first = run.program.labels, followed.first
    back: dict[str, float] = {}
    for label, usd in zip(labels.legs, first.returned[:, n].sum(axis=(0, 2)), strict=True):
        if label is not None and usd > 0.0:
            back[label.payer] = back.get(label.payer, 0.0) + float(usd)
    inner, edges = labels.parties[: run.program.shape.parties], labels.parties[run.program.shape.parties :]
    fates: Sequence[tuple[str, Sequence[tuple[str | None, float]]]] = (
        ("returned", list(back.items())),
        ("repaid", [(labels.legs[0].payer if labels.legs[0] else None, float(first.repaid[:, n].sum()))]),
        (
            "refinanced",
            [
                (leg.contract, float(usd))
                for leg, usd in zip(followed.legs, first.refinanced[n].sum(axis=1), strict=True)
            ],
        ),
        ("left", [(name, float(usd)) for name, usd in zip(edges, first.left[n].sum(axis=1), strict=True)]),
        ("held", [(name, float(usd)) for name, usd in zip(inner, first.held[n].sum(axis=1), strict=True)]),
    )
    return [
        Way(fate, name, usd / total)
        for fate, ways in fates
        for name, usd in sorted(ways, key=lambda way: -way[1])
        if name is not None and usd > 0.0
    ]


def _fate(way: Way) -> str:
    return {
        "repaid": "was repaid",
        "refinanced": f"was passed on under {way.through}",
        "left": f"left to {way.through}",
        "held": f"is still held by {way.through}",
    }[way.fate]


def _refuse_leak(label: Any, paid: Any, parts: Any) -> None:
    """Law 6: the parts of a colour sum to what was paid under it."""
    gap = np.abs(parts - paid)
    path = int(gap.argmax())
    if gap[path] > TOLERANCE * max(float(paid[path]), 1.0):
        raise LawBroken(
            f"Law 6 broken in path {path}: of the {paid[path]:,.0f} USD paid under {label.contract}, "
            f"{parts[path]:,.0f} USD were found again."
        )
