"""Who is paid how much when some cannot pay all: what is left when everybody starts by believing that all will be paid.

Each party pays its classes in order of seniority, and one that it cannot pay in full pro rata.
Let everybody pay all. Whoever cannot, pays what it has; then others get less, and may fall short in turn; and so on.
The payments only fall, and what they fall to is the greatest set of payments that is consistent. That may take for
ever where money goes round, so now and then we solve for the end: as long as those who are short, each of the class
that it pays in part, stay the same, payments are linear. A solution in which they do stay the same is the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NOT_SHORT = 1e-12
"""Of its dues: whoever lacks less is not short, it is rounding."""

CLASSES = ("operating", "secured", "trade")
"""The most senior first."""

Outlay = dict[str, float]
"""What each party that is short pays in all; the others pay everything."""


@dataclass(frozen=True)
class Debt:
    """What one party owes another."""

    payer: str
    payee: str
    rank: str
    amount: float


class Debts:
    """All debts of a month, and what they add up to."""

    def __init__(self, debts: Sequence[Debt]) -> None:
        self.debts = debts
        self.dues = {(debt.payer, rank): 0.0 for debt in debts for rank in CLASSES}
        for debt in debts:
            self.dues[debt.payer, debt.rank] += debt.amount

    def of(self, party: str, *ranks: str) -> float:
        """What a party owes in some classes, in all if none is named."""
        return sum(self.dues.get((party, rank), 0.0) for rank in ranks or CLASSES)

    def paid(self, debt: Debt, outlay: Outlay) -> float:
        """What is paid of one debt."""
        if debt.payer not in outlay or debt.amount == 0.0:
            return debt.amount
        of_class = max(outlay[debt.payer] - self.ahead(debt.payer, debt.rank), 0.0)
        return debt.amount * min(of_class / self.of(debt.payer, debt.rank), 1.0)

    def ahead(self, party: str, rank: str) -> float:
        """What a party owes in more senior classes."""
        senior = CLASSES[: CLASSES.index(rank)]
        return self.of(party, *senior) if senior else 0.0

    def margin(self, party: str, spent: float) -> str:
        """The class that a party pays in part when it spends so much."""
        return next((rank for rank in CLASSES if spent < self.ahead(party, rank) + self.of(party, rank)), CLASSES[-1])

    def receipts(self, parties: Mapping[str, float], outlay: Outlay) -> dict[str, float]:
        """What each party is paid."""
        receipts = dict.fromkeys(parties, 0.0)
        for debt in self.debts:
            if debt.payee in receipts:
                receipts[debt.payee] += self.paid(debt, outlay)
        return receipts


def clear(cash: Mapping[str, float], debts: Sequence[Debt]) -> list[float]:
    """What is paid of each debt. Whoever has no cash of its own, an edge of the world, always pays."""
    book = Debts(debts)
    outlay: Outlay = {}
    for sweep in range(1, 1_000_000):
        receipts = book.receipts(cash, outlay)
        lower = dict(outlay)
        for party in cash:
            has = cash[party] + receipts[party]
            if party in outlay or has < book.of(party) * (1 - NOT_SHORT):
                lower[party] = min(outlay.get(party, book.of(party)), max(has, 0.0))
        is_still = lower.keys() == outlay.keys() and all(
            outlay[party] - lower[party] <= 1e-15 * book.of(party) for party in lower
        )
        outlay = lower
        if is_still:
            break
        if sweep % 8 == 0:
            solved = _solved(cash, book, outlay)
            if solved is not None:
                outlay = solved
                break
    return [book.paid(debt, outlay) for debt in debts]


def _solved(cash: Mapping[str, float], book: Debts, bound: Outlay) -> Outlay | None:
    """The outlays of those who are short if they stay short, each of the class of which it is now; else None."""
    names = sorted(bound)
    margin = {party: book.margin(party, bound[party]) for party in names}
    ahead = {party: book.ahead(party, margin[party]) for party in names}
    # outlay = cash + what others pay for certain + of each outlay beyond the full classes, the part that comes here
    matrix = [[float(a == b) for b in names] for a in names]
    right = [cash[party] for party in names]
    for debt in book.debts:
        if debt.payee not in bound or debt.amount == 0.0:
            continue
        row = names.index(debt.payee)
        if debt.payer not in bound or CLASSES.index(debt.rank) < CLASSES.index(margin[debt.payer]):
            right[row] += debt.amount
        elif debt.rank == margin[debt.payer]:
            part = debt.amount / book.of(debt.payer, debt.rank)
            matrix[row][names.index(debt.payer)] -= part
            right[row] -= part * ahead[debt.payer]
    solution = eliminate(matrix, right)
    if solution is None:
        return None
    outlay = dict(zip(names, solution, strict=True))
    for party, spent in outlay.items():
        room = NOT_SHORT * book.of(party)
        if not ahead[party] - room <= spent <= ahead[party] + book.of(party, margin[party]) + room:
            return None
    receipts = book.receipts(cash, outlay)
    solvent = (party for party in cash if party not in outlay)
    if any(cash[party] + receipts[party] < book.of(party) * (1 - NOT_SHORT) for party in solvent):
        return None
    return outlay


def eliminate(matrix: list[list[float]], right: list[float]) -> list[float] | None:
    """The solution of a linear system, by Gauss's elimination; None where it has none, or many."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) < 1e-13:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for below in range(column + 1, size):
            factor = rows[below][column] / rows[column][column]
            rows[below] = [a - factor * b for a, b in zip(rows[below], rows[column], strict=True)]
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = sum(rows[row][column] * solution[column] for column in range(row + 1, size))
        solution[row] = (rows[row][size] - known) / rows[row][row]
    return solution
