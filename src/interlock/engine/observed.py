"""What each future says, month by month, of a quantity that others report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np

from interlock.book.actuals import Observation
from interlock.book.observable import AVERAGES, FLOWS, Observable, Quantity
from interlock.contracts.contract import INVESTMENT
from interlock.engine.chunk import Futures
from interlock.engine.collect import Rows, refuse_breaches
from interlock.engine.levels import Levels
from interlock.engine.promises import binding, buying
from interlock.engine.provenance import Provenance
from interlock.engine.record import by_contract
from interlock.engine.simulate import Progress, simulate_chunks
from interlock.physical.spot import LEAST_PRICE
from interlock.program.program import Program


def observed_by(
    program: Program,
    made: Provenance,
    wanted: Sequence[tuple[Quantity, Sequence[Observation]]],
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """[observation, path] for each quantity: what the futures of a run say of its periods, in its base unit.

    Of a flow it is what was paid in a month of the period, on average. The futures are run again, with more kept of
    each month. Raises LawBroken.
    """
    rows, found, done = Rows(program), [list[Any]() for _ in wanted], 0
    chunks = simulate_chunks(
        program,
        paths=made.paths,
        seed=made.seed,
        sampling=made.sampling,
        chunk=made.chunk,
        threads=threads,
        keeps_levels=True,
    )
    for numbers, draws, futures in chunks:
        refuse_breaches(program, numbers, futures)
        for (quantity, observations), parts in zip(wanted, found, strict=True):
            monthly = by_month(program, rows, quantity, draws, futures)
            parts.append(np.stack([_over(monthly, quantity, each, program) for each in observations]))
        done += len(numbers)
        if progress is not None:
            progress(done, made.paths)
    return [np.concatenate(parts, axis=-1) for parts in found]


def _over(monthly: Any, quantity: Quantity, observation: Observation, program: Program) -> Any:
    """[path] the level at the end of a period, or the average of its months."""
    first, last = (month - program.labels.start for month in (observation.period.first, observation.period.last))
    is_average = quantity.is_flow or quantity.of in AVERAGES
    return monthly[first : last + 1].mean(axis=0) if is_average else monthly[last]


def by_month(program: Program, rows: Rows, quantity: Quantity, draws: Any, futures: Futures) -> Any:
    """[month, path] one quantity in its base unit, of futures of which levels were kept."""
    levels = futures.levels
    if levels is None:
        raise ValueError("the levels of these paths were not kept")
    name = quantity.names[0]
    found: dict[Observable, Callable[[], Any]] = {
        **dict.fromkeys(FLOWS, lambda: futures.monthly.paid[:, [*_legs(rows, quantity)]].sum(axis=1)),
        Observable.models: lambda: levels.served[:, _party(rows, name)],
        Observable.cash: lambda: futures.monthly.cash[:, _party(rows, name)],
        Observable.fleet: lambda: levels.fleet[:, _party(rows, name)],
        Observable.remaining: lambda: _remaining(program, rows, {name}, levels),
        Observable.backlog: lambda: _remaining(program, rows, _sold_by(rows, name), levels),
        Observable.price: lambda: levels.spot[:, rows.markets.index(name)],
        Observable.term_price: lambda: np.maximum(levels.term[:, rows.markets.index(name)], LEAST_PRICE),
        Observable.level: lambda: levels.drivers[:, program.labels.drivers.index(name)],
        Observable.powered: lambda: levels.powered[:, rows.physical.sites[name]],
        Observable.installed: lambda: levels.installed[:, rows.physical.sites[name]],
        Observable.stake: lambda: _stake(program, rows, quantity, draws, levels),
        Observable.share: lambda: levels.share[:, rows.shares[rows.share_labels.index(quantity.names[::-1])]],
    }
    return found[quantity.of]()


def _legs(rows: Rows, quantity: Quantity) -> Iterator[int]:
    """The legs whose payments a flow adds up."""
    (name,) = quantity.names
    sellers = [None if n < 0 else rows.party_names[n] for n in rows.seller_of_leg]
    ends = {label.address: (label.payer, label.payee) for label in rows.program.labels.contracts if label is not None}
    for leg, label, seller in zip(rows.legs, rows.leg_labels, sellers, strict=True):
        is_one_of_them = {
            Observable.sales: seller == name,
            Observable.capex: label.payer == name and label.purpose in INVESTMENT,
            Observable.paid: label.contract == name and (label.payer, label.payee) == ends.get(name),
        }
        if is_one_of_them[quantity.of]:
            yield int(leg)


def _party(rows: Rows, name: str) -> int:
    return int(rows.parties[rows.party_names.index(name)])


def _sold_by(rows: Rows, name: str) -> set[str]:
    """The contracts under which a party is paid for what it sells."""
    sellers = zip(rows.leg_labels, rows.seller_of_leg, strict=True)
    return {label.contract for label, n in sellers if n >= 0 and rows.party_names[n] == name}


def _remaining(program: Program, rows: Rows, addresses: Collection[str], levels: Levels) -> Any:
    """[month, path] of these contracts together; nothing of those that bind nobody."""
    kept = by_contract(program.shape, binding(program.shape), levels.remaining)
    places = [place for place, address in zip(rows.bound, rows.bound_names, strict=True) if address in addresses]
    return kept[:, places].sum(axis=1)


def _stake(program: Program, rows: Rows, quantity: Quantity, draws: Any, levels: Levels) -> Any:
    """[month, path] what one party holds of another."""
    pair = quantity.names
    if pair not in rows.stakes:
        return np.zeros((len(levels.shares), levels.shares.shape[-1]))
    held = np.swapaxes(by_contract(program.shape, buying(program.shape), levels.held), 0, 1)
    others = (np.swapaxes(each, 0, 1) for each in (levels.compensation, levels.shares))
    return rows.stakes_of(draws, held, *others)[rows.stakes.index(pair)]
