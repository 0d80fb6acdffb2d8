"""One path as a ledger with causes: who was due what from whom, what was paid, and why.

The path is run again, to the last bit as the run had it, with everything that its rules saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from math import fsum
from typing import TYPE_CHECKING, Any, TypeVar

from interlock.analysis.answer import Answer
from interlock.analysis.drawn import NOTHING, About, about
from interlock.book.book import Book
from interlock.book.quantity import show
from interlock.book.read_drivers import unit_of
from interlock.charts.chart import Chart
from interlock.charts.lines import Curve, lines
from interlock.charts.words import scaled
from interlock.contracts.contract import FINANCING
from interlock.engine.happenings import Happening, What, happenings
from interlock.engine.ledger import Balance, Ledger, Line, Sales
from interlock.engine.prices import Price, prices_of
from interlock.engine.provenance import Provenance, provenance_of
from interlock.engine.retrace import Retraced, retrace
from interlock.engine.run import MOST_PATHS, Run, known_sampling
from interlock.engine.unusual import Draw, draws_of
from interlock.ground.amounts import usd
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.ground.months import is_month, month_of, name_of
from interlock.program.compile import compile_book
from interlock.program.program import Program

if TYPE_CHECKING:
    import pandas

Dated = TypeVar("Dated", Happening, Line)

IN_ORDER = (
    *(What.deal, What.end, What.cut, What.change, What.trigger),
    *(What.short, What.loss, What.failure, What.model, What.law),
)
"""The order of a month."""

PATIENCE = 6
"""Months on end in which a party is short that are told one by one."""


@dataclass(frozen=True)
class Asked:
    """Which part of the ledger was asked for."""

    first: int
    """Calendar month."""
    last: int
    party: str | None
    contract: str | None
    is_everything: bool
    """Whether nothing was left out."""

    @property
    def is_of_all(self) -> bool:
        """Whether no party and no contract was asked for."""
        return self.party is None and self.contract is None

    def has(self, parties: Sequence[str], contract: str) -> bool:
        """Whether something with these parties and under this contract was asked for."""
        return (self.party is None or self.party in parties) and self.contract in {None, contract}


@dataclass(frozen=True)
class Level:
    """The level of a driver in a month."""

    month: int
    driver: str
    level: float
    """In base units."""
    text: str
    unit: str
    """Of the text."""


@dataclass(frozen=True)
class Entry:
    """Something that happened, or something due now and then: a line of the summary."""

    month: int
    until: int
    text: str
    due: float | None = None
    paid: float | None = None


@dataclass(frozen=True)
class Explanation(Answer):
    """One path as a ledger."""

    title: str
    path: int
    seed: int
    sampling: str
    asked: Asked
    ending: str
    """How the whole path ends."""
    draws: tuple[Draw, ...]
    """Every uncertain figure, the most unusual first."""
    happenings: tuple[Happening, ...]
    lines: tuple[Line, ...]
    balances: tuple[Balance, ...]
    sales: tuple[Sales, ...]
    levels: tuple[Level, ...]
    """Of drivers."""
    prices: tuple[Price, ...]
    """Of markets."""
    about: About = NOTHING

    def tell(self) -> str:
        """How the path ends, and what happened in the months that were asked for."""
        entries = [f"{_months(each.month, each.until)}  {each.text}" for each in self.summary()]
        return "\n".join([f"Path {self.path} of {self.title} (seed {self.seed}): {self.ending}", *entries])

    def summary(self) -> list[Entry]:
        """What happened, and what was due now and then, in the order in which it did."""
        dated = sorted([*self._happened(), *self._rare()], key=lambda each: (each[1].month, each[0]))
        return [entry for _, entry in dated]

    def _happened(self) -> Iterator[tuple[int, Entry]]:
        """What happened, with its place in the month; of who is short for long, the first month and the worst."""
        shorts: dict[tuple[str, ...], list[Happening]] = {}
        for each in self.happenings:
            if each.what is What.short:
                shorts.setdefault(each.parties, []).append(each)
            else:
                yield IN_ORDER.index(each.what), Entry(each.month, each.month, each.text)
        place = IN_ORDER.index(What.short)
        for together in (months for some in shorts.values() for months in _on_end(some)):
            told = together if len(together) <= PATIENCE else together[:1]
            yield from ((place, Entry(each.month, each.month, each.text)) for each in told)
            if len(told) < len(together):
                worst = max(each.usd for each in together)
                text = f"{together[0].parties[0]} stays short, by up to {usd(worst)} in a month"
                yield place, Entry(together[1].month, together[-1].month, text)

    def _rare(self) -> Iterator[tuple[int, Entry]]:
        """Tranches, true-ups, deposits and fees, months on end together; and the first bill of each contract."""
        place = IN_ORDER.index(What.trigger)
        for _, some in groupby(sorted(self.lines, key=lambda line: (*_leg(line), line.month)), _leg):
            lines = list(some)
            first = lines[0]
            if first.is_rare:
                # A true-up that asks for nothing is no news; money that waits to be called is.
                lines = [line for line in lines if line.due + line.arrears > 0.0 or line.leg.purpose in FINANCING]
                yield from ((place, _entry(months)) for months in _on_end(lines))
            elif first.month > self.asked.first and first.leg.contract.startswith("deals."):
                yield place, _entry([next((line for line in lines if line.due > 0.0), first)])

    def paid_by_year(self) -> dict[tuple[str, str, str, str], dict[int, float]]:
        """USD paid by year, for each contract, payer, payee and leg; what was claimed after a failure apart."""
        found: dict[tuple[str, str, str, str], dict[int, list[float]]] = {}
        for line in self.lines:
            found.setdefault(_leg(line), {}).setdefault(line.month // 12, []).append(line.paid)
        return {leg: {year: fsum(paid) for year, paid in years.items()} for leg, years in found.items()}

    def table(self) -> pandas.DataFrame:
        """One row for each leg and month."""
        import pandas  # slow to import, and only needed here

        return pandas.DataFrame([_row(line) for line in self.lines])

    def charts(self) -> dict[str, Chart]:
        """The cash of each party in this future, month by month."""
        months = list(dict.fromkeys(each.month for each in self.balances))
        cash = {(each.party, each.month): each.closing for each in self.balances}
        if len(months) < 2:
            return {}
        most = sorted({party for party, _ in cash}, key=lambda party: -max(abs(cash[party, month]) for month in months))
        divide, unit = scaled(max(abs(usd) for usd in cash.values()))
        return {
            "cash": lines(
                [name_of(month) for month in months],
                [
                    Curve(self.about.label(party), tuple(cash[party, month] / divide for month in months))
                    for party in most
                ],
                unit=unit,
                title=self.about.sentence(f"Path {self.path}: {self.ending}"),
                source=f"Source: Interlock, {self.about.book}; one future of seed {self.seed}.",
                what="Cash at the end of each month",
            )
        }

    def to_json(self) -> dict[str, Any]:
        """All of it."""

        def dated(each: Any) -> dict[str, Any]:
            return {**asdict(each), "month": name_of(each.month)}

        return {
            "book": {"title": self.title},
            "path": self.path,
            "run": {"seed": self.seed, "sampling": self.sampling},
            "asked": {
                "from": name_of(self.asked.first),
                "until": name_of(self.asked.last),
                "party": self.asked.party,
                "contract": self.asked.contract,
            },
            "ending": self.ending,
            "draws": [asdict(each) for each in self.draws],
            "happenings": [dated(each) for each in self.happenings],
            "drivers": [dated(each) for each in self.levels],
            "markets": [dated(each) for each in self.prices],
            "labs": [dated(each) for each in self.sales],
            "lines": [_row(line) for line in self.lines],
            "cash_usd": [dated(each) for each in self.balances],
        }


def explain(
    run: Run | Book,
    *,
    path: int,
    month: str | None = None,
    party: str | None = None,
    contract: str | None = None,
    seed: int = 7,
    sampling: Sampling | str = Sampling.plain,
) -> Explanation:
    """One path as a ledger: all of it, or a `month` (2027-06, or 2027-01..2027-12), a `party` or a `contract` of it.

    Of a book, `seed` and `sampling` say which futures are meant; a run has its own. Raises ArgumentError for a path,
    month, party or contract that is not there.
    """
    if isinstance(run, Run):
        return explain_path(run.book, run.provenance, path, month, party, contract)
    made = provenance_of(run, paths=MOST_PATHS, seed=seed, sampling=known_sampling(sampling))
    return explain_path(run, made, path, month, party, contract)


def explain_path(
    book: Book, made: Provenance, path: int, month: str | None, party: str | None, contract: str | None
) -> Explanation:
    """The same for a book and the way in which a run of it is made, whether or not it was made."""
    if not 0 <= path < made.paths:
        raise ArgumentError(f"path is {path}; this run has paths 0 to {made.paths - 1:,}.")
    program = compile_book(book)
    asked = _asked(book, program, month, party, contract)
    ledger = Ledger(retrace(program, made, path))
    months = range(asked.first - book.start, asked.last - book.start + 1)
    lines = (line for t in months for line in ledger.lines[t])
    return Explanation(
        title=book.title,
        path=path,
        seed=made.seed,
        sampling=str(made.sampling),
        asked=asked,
        ending=_ending(ledger),
        draws=draws_of(book, ledger.path),
        happenings=tuple(each for t in months for each in happenings(ledger, t) if _is_about(each, asked)),
        lines=tuple(line for line in lines if asked.has((line.leg.payer, line.leg.payee), line.leg.contract)),
        balances=tuple(each for t in months for each in ledger.balances(t) if asked.has((each.party,), "")),
        sales=tuple(each for t in months for each in ledger.sales(t) if asked.has((each.party,), "")),
        prices=tuple(each for t in months for each in prices_of(ledger.path, t)) if asked.is_of_all else (),
        levels=tuple(_levels(book, ledger.path, months)) if asked.is_of_all else (),
        about=about(book),
    )


def _asked(book: Book, program: Program, month: str | None, party: str | None, contract: str | None) -> Asked:
    """The part that is asked for. Raises ArgumentError."""
    first, last = book.start, book.start + book.months - 1
    if month is not None:
        ends = month.split("..")
        if not 1 <= len(ends) <= 2 or not all(is_month(end) for end in ends):
            raise ArgumentError(f"month is '{month}'. Write for example 2027-06, or 2027-01..2027-12.")
        begins, until = month_of(ends[0]), month_of(ends[-1])
        if not first <= begins <= until <= last:
            raise ArgumentError(f"month is '{month}'; this book runs from {name_of(first)} to {name_of(last)}.")
        first, last = begins, until
    if party is not None and party not in book.parties:
        raise ArgumentError(f"party is '{party}'. {did_you_mean(party, book.parties, 'parties')}")
    contracts = [label.address for label in program.labels.contracts if label is not None]
    if contract is not None and contract not in contracts:
        raise ArgumentError(f"contract is '{contract}'. {did_you_mean(contract, contracts, 'contracts')}")
    return Asked(first, last, party, contract, is_everything=month is None and party is None and contract is None)


def _is_about(happening: Happening, asked: Asked) -> bool:
    """Whether something happened to the party or under the contract that was asked for."""
    is_theirs = asked.party is None or asked.party in happening.parties
    if asked.contract is None or happening.contract == asked.contract:
        return is_theirs
    # A deal that comes into force brings its contracts.
    return is_theirs and happening.what is What.deal and asked.contract.startswith(f"{happening.contract}.")


def _levels(book: Book, path: Retraced, months: Sequence[int]) -> Iterator[Level]:
    """Every driver, month by month."""
    units = {name: unit_of(terms) for name, terms in book.drivers.items()}
    for t in months:
        for name, level in zip(path.program.labels.drivers, path.pages[t].events.grounds.world, strict=True):
            if name is not None:
                unit = units[name]
                yield Level(book.start + t, name, float(level), show(float(level), unit, digits=4), unit.shown)


def _ending(ledger: Ledger) -> str:
    """How a path ends."""
    pages = ledger.path.pages
    if ledger.path.broken:
        months = (name_of(ledger.start + month) for month in sorted({each.month for each in ledger.path.broken}))
        return f"a law does not hold in {', '.join(months)}, and nothing that comes later can be trusted."
    if ledger.failures:
        return "; ".join(failure.tell(ledger.start) for failure in ledger.failures) + "."
    owing = [name for row, name in ledger.parties if pages[-1].after.standing.months_in_arrears[row] > 0]
    if owing:
        return f"nobody fails, but in the end bills of {' and '.join(owing)} are unpaid."
    late = [name for row, name in ledger.parties if any(page.after.standing.months_in_arrears[row] for page in pages)]
    if late:
        return f"nobody fails, though bills of {' and '.join(late)} are paid late."
    return "everybody pays what is due."


def _entry(lines: Sequence[Line]) -> Entry:
    """What was due under a leg in months on end, and why in the first of them."""
    first, leg = lines[0], lines[0].leg
    text = f"{leg.payer} → {leg.payee}, {leg.contract}{f' {leg.name}' if leg.name else ''}: {first.cause}"
    due, paid = fsum(line.due for line in lines), fsum(line.paid for line in lines)
    return Entry(first.month, lines[-1].month, text, due, paid)


def _on_end(dated: Sequence[Dated]) -> Iterator[list[Dated]]:
    """Those of months on end together."""
    for _, some in groupby(enumerate(dated), lambda numbered: numbered[1].month - numbered[0]):
        yield [each for _, each in some]


def _leg(line: Line) -> tuple[str, str, str, str]:
    leg = line.leg
    # What is claimed of who has failed is no instalment like those before.
    return leg.contract, leg.payer, leg.payee, f"{leg.name or leg.purpose}{', claimed' if line.is_claim else ''}"


def _months(first: int, last: int) -> str:
    return name_of(first) if first == last else f"{name_of(first)}..{name_of(last)}"


def _row(line: Line) -> dict[str, Any]:
    leg = line.leg
    return {
        "month": name_of(line.month),
        "contract": leg.contract,
        "payer": leg.payer,
        "payee": leg.payee,
        "leg": leg.name,
        "purpose": str(leg.purpose),
        "rank": str(leg.rank),
        "due_usd": line.due,
        "arrears_usd": line.arrears,
        "paid_usd": line.paid,
        "written_off_usd": line.written_off,
        "is_claim": line.is_claim,
        "cause": line.cause,
    }
