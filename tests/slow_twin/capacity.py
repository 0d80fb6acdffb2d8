"""Who has which compute: what is made ready, and which of it is used."""

from typing import TYPE_CHECKING

from slow_twin.building import Site
from slow_twin.channels import CoDesign
from slow_twin.chips import ChipSupply
from slow_twin.commitment import ComputeCommitment
from slow_twin.contracts import Contract, Sight
from slow_twin.customers import look_at_segments, train
from slow_twin.failing import OwnCompute, move_customers
from slow_twin.generations import deliver, order_for_sites
from slow_twin.party import Party, use_committed, use_evenly
from slow_twin.reletting import Reletting

if TYPE_CHECKING:
    from slow_twin.path import Path


def build(path: "Path", sight: Sight) -> None:
    """Capacity reserved and made ready, chips ordered and received, and what each contract gets."""
    for contract in path.contracts:
        contract.reserved = contract.ready = contract.delivered = contract.used = 0.0
        contract.orders = contract.orders_there = 0.0
    selling = [each for each in path.running if each.sells_compute]
    for contract in sorted(selling, key=lambda each: each.inside is None):
        contract.reserve(sight, path.inner(contract))
    for contract in [each for each in selling if isinstance(each, Reletting)]:
        contract.look(path, sight.month)
    for contract in selling:
        if contract.said.of("site") is not None:
            contract.orders_there, contract.orders = contract.orders, 0.0
    order_for_sites(path, sight)
    for name in path.parties:
        sight.ordered[name] = sum(each.orders for each in selling if each.payee == name)
    if path.generations:
        deliver(path, sight)
    for contract in selling:
        contract.delivered = contract.ready
    for name, party in path.parties.items():
        bought = [each for each in path.running if each.payer == name]
        receive(path, party, bought, sight)
        party.at_sites = sum(each.capacity for each in bought if isinstance(each, Site))
        keep(path, name, bought, sight)
        share_out(has(path, name, sight), party.kept, [each for each in selling if each.payee == name])
    look_at_chips(path, sight, selling)


def receive(path: "Path", party: Party, bought: list[Contract], sight: Sight) -> None:
    """Chips that are for no site."""
    for each in bought:
        arrived = each.chips(sight) - each.arrives_for_others()
        party.chips += arrived
        if isinstance(each, ChipSupply) and each.of is not None:
            beyond = path.generations[each.of].beyond()
            party.chips_beyond = [old + arrived * more for old, more in zip(party.chips_beyond, beyond, strict=True)]


def keep(path: "Path", name: str, bought: list[Contract], sight: Sight) -> None:
    """What a lab runs for itself, of what its tenants and its commitments leave of its sites."""
    party = path.parties[name]
    sold = [each for each in path.running if isinstance(each, ComputeCommitment) and each.payee == name]
    left = max(has(path, name, sight) - sum(each.ready for each in sold), 0.0)
    party.kept = 0.0
    for each in bought:
        if isinstance(each, OwnCompute):
            party.kept = min(sum(unlet(site) for site in bought if isinstance(site, Site)), left)
            each.ready += party.kept
            each.delivered = each.ready


def unlet(site: Site) -> float:
    """What those who name a site leave of it."""
    return max(site.capacity - sum(each.at_site for each in site.tenants), 0.0)


def look_at_chips(path: "Path", sight: Sight, selling: list[Contract]) -> None:
    """What the compute under each contract does beyond H100s: at its site, or on the newest chips of who has them."""
    sites = {each.address: each for each in path.running if isinstance(each, Site)}
    for contract in selling:
        there = sites.get(f"sites.{contract.said.of('site')}")
        contract.on_site = min(contract.at_site, contract.delivered) if there is not None else 0.0
        contract.elsewhere = contract.delivered - contract.on_site
        if isinstance(contract, OwnCompute):
            contract.elsewhere = path.parties[contract.payer].kept
        contract.beyond = [0.0, 0.0, 0.0]
        if there is not None and contract.delivered > 0:
            part = contract.on_site / contract.delivered
            contract.beyond = [part * more for more in path.generations[there.generation].beyond()]
    for name, party in path.parties.items():
        theirs = [each for each in selling if (each.payer if isinstance(each, OwnCompute) else each.payee) == name]
        stands = 0.0 if path.has_failed(name, sight.month) else 1.0
        new, more = party.chips * stands, [each * stands for each in party.chips_beyond]
        for site in sites.values():
            if site.payer == name:
                new += unlet(site)
                beyond = path.generations[site.generation].beyond()
                more = [old + unlet(site) * each for old, each in zip(more, beyond, strict=True)]
        of_all = max(new, sum(each.elsewhere for each in theirs))
        for contract in theirs:
            if contract.delivered > 0 and of_all > 0:
                part = contract.elsewhere / contract.delivered
                contract.beyond = [old + part * each / of_all for old, each in zip(contract.beyond, more, strict=True)]


