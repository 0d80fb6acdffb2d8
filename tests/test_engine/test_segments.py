"""Customers who choose among models: shares, prices and demand worked out by hand, in months; amounts in millions."""

import math

import numpy as np
import pytest

import interlock
from interlock.engine.otherwise import otherwise
from interlock.ground.amounts import flop
from interlock.program.variant import Variant
from one_host import world

# Each segment spends 10 a month. Labs buy compute by the hour for 1 USD, or for what the driver `dear` says.
CONTRACTS = """
      channel: {kind: distribution, payer: host, payee: known, through: 0 %, fee: 0 %, start: 2026-03, reach: 1}
      old-channel: {kind: distribution, payer: host, payee: unknown, through: 0 %, fee: 0 %, start: 2025-01, reach: 5}
"""

MORE = """
drivers:
  dear: {kind: fixed, steps: {2026-01: 1 USD/H100e-hour, 2026-03: 2 USD/H100e-hour}}
  free: {kind: fixed, steps: {2026-01: 0 %, 2026-03: 40 %}}
  frontier: {kind: fixed, steps: {2026-01: 1, 2026-04: 7.38905609893065}}

segments:
  reach: {SPEND, quality: 0, price: 0, spread: 0 %, patience: 2 months, shares: {known: 50 %, unknown: 50 %}}
  loyal: {SPEND, quality: 0, price: 0, spread: 30 %, patience: 2 months, shares: {known: 50 %, unknown: 50 %}}
  price: {SPEND, quality: 0, price: 1, spread: 0 %, patience: 1 month, shares: {dear: 50 %, cheap: 50 %}}
  elastic: {SPEND, elasticity: 2, quality: 0, price: 1, shares: {spread: 40 %}}
  open: {SPEND, open_weights: free, press: 50 %, shares: {pressed: 100 %}}
  failing: {SPEND, quality: 0, spread: 50 %, patience: 2 months, shares: {doomed: 50 %, other: 30 %}}
  better: {SPEND, quality: 1, spread: 0 %, patience: 1 month, frontier: 1, shares: {trained: 50 %, idle: 25 %}}
  frontier: {SPEND, quality: 0.5, spread: 0 %, patience: 1 month, frontier: frontier, shares: {left: 50 %}}

fail: [{party: doomed, month: 2026-04}]
"""

LABS = {
    **dict.fromkeys(("known", "unknown", "dear", "cheap", "spread", "pressed", "doomed", "other", "idle", "left"), ""),
    "trained": "training: 50 %, utilisation: 80 %, in_one_run: 50 %, run: 2 months, releases: 3 months, "
    "last_run: LAST, ",
}

# 2.5 a month of training at 730 USD for an H100e in it.
FLEET = 2.5e6 / 730
RUN = FLEET * 989e12 * 0.4 * 2 * 730 * 3600


def written() -> str:
    labs = [
        f"  {name}: {{roles: [lab], cash: 1 B USD, margin: 50 %, {more}compute_price: 1 USD/H100e-hour}}"
        for name, more in LABS.items()
    ]
    contracts = [
        f"      hours-of-{name}: {{kind: spot-compute, payer: {name}, payee: host, price: PRICE}}".replace(
            "PRICE", "dear" if name in {"dear", "spread"} else "1 USD/H100e-hour"
        )
        for name in LABS
    ]
    text = world("Segments", 9, labs, [CONTRACTS, *contracts], MORE)
    return text.replace("SPEND", "spend: 120 M USD/year").replace("LAST", f"{RUN / math.e:.15g} FLOP")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "segments.yaml"
    file.write_text(written(), encoding="utf-8")
    return interlock.simulate(interlock.open_book(file), paths=1)


@pytest.fixture(scope="module")
def explained(run):
    return interlock.explain(run, path=0)


@pytest.fixture
def sales(explained):
    """Of a lab, by month."""

    def of(lab: str):
        return [each for each in explained.sales if each.party == lab]

    return of


@pytest.fixture
def shares(sales):
    """What a lab has of a segment, by month: that by which it sells."""

    def of(lab: str, segment: str):
        return [dict(each.shares)[segment] for each in sales(lab)]

    return of


def test_twice_the_reach_has_twice_the_odds_and_shares_go_half_of_the_way_each_month(shares):
    # From March on two thirds are the aim; what was so before the run is in the shares of the start.
    known = [2 / 3 - (2 / 3 - 1 / 2) / 2**months for months in range(1, 7)]
    assert shares("known", "reach") == pytest.approx([0.5, 0.5, 0.5, *known])
    assert shares("unknown", "reach") == pytest.approx([0.5, 0.5, 0.5, *(1 - share for share in known)])


def test_a_part_of_what_customers_spend_stays_divided_as_it_was(shares):
    aim = 0.7 * 2 / 3 + 0.3 * 0.5
    assert shares("known", "loyal")[-1] == pytest.approx(aim - (aim - 0.5) / 2**6)


