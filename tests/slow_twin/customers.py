"""Customers who choose among models, segment by segment; and the models, lab by lab."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from interlock.book.segment import Segment as WrittenSegment
from slow_twin.channels import Distribution
from slow_twin.figures import Draws, Said
from slow_twin.party import Party

if TYPE_CHECKING:
    from slow_twin.path import Path

OUTSIDE = "(outside)"

H100E_MONTH = 989e12 * 3600 * 730
"""FLOP at peak."""

LEAST, MOST = 1e-9, 1e9
"""Of anything whose logarithm is taken."""


class Segment:
    """Customers, and what they have of whose models."""

    def __init__(self, written: WrittenSegment, draws: Draws) -> None:
        self.said = Said(written.terms, f"segments.{written.name}", draws)
        share = {
            lab: draws.value(figure, f"segments.{written.name}.shares.{lab}") for lab, figure in written.shares.items()
        }
        together = sum(share.values())
        if together > 1:
            share = {lab: part / together for lab, part in share.items()}
        self.at_start = share | {OUTSIDE: max(1 - together, 0.0)}
        self.share = dict(self.at_start)

    def level(self, name: str, otherwise: float, levels: Mapping[str, float]) -> float:
        driver = self.said.of(name)
        return levels[driver] if isinstance(driver, str) else self.said.number(name, otherwise)

    def use(self, lab: str, levels: Mapping[str, float]) -> float:
        """What customers would pay the lab at the prices of the start."""
        paid_for = 1 - self.open(levels)
        return self.said.number("spend") * self.level("demand", 1.0, levels) * paid_for * self.share[lab]

    def press(self, levels: Mapping[str, float]) -> float:
        return self.said.number("press", 0.0) * self.open(levels)

    def open(self, levels: Mapping[str, float]) -> float:
        """The part of use that pays nobody."""
        return min(max(self.level("open_weights", 0.0, levels), 0.0), 1.0)

    def tends_to(self, path: "Path", t: int) -> dict[str, float]:
        """Where shares would be in the end, if nothing moved any more."""
        levels, stay = path.sight.levels, {OUTSIDE: self.at_start[OUTSIDE]}
        log_odds = {OUTSIDE: self._outside(path, levels)}
        for lab, share in self.at_start.items():
            if lab != OUTSIDE and not path.has_failed(lab, t):
                party, stay[lab] = path.parties[lab], share
                log_odds[lab] = self._worth(party.quality, party.log_price)
                log_odds[lab] += math.log(max(party.reach / party.reach_at_start, LEAST))
        total = sum(stay.values())
        if total == 0:
            return self.share
        odds = {lab: share * math.exp(min(max(log_odds[lab], -300), 300)) for lab, share in stay.items()}
        loyal, found = self.said.number("spread", 0.3), dict.fromkeys(self.share, 0.0)
        for lab, share in stay.items():
            found[lab] = (1 - loyal) * odds[lab] / sum(odds.values()) + loyal * share / total
        return found

    def _worth(self, quality: float, log_price: float) -> float:
        return self.said.number("quality", 0.3) * quality - self.said.number("price", 0.5) * log_price

    def _outside(self, path: "Path", levels: Mapping[str, float]) -> float:
        price = self.level("outside_price", 0.0, levels)
        if price > 0:
            log_price = math.log(min(max(price, LEAST), MOST))
        else:
            labs = {lab: share for lab, share in self.share.items() if lab != OUTSIDE}
            paid = sum(share * path.parties[lab].log_price for lab, share in labs.items())
            log_price = paid / sum(labs.values()) if sum(labs.values()) > 0 else 0.0
        return self._worth(math.log(max(self.level("frontier", 1.0, levels), LEAST)), log_price)

    def move(self, path: "Path", t: int) -> None:
        goal, months = self.tends_to(path, t), max(self.said.number("patience", 9.0), 1)
        self.share = {lab: share + (goal[lab] - share) / months for lab, share in self.share.items()}


def look_at_segments(path: "Path", levels: Mapping[str, float]) -> None:
    """What customers who choose want of each lab, and at what margin it serves them."""
    for name, party in path.parties.items():
        stands_in = [each for each in path.segments if name in each.share]
        used = [each.use(name, levels) for each in stands_in]
        party.margin = party.own_margin(levels)
        if sum(used) > 0:
            lost = sum(use * each.press(levels) for use, each in zip(used, stands_in, strict=True))
            party.margin *= 1 - lost / sum(used)
        efficiency = party.level("serving_efficiency", 1.0, levels) * (1 + party.beyond[0])
        of_compute = party.compute_price / efficiency if efficiency > 0 else 0.0
        party.token_price = of_compute / max(1 - party.margin, LEAST)
        party.log_price = 0.0
        if party.price_at_start > 0:
            party.log_price = math.log(min(max(party.token_price / party.price_at_start, LEAST), MOST))
        for use, each in zip(used, stands_in, strict=True):
            moved = math.exp((1 - each.said.number("elasticity", 1.0)) * party.log_price)
            party.wanted += use * moved * party.held_back


def train(party: Party, gains: float, used: float, supply: float, *, stands: bool) -> None:
    """What is left for training, and the largest run on it."""
    left = used - min(party.serving, supply)
    party.training = left if party.is_lab and stands and left > 1e-9 * used else 0.0
    at_work = party.said.number("utilisation", 0.35) * party.said.number("in_one_run", 1.0) * (1 + gains)
    party.run = party.training * H100E_MONTH * at_work * party.said.number("run", 2400 / 730) / time_for(party)


def time_for(party: Party) -> float:
    """For the work of a run, against all of it in bf16."""
    in_fp8, in_fp4 = party.said.number("in_fp8", 0.0), party.said.number("in_fp4", 0.0)
    return max(1 - in_fp8 - in_fp4, 0.0) + in_fp8 / (2 + party.beyond[1]) + in_fp4 / (2 + party.beyond[2])


def close_month(path: "Path", t: int) -> None:
    """Models are released, then shares move."""
    for name, party in path.parties.items():
        carriers = [each for each in path.running if isinstance(each, Distribution) and each.payee == name]
        party.reach = 1 + sum(each.said.number("reach", 0.0) * each.ramped(t) for each in carriers)
        release(party, t, party.level("training_efficiency", 1.0, path.sight.levels))
        if party.reach_at_start == 0:
            party.reach_at_start = party.reach
        if party.price_at_start == 0:
            party.price_at_start = party.token_price
    for segment in path.segments:
        segment.move(path, t)


def release(party: Party, t: int, efficiency: float) -> None:
    """A model that is better than the last one, or only newer."""
    party.better = 0.0
    if party.run * efficiency > party.best:
        party.best, party.work = party.run * efficiency, party.run
    if party.at_start == 0:
        party.at_start = math.log(max((party.newest or party.run) * efficiency, 1.0))
    months = max(party.said.number("releases", 6.0), 1.0)
    if t >= 0 and math.floor((t + 1) / months) > math.floor(t / months) and party.best > 1:
        party.better = max(math.log(party.best) - party.at_start - party.quality, 0.0)
        party.quality += party.better
        party.newest, party.best, party.work, party.released = party.work, 0.0, 0.0, t
