"""What a seller can claim of a buyer that has failed, for what the buyer had promised to buy later on."""

import math

from slow_twin.figures import Said

FOR_A_BUYER = {"chip-supply": (3.0, 0.9), "capacity-lease": (3.0, 0.9), "compute-commitment": (6.0, 0.8)}
FOR_A_BUYER |= {"power-purchase": (0.0, 0.8), "model-usage": (0.0, 0.5)}
"""By kind, unless the book says so: how many months pass until there is another, and what that one pays."""


def damages(kind: str, said: Said, left: float, bound: float, price: float) -> float:
    """Of a buyer that was bound to pay so much for what had that price, in so many months that were left."""
    until_next, pays = FOR_A_BUYER[kind]
    if left in {0, math.inf}:
        return said.number("enforceable", 1.0) * bound
    sold_again = max(left - said.number("vacancy", until_next), 0.0) / left
    monthly = max(bound - price * said.number("relet", pays) * sold_again, 0.0) / left
    # A sum that is paid evenly, discounted without end: its integral from now to then.
    pace = math.log(1 + said.number("discount", 0.1)) / 12
    worth_of_a_dollar_a_month = (1 - math.exp(-pace * left)) / pace if pace * left > 0 else left
    return said.number("enforceable", 1.0) * monthly * worth_of_a_dollar_a_month
