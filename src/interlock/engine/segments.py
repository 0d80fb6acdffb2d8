"""Customers who choose, models that get better, and the order in which compute is used: labs within the month."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

from interlock.engine.scene import Scene, Setting
from interlock.engine.state import State
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerParty, PerSupply
from interlock.ground.sums import once, summed
from interlock.labs import customers, training
from interlock.labs.beyond import Mix
from interlock.labs.customers import Customers, Market, Rows, Segments
from interlock.labs.demand import Demand
from interlock.labs.sourcing import Merit
from interlock.labs.training import Models
from interlock.program.shape import SUPPLY, kind_of


class Trained(NamedTuple):
    """What labs' training fleets did in a month; no rows where models are not followed."""

    fleet: PerParty
    """H100e that trained."""
    run: PerParty
    """FLOP of the largest run that they could make."""


def opening(setting: Setting, party: dict[str, PerParty]) -> tuple[Models | None, Customers | None]:
    """Before the first month."""
    if not setting.shape.has_models:
        return None, None
    last_run = party["last_run"]
    if setting.shape.segment is None:
        return training.before_the_run(last_run), None
    return training.before_the_run(last_run), customers.before_the_run(setting.shares, jnp.zeros_like(last_run))


def rehearsed(before: State, played: State, after: State) -> State:
    """The state before the first month, with what is known of the month before it: where models and prices start.

    `played` is the state from which that month was played.
    """
    models, chosen = before.models, before.customers
    if models is not None and after.models is not None:
        models = models._replace(at_start=after.models.at_start)
    if chosen is not None and after.customers is not None:
        # A token costs what its compute did: so that no price moves in the first month because a book's figure is off.
        price = after.customers.price * ratio(after.compute_price, played.compute_price, 1.0)
        if before.mix is not None and played.mix is not None and after.mix is not None:
            price = price * ratio(1.0 + played.mix.used.serving, 1.0 + after.mix.used.serving)
            before = before._replace(mix=before.mix._replace(used=after.mix.used))
        chosen = after.customers._replace(share=chosen.share, price_at_start=price)
        before = before._replace(compute_price=after.compute_price)
    return before._replace(models=models, customers=chosen)


def offer(scene: Scene, reach: PerParty) -> Market | None:
    """What labs that stand in segments offer to customers who choose."""
    before, party = scene.state.customers, scene.party
    if before is None:
        return None
    segments, rows = _segments(scene), rows_of(scene.setting)
    efficiency, compute_price = party["serving_efficiency"], scene.state.compute_price
    if scene.state.mix is not None:
        efficiency = efficiency * (1.0 + scene.state.mix.used.serving)
    return customers.market(before, segments, rows, party["margin"], compute_price, efficiency, reach)


def train(
    scene: Scene, demanded: Demand, used: PerSupply, supply: PerParty, gains: PerParty, mix: Mix | None
) -> Trained:
    """What is left to train once customers are served, and the largest run on it."""
    if not scene.shape.has_models:
        none = jnp.zeros((0, scene.paths))
        return Trained(none, none)
    party, payer = scene.party, scene.setting.ties.payer.part(slice(scene.shape.suppliers))
    is_lab = scene.setting.links["is_lab"][:, None] * (1.0 - scene.has_failed)
    fleet = once(training.training_fleet(demanded, summed(payer, used), supply) * is_lab)
    speed = training.speed(party["in_fp8"], party["in_fp4"], None if mix is None else mix.used)
    in_one_run = fleet * party["in_one_run"] * speed
    return Trained(fleet, once(training.largest_run(in_one_run, party["utilisation"], gains, party["run"])))


def release(scene: Scene, trained: Trained) -> Models | None:
    """The models after the month."""
    before, party = scene.state.models, scene.party
    if before is None:
        return None
    return training.released(before, trained.run, party["training_efficiency"], party["releases"], scene.month)


def choose(scene: Scene, offered: Market | None, models: Models | None) -> Customers | None:
    """Customers after the month."""
    before = scene.state.customers
    if before is None or offered is None or models is None:
        return None
    segments, rows, stands = _segments(scene), rows_of(scene.setting), 1.0 - scene.has_failed
    return customers.choose(before, segments, rows, scene.setting.shares, offered, models.quality, stands)


def labs_after(scene: Scene, trained: Trained, offered: Market | None, mix: Mix | None) -> dict[str, Any]:
    """Models, the customers who choose among them, and what chips do beyond H100s, after the month."""
    models = release(scene, trained)
    return {"models": models, "customers": choose(scene, offered, models), "mix": mix}


def of_labs(demanded: Demand, sold: PerParty, trained: Trained) -> dict[str, PerParty]:
    """What is reported of labs."""
    served = {"wanted": demanded.wanted, "served": sold, "need": demanded.need}
    return served | {"training": trained.fleet, "run": trained.run}


def merit_of(scene: Scene) -> Merit:
    """Which contracts that supply compute are used first, and which next."""
    stacks = [stack for stack in scene.shape.contracts if stack.stage <= SUPPLY]

    def flags(merit: int) -> PerSupply:
        rows = [jnp.full((stack.size, scene.paths), float(kind_of(stack).merit == merit)) for stack in stacks]
        return jnp.concatenate([jnp.zeros((0, scene.paths)), *rows])

    has_own = any(kind_of(stack).merit == 1 for stack in stacks)
    return Merit(flags(0), flags(1) if has_own else None)


def rows_of(setting: Setting) -> Rows:
    """To whom shares belong."""
    return Rows(setting.ties.share_segment, setting.ties.share_party)


def _segments(scene: Scene) -> Segments:
    # A shock to a driver may take it beyond, or below nothing.
    return Segments(**scene.segment | {"open_weights": jnp.clip(scene.segment["open_weights"], 0.0, 1.0)})