def has(path: "Path", name: str, sight: Sight) -> float:
    """What a party has; of one that has failed only its sites are left."""
    party = path.parties[name]
    is_gone = path.has_failed(name, sight.month)
    return party.at_sites + (0.0 if is_gone else party.said.number("fleet", 1e12) + party.chips)


def share_out(there: float, kept: float, sold: list[Contract]) -> None:
    """What a seller has, among its contracts: commitments first, then who takes what others left, then by the hour."""
    spoken_for = kept + sum(each.came_early for each in sold)
    for some in in_turn(sold):
        promised = sum(each.ready for each in some)
        if promised > there:
            for each in some:
                each.delivered = each.ready * there / promised
        there, spoken_for = max(there - promised - spoken_for, 0.0), 0.0


def in_turn(sold: list[Contract]) -> list[list[Contract]]:
    """The contracts of a seller, class by class."""
    firm = [each for each in sold if isinstance(each, ComputeCommitment)]
    again = [each for each in sold if isinstance(each, Reletting)]
    return [firm, again, [each for each in sold if each not in firm and each not in again]]


def use_compute(path: "Path", sight: Sight) -> None:
    """What labs' customers want, and the compute that serves it: commitments first, then spot."""
    for party in path.parties.values():
        party.look_at_customers(sight.levels)
    look_at_segments(path, sight.levels)
    move_customers(path.parties, sight.month)
    for name, party in path.parties.items():
        bought = [each for each in path.running if each.sells_compute and each.payer == name]
        commitments = [each for each in bought if isinstance(each, ComputeCommitment)]
        owned = [each for each in bought if isinstance(each, OwnCompute)]
        on_spot = [each for each in bought if each not in commitments and each not in owned]
        committed = sum(each.delivered for each in commitments)
        party.committed = committed + sum(each.delivered for each in owned)
        flexible = sum(each.delivered for each in on_spot)
        gains = [each for each in path.running if isinstance(each, CoDesign) and each.payer == name]
        gained = sum(each.gain(sight.month) for each in gains)
        party.want(sight.levels, commitments, owned, on_spot, gained)
        use_committed(commitments, party.need)
        use_evenly(owned, party.need - committed)
        use_evenly(on_spot, party.need - party.committed)
        used = sum(each.used for each in bought)
        if used > 0:
            party.beyond = [sum(each.used * each.beyond[n] for each in bought) / used for n in range(3)]
        supply, stands = party.committed + flexible, not path.has_failed(name, sight.month)
        train(party, gained, used, supply, stands=stands)
        is_enough = party.serving <= supply or party.serving == 0
        party.served = party.wanted * (1.0 if is_enough else supply / party.serving)
        if path.has_failed(name, sight.month):
            party.served = 0.0
        sight.served[name] = party.served
        sight.billed[name] = sum(each.billed(sight) for each in path.running if each.payee == name)
    for contract in path.running:
        if contract.sells_compute and contract.payer not in path.parties:
            contract.used = contract.delivered
    for name in path.parties:
        sold = [each for each in path.running if each.sells_compute and each.payee == name]
        sight.supplied[name] = sum(
            each.delivered if isinstance(each, ComputeCommitment) else each.used for each in sold
        )
        sight.supplied_elsewhere[name] = max(sight.supplied[name] - path.parties[name].at_sites, 0.0)
        spoken_for = sight.supplied[name] + path.parties[name].kept + sum(each.came_early for each in sold)
        sight.idle[name] = max(has(path, name, sight) - spoken_for, 0.0)
