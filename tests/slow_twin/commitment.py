"""A promise to buy compute for years, used or not: the one kind with a life of its own."""

import math

from slow_twin.contracts import Contract, Leg, Sight
from slow_twin.damages import damages
from slow_twin.triggers import ALWAYS, NEVER


class ComputeCommitment(Contract):
    """Reserves capacity on a schedule; charges use, and at each true-up what the minimum lacks."""

    shrinks = True

    sells_compute = True

    def __init__(self, *about: object) -> None:
        super().__init__(*about)
        self.legs = [
            Leg(self.payer, self.payee, "compute"),
            Leg(self.payer, self.payee, "compute", settles=True),
            Leg(self.payee, self.payer, "fee", settles=True),
        ]
        said = self.said
        self.inside = said.of("inside")
        self.exercise = self.trigger(said, "exercise", ALWAYS)
        if said.of("site") is not None:
            self.needs = {self.payer}  # it goes on under a receiver
        self.notice = said.part("notice")
        self.given = self.trigger(self.notice, "given", NEVER)
        self.start, self.ramp = said.number("start", 0.0), said.number("ramp", 0.0)
        self.profile = None if said.of("profile") is None else said.draws.steps(said.of("profile"))
        self.take, self.additionality = said.number("take", 1.0), said.number("additionality", 0.0)
        self.lead, self.delay = said.number("lead", 2.0), said.number("delay", 0.0)
        self._derive()
        self.minimums = self.charges = self.credit = 0.0
        """Since the last true-up; the credit is what use above the minimum earned before it."""
        self.change = None if said.of("renegotiation") is None else said.part("renegotiation")
        self.all_stays = 1.0
        """How likely it was."""
        self.changed = NEVER
        """From which month on all is as renegotiated."""
        self.renewal = None if said.of("renewal") is None else said.part("renewal")
        self.renewed_from = NEVER
        self.renewed_price = 0.0
        self.undelivered = 0.0
        self.chips_ordered = 0.0
        self.awaited = self.could_run = self.orders_there = 0.0
        """Chips that were ordered for it and have not arrived."""

    def _derive(self) -> None:
        """Of total, capacity, term and price three are given."""
        said = self.said
        density = said.number("density")
        capacity, price = said.number("capacity"), said.number("price")
        if said.of("power") is not None:
            capacity = said.number("power") * density
        if said.of("power_price") is not None:
            price = said.number("power_price") / density
        total, term = self.total, said.number("term")
        if term is None:
            full = total / (price * capacity)
            # The ramp gives half of what full capacity would.
            term = math.sqrt(2 * self.ramp * full) if full < self.ramp / 2 else full + self.ramp / 2
            term = round(term) if abs(term - round(term)) < 1e-9 else term
        self.term = term
        full = self.full_months(self.start, self.start, self.start + term)
        if total is None:
            total = price * capacity * full
        if capacity is None:
            capacity = total / (price * full) if price * full > 0 else 0.0
        if price is None:
            price = total / (capacity * full) if capacity * full > 0 else 0.0
        self.total, self.agreed_capacity, self.agreed_price = total, capacity, price

    @property
    def capacity(self) -> float:
        return self.agreed_capacity * self.kept

    # When it runs

    @property
    def begins(self) -> float:
        is_taken = self.said.number("taken", 1.0) > 0.5
        return max(self.start, self.exercise.since + self.said.number("lag", 0.0)) if is_taken else NEVER

    @property
    def given_up(self) -> float:
        """The end by notice."""
        return self.given.since + self.notice.number("period", 3.0)

    @property
    def term_ends(self) -> float:
        """Later, once the rest is drawn out."""
        end = self.begins + self.term
        return end if end <= self.changed else self.changed + (end - self.changed) * (1 + self.new("longer"))

    def new(self, what: str) -> float:
        """By how much something changes; a price never quite to nothing."""
        return min(self.change.number(what, 0.0), 0.999999 if what == "cheaper" else math.inf)

    def price_in(self, month: float) -> float:
        if month >= self.renewed_from:
            return self.renewed_price
        return self.agreed_price if month < self.changed else self.agreed_price * (1 - self.new("cheaper"))

    @property
    def first_ends(self) -> float:
        return min(self.term_ends, self.given_up)

    @property
    def is_renewed(self) -> bool:
        return self.renewed_from < NEVER

    @property
    def last_term_ends(self) -> float:
        return self.renewed_from + self.renewal.number("term") if self.is_renewed else self.term_ends

    @property
    def ends(self) -> float:
        return min(self.last_term_ends, self.given_up)

    @property
    def lapses(self) -> float:
        """Until when an undelivered part can be made good."""
        return min(self.last_term_ends + self.said.number("outside", 12.0), self.given_up)

    # What it reserves

    def full_months(self, begins: float, since: float, until: float) -> float:
        """Months of full capacity between two moments, for a schedule that begins at a third."""
        since = max(since, begins)
        if until <= since:
            return 0.0
        if self.profile is None:
            return self._ramped(until - begins) - self._ramped(since - begins)
        dates = [date for date, _ in self.profile[1:]] + [NEVER]
        return sum(
            level * max(min(until, next_date) - max(since, date), 0.0)
            for (date, level), next_date in zip(self.profile, dates, strict=True)
        )

    def _ramped(self, months: float) -> float:
        """The area under a ramp from 0 to 1 and a level of 1 after it."""
        if months < self.ramp:
            return months * months / (2 * self.ramp)
        return months - self.ramp / 2

    def scheduled(self, since: float, until: float) -> float:
        """S between two moments, USD."""
        again = self.in_the_new_term(since, until)
        until = min(until, self.first_ends)
        months = self.full_months(self.begins, since, min(until, self.changed, self.begins + self.term))
        if until > self.changed:
            since, until = (self.as_agreed(max(month, self.changed)) for month in (since, until))
            rest = self.full_months(self.begins, since, min(until, self.begins + self.term))
            months += (1 - self.new("less")) * (1 - self.new("cheaper")) * rest
        return self.agreed_price * self.capacity * months + again

    def in_the_new_term(self, since: float, until: float) -> float:
        """S of the term that follows: the capacity of the last month, all the time."""
        if not self.is_renewed:
            return 0.0
        months = min(until, self.ends) - max(since, self.renewed_from)
        return self.renewed_price * self.running_at(self.first_ends - 1) * max(months, 0.0)

    def as_agreed(self, month: float) -> float:
        """The moment whose turn it is, of the schedule as it was agreed."""
        return month if month <= self.changed else self.changed + (month - self.changed) / (1 + self.new("longer"))

    def made_good(self, month: int) -> float:
        """What of the undelivered part can be offered again: at full capacity, between the end and the outside date."""
        if self.ends == NEVER:
            return 0.0
        after_the_end = min(max(min(month + 1, self.lapses) - max(month, self.ends), 0.0), 1.0)
        full = self.agreed_price * self.capacity
        if month >= self.changed:
            full *= (1 - self.new("less")) * (1 - self.new("cheaper")) / (1 + self.new("longer"))
        if month >= self.renewed_from:
            full = self.renewed_price * self.running_at(self.first_ends - 1)
        return min(self.undelivered, full * after_the_end)

    def running_at(self, month: float) -> float:
        """Capacity in use as planned, on average over a month; without regard to the end."""
        if self.renewal is not None:
            month = min(month, self.first_ends - 1)
        return self.running_between(month, month + 1)

    def running_between(self, since: float, until: float) -> float:
        """The same, on average over some time."""
        if self.begins == NEVER:
            return 0.0
        months = until - since
        if until <= self.changed:
            return self.capacity * self.full_months(self.begins, since, until) / months
        before = self.full_months(self.begins, since, self.changed)
        since, until = (self.as_agreed(max(moment, self.changed)) for moment in (since, until))
        rest = (1 - self.new("less")) * self.full_months(self.begins, since, until)
        return self.capacity * (before + rest) / months

    def reserve(self, sight: Sight, inner: list[Contract]) -> None:
        t = self.now = sight.month
        reserved_within = sum(each.reserved for each in inner)
        self.price = self.price_in(t)
        offered = (self.scheduled(t, t + 1) + self.made_good(t)) / self.price
        self.reserved = max(offered - reserved_within, 0.0)
        # The part on new chips runs late, the rest is there anyway.
        built = self.additionality * self.running_at(t - self.delay)
        self.runs = self.additionality * max(self.running_at(t - self.delay) - reserved_within, 0.0)
        self.wanted_there = min(self.additionality * self.reserved, self.runs)
        self.within = reserved_within
        self.could_run = (1 - self.additionality) * self.reserved + built
        self.ready = min(self.reserved, self.could_run)
        if t <= 0 and self.begins < t:  # what began before the run was not without chips
            self.chips_ordered = self.chips_for(t - 1, inner)
        lacking = max(self.chips_for(t, inner) - self.chips_ordered, 0.0)
        self.orders = lacking if t + self.lead - self.delay < self.ends else 0.0
        self.early = max(self.chips_ordered + self.orders - self.runs, 0.0)

    def wait_for_chips(self, inner: list[Contract]) -> None:
        """Less runs where chips are missing; those that were to run only later are missing first."""
        running = self.running_at(self.now - self.delay)
        there = self.additionality * running - max(self.awaited - self.early, 0.0)
        if self.said.of("site") is not None:
            there = self.at_site
        self.ready = min(self.reserved, (1 - self.additionality) * self.reserved + max(there, 0.0))

    @property
    def came_early(self) -> float:
        """Chips that have come for it and run only later; of one that names a site, none."""
        return 0.0 if self.said.of("site") is not None else max(self.early - self.awaited, 0.0)

    @property
    def paid_anyway(self) -> float:
        """What of the delivered the minimum asks for, and what the account lacks so far."""
        scheduled = self.reserved * self.price
        if scheduled <= 0:
            return 0.0
        lacks = self.minimums - self.charges - self.credit
        return self.delivered * min(max(self.take + lacks / scheduled, 0.0), 1.0)

    def paid_for(self, months: float) -> float:
        """What runs on new chips in so many months to come, on average: its shell should be paid for by now."""
        since = self.now + 1 - self.delay
        if self.renewal is not None:
            since = min(since, self.first_ends - months)
        return self.additionality * max(self.running_between(since, since + months) - self.within, 0.0)

    def planned_for(self, month: int) -> float:
        """The capacity that chips delivered by a month will run; when the term is over they stay with the seller."""
        return self.running_at(min(month + self.lead - self.delay, self.ends - 1))

    def chips_for(self, month: int, inner: list[Contract]) -> float:
        """New chips that must be there by a month, those for contracts that count toward this one apart."""
        within = sum(each.planned_for(self.now) for each in inner)
        return self.additionality * max(self.planned_for(month) - within, 0.0)

    # What it charges

    def accrue(self, month: int, inner: list[Contract]) -> None:
        """Count this month's minimum, charges and what was not delivered."""
        scheduled, made_good = self.scheduled(month, month + 1), self.made_good(month)
        reserved = (scheduled + made_good) / self.price_in(month)
        delivered = self.delivered + sum(each.delivered for each in inner)
        kept = min(delivered / reserved, 1.0) if reserved > 0 else 1.0
        charged_within = sum(leg.due for each in inner for leg in each.legs if leg.payer == each.payer)
        self.minimums += self.take * (scheduled + made_good) * kept
        self.charges += self.used * self.price_in(month) + charged_within
        self.undelivered += scheduled * (1 - kept) - made_good * kept

    def is_true_up(self, month: int) -> bool:
        if self.lapses_in(month):
            return True
        if not self.begins <= month < self.lapses:
            return False
        period, passed = self.said.number("true_up", 12.0), month - self.begins
        is_anniversary = math.floor((passed + 1) / period) > math.floor(passed / period)
        return is_anniversary or month < self.ends <= month + 1

    def lapses_in(self, month: int) -> bool:
        return month < self.lapses <= month + 1

    def bills(self, sight: Sight, inner: list[Contract]) -> list[float]:
        self.accrue(sight.month, inner)
        short = max(self.minimums - self.charges - self.credit, 0.0)
        top_up = short if self.is_true_up(sight.month) else 0.0
        remedy = self.said.number("remedy", 0.0) * self.undelivered if self.lapses_in(sight.month) else 0.0
        return [self.used * self.price_in(sight.month), top_up, remedy]

    def claims(self, sight: Sight) -> list[float]:
        """What the seller loses when the buyer has failed; under a contract inside another, the other claims it."""
        if self.inside is not None or self.begins == NEVER:
            return [0.0, 0.0, 0.0]
        to_come, left = self.still_owed(sight.month), max(self.ends - sight.month, 0.0)
        return [0.0, damages("compute-commitment", self.said, left, to_come, to_come), 0.0]

    def close(self, sight: Sight) -> None:
        self.chips_ordered += self.orders + self.orders_there
        if self.is_true_up(sight.month):
            self.credit = max(self.credit + self.charges - self.minimums, 0.0)
            self.minimums = self.charges = 0.0
        if self.lapses_in(sight.month):
            self.undelivered = 0.0
        if self.change is not None and self.begins < NEVER and sight.month + 1 < self.first_ends:
            months_of_cuts = sight.months_of_cuts.get(self.payer, 0)
            likely = self.new("chance") + self.new("in_distress") * months_of_cuts / 6
            self.all_stays *= (1 - min(likely, 0.999999)) ** (1 / 12)
            luck = self.said.draws.by_address[f"{self.said.address}.renegotiation.luck"]
            if self.changed == NEVER and 1 - self.all_stays > luck:
                self.changed = sight.month + 1.0

        self.renew(sight)

    def renew(self, sight: Sight) -> None:
        """In the month in which the term ends, unless a notice has ended it."""
        t, end = sight.month, self.term_ends
        if self.renewal is None or self.is_renewed or not t < end <= t + 1 or end >= self.given_up:
            return
        if self.renewal.number("chance", 1.0) > 0.5:
            self.renewed_from = t + 1.0
            self.renewed_price = sight.levels[f"markets.{self.renewal.of('market')}.term_price"]

    def remaining(self, sight: Sight) -> float:
        """The minimum of what is still scheduled or waits, and what the next true-up lacks so far."""
        return self.still_owed(sight.month + 1)

    def falls_due(self, eve: Sight, months: float) -> tuple[str, float]:
        """What it is bound to pay by then, and what the account lacks that is settled by then."""
        since, until = eve.month + 1, min(eve.month + 1 + months, self.lapses)
        begins, true_up = self.begins, self.said.number("true_up", 12.0)
        settled = [self.ends, *(begins + n * true_up for n in range(200))]
        short = max(self.minimums - self.charges - self.credit, 0.0)
        if begins == NEVER or not any(since < moment <= until for moment in settled):
            short = 0.0
        now, then = self.still_owed(since), self.still_owed(eve.month + months + 1)
        return self.payer, max(now - max(then - short, 0.0), 0.0)

    def still_owed(self, after: int) -> float:
        if self.begins == NEVER or after >= self.lapses:
            return 0.0
        to_come = self.scheduled(max(after, self.begins), NEVER)
        waiting = self.undelivered if self.lapses > self.ends else 0.0
        return max(self.take * (to_come + waiting) + self.minimums - self.charges - self.credit, 0.0)
