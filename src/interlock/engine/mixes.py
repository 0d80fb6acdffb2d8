"""What the chips that labs use do beyond H100s: gathered from what has arrived, where it runs, and who uses it."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlock.engine.own_sites import is_own, their_own
from interlock.engine.promises import parties_of
from interlock.engine.scene import Scene
from interlock.engine.shipping import Arrivals, of_sites
from interlock.ground.arrays import ratio
from interlock.ground.axes import PerContract, PerParty, PerSupply
from interlock.ground.sums import once, summed, tied
from interlock.labs.beyond import Beyond, Mix, Place, nothing_beyond, of_buyers, of_contracts, of_sellers, with_chips
from interlock.program.shape import INSIDE, OTHERS, SUPPLY, Shape, acting


def no_mix(shape: Shape, blank: PerParty) -> Mix | None:
    """Before the first month; None where it does not matter."""
    return nothing_beyond(blank) if shape.has_mixes else None


def mixed(
    scene: Scene, arrivals: Arrivals, chips: PerContract, installed: PerParty, got: PerSupply, own: PerSupply | None
) -> tuple[Beyond, Beyond] | None:
    """Of all chips that each party has received, and of what each contract that supplies compute delivers.

    `chips` [contract that acts, path] have arrived; `own` is what labs run at sites of their own, part of `got`.
    """
    before, on_sale, ties = scene.state.mix, scene.on_sale, scene.setting.ties
    if before is None or on_sale is None or on_sale.beyond is None:
        return None
    stacks = [*acting(scene.shape, INSIDE, SUPPLY, OTHERS)]
    generation = tied(
        jnp.concatenate([scene.setting.links["generation"][stack.rows] for _, stack in stacks]),
        on_sale.made.shape[0],
    )
    received = once(with_chips(before.received, on_sale.beyond, chips, generation, parties_of(ties.payer, stacks)))
    at_sites, stands = Beyond(*(of_sites(scene, each) for each in on_sale.beyond)), 1.0 - scene.has_failed
    seller, at_site = ties.payee.part(slice(scene.shape.suppliers)), jnp.zeros_like(got)
    if scene.shape.sites:
        at_site = jnp.minimum(arrivals.at_site, got)
    on_new = got - at_site
    if own is not None:
        seller, on_new = their_own(scene, seller), jnp.where(is_own(scene.shape)[:, None], own, on_new)
    standing: Beyond = jax.tree.map(lambda rows: rows * stands, received)
    most = summed(seller, on_new)
    sellers = once(of_sellers(standing, installed * stands, at_sites, arrivals.unlet, ties.owner, most))
    place = Place(ratio(at_site, got), ratio(on_new, got), ties.site, seller)
    return received, once(of_contracts(sellers, at_sites, place))


def mix_after(scene: Scene, found: tuple[Beyond, Beyond] | None, used: PerSupply) -> Mix | None:
    """After a month in which labs used what they did."""
    before = scene.state.mix
    if before is None or found is None:
        return None
    received, of_each = found
    buyer = scene.setting.ties.payer.part(slice(scene.shape.suppliers))
    return Mix(received, once(of_buyers(before.used, of_each, used, buyer)))
