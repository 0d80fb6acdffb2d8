"""What has happened can happen: the market's moves of the summer of 2026, by what the triangle's book says of drivers.

In the quarter to September 2026 the spot price of B200s rose by 50 % (that of H200s by 28 %), while the average price
that was paid for a million tokens fell by 62 % at OpenAI, 51 % at DeepSeek, 29 % at Google and 11 % at Anthropic.
"""

import numpy as np
import pytest

import interlock
from interlock.ground.chance import normals, stream_keys
from interlock.program.compile import compile_book

PATHS = 4_096

# No driver of the book is a price of tokens. Serving on given hardware became 1.5 to 5 times as cheap a year, by the
# same sources, and the four falls of that quarter lie 38 % apart (in logarithms), 76 % a year.
TOKENS = {
    "kind": "geometric-brownian",
    "level": "1",
    "drift": "-160 to -40 %/year",
    "volatility": "40 to 80 %",
}


@pytest.fixture(scope="module")
def quarters():
    """By how much each driver moves in each quarter of each path, as a logarithm."""
    book = interlock.with_scenario(
        interlock.open_book("nvidia-microsoft-anthropic"), {"add": {"drivers": {"token-price": TOKENS}}}
    )
    program, paths = compile_book(book), np.arange(PATHS)
    draws = program.priors.draw(7, paths)
    names = program.labels.drivers
    drawn = normals(stream_keys(7, [f"drivers.{name}" for name in names]), np.arange(book.months), paths)
    shocks = np.einsum("ij,mjp->mip", program.topology.mixing, drawn)
    recipes = {
        name: recipe for stack in program.driver_stacks for name, recipe in zip(stack.names, stack.recipes, strict=True)
    }
    moves = {}
    for name in ("spot-price", "token-price"):
        driver, row = recipes[name].settled(draws), names.index(name)
        memory, levels = driver.opening(), []
        for month in range(1, book.months):
            memory = driver.step(memory, float(month), shocks[month, row])
            if month % 3 == 0:
                levels.append(driver.at(memory, float(month)))
        moves[name] = np.diff(np.log(np.array(levels)), axis=0)
    return moves


def test_the_price_by_the_hour_can_rise_by_half_in_a_quarter_and_seldom_does(quarters):
    assert 1 / 1_000 < (quarters["spot-price"] > np.log(1.5)).mean() < 1 / 20
    assert (quarters["spot-price"] > np.log(1.28)).mean() > 1 / 100


@pytest.mark.parametrize("fall", [0.62, 0.51, 0.29, 0.11])
def test_the_price_of_tokens_can_fall_as_it_did(quarters, fall):
    assert (quarters["token-price"] < np.log(1.0 - fall)).mean() > 1 / 1_000


def test_both_can_happen_in_the_same_quarter(quarters):
    did = (quarters["spot-price"] > np.log(1.5)) & (quarters["token-price"] < np.log(1.0 - 0.62))
    # In some futures, and in few.
    assert 0.0 < did.any(axis=0).mean() < 1 / 10
