"""The commands that say what something is worth, one function each."""

from __future__ import annotations

import time
from typing import Annotated, Any

from cyclopts import Parameter

import interlock
from interlock.cli import screen
from interlock.cli.flags import TRIANGLE, Json, Kinds, Paths, Sampling, Scenarios, Seed, Settings, Threads
from interlock.cli.given import progress_bar, read_between, read_life, read_rate, read_run, read_usd, read_world

Rate = Annotated[str, Parameter(help="A year, without expected default: what is discounted contains default.")]

Life = Annotated[
    tuple[str, ...], Parameter(negative=(), help="Years for which it lasts: chips=4, construction=20; again for more.")
]


def returns(
    book: Annotated[str, Parameter(help="A run folder, or a book to run first.")] = TRIANGLE,
    /,
    *,
    of: Annotated[str | None, Parameter(help="Only this party, deal or site.")] = None,
    cost_of_capital: Rate = "10 %/year",
    life: Life = (),
    paths: Paths = 8192,
    seed: Seed = 7,
    threads: Threads = None,
    sampling: Sampling = "plain",
    with_: Scenarios = (),
    set_: Settings = (),
    kinds: Kinds = (),
    json_: Json = False,
) -> None:
    """When the spending pays back, what it earns, and whether it runs ahead of what is sold.

    For example: interlock returns nvidia-microsoft-anthropic --of microsoft --cost-of-capital "9 %/year"
    """
    from interlock.cli.screen_worth import say_returns

    began = time.monotonic()
    rate, years = read_rate(cost_of_capital), read_life(life)
    with progress_bar() as progress:
        simulation: Any = {"paths": paths, "seed": seed, "threads": threads, "sampling": sampling, "progress": progress}
        made = read_run(book, simulation, with_, set_, kinds)
    answer = interlock.returns(made, of, cost_of_capital=rate, life=years)
    screen.say_answer(answer, say_returns, began, as_json=json_)


def price(
    book: Annotated[str, Parameter(help="A run folder, or a book.")],
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
    paths: Paths = 1024,
    seed: Seed = 7,
    threads: Threads = None,
    sampling: Sampling = "plain",
    with_: Scenarios = (),
    set_: Settings = (),
    kinds: Kinds = (),
    json_: Json = False,
) -> None:
    """The value of a term at which a deal is worth as much to a party as no deal, or as much more as a target says.

    For example: interlock price nvidia-microsoft-anthropic figures.azure-price --deal azure-2025-11 --for microsoft
    """
    from interlock.cli.screen_worth import say_price

    began = time.monotonic()
    asked: Any = {"for_": for_, "target": read_usd(target), "deals": deal, "between": read_between(between)}
    asked |= {"cost_of_capital": read_rate(cost_of_capital), "life": read_life(life)}
    with progress_bar() as progress:
        world = read_world(book, with_, set_, kinds, threads, progress)
        simulation: Any = {"paths": paths, "seed": seed, "threads": threads, "sampling": sampling, "progress": progress}
        answer = interlock.price(world, address, with_what_is_left=not without_what_is_left, **asked, **simulation)
    screen.say_answer(answer, say_price, began, as_json=json_)
