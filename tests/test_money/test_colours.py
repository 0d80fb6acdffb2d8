"""Coloured dollars on flows that are written out: closed forms of a ring that goes on for ever."""

import numpy as np
import pytest

from interlock.money.colours import Dye, Flows, follow

FINANCIER, LAB, CLOUD, MAKER, SUPPLIERS = range(5)
BUDGETS, EDGES = 4, 1


def traced(flows, opening, *, keeps_colour, back=None):
    """Follow one colour through `flows`: per month, legs (payer, payee, is dyed, is revenue, USD)."""
    payer, payee, dyed, revenue = (np.array([leg[n] for leg in flows[0]]) for n in range(4))
    is_home = payee == FINANCIER
    dye = Dye(
        payer=payer.astype(np.int32),
        payee=payee.astype(np.int32),
        colour=np.where(dyed, 0, 1).astype(np.int32),
        returns=(is_home & revenue.astype(bool))[None].astype(float),
        repays=np.zeros((1, len(payer))) if back is None else np.array([back]) * is_home,
    )
    paid = np.array([[[leg[4]] for leg in month] for month in flows])
    flows = Flows(dye, paid, np.array(opening)[..., None])
    return follow(flows, edges=EDGES, start=24312, keeps_colour=keeps_colour)


def ring_for_ever():
    """The financier puts 1 in and passes on all that comes back, f = 0.21 (1 + f); it holds nothing else."""
    back = 0.21 / 0.79
    lab, cloud, maker = 0.7 * (1 + back), 0.42 * (1 + back), 0.21 * (1 + back)
    legs = [
        (FINANCIER, LAB, True, False, 1.0),
        (FINANCIER, LAB, False, True, back),
        (LAB, CLOUD, False, True, lab),
        (CLOUD, MAKER, False, True, cloud),
        (MAKER, FINANCIER, False, True, maker),
        (LAB, SUPPLIERS, False, True, 0.3 * (1 + back)),
        (CLOUD, SUPPLIERS, False, True, lab - cloud),
        (MAKER, SUPPLIERS, False, True, cloud - maker),
    ]
    return [legs], [[0.0, 0.0, 0.0, 0.0]]


def test_one_lap_of_the_ring_returns_21_cents():
    # The 21 cents are of what the lab holds, of which the dyed dollar is a part of 1 / (1 + f).
    found = traced(*ring_for_ever(), keeps_colour=False)
    assert float(found.returned.sum()) == pytest.approx(0.21, rel=1e-12)


def test_a_dollar_that_goes_round_for_ever_is_counted_each_time():
    found = traced(*ring_for_ever(), keeps_colour=True)
    assert float(found.returned.sum()) == pytest.approx(0.265822784810127, rel=1e-12)


def test_more_months_approach_all_laps_from_below():
    """With a lag of a month at each station, what has come back grows toward the limit and never passes it."""

    def months(count):
        holdings, flows, opening = np.zeros(4), [], []
        for month in range(count):
            put_in = 1.0 if month == 0 else 0.0
            opening.append(holdings + np.array([put_in, 0, 0, 0]))
            lab, cloud, maker = holdings[LAB], holdings[CLOUD], holdings[MAKER]
            legs = [
                (FINANCIER, LAB, True, False, put_in),
                (FINANCIER, LAB, False, True, holdings[FINANCIER]),
                (LAB, CLOUD, False, True, 0.7 * lab),
                (CLOUD, MAKER, False, True, 0.6 * cloud),
                (MAKER, FINANCIER, False, True, 0.5 * maker),
                (LAB, SUPPLIERS, False, True, 0.3 * lab),
                (CLOUD, SUPPLIERS, False, True, 0.4 * cloud),
                (MAKER, SUPPLIERS, False, True, 0.5 * maker),
            ]
            flows.append(legs)
            holdings = np.array([0.5 * maker, put_in + holdings[FINANCIER], 0.7 * lab, 0.6 * cloud])
        return float(traced(flows, opening, keeps_colour=True).returned.sum())

    limit = 0.21 / 0.79
    found = [months(count) for count in (4, 8, 16, 64)]
    assert found == sorted(found)
    assert all(each <= limit * (1 + 1e-12) for each in found)
    assert found[0] == pytest.approx(0.21, rel=1e-9) or found[0] < 0.21
    assert found[-1] == pytest.approx(limit, rel=1e-6)


def test_what_is_neither_returned_nor_gone_is_still_held():
    flows = [[(FINANCIER, LAB, True, False, 8.0), (LAB, SUPPLIERS, False, True, 3.0)]]
    found = traced(flows, [[8.0, 4.0, 0.0, 0.0]], keeps_colour=False)
    # Eight dyed dollars among twelve: of the three spent two are dyed, six stay.
    assert float(found.left.sum()) == pytest.approx(2.0, rel=1e-12)
    assert float(found.held[0, LAB, 0]) == pytest.approx(6.0, rel=1e-12)


def test_a_repayment_is_no_revenue():
    flows = [[(FINANCIER, LAB, True, False, 8.0), (LAB, FINANCIER, False, False, 3.0)]]
    found = traced(flows, [[8.0, 4.0, 0.0, 0.0]], keeps_colour=False, back=[0.0, 1.0])
    assert float(found.repaid.sum()) == pytest.approx(2.0, rel=1e-12)
    assert float(found.returned.sum()) == 0.0


def test_what_an_edge_of_the_world_is_repaid_has_come_home_and_not_left():
    # The markets lend a lab 10, which pays 4 to suppliers and 6 back in the next month.
    lab, suppliers, markets = 0, 1, 2
    lend, pay, repay = (markets, lab), (lab, suppliers), (lab, markets)
    dye = Dye(
        payer=np.array([leg[0] for leg in (lend, pay, repay)], np.int32),
        payee=np.array([leg[1] for leg in (lend, pay, repay)], np.int32),
        colour=np.array([0, 1, 1], np.int32),
        returns=np.array([[0.0, 0.0, 0.0]]),
        repays=np.array([[0.0, 0.0, 1.0]]),
    )
    paid = np.array([[[10.0], [0.0], [0.0]], [[0.0], [4.0], [6.0]]])
    opening = np.array([[[0.0]], [[10.0]]])
    found = follow(Flows(dye, paid, opening), edges=2, start=24312, keeps_colour=False)
    assert float(found.repaid.sum()) == pytest.approx(6.0)
    assert found.left.ravel() == pytest.approx([4.0, 0.0])
