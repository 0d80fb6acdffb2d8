"""What happened on a path, by month: deals come into force, triggers fire, bills go unpaid, parties fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, fsum, isfinite
from typing import Any

from interlock.contracts.contract import NEVER, Rank
from interlock.engine.cuts import MONTHS
from interlock.engine.fuses import comes_of, fires, fuses, reasons
from interlock.engine.laws import Law
from interlock.engine.ledger import Ledger
from interlock.engine.outcome import Ending
from interlock.engine.promises import binding
from interlock.ground.amounts import flop, hourly, number, share, usd


class What(StrEnum):
    """What sort of thing happened."""

    deal = "deal"
    """A deal came into force."""
    cut = "cut"
    """A party began to cut its spending, had cut all, or was done with it."""
    change = "change"
    """A contract was renegotiated, or renewed."""
    model = "model"
    """A lab released a model."""
    trigger = "trigger"
    """A condition held for the first time."""
    short = "short"
    """A party could not pay all its bills."""
    failure = "failure"
    """A party failed."""
    end = "end"
    """A contract ended because a party of it had failed."""
    loss = "loss"
    """Claims on a party that had failed were written off."""
    law = "law"
    """A law did not hold: a bug of a kind, or of Interlock."""


@dataclass(frozen=True)
class Happening:
    """Something that happened in a month."""

    month: int
    """Calendar month."""
    what: What
    parties: tuple[str, ...]
    contract: str
    """Its address; empty where it is about a party."""
    text: str
    usd: float = 0.0
    """What is short, lost, owed by who failed, or was still to be paid."""


def happenings(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Everything that happened in a month of the run, in the order of the month."""
    yield from _deals(ledger, t)
    yield from _ends(ledger, t)
    yield from _cuts(ledger, t)
    yield from _changes(ledger, t)
    yield from _renewals(ledger, t)
    yield from _models(ledger, t)
    yield from _fired(ledger, t)
    yield from _shorts(ledger, t)
    yield from _losses(ledger, t)
    yield from _failures(ledger, t)
    for broken in ledger.path.broken:
        if broken.month == t:
            text = f"law {list(Law).index(broken.law) + 1} is broken: {broken.law.value} ({broken.party})"
            yield Happening(ledger.start + t, What.law, (broken.party,), "", text)


