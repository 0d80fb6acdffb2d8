"""The command that hands a run on, as a page or as a workbook."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import interlock
from interlock.cli import screen
from interlock.cli.flags import ASKED, TRIANGLE, Asked, Paths
from interlock.cli.given import progress_bar, read_making, read_run, unhurried
from interlock.ground.errors import ArgumentError

PAGES, WORKBOOK = (".html", ".htm"), ".xlsx"


def report(
    book: Annotated[str, Parameter(help="A run folder, or a book to run first.")] = TRIANGLE,
    /,
    *,
    xlsx: Annotated[bool, Parameter(negative=(), help="A workbook in place of a page.")] = False,
    out: Annotated[Path | None, Parameter(help="The file; by default `report` in the folder of the run.")] = None,
    scenario: Annotated[
        tuple[str, ...], Parameter(negative=(), help="Also under this scenario, a run of its own; again for more.")
    ] = (),
    full: Annotated[
        bool, Parameter(negative=(), help="Also what takes a dozen runs: limits, the race, each large party failing.")
    ] = False,
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """A run as one page that opens anywhere, asks no other machine for anything, and prints; or as a workbook."""
    from interlock.engine.folder import is_run
    from interlock.report.findings import under

    began = time.monotonic()
    is_workbook = _is_workbook(out, xlsx=xlsx)
    if is_workbook and (scenario or full):
        raise ArgumentError(f"{'--scenario' if scenario else '--full'} is for a page: a workbook holds one run.")
    if scenario:
        opened, _ = read_making(book, paths, asked.draws, asked.reading)
        for name in scenario:
            under(opened, name)  # refused, if it is, before anything is run
    with progress_bar() as progress:
        made = read_run(book, asked, paths, progress)
        target = out
        if target is None:
            with unhurried():
                folder = Path(book) if is_run(book) else interlock.save_run(made)
            target = folder / f"report{WORKBOOK if is_workbook else PAGES[0]}"
        if is_workbook:
            file = interlock.save_workbook(made, target)
        else:
            file = interlock.save_report(
                made, target, scenarios=scenario, full=full, threads=asked.threads, progress=progress
            )
    size = file.stat().st_size
    if asked.shown.as_json:
        timing = {"seconds": round(time.monotonic() - began, 3)}
        screen.say_json({"file": str(file), "bytes": size, "identity": made.provenance.identity, "timing": timing})
    else:
        screen.say(str(file))
        screen.note(f"Wrote {size / 1e6:.1f} MB. Open it with a {'spreadsheet' if is_workbook else 'browser'}.")


def _is_workbook(out: Path | None, *, xlsx: bool) -> bool:
    """Whether a workbook is asked for. Raises ArgumentError where the file's ending says otherwise."""
    if out is None:
        return xlsx
    ending = out.suffix.lower()
    if ending not in {*PAGES, WORKBOOK} or (xlsx and ending != WORKBOOK):
        wanted = WORKBOOK if xlsx else f".html, or {WORKBOOK} for a workbook"
        raise ArgumentError(f"--out {out}: name a file that ends in {wanted}.")
    return ending == WORKBOOK
