"""The same futures without some contracts: they never come into force, and all else is drawn as before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.engine.collect import Rows, collect, refuse_breaches
from interlock.engine.run import Run
from interlock.engine.simulate import simulate_chunks
from interlock.ground.errors import ArgumentError, did_you_mean
from interlock.program.labels import ContractLabel
from interlock.program.program import Program
from interlock.program.variant import Variant, varied


def run_without(run: Run, contracts: Collection[str], threads: int | None = None) -> Run:
    """The run as it would have been without these contracts; not to be saved, for no book makes it.

    The program keeps its shape, its figures and its chance: the contracts are only never in force. Contracts that are
    taken out of the book would take their draws along, and with Sobol sampling change those of all others.
    """
    program, made = without(run.program, contracts), run.provenance
    making: dict[str, Any] = {"seed": made.seed, "sampling": made.sampling, "chunk": made.chunk}
    chunks = simulate_chunks(program, paths=made.paths, **making, threads=threads, all_months=False)
    return replace(run, program=program, kept=collect(program, chunks, made.paths, made.sampling))


def deal_named(book: Book, text: str) -> str:
    """The address of a deal, or of one contract of it, with or without `deals.` before it. Raises ArgumentError."""
    known = {f"deals.{name}" for name in book.deals}
    known |= {each.address for each in book.contracts() if each.address.startswith("deals.")}
    address = text if text.startswith("deals.") else f"deals.{text}"
    if address not in known:
        meant = did_you_mean(address.removeprefix("deals."), {each.removeprefix("deals.") for each in known}, "deals")
        raise ArgumentError(f"there is no deal '{text}'. {meant}")
    return address


def with_dependents(book: Book, address: str) -> tuple[str, ...]:
    """A deal, or a contract, and all deals that depend on it, in order of name."""
    found, waiting = {address}, [address.removeprefix("deals.")]
    while waiting:
        name = waiting.pop()
        for other, deal in book.deals.items():
            if name in deal.depends_on and f"deals.{other}" not in found:
                found.add(f"deals.{other}")
                waiting.append(other)
    return tuple(sorted(found))


def without(program: Program, gone: Collection[str]) -> Program:
    """The program in which these contracts, and all of these deals, are never in force, nor planned with."""

    def is_gone(label: ContractLabel | None) -> bool:
        return label is not None and any(f"{label.address}.".startswith(f"{each}.") for each in gone)

    void = (label.address for label in program.labels.contracts if label is not None and is_gone(label))
    return varied(program, Variant(contracts=tuple(void)))


def revenue_without(run: Run, contract: str, paths: int) -> Any:
    """[party, year, path] what each party would have sold on the first `paths` futures; found out once for a run."""
    found = run.found_out.get(("revenue without", contract, paths))
    if found is None:
        program, made = without(run.program, {contract}), run.provenance
        rows, parts = Rows(program), []
        for numbers, draws, futures in simulate_chunks(
            program,
            paths=min(paths, run.paths),
            seed=made.seed,
            sampling=made.sampling,
            chunk=made.chunk,
            all_months=False,
        ):
            refuse_breaches(program, numbers, futures)
            parts.append(rows.of(draws, futures)["revenue"])
        found = run.found_out["revenue without", contract, paths] = np.concatenate(parts, axis=-1)
    return found
