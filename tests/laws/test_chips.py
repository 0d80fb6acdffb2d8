"""Nothing is delivered that was not made; what was ordered came or waits, and runs where there is power."""

import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.book.read import open_book
from interlock.program.shape import OTHERS, acting
from laws.recorded import Recorded, record
from slow_twin.random_builders import write_builders

BOOKS, PATHS = 8, 64
ROUNDING = 1e-9
"""Of the largest number of its kind on the path."""

random_worlds = settings(max_examples=2 * BOOKS)
numbers = st.integers(0, BOOKS - 1)


@lru_cache
def world(number: int) -> Recorded:
    with tempfile.TemporaryDirectory() as folder:
        return record(open_book(write_builders(number, Path(folder))), paths=PATHS, seed=number)


def buyers(w: Recorded) -> list[tuple[int, int, int]]:
    """Rows of shipments, of the payer's among parties, and of the generation, -1 where it is an edge or none."""
    program, found = w.rows.program, []
    places = [n for _, stack in acting(program.shape, OTHERS) for n in range(stack.rows.start, stack.rows.stop)]
    for row, place in enumerate(places):
        label, generation = program.labels.contracts[place], int(program.topology.generation[place])
        if label is not None:
            payer = w.rows.party_names.index(label.payer) if label.payer in w.rows.party_names else -1
            found.append((row, payer, generation if generation < program.shape.chips.size else -1))
    return found


def assert_never_above(smaller, larger, scale) -> None:
    assert ((smaller - larger) <= ROUNDING * scale + 1e-12).all()


@random_worlds
@given(numbers)
def test_no_more_of_a_generation_is_delivered_than_made(number):
    w = world(number)
    made = w.shipments.made
    delivered = np.zeros_like(made)
    for row, _, generation in buyers(w):
        if generation >= 0:
            delivered[:, generation] += w.shipments.received[:, row]
    assert (made >= 0.0).all()
    assert (w.shipments.received >= 0.0).all()
    assert_never_above(delivered, made, made.max(axis=0))


@random_worlds
@given(numbers)
def test_what_was_ordered_came_or_waits_until_its_buyer_fails(number):
    w = world(number)
    assert (w.shipments.waiting >= 0.0).all()
    months = np.arange(w.closing.shape[0])[:, None]
    for row, payer, _ in buyers(w):
        stands = np.inf if payer < 0 else w.failed[-1, payer]
        ordered = np.where(months < stands, w.shipments.wanted[:, row], 0.0).cumsum(axis=0)
        came = w.shipments.received[:, row].cumsum(axis=0)
        there_or_not = ordered - came - w.shipments.waiting[:, row]
        seller_stands = _seller_stands(w, row)
        wrong = np.abs(there_or_not) > ROUNDING * (ordered + 1.0)
        assert not (wrong & (months < np.minimum(stands, seller_stands))).any()
        assert (w.shipments.received[:, row][months >= stands + np.zeros_like(came)] == 0.0).all()
        assert (w.shipments.waiting[:, row][months >= stands + np.zeros_like(came)] == 0.0).all()


def _seller_stands(w: Recorded, row: int):
    program = w.rows.program
    places = [n for _, stack in acting(program.shape, OTHERS) for n in range(stack.rows.start, stack.rows.stop)]
    payee = program.labels.contracts[places[row]].payee
    return w.failed[-1, w.rows.party_names.index(payee)] if payee in w.rows.party_names else np.inf


@random_worlds
@given(numbers)
def test_sites_run_what_has_arrived_and_has_power(number):
    w = world(number)
    sites, power = w.shipments.sites, w.shipments.chip_power
    received = w.shipments.arrived.cumsum(axis=0) + sites.left[0] - w.shipments.arrived[0]
    assert (sites.installed >= 0.0).all()
    assert_never_above(sites.installed, sites.left, sites.left.max(axis=0))
    assert_never_above(sites.left, received, received.max(axis=0))
    assert_never_above(sites.installed * power, sites.grid, sites.grid.max(axis=0))
    assert_never_above(sites.grid, sites.powered, sites.powered.max(axis=0))
    assert_never_above(sites.capacity, sites.installed, sites.installed.max(axis=0))


@random_worlds
@given(numbers)
def test_what_arrives_for_sites_is_what_their_owners_received_for_them(number):
    w = world(number)
    names, program = w.rows.party_names, w.rows.program
    of_party = np.zeros_like(w.installed)
    for row, payer, _ in buyers(w):
        if payer >= 0:
            of_party[:, payer] += w.shipments.received[:, row]
    at_sites = np.zeros_like(w.installed)
    for name, row in w.rows.physical.sites.items():
        owner = next(each.payer for each in program.labels.contracts if each and each.address == f"sites.{name}")
        at_sites[:, names.index(owner)] += w.shipments.arrived[:, row]
    assert np.allclose(of_party.cumsum(axis=0), w.installed + at_sites.cumsum(axis=0), rtol=1e-9, atol=1e-6)


def test_books_are_short_of_chips_and_have_enough():
    waits = [world(number).shipments.waiting.max(axis=1) > 0.0 for number in range(BOOKS)]
    assert any(each.any() for each in waits)
    assert not all(each.all() for each in waits)
    states = [world(number).shipments.sites for number in range(BOOKS)]
    assert any((each.installed < each.left - 1.0).any() for each in states), "no chips wait for power"
    assert any((each.installed < each.grid / 0.005 - 1.0).any() for each in states), "no power waits for chips"