def _failures(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Parties that fail at the end of the month, and those that had before the first."""
    labels, arrears = ledger.path.program.labels.legs, ledger.path.pages[t].after.standing.arrears
    for failure in ledger.failures:
        if max(failure.month, 0) != t:
            continue
        owed = fsum(arrears[n] for n in range(len(arrears)) if (leg := labels[n]) and leg.payer == failure.party)
        owes = f"; it owes {usd(owed)}" if owed > 0.0 else ""
        text = f"{failure.tell(ledger.start)}{owes}"
        yield Happening(ledger.start + t, What.failure, (failure.party,), "", text, owed)


def _deals(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Deals that come into force; those that are from the start are no news."""
    path, found = ledger.path, dict[str, Happening]()
    for _, stack, row in path.rows():
        contract, begins = stack.contracts[row], path.in_force_from[stack.shape.first_row + row]
        stands = path.pages[t].events.grounds.active[stack.shape.first_row + row]
        if isfinite(begins) and max(ceil(begins), 0) == t and stands:
            deal = contract.address.rpartition(".")[0]
            before = found.get(deal)
            parties = {contract.payer, contract.payee, *(before.parties if before else ())}
            text = f"{deal} comes into force"
            found[deal] = Happening(ledger.start + t, What.deal, tuple(sorted(parties)), deal, text)
    yield from (found[deal] for deal in sorted(found))


def _ends(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Contracts that end because a party has failed, and what was still to be paid under them."""
    if t == 0:
        return
    path, page, before = ledger.path, ledger.path.pages[t], ledger.path.pages[t - 1]
    left, first = dict[int, float](), 0
    for _, shape in binding(path.program.shape):
        for row in range(shape.size):
            left[shape.first_row + row] = float(before.events.remaining[first + row])
        first += shape.size
    gone = {each.party for each in ledger.failures if each.ending is Ending.liquidated and each.month < t}
    others: dict[tuple[str, ...], list[str]] = {}
    for _, stack, row in path.rows():
        contract, place = stack.contracts[row], stack.shape.first_row + row
        if not before.events.grounds.active[place] or page.events.grounds.active[place]:
            continue
        ends = (contract.payer, contract.payee)
        failed = tuple(name for name in ends if name in gone)
        if left.get(place, 0.0) > 0.0:
            text = f"{contract.address} ends with {' and '.join(failed)}; {usd(left[place])} were still to be paid"
            yield Happening(ledger.start + t, What.end, ends, contract.address, text, left[place])
        else:
            others.setdefault(failed, []).append(contract.address)
    for failed, addresses in others.items():
        text = f"{', '.join(addresses)} end{'s' * (len(addresses) == 1)} with {' and '.join(failed)}"
        yield Happening(ledger.start + t, What.end, failed, "", text)


def _fired(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Triggers that fire, with what was watched and the levels."""
    path, active = ledger.path, ledger.path.pages[t].events.grounds.active
    for fuse in fuses(path):
        # Nothing hangs on it under a contract that never comes, or that has ended.
        matters = active[fuse.row] or t < path.in_force_from[fuse.row] < NEVER
        if matters and fires(path, fuse, t):
            contract = fuse.contract
            text = f"{contract.address}: {fuse.says}: {reasons(path, fuse, t)}{comes_of(path, fuse, t)}"
            parties = (contract.payer, contract.payee)
            yield Happening(ledger.start + t, What.trigger, parties, contract.address, text)


def _cuts(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Parties that begin to cut what they spend, those that have cut all they can, and those that are done with it."""
    page = ledger.path.pages[t]
    before, after = page.before.cuts, page.after.cuts
    if before is None or after is None:
        return
    for row, name in ledger.parties:
        was, now = float(before.months[row]), float(after.months[row])
        lasts, least = float(after.lasts[row]), float(page.events.grounds.party["cuts_below"][row])
        text = ""
        if was == 0.0 < now:
            with_promises = "its cash, and what is promised to it, lasts"
            text = f"{name} cuts what it spends: {with_promises} {lasts:.3g} months, less than {least:.3g}"
        elif was < now == MONTHS:
            text = f"{name} has cut all that it can do without"
        elif now == 0.0 < was and page.before.standing.failed[row] > t:
            text = f"{name} spends as it planned again"
        if text:
            yield Happening(ledger.start + t, What.cut, (name,), "", text)


def _models(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Models that are released, with the run behind each, and what it gains."""
    before, after = ledger.path.pages[t].before.models, ledger.path.pages[t].after.models
    if before is None or after is None:
        return
    for row, name in ledger.parties:
        if after.released[row] == t:
            gained = float(after.quality[row] - before.quality[row])
            better = f"quality +{gained:.2g}" if gained > 0.0 else "no better than the one before"
            text = f"{name} releases a model: run of {flop(after.newest[row])}, {better}"
            yield Happening(ledger.start + t, What.model, (name,), "", text)


def _renewals(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Contracts whose term ends and is followed by another."""
    page = ledger.path.pages[t]
    for n, stack, row in ledger.path.rows():
        renewed = getattr(page.after.memory[n], "renewed", None)
        if renewed is not None and renewed.since[row] == t + 1.0:
            written = stack.contracts[row]
            contract: Any = ledger.path.asks(page, n, row)[0]
            term = f"{number(contract.renewal.term)} months at {hourly(float(renewed.price[row]))}"
            text = f"{written.address} is renewed, for {term}"
            yield Happening(ledger.start + t, What.change, (written.payer, written.payee), written.address, text)


def _changes(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Contracts that are renegotiated: the new terms hold from the next month on."""
    page = ledger.path.pages[t]
    for n, stack, row in ledger.path.rows():
        revision = getattr(page.after.memory[n], "revision", None)
        if revision is None or revision.since[row] != t + 1.0:
            continue
        written = stack.contracts[row]
        contract: Any = ledger.path.asks(page, n, row)[0]
        text = f"{written.address} is renegotiated for what is still to come: {contract.renegotiation.tell()}"
        yield Happening(ledger.start + t, What.change, (written.payer, written.payee), written.address, text)


def _shorts(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Parties that cannot pay all their bills, class by class."""
    page, lines, dust = ledger.path.pages[t], ledger.lines[t], ledger.dust(t)
    for balance in ledger.balances(t):
        short = balance.bills - balance.paid_of_bills
        row = ledger.path.program.labels.parties.index(balance.party)
        has_failed = page.before.standing.failed[row] <= t
        # Of who has failed and pays nothing, the losses say it all.
        if not short > dust or (has_failed and balance.paid_of_bills <= dust):
            continue
        parts = []
        for rank in Rank:
            bills = [line for line in lines if line.leg.payer == balance.party and line.leg.rank is rank]
            owed, paid = fsum(line.due + line.arrears for line in bills), fsum(line.paid for line in bills)
            if owed > 0.0 and rank is not Rank.subscription:
                part = share(paid / owed) if owed - paid > dust else "all"
                parts.append(f"{part} of its {rank} bills of {usd(owed)}")
        months = float(page.after.standing.months_in_arrears[row])
        months = months or float(page.before.standing.months_in_arrears[row]) + 1.0  # it was saved
        grace = float(page.events.grounds.party["grace"][row])
        oldest = f"its oldest bill is unpaid for {months:g} month{'s' * (months != 1.0)}"
        allowed = f"its grace is {grace:.3g} month{'s' * (grace != 1.0)}"
        standing = "having failed, it pays for the last time" if has_failed else f"{oldest}, {allowed}"
        has = balance.opening + balance.received - (balance.paid - balance.paid_of_bills)
        text = f"{balance.party} is short by {usd(short)}: it has {usd(has)} and pays {', '.join(parts)}; {standing}"
        yield Happening(ledger.start + t, What.short, (balance.party,), "", text, short)


def _losses(ledger: Ledger, t: int) -> Iterator[Happening]:
    """Claims on those that have failed, written off by whom they were owed to."""
    lost: dict[tuple[str, str], list[float]] = {}
    for line in ledger.lines[t]:
        if line.written_off > ledger.dust(t) and ledger.failure_of(line.leg.payer, t) is not None:
            lost.setdefault((line.leg.payer, line.leg.payee), []).append(line.written_off)
    for (payer, payee), amounts in sorted(lost.items()):
        failure = ledger.failure_of(payer, t)
        why = "" if failure is None else f": {failure.tell(ledger.start)}"
        text = f"claims of {usd(fsum(amounts))} are written off by {payee}{why}"
        yield Happening(ledger.start + t, What.loss, (payer, payee), "", text, fsum(amounts))
