"""The sections on how far the numbers may be trusted: scenarios, assumptions, method, and how to make them again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from interlock.book.knowledge import grades_of, owner_of
from interlock.report.assumptions import Assumption, assumptions
from interlock.report.findings import Findings
from interlock.report.section import Cell, Grid, Section, named, row

DIGITS = 4
"""Of the ends of a range."""


def scenarios(findings: Findings) -> Section | None:
    """What other worlds make otherwise; None where there is none."""
    answer = findings.comparison
    if answer is None:
        return None
    about = "The same futures under other assumptions. What differs by less than two errors of sampling is not told."
    return Section("scenarios", "Scenarios", about, tuple(map(findings.titled, answer.tell().splitlines())))


def trust(findings: Findings) -> Section:
    """What is assumed, and what it rests on."""
    book = findings.run.book
    counted = [f"{count} {grade}" for grade, count in grades_of(book).items() if count]
    about = (
        f"The book has {sum(grades_of(book).values())} figures: {', '.join(counted)}. Stated: said by a party or a "
        "filing. Estimated: worked out from sources by the method named. Assumed: chosen for the reason named. "
        "Undisclosed: kept secret, so that something is assumed. Nine futures in ten lie within a range; what "
        "changes by date has steps in place of one."
    )
    told = tuple(findings.titled(each.tell()) for each in findings.overview.reliance)
    cited = sorted(book.sources.values(), key=lambda each: each.date, reverse=True)
    rows = [row(named(each.title, each.note, each.url), [named(each.publisher), named(each.date)]) for each in cited]
    grids = [*_by_owner(findings)]
    if rows:
        grids.append(Grid("Sources", ("", "published by", "date"), tuple(rows), is_long=True))
    return Section("assumptions", "Assumptions and sources", about, told, tuple(grids))


def _by_owner(findings: Findings) -> Iterator[Grid]:
    """A table for each party, deal, driver and so on."""
    for address, found in groupby(assumptions(findings.run.book), key=lambda each: owner_of(each.address)):
        rows = tuple(_assumed(each, each.address.removeprefix(f"{address}.")) for each in found)
        yield Grid(address, ("", "as written", "grade", "rests on"), rows, is_long=True)


def _assumed(each: Assumption, name: str) -> tuple[Cell, ...]:
    if each.same_as:
        return row(named(name), [named(each.text), named(""), named(f"the same as {each.same_as}")])
    cited = "; ".join(f"{source.title} ({source.publisher or 'unknown'}, {source.date})" for source in each.sources)
    first = next((source.url for source in each.sources if source.url), "")
    rests = named(each.because, cited, first) if each.because else named(cited, "", first)
    return row(named(name), [named(each.text), named(str(each.grade)), rests])


TERMS = (
    ("future", "One way in which everything that is uncertain may turn out, month by month."),
    ("median, 90 %", "The middle of the futures, and the range in which nine of ten of them lie."),
    ("±", "One standard error of sampling: so far a number may be off because only so many futures were drawn."),
    ("B USD, M USD", "Billions and millions of dollars of the day, not adjusted for inflation."),
    ("fails", "Has bills unpaid for longer than its grace. What then becomes of its contracts is a term of the book."),
    ("pooled, earmarked", "Whose money a payment was: all of a treasury mixed, or what it is meant for first."),
    ("rank correlation", "From -1 to 1: how closely a result moves with one uncertain figure over the futures."),
    ("H100e", "Compute, counted in accelerators that do as much as one Nvidia H100."),
)

LAWS = (
    "Each future runs month by month: drivers move, capacity is built and delivered, labs sell what they can serve, "
    "bills fall due, funding is raised, payments clear, and who cannot pay beyond its grace fails. Six laws were "
    "checked in every month of every future, and held: a dollar that leaves one party arrives at another; nobody pays "
    "what it does not have, more than is due, or juniors before seniors; compute sold is compute delivered; "
    "shares sum to one; every traced dollar is found again."
)

CAUTION = (
    "The errors of sampling say nothing of how wrong the assumptions are, and what is not in the book is not in the "
    "numbers. Results are no investment advice: they are what the assumptions of the book imply, and the assumptions "
    "are the reader's to change."
)


def method() -> Section:
    """What was done, in a paragraph, and what words mean."""
    return Section("method", "Method", "", (LAWS, CAUTION), terms=TERMS)


def manifest(findings: Findings) -> Section:
    """What it takes to make this run again."""
    run, made = findings.run, findings.run.provenance
    said = {
        "book": f"{run.book.name}, as known on {run.book.as_of}",
        "SHA-256 of the book": made.book,
        "kinds of contract of one's own": ", ".join(name for name, _ in made.kinds) or "none",
        "futures": f"{made.paths:,} ({made.chunk:,} run together)",
        "seed, sampling": f"{made.seed}, {made.sampling}",
        "version of Interlock": made.version,
        "identity of the run": made.identity,
    }
    rows = tuple(row(named(name), [named(value)]) for name, value in said.items())
    again = f"interlock run BOOK --paths {made.paths} --seed {made.seed} --sampling {made.sampling}"
    about = f"The same book, seed, sampling and version give the same numbers, to the last bit: {again}"
    return Section("manifest", "Manifest", about, grids=(Grid("", ("", ""), rows, is_long=True),))
