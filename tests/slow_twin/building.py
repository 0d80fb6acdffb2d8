"""Sites: power that is handed over in phases, and chips that run there until they are worn out."""

import math
from typing import Any

from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.figures import Said


class Site(Contract):
    """One site: what it orders, what has arrived, what runs, and what that costs."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.needs = set()
        self.legs = [
            Leg(self.payer, self.payee, "construction"),
            Leg(self.payer, self.payee, "power", "operating"),
            Leg(self.payer, self.payee, "staff", "operating"),
        ]
        said = self.said
        self.full, self.pue = said.number("power"), said.number("pue", 1.25)
        self.is_let_whole = said.of("power") is None
        self.phases = None if said.of("profile") is None else said.draws.steps(said.of("profile"))
        self.start, self.late = said.number("start", 0.0), said.number("delay", 0.0)
        self.building = max(said.number("construction", 18.0), 1.0)
        self.received: dict[int, float] = {}
        """Chips by year of the run; those of before in the year -1."""
        self.ordered = self.replaced = 0.0
        self.awaited = self.needed = self.arrived = 0.0
        self.powered = self.installed = self.paid_for = self.paying = 0.0
        self.tenants: list[Any] = []
        """Commitments that it runs for, this month; one without a power of its own is built for them."""

    @property
    def generation(self) -> str:
        return str(self.said.of("chips"))

    @property
    def has_grid(self) -> float:
        """What has power at the most."""
        return self.powered / max(self.pue, 1.0) / self.of_chip["power"]

    @property
    def capacity(self) -> float:
        return self.part_let * self.installed

    def part_handed_over(self, since: float) -> float:
        """As planned, on average over a month that begins at some moment."""
        steps = [(self.start, 1.0)] if self.phases is None else self.phases
        until, found = since + 1, 0.0
        for n, (date, level) in enumerate(steps):
            ends = steps[n + 1][0] if n + 1 < len(steps) else math.inf
            found += level * max(min(until, ends) - max(since, date), 0.0)
        return found

    def planned(self, month: float) -> float:
        """Chips that must have been ordered by a month."""
        power = self.full * self.part_handed_over(month + self.said.number("lead", 2.0))
        return power / max(self.pue, 1.0) / self.of_chip["power"]

    def worn_out(self, year: int, month: float) -> float:
        """The part of the chips of a year that is gone at the end of a month: a twelfth a month, after their life."""
        begins = 12 * year + self.of_chip["life"]
        return min(max((month + 1 - begins) / 12, 0.0), 1.0)

    def left(self, month: float) -> float:
        return sum(chips * (1 - self.worn_out(year, month)) for year, chips in self.received.items())

    def need(self, sight: Sight, of_chip: dict[str, float], *, is_open: bool) -> None:
        """New chips for phases to come and for what wears out."""
        self.of_chip = of_chip
        t = sight.month
        if t <= 0:
            self.ordered = self.let("chips_ordered") if self.is_let_whole else self.planned(t - 1)
            self.received = {-1: self.ordered}
        self.replaced += self.said.number("refresh", 0.0) * max(self.left(t - 1) - self.left(t), 0.0)
        wanted = self.let("chips_ordered") + self.let("orders_there") if self.is_let_whole else self.planned(t)
        self.needed = max(wanted + self.replaced - self.ordered, 0.0) if is_open else 0.0
        if not is_open:
            self.awaited = self.paying = 0.0
        elif self.is_let_whole:
            self.build_for_tenants(t)
        else:
            self.powered = self.full * self.part_handed_over(t - self.late)

    def build_for_tenants(self, month: float) -> None:
        """As much power as they run on, and the shell of what they will run on."""
        running = self.let("runs") * self.megawatts
        coming = sum(each.paid_for(self.building) for each in self.tenants) / self.part_let * self.megawatts
        if month <= 0:
            self.powered, self.paid_for = 0.0, running
        self.powered = max(self.powered, running)
        self.paying = max(running, coming, self.paid_for) - self.paid_for
        self.paid_for += self.paying

    def let(self, what: str) -> float:
        """What tenants need, and so much more as is never up at the same time."""
        return sum(getattr(each, what) for each in self.tenants) / self.part_let

    @property
    def part_let(self) -> float:
        return self.said.number("availability", 0.95)

    @property
    def megawatts(self) -> float:
        """At the meter, for an H100e."""
        return self.of_chip["power"] * max(self.pue, 1.0)

    def take(self, sight: Sight, bought: float, missing: float) -> None:
        """What is not missing arrives, of what was bought and of what waits; it runs as far as there is power."""
        self.ordered += self.needed * bought
        wanted = self.awaited + self.needed * bought
        self.awaited = wanted * missing
        self.arrived = wanted - self.awaited
        there = self.left(sight.month) + self.arrived
        self.installed = min(there, self.has_grid)
        year = min(max(sight.month, 0) // 12, 31)
        self.received[year] = self.received.get(year, 0.0) + self.arrived

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        t, said = sight.month, self.said
        now, then = (self.part_handed_over(t - self.late + later) for later in (0.0, self.building))
        built = self.paying if self.is_let_whole else self.full * max(then - now, 0.0) / self.building
        drawn = self.installed * self.of_chip["power"] * max(self.pue, 1.0) * self.level("load", sight, 1.0)
        return [
            said.number("shell", 0.0) * built if sight.is_standing[self.payer] else 0.0,
            self.level("electricity", sight, 0.0) * drawn,
            said.number("running", 0.0) * self.powered,
        ]

    def watched(self, what: str) -> float:
        return {"powered": self.powered, "installed": self.installed}[what]


def of_chip(said: Said) -> dict[str, float]:
    """Power of an H100e of a generation, and how long it serves."""
    chip = said.number("bf16") / (989e12 * 3600 * 730)
    return {"power": said.number("power") / chip, "life": said.number("life", 60.0)}
