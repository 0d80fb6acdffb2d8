"""Income, cash, balance and leverage of every party, derived from what was billed and paid, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from interlock.analysis.answer import Answer, ByYear, Estimate, by_year, in_dollars
from interlock.analysis.drawn import NOTHING, About, about, footnote, over_years
from interlock.analysis.ratios import Bound, Ratio
from interlock.book.book import Book
from interlock.book.party import EDGES
from interlock.charts.chart import Chart
from interlock.contracts.contract import REVENUE
from interlock.engine.accounting import Books, books_of, purposes_of, year_ends
from interlock.engine.provenance import Provenance
from interlock.engine.run import Run
from interlock.engine.to_follow import TRACED_PATHS
from interlock.ground.arrays import ratio
from interlock.ground.chance import Sampling
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.ground.months import name_of
from interlock.ground.sampling_error import quantile_error, sampling_error
from interlock.money.bookkeeping import ASSETS_BOUGHT, Account
from interlock.money.discounting import LIFE
from interlock.money.statements import BALANCE, CASH, INCOME, SERVICE, TAX, Line
from interlock.program.compile import compile_book
from interlock.program.program import Program

if TYPE_CHECKING:
    import pandas
    import xarray

MONTHS = "by month"

ENDLESS = 1e9
"""A ratio with nothing beneath it."""


LEVERAGE = tuple(Ratio)[tuple(Ratio).index(Ratio.leverage) :]
"""Each adds something to the debt of the one before."""

ADDS_TO: dict[StrEnum, StrEnum] = {
    Line.net_revenue: Account.revenue,
    Line.before_tax: Line.net_income,
    **dict(pairwise(reversed(LEVERAGE))),
}
"""What says the same as another line where nothing is added or taken off."""

SECTIONS: Mapping[str, tuple[StrEnum, ...]] = {
    "income": tuple(INCOME),
    "cash": tuple(CASH),
    "tax": tuple(TAX),
    "balance": tuple(BALANCE),
    "bound": tuple(Bound),
    "ratios": tuple(Ratio),
}
"""The lines of each statement."""


@dataclass(frozen=True)
class PartyAccounts:
    """The statements of one party."""

    party: str
    lines: Mapping[StrEnum, ByYear]
    """USD over the year or at its end: the mean, so that lines add up; of ratios the median."""
    by_month: Any = field(repr=False, compare=False, default=None)
    """[line of the balance sheet, month, path] USD at the end of each month, where it was kept."""

    def of(self, section: str) -> dict[StrEnum, ByYear]:
        """The lines of one statement in which there is anything, without those that only say another one again."""
        lines = [line for line in SECTIONS[section] if _is_there(self.lines[line])]
        return {
            line: self.lines[line]
            for line in lines
            if line not in ADDS_TO or self.lines[line] != self.lines[ADDS_TO[line]]
        }


@dataclass(frozen=True)
class Accounts(Answer):
    """The statements of every party that was asked for."""

    title: str
    paths: int
    start: int
    """The first calendar month."""
    years: tuple[int, ...]
    full_year: int
    """The last one that the run covers whole, or its last."""
    life: Mapping[str, float]
    """Years over which what was bought is written off."""
    parties: tuple[PartyAccounts, ...]
    about: About = NOTHING

    def tell(self) -> str:
        """A sentence or two for each party."""
        return "\n".join(self._sentence(each) for each in self.parties)

    def _sentence(self, accounts: PartyAccounts) -> str:
        def of(line: StrEnum) -> str:
            usd = dict(accounts.lines[line])[self.full_year]
            return in_dollars(usd.centre, usd.error)

        is_more = dict(accounts.lines[Account.other_business])[self.full_year].centre != 0.0
        beside = f", {of(Account.other_business)} net of other business" if is_more else ""
        return (
            f"{accounts.party} in {self.full_year}, on average: revenue of {of(Account.revenue)} USD{beside}, "
            f"EBITDA of {of(Line.ebitda)}, net income of {of(Line.net_income)}; capital spending of "
            f"{of(Line.capital_spending)} and free cash flow of {of(Line.free_cash_flow)}; at its end cash of "
            f"{of(Line.cash)} and debt of {of(Account.debt)}."
        )

    def balance_sheet(self, party: str) -> xarray.DataArray:
        """The balance sheet of a party at the end of every month, on each path: (path, month, line) in USD."""
        import xarray  # slow to import, and only needed here

        found = {each.party: each for each in self.parties}
        if party not in found:
            raise ArgumentError(f"party is '{party}'. {did_you_mean(party, found, 'parties')}")
        if found[party].by_month is None:
            raise ArgumentError("the months of these accounts were not kept.")
        values = np.moveaxis(found[party].by_month, -1, 0).swapaxes(1, 2)
        months = [name_of(self.start + month) for month in range(values.shape[1])]
        return xarray.DataArray(
            values,
            dims=("path", "month", "line"),
            coords={"path": np.arange(self.paths), "month": months, "line": [line.name for line in BALANCE]},
            name=party,
            attrs={"units": "USD", "description": "at the end of the month"},
        )

    def table(self) -> pandas.DataFrame:
        """One row for each party, line and year."""
        import pandas  # slow to import, and only needed here

        rows = [
            {
                "party": each.party,
                "statement": section,
                "line": line.name,
                "year": year,
                "unit": _unit(line),
                "centre": usd.centre,
                "low": usd.low,
                "high": usd.high,
                "sampling_error": usd.error,
            }
            for each in self.parties
            for section, lines in SECTIONS.items()
            for line in lines
            for year, usd in each.lines[line]
        ]
        return pandas.DataFrame(rows)

    def charts(self) -> dict[str, Chart]:
        """Revenue, what is earned of it and of other business, and what is left in cash: of each party."""
        shown = {
            "revenue": Account.revenue,
            "net of other business": Account.other_business,
            "EBITDA": Line.ebitda,
            "free cash flow": Line.free_cash_flow,
        }
        return {
            each.party: over_years(
                {name: each.lines[line] for name, line in shown.items() if _is_there(each.lines[line])},
                title=self.about.sentence(self._sentence(each).split(";")[0]),
                source=footnote(self.paths, of=self.about),
                what=f"Accounts of {self.about.within(each.party)}, mean of all futures",
            )
            for each in self.parties
        }

    def to_json(self) -> dict[str, Any]:
        """Every line of every party."""
        return {
            "title": self.title,
            "paths": self.paths,
            "life_years": dict(self.life),
            "centre": {"amounts": "mean", "ratios": "median of the futures in which there is one"},
            "parties": {
                each.party: {
                    section: {line.name: {"unit": _unit(line), "years": by_year(each.lines[line])} for line in lines}
                    for section, lines in SECTIONS.items()
                }
                for each in self.parties
            },
        }


def accounts(
    run: Run,
    party: str | None = None,
    *,
    life: Mapping[str, float] | None = None,
    running: float | None = None,
    paths: int = TRACED_PATHS,
) -> Accounts:
    """The accounts of every party, or of one `party`, on the first `paths` futures of a run, which are run again.

    `life` says over how many years chips and construction are written off, where that is not `LIFE`; `running` which
    part of its rent it takes to run capacity that is let again, where that is not what its owner spends on compute,
    power and rent. Raises ArgumentError for a party or a purpose that is not there, LawBroken where the books of a
    party do not balance.
    """
    paths = min(paths, run.paths)
    return accounts_of(
        run.book, run.provenance, party, life=life or {}, running=running, paths=paths, keeps_months=True
    )


def accounts_of(
    book: Book,
    made: Provenance,
    party: str | None,
    *,
    life: Mapping[str, float],
    running: float | None = None,
    paths: int,
    keeps_months: bool = False,
) -> Accounts:
    """The same for a book and the way in which a run of it is made, whether or not it was made."""
    names = sorted(set(book.parties) - set(EDGES))
    if party is not None and party not in names:
        raise ArgumentError(f"party is '{party}'. {did_you_mean(party, names, 'parties')}")
    least = 8 if made.sampling is Sampling.sobol else 1
    if paths < least:
        raise ArgumentError(f"paths is {paths}; it must be at least {least}.")
    if running is not None and not 0.0 <= running <= 1.0:
        raise ArgumentError(f"running is {running:g}; it must be from 0 to 1.")
    years_of_life = _life(life)
    program = compile_book(book)
    months = {account: 12.0 * years_of_life[account.name] for account in ASSETS_BOUGHT}
    wanted = names if party is None else [party]
    parts = [
        {name: _of_chunk(program, book, books, name, keeps_months=keeps_months) for name in wanted}
        for books in books_of(program, made, paths, months, running)
    ]
    statements = []
    for name in wanted:
        joined = {line: np.concatenate([part[name][line] for part in parts], axis=-1) for line in parts[0][name]}
        by_month = joined.pop(MONTHS, None)
        lines = {line: _estimates(line, values, made.sampling, program) for line, values in joined.items()}
        statements.append(PartyAccounts(name, lines, by_month))
    labels = program.labels
    whole = [year for year, months in zip(labels.years, _months(program), strict=True) if months == 12]
    return Accounts(
        title=book.title,
        paths=paths,
        start=labels.start,
        years=labels.years,
        full_year=(whole or labels.years)[-1],
        life=years_of_life,
        parties=tuple(statements),
        about=about(book),
    )


def _life(given: Mapping[str, float]) -> dict[str, float]:
    """Years by purpose. Raises ArgumentError."""
    for purpose, years in given.items():
        if purpose not in LIFE:
            raise ArgumentError(f"life names '{purpose}'. {did_you_mean(purpose, LIFE, 'purposes')}")
        if not 1.0 / 12.0 <= years <= 100.0:
            raise ArgumentError(f"the life of {purpose} is {years:g} years; it must be from a month to 100 years.")
    return {**LIFE, **given}


def _of_chunk(program: Program, book: Book, books: Books, party: str, *, keeps_months: bool) -> dict[Any, Any]:
    """Each line [year, path]; and the balance sheet [line, month, path], if it is to be kept."""
    lines = _by_year(program, books, party) | _bound(program, books, [party])
    lines |= _ratios(program, book, books, party, lines)
    if keeps_months:
        return {**lines, MONTHS: np.stack([books.statements[party].balance[line] for line in BALANCE])}
    return lines


def _by_year(program: Program, books: Books, party: str) -> dict[StrEnum, Any]:
    """Flows summed over each year, and balances at its end."""
    ends, statements = year_ends(program), books.statements[party]
    begins = [0, *(end + 1 for end in ends[:-1])]
    flows = (*INCOME, *CASH, *SERVICE, Line.tax_paid)
    sums: dict[StrEnum, Any] = {line: np.add.reduceat(statements.flows[line], begins, axis=0) for line in flows}
    sums[Line.losses_carried] = books.losses.get(party, np.zeros_like(sums[Line.tax_paid]))
    return sums | {line: statements.balance[line][ends] for line in BALANCE}


def _bound(program: Program, books: Books, group: Sequence[str]) -> dict[StrEnum, Any]:
    """What a group is bound to pay to others at the end of each year, by what it is for.

    What one of it guarantees to another, or for another whose debt is the group's already, adds nothing.
    """
    nothing = np.zeros((len(program.labels.years), books.journal.dealings.shape[1]))
    found: dict[StrEnum, Any] = {line: nothing.copy() for line in Bound}
    found[Bound.maturing] += sum(books.maturing.get(name, 0.0) for name in group)
    for label in program.labels.contracts:
        if label is None or label.payer not in group or label.payee in group:
            continue
        if books.owes_under.get(label.address) not in group:
            found[Bound.guarantees] += books.guaranteed.get(label.address, 0.0)
        remaining = books.remaining.get(label.address)
        if remaining is None:
            continue
        if not purposes_of(program, label.address) & REVENUE:
            found[Bound.funding] += remaining
        else:
            has_begun = books.has_begun[label.address]
            found[Bound.begun] += np.where(has_begun, remaining, 0.0)
            found[Bound.not_begun] += np.where(has_begun, 0.0, remaining)
    return found


def _ratios(program: Program, book: Book, books: Books, party: str, lines: Mapping[StrEnum, Any]) -> dict[StrEnum, Any]:
    """Cover and leverage; NaN where there is nothing to be covered."""
    year = np.array([12.0 / months for months in _months(program)])[:, None]
    group = [party, *sponsored_by(book, party)]
    debt, earned = lines[Account.debt], year * lines[Line.ebitda]
    with_vehicles = sum(_by_year(program, books, name)[Account.debt] for name in group) - _within(program, books, group)
    of_group = year * sum(_by_year(program, books, name)[Line.ebitda] for name in group)
    bound = _bound(program, books, group)
    begun = with_vehicles + bound[Bound.begun]
    not_begun = begun + bound[Bound.not_begun]
    return {
        Ratio.runway: np.minimum(books.runway[party], ENDLESS),
        Ratio.interest_cover: ratio(lines[Line.ebitda], lines[Account.interest], np.nan),
        Ratio.service_cover: ratio(lines[Line.earned], lines[Line.debt_service], np.nan),
        Ratio.leverage: _times(debt, earned),
        Ratio.with_vehicles: _times(with_vehicles, of_group),
        Ratio.with_commitments: _times(begun, of_group),
        Ratio.with_not_begun: _times(not_begun, of_group),
        Ratio.with_guarantees: _times(not_begun + bound[Bound.guarantees], of_group),
    }


def sponsored_by(book: Book, party: str) -> list[str]:
    """The vehicles of which a party holds a stake at the start."""
    stakes = book.parties[party].stakes
    return sorted(name for name in stakes if "vehicle" in book.parties[name].roles)


def _within(program: Program, books: Books, group: Sequence[str]) -> Any:
    """[year, path] what members of a group have lent each other."""
    nothing = np.zeros(books.journal.dealings.shape)
    owed = [usd for (_, one, other), usd in books.journal.principal.items() if one in group and other in group]
    return sum(owed, nothing)[year_ends(program)]


def _times(debt: Any, ebitda: Any) -> Any:
    """Debt in terms of EBITDA: none without debt, endless where nothing is earned to pay it from."""
    return np.where(debt > 0.0, np.minimum(ratio(debt, ebitda, ENDLESS), ENDLESS), 0.0)


def _months(program: Program) -> Iterator[int]:
    """How many months of each year the run covers."""
    ends = year_ends(program)
    return (end - before for before, end in zip([-1, *ends[:-1]], ends, strict=True))


def _estimates(line: StrEnum, values: Any, sampling: Sampling, program: Program) -> ByYear:
    """Of [year, path], by year: means of amounts, medians of ratios."""
    of: Callable[[Any, Sampling], Estimate] = _median if isinstance(line, Ratio) else _mean
    return tuple((year, of(each, sampling)) for year, each in zip(program.labels.years, values, strict=True))


def _mean(usd: Any, sampling: Sampling) -> Estimate:
    low, high = np.quantile(usd, (0.05, 0.95))
    return Estimate(float(usd.mean()), float(low), float(high), float(sampling_error(usd, sampling)))


def _median(ratios: Any, sampling: Sampling) -> Estimate:
    """Over the paths on which there is one; endless where it is beyond measure."""
    known = ratios[~np.isnan(ratios)]
    if len(known) == 0:
        return Estimate(np.nan, np.nan, np.nan, np.nan)
    low, centre, high = np.quantile(known, (0.05, 0.5, 0.95))
    error = quantile_error(ratios, 0.5, sampling)
    return Estimate(*(np.inf if each > ENDLESS / 1e3 else float(each) for each in (centre, low, high, error)))


def _is_there(years: ByYear) -> bool:
    """Whether a line says anything: a ratio without a debt does not, nor does an amount that is always nothing."""
    return any(each.high > 0.0 or each.low < 0.0 or abs(each.centre) > 0.0 for _, each in years)


def _unit(line: StrEnum) -> str:
    if isinstance(line, Ratio):
        return "months" if line is Ratio.runway else "x"
    return "USD"
