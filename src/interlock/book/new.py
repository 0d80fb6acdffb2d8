"""A book to begin with: a small one to edit, or a copy of another."""

from __future__ import annotations

import shutil
from pathlib import Path

from interlock.book.read import find
from interlock.book.write import FILE, made_aside

STARTER = """\
# A book: who has promised what to whom, and how well each figure is known.
#
#   interlock check .     what is wrong, and how well each figure is known
#   interlock tell .      the book in sentences
#   interlock run .       thousands of futures
#
# Every figure has a grade: stated (a source with an address), estimated (a source and a method), assumed (a reason),
# or undisclosed (with what is assumed in its place). Ranges hold nine futures in ten.

book:
  title: My first book
  as_of: 2026-01-15               # nothing that became known later may set a figure
  start: 2026-02                  # the first month of a run
  months: 48

sources:
  announcement:
    title: Lab and cloud announce a partnership
    publisher: Lab
    date: 2026-01-12
    url: https://example.com/announcement

parties:
  lab:
    title: Lab
    roles: [lab]
    cash: {assumed: 2 to 5 B USD, because: "the last round, less what has been spent"}
    revenue: {assumed: 3 B USD/year, because: press reports of the run-rate}
    demand: demand
    margin: {assumed: 50 to 60 %, because: usual for such models}
    compute_price: {assumed: 2 USD/H100e-hour, because: usual for such contracts}
    flows:
      staff:
        purpose: staff
        amount: {assumed: 1 B USD/year, because: "two thousand people"}
  cloud:
    title: Cloud
    roles: [cloud]
    cash: {assumed: 20 B USD, because: last annual report}

drivers:
  demand:
    kind: geometric-brownian
    level: {assumed: 1, because: an index}
    drift: {assumed: 20 to 50 %/year, because: slower than last year}
    volatility: {assumed: 20 %, because: good and bad years}

deals:
  partnership:
    title: The lab commits to the cloud
    announced: 2026-01-12
    status: signed
    sources: [announcement]
    contracts:
      compute:
        kind: compute-commitment
        payer: lab
        payee: cloud
        total: {stated: 10 B USD, source: announcement}
        price: {assumed: 1.8 to 2.2 USD/H100e-hour, because: usual for such contracts}
        term: {undisclosed: true, assume: 4 to 6 years, because: the usual length}
        ramp: {assumed: 6 to 18 months, because: halls come one by one}
        take: {undisclosed: true, assume: 70 to 100 %, because: the announcement says commitment}
"""


def new_book(folder: str | Path, copy_of: str | Path | None = None) -> None:
    """Make a book in a folder that is new or empty: the starter, or a copy of a bundled or other book.

    Raises ArgumentError where the folder is taken, and BookError where there is no such book to copy.
    """
    original = None if copy_of is None else find(copy_of)
    with made_aside(folder) as aside:
        if original is None:
            (aside / FILE).write_text(STARTER, encoding="utf-8", newline="\n")
        elif original.is_dir():
            shutil.copytree(original, aside, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        else:
            shutil.copyfile(original, aside / FILE)