def test_who_charges_twice_as_much_has_half_the_odds(shares, sales):
    # Compute costs twice as much in March, tokens in April, and in May customers have chosen.
    assert shares("dear", "price") == pytest.approx([0.5] * 4 + [1 / 3] * 5)
    # Spend is the same whatever tokens cost, where nothing is said of elasticity.
    assert [each.wanted / 1e6 for each in sales("dear")] == pytest.approx([5] * 4 + [10 / 3] * 5)


def test_use_falls_with_price_and_spend_too_where_demand_is_elastic(sales, shares):
    # 40 % of 10, at twice the price for a quarter of the use. Outside, tokens cost as those of the labs do.
    assert [each.wanted / 1e6 for each in sales("spread")] == pytest.approx([4] * 3 + [2] * 6)
    assert shares("spread", "elastic") == pytest.approx([0.4] * 9)


def test_open_models_take_use_and_press_on_the_margin(sales):
    # From March on 60 % of use is paid for, and a margin of 50 % less half of 40 % of it is 40 %.
    pressed = sales("pressed")
    assert [each.wanted / 1e6 for each in pressed] == pytest.approx([10] * 2 + [6] * 7)
    assert [each.used * 730 / each.wanted for each in pressed] == pytest.approx([0.5] * 2 + [0.6] * 7)


def test_customers_of_a_lab_that_has_failed_find_others_within_their_patience(shares, sales, run):
    left = [0.5, 0.5, 0.5, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625]
    assert shares("doomed", "failing") == pytest.approx(left)
    # They go where the others stand: 30 to 20.
    assert shares("other", "failing") == pytest.approx([0.6 * (1 - share) for share in left])
    assert [each.served for each in sales("doomed")[3:]] == [0.0] * 6
    lost = run["lost"].sel(party="doomed").values.item()
    assert lost == pytest.approx(10e6 * sum(left[3:]))


def test_a_model_comes_with_its_release_and_is_as_good_as_its_run(shares, sales, explained, run):
    trained = sales("trained")
    assert trained[0].training == pytest.approx(FLEET)
    assert trained[0].run == pytest.approx(RUN)
    # A run e times as large as that of the model before gives e times the odds, once it is out in March.
    better = 0.5 * math.e / (0.5 * math.e + 0.5)
    assert shares("trained", "better")[:6] == pytest.approx([0.5] * 3 + [better] * 3)
    said = [each.text for each in explained.happenings if each.what == "model"]
    assert said[0] == f"trained releases a model: run of {flop(RUN)}, quality +1"
    # The next one comes in June: with more customers it had more to train on.
    second = 1 + math.log(2 * better)
    assert shares("trained", "better")[6] == pytest.approx(math.exp(second) / (math.exp(second) + 1))
    assert run["quality"].sel(party="idle").values.item() == 0.0


def test_who_is_outside_gets_better_with_the_frontier(shares):
    # e squared times the compute at half an e-fold of odds for each: from 1 to 1 to 1 to e.
    assert shares("left", "frontier") == pytest.approx([0.5] * 4 + [1 / (1 + math.e)] * 5)


def test_shares_of_every_segment_sum_to_one(run):
    share = run["share"]
    for segment in set(share.segment.values):
        assert share.values[0][:, share.segment.values == segment].sum(axis=1) == pytest.approx([1.0])


def test_the_screen_says_what_a_lab_has_of_a_segment(run, capsys):
    from interlock.cli.screen_explain import say_explanation

    say_explanation(interlock.explain(run, path=0, month="2026-01", party="trained"))
    said = " ".join(capsys.readouterr().out.split())
    assert "demand of 5 M USD (50 % of better), all of it served; it wants 6.849 k H100e and uses 6.849 k" in said
    assert f"of which 3.425 k H100e train: up to {flop(RUN)} a run" in said


def test_a_book_without_segments_follows_no_models():
    series = interlock.simulate(interlock.open_book("pair"), paths=1).series
    assert series.keys().isdisjoint({"share", "quality", "largest_run", "training", "lost"})


SMALLEST = """
book: {title: One lab, as_of: 2026-01-01, start: 2026-01, months: 3}
segments: {all: {spend: 120 M USD/year, quality: 0, shares: {lab: 50 %}}}
parties: {lab: {roles: [lab]}}
"""


def test_a_segment_whose_shares_do_not_sum_to_one_breaks_the_fifth_law(tmp_path, monkeypatch):
    from interlock.labs import customers

    whole = customers.choose
    monkeypatch.setattr(customers, "choose", lambda *seen: whole(*seen)._replace(share=whole(*seen).share * 0.99))
    file = tmp_path / "broken.yaml"
    file.write_text(SMALLEST, encoding="utf-8")
    with pytest.raises(interlock.LawBroken, match="Law 5 broken in month 2026-01 of path 0: the shares of a company, "):
        interlock.simulate(interlock.open_book(file), paths=1)


