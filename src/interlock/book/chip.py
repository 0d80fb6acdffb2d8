"""A generation of chips: who makes it and how many, what one costs, what it does, and what power it takes.

    price_t = price x (1 + price_growth)^(t / 12) x index / H100e of a chip       USD per H100e
    made_t  = supply x profile x yields x H100e of a chip                         a month, from when it ships

Figures of a generation are per chip; whatever buys, runs or sells compute counts in H100e, by what a chip does in
bf16. What an H100e of the generation does beyond one of H100s, in tokens and in lower precision, goes with it to those
who use it (method §4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from interlock.contracts.clauses import Schedule, Scheduled, pace_of
from interlock.contracts.contract import IndexDriver, PartyName
from interlock.ground.arrays import maximum, where
from interlock.ground.units import (
    FLOP_PER_H100E_MONTH,
    FP8_OF_H100,
    ChipsPerMonth,
    FlopPerSecond,
    GrowthPerYear,
    H100e,
    KilowattPerChip,
    MegawattPerH100e,
    Moment,
    Months,
    Number,
    UsdPerChip,
    UsdPerH100e,
)


@dataclass(frozen=True, kw_only=True)
class ChipTerms:
    """The figures of a generation; the reader, the schema and the reference read them off this class."""

    maker: PartyName
    """Who makes it."""

    bf16: FlopPerSecond
    """What a chip does in training, dense and at its peak; an H100 does 0.989 PFLOP/s."""

    fp8: FlopPerSecond = 0.0
    """The same in fp8; twice what it does in bf16, as an H100, unless given."""

    fp4: FlopPerSecond = 0.0
    """The same in fp4; what it does in fp8 unless given."""

    serving: H100e = 0.0
    """H100s that serve as many tokens on the same work; as many as in training unless given."""

    price: UsdPerChip
    """Of a chip, in the first month of the run."""

    power: KilowattPerChip
    """IT power that a chip takes, with its share of host, network and storage."""

    ships: Moment = 0.0
    """The first month in which any are delivered."""

    supply: ChipsPerMonth = 1e12
    """What can be made in a month for the buyers of the book."""

    profile: Annotated[Schedule | None, Scheduled(linear=False)] = None
    """The part of the supply that can be made, by date; without any, all of it from when it ships."""

    yields: IndexDriver = 1.0
    """A driver that multiplies what is made."""

    price_growth: GrowthPerYear = 0.0
    """Of the price."""

    index: IndexDriver = 1.0
    """A driver that multiplies the price."""

    life: Months = 60.0
    """How long it serves."""

    def price_at(self, month: Months) -> UsdPerH100e:
        """In a month."""
        return self.price * pace_of(self.price_growth).grown(month) * self.index / self._h100e()

    def power_at(self, month: Months) -> MegawattPerH100e:
        """IT power that an H100e takes; the same in all months."""
        return self.power / self._h100e()

    def life_at(self, month: Months) -> Months:
        """How long it serves; the same in all months."""
        return self.life

    def made(self, month: Months) -> H100e:
        """What can be delivered in a month."""
        profile = 1.0 if self.profile is None else self.profile.at(month)
        return where(self.ships <= month, self.supply * profile * maximum(self.yields, 0.0) * self._h100e(), 0.0)

    def beyond(self, month: Months) -> tuple[Number, Number, Number]:
        """What an H100e serves, and does in fp8 and fp4, in multiples of its bf16, beyond one of H100s."""
        serving = where(self.serving > 0.0, self.serving / self._h100e(), 1.0)
        fp8 = where(self.fp8 > 0.0, self.fp8 / self.bf16, FP8_OF_H100)
        fp4 = where(self.fp4 > 0.0, self.fp4 / self.bf16, fp8)
        return (serving - 1.0, fp8 - FP8_OF_H100, fp4 - FP8_OF_H100)

    def _h100e(self) -> H100e:
        """What a chip is, counted in H100e."""
        return self.bf16 / FLOP_PER_H100E_MONTH
