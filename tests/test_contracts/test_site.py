"""A site alone, against tables worked out by hand: what it orders, runs, pays and says."""

import numpy as np
import pytest

from interlock.contracts import ChipSupply, Now, Schedule, Site

HALLS = Schedule(np.array([4.0, 6.0]), np.array([0.5, 1.0]))
KILOWATT = 0.001


def played(site: Site, months: int, *, arrives: bool = True, **seen: float):
    """Each month: what it orders, how it stands, what is due; all that it orders arrives at once, or nothing does."""
    memory, told = site.opening(), []
    for t in range(months):
        now = Now(month=float(t), **{"chip_power": KILOWATT, "chip_life": 600.0} | seen)
        ordered = float(site.orders(now, memory))
        now = now._replace(placed=ordered, arrived=ordered if arrives else 0.0)
        state, due = site.stands(now, memory), site.due(now, memory)
        told.append((ordered, state, due, site.explain(now, memory, due)))
        memory = site.after(now, memory, due)
    return told


def test_orders_follow_the_plan_by_its_lead_and_not_its_delay():
    site = Site(chips="new", power=2.5, pue=1.25, profile=HALLS, lead=3.0, delay=2.0)
    assert [ordered for ordered, *_ in played(site, 5)] == pytest.approx([0, 1000, 0, 1000, 0])


def test_what_is_installed_is_the_least_of_chips_and_power():
    site = Site(chips="new", power=2.5, pue=1.25, profile=HALLS, lead=3.0, delay=2.0, availability=0.9)
    states = [state for _, state, *_ in played(site, 9)]
    assert [float(each.powered) for each in states] == pytest.approx([0] * 6 + [1.25] * 2 + [2.5])
    assert [float(each.left) for each in states] == pytest.approx([0, 1000, 1000] + [2000] * 6)
    assert [float(each.installed) for each in states] == pytest.approx([0] * 6 + [1000] * 2 + [2000])
    assert [float(each.capacity) for each in states] == pytest.approx([0] * 6 + [900] * 2 + [1800])
    assert all(float(state.installed) == 0.0 for _, state, *_ in played(site, 9, arrives=False))


def test_what_was_not_placed_with_anybody_is_ordered_again():
    site = Site(chips="new", power=1.0, pue=1.0, start=2.0, lead=2.0)
    now = Now(month=0.0, chip_power=KILOWATT)
    memory = site.after(now._replace(placed=400.0), site.opening(), (0.0, 0.0, 0.0))
    assert site.orders(now._replace(month=1.0), memory) == pytest.approx(600.0)


def test_a_failed_owner_orders_builds_and_hands_over_nothing_more():
    site = Site(chips="new", power=2.0, pue=1.0, profile=HALLS, shell=10.0, construction=3.0, lead=1.0, running=1.0)
    memory = site.opening()
    for t in range(5):
        now = Now(month=float(t), chip_power=KILOWATT)
        memory = site.after(now, memory, (0.0, 0.0, 0.0))
    fallen = Now(month=5.0, chip_power=KILOWATT, payer_stands=0.0)
    assert site.orders(fallen, memory) == 0.0
    later = fallen._replace(month=8.0)
    assert site.stands(later, site.after(fallen, memory, (0.0, 0.0, 0.0))).powered == 1.0
    construction, _, running = site.due(fallen, memory)
    assert (construction, running) == (0.0, 1.0)


def test_a_site_says_what_it_builds_draws_and_runs():
    site = Site(
        chips="new",
        power=2.5,
        pue=1.25,
        profile=HALLS,
        lead=3.0,
        shell=10.0,
        construction=5.0,
        electricity=2.0,
        running=1.0,
    )
    *_, texts = played(site, 5)[4]
    assert texts == (
        "construction: 0.25 MW of shell and power, paid for over 5 months",
        "power: 1 k H100e of 2 k H100e received run on 1 MW (IT)",
        "running: 1.25 MW handed over",
    )
    assert played(site, 1)[0][3] == ("construction: 0.25 MW of shell and power, paid for over 5 months", "", "")


def test_chips_that_arrive_and_wait_are_told():
    supply = ChipSupply(chip="new", units=4.0, term=10.0, deposit=0.2)
    now = Now(chip_price=10.0, received_firm=3.0, received_driven=1.0, waiting_firm=5.0, waiting_driven=2.0)
    delivery, *_ = supply.explain(now, supply.opening(), supply.due(now, supply.opening()))
    assert delivery == "chips: 3 H100e firm less the deposit of 20 % and 1 H100e ordered, at 10 USD/H100e; 7 H100e wait"
