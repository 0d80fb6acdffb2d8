"""The twin and the program side by side on the same paths: every yearly series, cash by month, failures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from interlock.book.book import Book
from interlock.drivers.tails import STREAM, common_shocks
from interlock.engine.chunk import Futures
from interlock.engine.collect import Rows
from interlock.engine.simulate import simulate_chunks
from interlock.ground.chance import stream_keys
from interlock.ground.months import name_of
from interlock.ground.sobol import shocks
from interlock.program.compile import compile_book
from interlock.program.program import Program
from slow_twin.drivers import COMMON, world_of
from slow_twin.figures import Draws
from slow_twin.funding import maturing
from slow_twin.happenings import count
from slow_twin.path import Path

TOLERANCE = 1e-9
"""Of the largest flow or treasury of the path; for other units, of the largest number of the series on the path."""

IN_USD = {"paid", "written_off", "forgone", "demand", "served", "remaining", "maturing", "cash", "cash by month"}
LEAST = {"chips": 1.0, "queue": 1.0, "training": 1.0, "largest_run": 1e21}
"""Of orders, and of a fleet that trains, there may be only what rounding leaves: a billionth of an H100e is nothing."""

ENDINGS = ("failed", "restructured", "acquired")
"""The months in which parties have gone, or gone on after a failure."""

YEARLY = {
    "austerity",
    "quality",
    "training",
    "largest_run",
    "share",
    "paid",
    "spot_price",
    "demand",
    "served",
    "need",
    "delivered",
    "used",
    "spare",
    "remaining",
    "maturing",
    "stakes",
    "cash",
    "runway",
    "chips",
    "queue",
    "powered",
    "installed",
}
"""Series that are not sums of others."""


@dataclass(frozen=True)
class Difference:
    """One number on which the two disagree."""

    path: int
    series: str
    row: Any
    when: int | str
    program: float
    twin: float

    def __str__(self) -> str:
        where = f"path {self.path}, {self.series} of {self.row}, {self.when}"
        return f"{where}: the program says {self.program!r}, the twin {self.twin!r}"


def differences(
    book: Book, *, paths: int, seed: int, chunk: int | None = None, seen: dict[str, int] | None = None
) -> dict[int, list[Difference]]:
    """For each path on which the two disagree: where. `seen` counts what happened in the twin."""
    program = compile_book(book)
    rows = Rows(program)
    options = {} if chunk is None else {"chunk": chunk}
    found: dict[int, list[Difference]] = {}
    for numbers, draws, futures in simulate_chunks(program, paths=paths, seed=seed, threads=1, **options):
        moves = _shocks(program, seed, numbers)
        said = program_says(rows, draws, futures)
        for n, number in enumerate(numbers):
            by_address = dict(zip(program.labels.figures, draws[:, n].tolist(), strict=True))
            luck = {name: column[:, n].tolist() for name, column in moves.items()}
            told = twin_of(book, rows, Draws(by_address, book.start), luck, seen)
            here = list(compared(book, int(number), {name: rows[..., n] for name, rows in said.items()}, told))
            if here:
                found[int(number)] = here
    return found


def program_says(rows: Rows, draws: Any, futures: Futures) -> dict[str, Any]:
    """The program's numbers: [row, year, path], or [row, month, path]."""
    return {name: values for name, values in rows.of(draws, futures).items() if name in YEARLY} | {
        "written_off": np.swapaxes(futures.yearly.written_off, 0, 1)[rows.legs],
        "forgone": np.swapaxes(futures.yearly.forgone, 0, 1)[rows.bound],
        "cash by month": np.swapaxes(futures.monthly.cash[:, rows.parties], 0, 1),
        "failed": futures.failed[rows.parties],
        **{
            name: months[rows.parties]
            for name, months in futures.rescue._asdict().items()
            if rows.program.shape.has_rescues
        },
    }


def _shocks(program: Program, seed: int, numbers: Any) -> dict[str, Any]:
    names = [name for name in program.labels.drivers if name is not None]
    keys = stream_keys(seed, [f"drivers.{name}" for name in names])
    drawn = shocks(keys, program.shape.months, numbers) if names else np.zeros((program.shape.months, 0, len(numbers)))
    common = common_shocks(stream_keys(seed, [STREAM]), np.arange(program.shape.months), numbers)[:, 0]
    return {name: drawn[:, place] for place, name in enumerate(names)} | {COMMON: common}


