"""Where the dollars of every financing contract went, by one measure of how money mixes (method §6).

It is a second pass over the recorded flows of some of the run's paths, and feeds nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, Estimate, Share, SharesByYear, by_year, cents, hundredths, in_dollars
from interlock.analysis.drawn import NOTHING, About, about, footnote
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.charts.waterfall import Part, waterfall
from interlock.engine.run import Run
from interlock.engine.to_follow import dyeing_legs, paths_to_follow
from interlock.engine.tracing import Followed, Measure, follow_run
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError, LawBroken, did_you_mean
from interlock.ground.sampling_error import ratio_error, sampling_error

if TYPE_CHECKING:
    import pandas

TOLERANCE = 1e-9
"""Of what was put in: by how much the parts of a colour may miss the whole (law 6)."""


@dataclass(frozen=True)
class Way:
    """One way in which some of a colour went."""

    fate: str
    """returned, repaid, refinanced, held or left."""
    through: str
    """Who paid it back, the contract that passed it on, the party that holds it, the edge."""
    share: float
    """Of the dollars put in, all futures together."""
    error: float
    """One standard error of the share."""

    def to_json(self) -> dict[str, Any]:
        """The same as a document."""
        return {"fate": self.fate, "through": self.through, "share": self.share, "error": self.error}


@dataclass(frozen=True)
class Colour:
    """What became of the dollars paid under one leg of a financing contract."""

    contract: str
    leg: str
    """What the leg is within its contract, where a contract has several."""
    financier: str
    financed: str
    paid: Estimate
    """USD put in, a future on average."""
    returned: Estimate
    """Share that came back as revenue of the financier, first lap."""
    all_laps: Share
    """The same, counting each passage of a dollar that came back before; may exceed 1."""
    by_year: SharesByYear
    """Share of all dollars put in that had come back by the end of each year, first lap."""
    by_hop: tuple[tuple[str, SharesByYear], ...]
    """The same by the party through which they came, the largest first."""
    ways: tuple[Way, ...]
    returned_by_path: Any = field(repr=False, compare=False, default=None)
    """[path] the share on each of the paths that were followed."""

    def named(self) -> dict[str, str]:
        """Whose dollars they are."""
        return {name: getattr(self, name) for name in ("contract", "leg", "financier", "financed")}

    def became(self) -> dict[str, Any]:
        """What became of them, as a document."""
        return {
            "returned_first_lap": self.returned.to_json(),
            "returned_all_laps": self.all_laps.to_json(),
            "returned_by_year": by_year(self.by_year),
            "ways": [way.to_json() for way in self.ways],
        }


@dataclass(frozen=True)
class Dollars(Answer):
    """Where the dollars of every financing contract went, by one measure."""

    colours: tuple[Colour, ...]
    paths: int
    until: int
    """The last calendar year."""
    measure: Measure
    about: About = NOTHING

    def tell(self) -> str:
        """One paragraph for each financing contract whose financier sells something."""
        if not self.colours:
            return "No financing contract paid anything in these futures: there is no dollar to follow."
        return "\n".join(
            f"{self.put_in(each)}{':' if each.financier in EDGES else ','} {self.became(each)}" for each in self.colours
        )

    def put_in(self, colour: Colour) -> str:
        """Whose dollars they are."""
        return (
            f"Of each dollar that {colour.financier} put into {colour.financed}{self._under(colour)} "
            f"({in_dollars(colour.paid.centre, colour.paid.error)} USD on average)"
        )

    def became(self, colour: Colour) -> str:
        """What became of a dollar: what came back to who sells something, and where the rest is."""
        rest = ", ".join(
            f"{cents(way.share, way.error)} {_fate(way)}"
            for way in colour.ways
            if way.fate != "returned" and way.share > 0.005
        )
        if colour.financier in EDGES:
            return f"{rest or 'all of it came back'}."
        back = [way for way in colour.ways if way.fate == "returned" and way.share > 0.00005]
        through = ", ".join(f"{cents(way.share, way.error)} through {way.through}" for way in back)
        returned, laps = colour.returned, colour.all_laps
        return (
            f"{cents(returned.centre, returned.error)} came back as its revenue by {self.until}"
            f"{f', {through}' if len(back) > 1 else f' through {back[0].through}' if back else ''} "
            f"(90 % of futures: {hundredths(returned.low)} to {hundredths(returned.high)}; {self.measure}, first lap; "
            f"all laps: {cents(laps.share, laps.error)}).{f' The rest: {rest}.' if rest else ''}"
        )

    def _under(self, colour: Colour) -> str:
        """Under what, where the same two have several financing contracts, or one contract several legs that fund."""
        ends = [(each.financier, each.financed) for each in self.colours]
        if ends.count((colour.financier, colour.financed)) == 1:
            return ""
        return f" under {colour.contract}{f' ({colour.leg})' if colour.leg else ''}"

    def table(self) -> pandas.DataFrame:
        """One row for each way of each colour."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "measure": str(self.measure),
                **colour.named(),
                "fate": way.fate,
                "through": way.through,
                "share_of_dollars_put_in": way.share,
                "sampling_error": way.error,
            }
            for colour in self.colours
            for way in colour.ways
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """Where a dollar of each colour went, first those of parties of the book, the most first."""
        order = sorted(self.colours, key=lambda each: (each.financier in EDGES, -each.paid.centre))
        return {_name_of(each): self._waterfall(each) for each in order}

    def _waterfall(self, colour: Colour) -> Chart:
        ways = [way for way in _together(colour.ways) if abs(way.share) > 0.00005]
        parts = [
            Part(
                self._short(way),
                -100.0 * way.share,
                is_marked=way.fate == "returned",
                says=hundredths(way.share),
                hover=(f"{way.fate}: {self.about.label(way.through)}", f"{cents(way.share, way.error)} of each dollar"),
            )
            for way in sorted(ways, key=lambda way: (way.fate != "returned", -abs(way.share)))
        ]
        back = sum(way.share for way in ways if way.fate == "returned")
        came = "came back as its sales" if colour.financier not in EDGES else "came back"
        return waterfall(
            [Part("put in", 100.0, is_total=True), *parts],
            unit="cents",
            title=(
                f"Of each dollar that {self.about.within(colour.financier)} put into "
                f"{self.about.within(colour.financed)}, {cents(back)} {came} by {self.until}"
            ),
            source=footnote(self.paths, of=self.about),
            what=f"Where a dollar went ({colour.contract.removeprefix('deals.')}; {self.measure}, first lap)",
        )

    def _short(self, way: Way) -> str:
        """A way as the name of a bar."""
        who = self.about.within(way.through)
        if way.fate == "returned":
            return f"back as sales, through {who}"
        return _fate(replace(way, through=who)).removeprefix("are ").removeprefix("were ")

    def to_json(self) -> dict[str, Any]:
        """Every colour with its ways."""
        return {
            "measure": str(self.measure),
            "paths": self.paths,
            "until": self.until,
            "colours": [
                {**colour.named(), "paid_usd": colour.paid.to_json(), **colour.became()} for colour in self.colours
            ],
        }


