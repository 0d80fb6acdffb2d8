"""What has happened can happen: the market's moves of the summer of 2026, by what the books say of drivers.

In the quarter to September 2026 the spot price of B200s rose by 50 % (that of H200s by 28 %), while the average price
that was paid for a million tokens fell by 62 % at OpenAI, 51 % at DeepSeek, 29 % at Google and 11 % at Anthropic.
"""

import numpy as np
import pytest

import interlock
from interlock.ground.chance import normals, stream_keys
from interlock.program.compile import compile_book

PATHS = 4_096


def quarters_of(name: str, *wanted: str) -> list[np.ndarray]:
    """[quarter, path] of each driver, every third month of the run."""
    book = interlock.open_book(name)
    program, paths = compile_book(book), np.arange(PATHS)
    draws = program.priors.draw(7, paths)
    names = program.labels.drivers
    drawn = normals(stream_keys(7, [f"drivers.{name}" for name in names]), np.arange(book.months), paths)
    shocks = np.einsum("ij,mjp->mip", program.topology.mixing, drawn)
    recipes = {
        name: recipe for stack in program.driver_stacks for name, recipe in zip(stack.names, stack.recipes, strict=True)
    }
    found = []
    for driver_name in wanted:
        driver, row = recipes[driver_name].settled(draws), names.index(driver_name)
        memory, levels = driver.opening(), []
        for month in range(1, book.months):
            memory = driver.step(memory, float(month), shocks[month, row])
            if month % 3 == 0:
                levels.append(driver.at(memory, float(month)))
        found.append(np.array(levels))
    return found


@pytest.fixture(scope="module")
def by_the_hour():
    """[quarter, path] by how much the price by the hour moves in the triangle, as a logarithm."""
    (price,) = quarters_of("nvidia-microsoft-anthropic", "spot-price")
    return np.diff(np.log(price), axis=0)


@pytest.fixture(scope="module")
def tokens():
    """The same of what OpenAI asks for a token in the industry's book, at a given price of compute (method §4)."""
    progress, margin = quarters_of("ai-buildout", "progress", "openai-margin")
    return -np.diff(np.log(progress * (1.0 - margin)), axis=0)


def test_the_price_by_the_hour_can_rise_by_half_in_a_quarter_and_seldom_does(by_the_hour):
    assert 1 / 1_000 < (by_the_hour > np.log(1.5)).mean() < 1 / 20
    assert (by_the_hour > np.log(1.28)).mean() > 1 / 100


@pytest.mark.parametrize("fall", [0.29, 0.11])
def test_the_price_of_tokens_can_fall_as_at_two_of_four(tokens, fall):
    assert (tokens < np.log(1.0 - fall)).mean() > 1 / 100


def test_half_and_more_in_a_quarter_is_a_change_of_what_is_sold_which_no_lab_of_a_book_has(tokens):
    assert (tokens < np.log(1.0 - 0.51)).mean() < 1 / 1_000
