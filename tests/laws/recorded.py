"""Every month of some paths with all that the program knows of it: dues, payments, arrears, capacity, shares.

The months are the program's own; only what is kept of them is more than a run keeps.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from interlock.book.book import Book
from interlock.drivers.tails import common_shocks
from interlock.engine.backlog import Shipments
from interlock.engine.chunk import opening
from interlock.engine.collect import Rows
from interlock.engine.month import month
from interlock.engine.promises import buying, supplying
from interlock.engine.record import by_contract
from interlock.engine.scene import Luck, set_up
from interlock.engine.simulate import given_of
from interlock.ground.chance import Sampling, stream_keys
from interlock.ground.sobol import shocks
from interlock.program.compile import compile_book


class Recorded(NamedTuple):
    """[month, row, path] each; legs, contracts and parties are the real ones, in the order of `rows`."""

    rows: Rows
    due: Any
    owed: Any
    paid: Any
    written_off: Any
    relieved: Any
    opening: Any
    closing: Any
    used: Any
    delivered: Any
    ready: Any
    fleet: Any
    """What each party has, chips received included."""
    installed: Any
    """Chips received since the start."""
    held: Any
    """Shares bought under each contract."""
    shares: Any
    """Shares outstanding."""
    compensation: Any
    """Shares of its payer that are held for losses under each leg."""
    failed: Any
    """[month, party, path] the first month in which the party has failed, as known at the end of the month."""
    restructured: Any
    """The first month after a failure in which the party goes on."""
    share: Any
    """Of segments of customers, in the order of the book's names; the outside is the last of each."""
    shipments: Shipments | None
    """Chips, of a book with generations: rows as the program has them."""

    def ends(self) -> list[tuple[int, int]]:
        """For each leg the rows of its payer and payee, -1 for an edge of the world."""
        row = {name: n for n, name in enumerate(self.rows.party_names)}
        return [(row.get(label.payer, -1), row.get(label.payee, -1)) for label in self.rows.leg_labels]

    def contract_ends(self) -> list[tuple[int, int]]:
        """The same for each contract."""
        row = {name: n for n, name in enumerate(self.rows.party_names)}
        labels = [label for label in self.rows.program.labels.contracts if label is not None]
        return [(row.get(label.payer, -1), row.get(label.payee, -1)) for label in labels]


def record(book: Book, *, paths: int, seed: int) -> Recorded:
    """Run some paths of a book month by month, and keep everything."""
    program = compile_book(book)
    numbers = np.arange(paths)
    given, _ = given_of(program, seed, numbers, Sampling.plain)
    keys = stream_keys(seed, [f"drivers.{name or ''}" for name in program.labels.drivers])
    with jax.enable_x64(True):
        kept = jax.tree.map(np.asarray, _months(program.shape, given, keys, numbers))
    for name in ("used", "delivered", "ready"):
        kept[name] = by_contract(program.shape, supplying(program.shape), kept[name])
    kept["held"] = by_contract(program.shape, buying(program.shape), kept["held"])
    rows = Rows(program)
    of_legs = {"due", "owed", "paid", "written_off", "relieved", "compensation"}
    contracts = [n for n, label in enumerate(program.labels.contracts) if label is not None]
    of_contracts = {"used", "delivered", "ready", "held"}
    shipments = kept.pop("shipments")
    for name, values in kept.items():
        chosen = rows.legs if name in of_legs else contracts if name in of_contracts else rows.parties
        chosen = rows.shares if name == "share" else chosen
        # A book in which nobody is saved has no rows for it.
        kept[name] = values[:, chosen] if values.shape[1] else values
    return Recorded(rows, **kept, shipments=shipments)


@partial(jax.jit, static_argnames="shape")
def _months(shape: Any, given: Any, keys: Any, numbers: Any) -> dict[str, Any]:
    setting = set_up(shape, given)
    luck = Luck(
        month=jnp.arange(shape.months, dtype=jnp.float64),
        days=jnp.full(shape.months, 30.0),
        shocks=shocks(keys, shape.months, numbers, None, jnp),
        common=common_shocks(given.tails, jnp.arange(shape.months), numbers, jnp),
        factor=given.links["shock_factor"],
        level=given.links["shock_level"],
    )

    def one(state: Any, luck: Luck) -> tuple[Any, dict[str, Any]]:
        after, events = month(setting, state, luck)
        kept = {name: getattr(events, name) for name in ("due", "owed", "paid", "opening", "fleet")}
        kept |= {name: getattr(events, name) for name in ("used", "delivered", "ready", "held")}
        financed = jnp.zeros_like(events.paid[shape.bills :])
        return after, kept | {
            "written_off": jnp.concatenate([events.written_off, financed]),
            "relieved": jnp.concatenate([events.relieved, financed]),
            "compensation": jnp.concatenate([after.compensation, financed]),
            "closing": after.cash,
            "installed": after.installed,
            "shares": after.shares,
            "failed": after.standing.failed,
            "restructured": after.standing.rescue.restructured,
            "share": after.customers.share if after.customers is not None else jnp.zeros_like(after.cash[:0]),
            "shipments": events.shipments,
        }

    return lax.scan(one, opening(setting, numbers.shape[0]), luck)[1]