def dollars(run: Run, measure: Measure = Measure.pooled, paths: int | None = None) -> Dollars:
    """Follow the dollars of every financing contract on the first `paths` futures. Raises LawBroken."""
    paths = paths_to_follow(run.program) if paths is None else paths
    return told_of(run, followed_by(run, None, measure, paths), None, measure)


def followed_by(run: Run, of: str | None, measure: Measure, paths: int) -> Followed | None:
    """Where dollars went by a measure; None where nothing is financed.

    Raises ArgumentError for a name `of` a party or contract that finances nothing, and for too few paths.
    """
    least = 8 if run.sampling is Sampling.sobol else 1
    if paths < least:
        raise ArgumentError(f"{paths} futures are to be followed; it must be at least {least}.")
    funding = dyeing_legs(run.program).values()
    known = {label.contract for label in funding} | {label.payer for label in funding}
    if of is not None and of not in known:
        raise ArgumentError(
            f"'{of}' finances nothing in this book. {did_you_mean(of, known, 'financiers and contracts')}"
        )
    return follow_run(run, paths, measure) if funding else None


def told_of(run: Run, followed: Followed | None, of: str | None, measure: Measure) -> Dollars:
    """What is told of dollars that were followed, all or those `of` one party or contract.

    Raises LawBroken where the parts of a colour do not sum to the whole.
    """
    if followed is None:
        return Dollars((), 0, run.years[-1], measure, about(run.book))
    colours = [
        _colour(run, followed, n, label)
        for n, label in enumerate(followed.legs)
        if of in {None, label.contract, label.payer} and followed.first.paid[:, n].sum() > 0.0
    ]
    return Dollars(tuple(colours), followed.paths, run.years[-1], measure, about(run.book))