def twin_of(
    book: Book, rows: Rows, draws: Draws, luck: dict[str, list[float]], seen: dict[str, int] | None
) -> dict[str, Any]:
    """The twin's numbers, laid out as the program's: [row, year]."""
    path = Path(book, draws, world_of(book, draws, luck))
    years = rows.program.labels.years
    suppliers, bound = ([path.by_address[name] for name in names] for names in (rows.supplier_names, rows.bound_names))
    buyers = [path.by_address[name] for name in rows.physical.buyers]
    sites = [path.by_address[f"sites.{name}"] for name in rows.physical.sites]
    parties = list(path.parties.values())
    legs = _legs(rows, path)
    labs = [path.parties[name] for name in rows.lab_names]
    segments = {segment.said.address.split(".")[1]: segment for segment in path.segments}
    told = _blank(rows, len(years), book.months)
    for t in range(book.months):
        path.month(t)
        year = (book.start + t) // 12 - book.start // 12
        told["paid"][:, year] += [leg.paid for leg in legs]
        told["written_off"][:, year] += [leg.written_off for leg in legs]
        told["forgone"][:, year] += [path.forgone(each) for each in bound]
        told["delivered"][:, year] += [each.delivered for each in suppliers]
        told["used"][:, year] += [each.used for each in suppliers]
        told["spare"][:, year] += [path.spare(each) for each in suppliers]
        told["demand"][:, year] += [party.wanted for party in parties]
        told["served"][:, year] += [party.served for party in parties]
        told["chips"][:, year] += [each.chips(path.sight) if each in path.running else 0.0 for each in buyers]
        told["queue"][:, year] = [waiting(each) if each in path.running else 0.0 for each in buyers]
        told["powered"][:, year] = [each.powered for each in sites]
        told["installed"][:, year] = [each.installed for each in sites]
        told["need"][:, year] += [party.need for party in parties]
        told["quality"][:, year] = [lab.quality for lab in labs]
        told["training"][:, year] += [lab.training for lab in labs]
        told["largest_run"][:, year] = [lab.run for lab in labs]
        told["share"][:, year] = [segments[segment].share[lab] for segment, lab in rows.share_labels]
        told["cash by month"][:, t] = [party.cash for party in parties]
        for n, market in enumerate(path.markets):
            months = sum((book.start + month) // 12 == (book.start + t) // 12 for month in range(book.months))
            told["spot_price"][n, year] += market.price / 730 / months
        told["remaining"][:, year] = [path.remaining(each) for each in bound]
        told["maturing"][:, year] = [maturing(name, path) for name in path.parties]
        told["austerity"][:, year] = [party.months_of_cuts / 6 for party in parties]
        told["runway"][:, year] = [party.runway for party in parties]
        told["cash"][:, year] = [party.cash for party in parties]
        told["stakes"][:, year] = [path.stake(holder, company) for holder, company in rows.stakes]
        told["largest"] = max([told["largest"], *(leg.owed for leg in legs), *(party.cash for party in parties)])
        if seen is not None:
            count(path, seen)
    for name in ENDINGS:
        told[name] = np.array([getattr(party, name) for party in parties])
    return told


def waiting(contract: Any) -> float:
    """Chips that wait under a contract."""
    return contract.waiting_firm + contract.waiting_driven + contract.waiting_for_sites


def _blank(rows: Rows, years: int, months: int) -> dict[str, Any]:
    sizes = dict.fromkeys(("paid", "written_off"), len(rows.leg_labels))
    sizes |= dict.fromkeys(("delivered", "used", "spare"), len(rows.supplier_names))
    sizes |= dict.fromkeys(("chips", "queue"), len(rows.physical.buyers))
    sizes |= dict.fromkeys(("powered", "installed"), len(rows.physical.sites))
    sizes |= dict.fromkeys(("remaining", "forgone"), len(rows.bound_names))
    sizes |= dict.fromkeys(
        ("demand", "served", "need", "cash", "runway", "maturing", "austerity"), len(rows.party_names)
    )
    sizes |= dict.fromkeys(("quality", "training", "largest_run"), len(rows.lab_names))
    sizes |= {"share": len(rows.share_labels)}
    told: dict[str, Any] = {name: np.zeros((size, years)) for name, size in sizes.items()}
    told["spot_price"] = np.zeros((len(rows.markets), years))
    told["cash by month"] = np.zeros((len(rows.party_names), months))
    return told | {"stakes": np.zeros((len(rows.stakes), years)), "largest": 0.0}


def _legs(rows: Rows, path: Path) -> list[Any]:
    """The twin's legs in the order of the program's; of a contract bills first, as its kind declares them."""
    met: dict[str, int] = {}
    legs = []
    for label in rows.leg_labels:
        place = met.get(label.contract, 0)
        met[label.contract] = place + 1
        legs.append(path.by_address[label.contract].legs[place])
    return legs


def compared(book: Book, number: int, said: dict[str, Any], told: dict[str, Any]) -> Iterator[Difference]:
    """Where the two disagree on one path."""
    for name, ours in said.items():
        theirs = told[name]
        if name in ENDINGS:
            is_off = ours != theirs
        elif name == "runway":
            is_off = ~np.isclose(ours, theirs, rtol=1e-6) & (told["cash"] > TOLERANCE * told["largest"])
        else:
            largest = told["largest"] if name in IN_USD else np.abs(theirs).max(initial=LEAST.get(name, 0.0))
            is_off = ~(np.abs(ours - theirs) <= TOLERANCE * largest)
        for place in np.argwhere(is_off):
            when: int | str = ""
            if name == "cash by month":
                when = name_of(book.start + int(place[1]))
            elif name not in ENDINGS:
                when = book.start // 12 + int(place[1])
            yield Difference(number, name, int(place[0]), when, float(ours[tuple(place)]), float(theirs[tuple(place)]))