# Two labs alike in each segment, of which the first is better known from February on; both train on half of their
# sales, and release a model every month, which is better than the last, for algorithms get better.
FEEDBACK = """
book: {title: Feedback, as_of: 2026-01-01, start: 2026-01, months: 72}
drivers:
  algorithms: {kind: growth, level: 1, growth: 1000 %/year, long_run: 1000 %/year}
segments:
SEGMENTS
parties:
  host: {roles: [cloud]}
LABS
deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
CONTRACTS
"""

CASES = {"none": (0, 0), "mild": (0.3, 0), "usual": (0.3, 30), "strong": (0.7, 0), "held": (2, 30), "tips": (2, 0)}
"""Quality and spread in per cent."""


@pytest.fixture(scope="module")
def leaders(tmp_path_factory):
    """What the better known lab has of each segment in the end."""
    names = [f"{case}-{end}" for case in CASES for end in ("first", "second")]
    text = FEEDBACK.replace(
        "SEGMENTS",
        "\n".join(
            f"  {case}: {{spend: 120 M USD/year, quality: {quality}, spread: {spread} %, patience: 1 month, "
            f"shares: {{{case}-first: 50 %, {case}-second: 50 %}}}}"
            for case, (quality, spread) in CASES.items()
        ),
    )
    lab = "{roles: [lab], cash: 1 B USD, margin: 50 %, training: 50 %, compute_price: 1 USD/H100e-hour, "
    lab += "training_efficiency: algorithms, releases: 1 month}"
    text = text.replace("LABS", "\n".join(f"  {name}: {lab}" for name in names))
    hours = "{kind: spot-compute, payee: host, price: 1 USD/H100e-hour, payer: "
    channel = "{kind: distribution, payer: host, through: 0 %, fee: 0 %, start: 2026-02, reach: 0.1, payee: "
    contracts = [f"      hours-of-{name}: {hours}{name}}}" for name in names]
    contracts += [f"      channel-of-{case}: {channel}{case}-first}}" for case in CASES]
    file = tmp_path_factory.mktemp("books") / "feedback.yaml"
    file.write_text(text.replace("CONTRACTS", "\n".join(contracts)), encoding="utf-8")
    share = interlock.simulate(interlock.open_book(file), paths=1)["share"]
    last = dict(zip(share.lab.values.tolist(), share.values[0, -1], strict=True))
    return {case: float(last[f"{case}-first"]) for case in CASES}


def odds(share: float) -> float:
    return share / (1 - share)


@pytest.mark.parametrize("case", ["none", "mild", "strong"])
def test_below_a_quality_of_one_a_lead_is_multiplied_and_no_more(leaders, case):
    # What trains is in proportion to sales: an e-fold of odds is one of compute, and brings as many as quality says.
    assert odds(leaders[case]) == pytest.approx(1.1 ** (1 / (1 - CASES[case][0])), rel=1e-6)


def test_customers_who_stay_hold_a_lead_smaller_still(leaders):
    share = leaders["usual"]
    # The share to which shares lead again: quality is in proportion to them, for so is what trains.
    again = 1.1 * odds(share) ** 0.3
    assert share == pytest.approx(0.7 * again / (1 + again) + 0.15, rel=1e-9)
    assert 0.5 < share < leaders["mild"] < 0.55


def test_above_it_all_goes_to_the_leader_but_what_customers_keep_divided(leaders):
    assert leaders["tips"] > 0.999999
    # As far as models and reach can bring it, and not a customer of those who stay.
    assert 0.75 < leaders["held"] < 1 - 0.3 * 0.5
    assert np.isfinite(list(leaders.values())).all()


def test_customers_of_a_lab_that_is_out_are_with_the_others_from_the_first_month(run):
    def look(each):
        return {name: each.series[name].values for name in ("revenue", "share")}

    found = otherwise(run.book, run.provenance, "sales and shares", look).seen(
        Variant(parties=("doomed", "dear", "pressed"))
    )
    sales = dict(zip(run.series["revenue"].rows, found["revenue"][:, :, 0].sum(axis=1) / 1e6, strict=True))
    # Nine months of ten: three of the five parts that are left, as if there had been no other lab; all; and nothing.
    assert [sales[lab] for lab in ("other", "cheap", "pressed", "dear", "doomed")] == pytest.approx([54, 90, 0, 0, 0])
    of_segment = {row: shares[-1, 0] for row, shares in zip(run.series["share"].rows, found["share"], strict=True)}
    assert of_segment["failing", "other"] == pytest.approx(0.6)
    assert of_segment["open", "pressed"] == 0.0