def _colour(run: Run, followed: Any, n: int, label: Any) -> Colour:
    first = followed.first
    paid = first.paid[:, n].sum(axis=0)
    returned = first.returned[:, n].sum(axis=(0, 1))
    parts = (
        returned
        + first.repaid[n].sum(axis=0)
        + first.refinanced[n].sum(axis=0)
        + first.left[n].sum(axis=0)
        + first.held[n].sum(axis=0)
    )
    _refuse_leak(label, paid, parts)
    did_pay = paid > 0.0
    share = np.where(did_pay, returned, 0.0) / np.where(did_pay, paid, 1.0)
    low, high = np.quantile(share[did_pay], [0.05, 0.95])
    so_far = first.returned[:, n].sum(axis=1).cumsum(axis=0)
    all_laps = followed.all_laps[n]
    return Colour(
        contract=label.contract,
        leg=label.name,
        financier=label.payer,
        financed=label.payee,
        paid=Estimate(
            centre=float(paid.mean()),
            low=float(np.quantile(paid, 0.05)),
            high=float(np.quantile(paid, 0.95)),
            error=float(sampling_error(paid, run.sampling)),
        ),
        returned=Estimate(
            centre=float(returned.sum() / paid.sum()),
            low=float(low),
            high=float(high),
            error=float(ratio_error(returned, paid, run.sampling)),
        ),
        all_laps=_share(all_laps, paid, run),
        by_year=tuple((year, _share(usd, paid, run)) for year, usd in zip(run.years, so_far, strict=True)),
        by_hop=tuple(_by_hop(run, first.returned[:, n].cumsum(axis=0), paid)),
        ways=tuple(_ways(run, followed, n, paid)),
        returned_by_path=share,
    )


def _share(part: Any, paid: Any, run: Run) -> Share:
    """Of the dollars put in, all futures together; both [path]."""
    return Share(float(part.sum() / paid.sum()), float(ratio_error(part, paid, run.sampling)))


def _by_hop(run: Run, so_far: Any, paid: Any) -> Iterator[tuple[str, SharesByYear]]:
    """What had come back through each party by the end of each year; `so_far` [year, leg, path]."""
    through: dict[str, Any] = {}
    for n, leg in enumerate(run.program.labels.legs):
        if leg is not None and so_far[-1, n].any():
            through[leg.payer] = through.get(leg.payer, 0.0) + so_far[:, n]
    for name, years in sorted(through.items(), key=lambda each: (-each[1][-1].sum(), each[0])):
        yield name, tuple((year, _share(usd, paid, run)) for year, usd in zip(run.years, years, strict=True))


def _ways(run: Run, followed: Any, n: int, paid: Any) -> Iterator[Way]:
    """Every way in which some of the colour went, the largest first within each fate."""
    labels, first = run.program.labels, followed.first
    inner, edges = labels.parties[: run.program.shape.parties], labels.parties[run.program.shape.parties :]
    fates: Sequence[tuple[str, Sequence[str | None], Any]] = (
        ("returned", [None if leg is None else leg.payer for leg in labels.legs], first.returned[:, n].sum(axis=0)),
        ("repaid", [None if leg is None else leg.payer for leg in labels.legs], first.repaid[n]),
        ("refinanced", [leg.contract for leg in followed.legs], first.refinanced[n]),
        ("left", edges, first.left[n]),
        ("held", inner, first.held[n]),
    )
    for fate, names, rows in fates:
        together: dict[str, Any] = {}
        for name, usd in zip(names, rows, strict=True):
            if name is not None:
                together[name] = together.get(name, 0.0) + usd
        for name, usd in sorted(together.items(), key=lambda way: -way[1].sum()):
            if usd.sum() > 0.0:
                share = _share(usd, paid, run)
                yield Way(fate, name, share.share, share.error)


def _together(ways: Sequence[Way]) -> list[Way]:
    """The ways, those through contracts that passed money on as one."""
    on = [way for way in ways if way.fate == "refinanced"]
    if len(on) < 2:
        return list(ways)
    # The errors of parts of one whole: at most their sum.
    one = Way("refinanced", f"{len(on)} contracts", sum(way.share for way in on), sum(way.error for way in on))
    return [*(way for way in ways if way not in on), one]


def _name_of(colour: Colour) -> str:
    return "-".join(each for each in (colour.contract.removeprefix("deals."), colour.leg, colour.financier) if each)


def _fate(way: Way) -> str:
    return {
        "repaid": f"were repaid by {way.through}",
        "refinanced": f"were passed on under {way.through}",
        "left": f"left to {way.through}",
        "held": f"are still held by {way.through}",
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
