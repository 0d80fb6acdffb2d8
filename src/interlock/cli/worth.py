"""The commands that say what something is worth, one function each."""

from __future__ import annotations

import time
from typing import Annotated, Any

from cyclopts import Parameter

import interlock
from interlock.cli import screen
from interlock.cli.flags import ASKED, FEWER, TRIANGLE, Asked, FewerPaths, Paths, RunOrBook
from interlock.cli.given import (
    progress_bar,
    read_between,
    read_life,
    read_rate,
    read_run,
    read_usd,
    read_world,
    simulation,
)

Rate = Annotated[str, Parameter(help="A year, without expected default: what is discounted contains default.")]

Life = Annotated[
    tuple[str, ...], Parameter(negative=(), help="Years for which it lasts: chips=4, construction=20; again for more.")
]


def returns(
    book: RunOrBook = TRIANGLE,
    /,
    *,
    of: Annotated[str | None, Parameter(help="Only this party, deal or site.")] = None,
    cost_of_capital: Rate = "10 %/year",
    life: Life = (),
    paths: Paths = None,
    asked: Asked = ASKED,
) -> None:
    """When the spending pays back, what it earns, and whether it runs ahead of what is sold."""
    from interlock.cli.screen_worth import say_returns

    began = time.monotonic()
    rate, years = read_rate(cost_of_capital), read_life(life)
    with progress_bar() as progress:
        made = read_run(book, asked, paths, progress)
    answer = interlock.returns(made, of, cost_of_capital=rate, life=years)
    screen.say_answer(answer, say_returns, began, asked.shown)


def price(
    book: RunOrBook,
    address: Annotated[str, Parameter(help="The term: deals.DEAL.CONTRACT.TERM.")],
    /,
    *,
    for_: Annotated[str | None, Parameter(name="--for", help="The party; by default who is paid under it.")] = None,
    target: Annotated[str, Parameter(help="What it is to gain by the deal, today.")] = "0 USD",
    deal: Annotated[
        tuple[str, ...], Parameter(negative=(), help="Held against its absence; by default the deal of the term.")
    ] = (),
    between: Annotated[str | None, Parameter(help="Where to look: LOW..HIGH, two quantities of the term.")] = None,
    without_what_is_left: Annotated[
        bool, Parameter(negative=(), help="Leave out what is left at the end of the run.")
    ] = False,
    cost_of_capital: Rate = "10 %/year",
    life: Life = (),
    paths: FewerPaths = None,
    asked: Asked = ASKED,
) -> None:
    """The value of a term at which a deal is worth as much to a party as no deal, or as much more as a target says."""
    from interlock.cli.screen_worth import say_price

    began = time.monotonic()
    priced: Any = {"for_": for_, "target": read_usd(target), "deals": deal, "between": read_between(between)}
    priced |= {"cost_of_capital": read_rate(cost_of_capital), "life": read_life(life)}
    with progress_bar() as progress:
        world = read_world(book, asked, paths, progress)
        making = simulation(asked, paths, progress, FEWER)
        answer = interlock.price(world, address, with_what_is_left=not without_what_is_left, **priced, **making)
    screen.say_answer(answer, say_price, began, asked.shown)
