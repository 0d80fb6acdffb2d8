"""What limits the build-out: campuses worked out by hand, the same figures written into the book, and plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlock
from drawn import assert_drawn
from interlock.analysis.binding import NONE, STEADY, binding, full_months
from interlock.engine.buildout import buildout
from interlock.engine.provenance import provenance_of
from interlock.engine.simulate import CHUNK
from interlock.engine.wider import Limit, wider
from interlock.ground.chance import Sampling
from interlock.program.compile import compile_book

# A chip is one H100e and takes a kilowatt. The campus is to hold twenty thousand from March on, ordered in January; a
# thousand are made a month. The lab has committed to ten thousand of them, and wants as many and more.
CAMPUS = """
book: {title: One campus, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  lab:
    roles: [lab]
    cash: 10 B USD
    revenue: 1 B USD/year
    margin: 50 %
    training: 50 %
    compute_price: 2 USD/H100e-hour
    flows: {staff: {purpose: staff, amount: 1 M USD/year}}
  cloud: {roles: [cloud], cash: 10 B USD, fleet: 0 H100e}
  maker: {roles: [chipmaker]}
chips:
  new: {maker: maker, bf16: 0.989 PFLOP/s, power: 1 kW/chip, price: 10 k USD/chip, supply: 1 k chips/month}
sites:
  campus: {owner: cloud, chips: new, power: 20 MW, start: 2026-03, pue: 1 x, availability: 100 %}
deals:
  compute:
    announced: 2026-01-01
    status: signed
    contracts:
      promise:
        {kind: compute-commitment, payer: lab, payee: cloud, capacity: 10 k H100e, price: 2 USD/H100e-hour,
         term: 22 months, start: 2026-03, additionality: 100 %, site: campus}
  chips:
    announced: 2026-01-01
    status: in-force
    contracts:
      supply: {kind: chip-supply, payer: cloud, payee: maker, chip: new}
"""
# The same without the campus: its chips are ordered for the promise itself.
QUEUE = (
    CAMPUS.replace("additionality: 100 %, site: campus", "additionality: 100 %, delay: 0 months")
    .replace("sites:\n", "")
    .replace("  campus: {owner: cloud, chips: new, power: 20 MW, start: 2026-03, pue: 1 x, availability: 100 %}\n", "")
    .replace("chip: new}\n", "chip: new, share_of_orders: 100 %}\n")
)
PROMISE = "deals.compute.promise."
ENOUGH_CHIPS = {"chips.new.supply": "1 M chips/month"}
# 70.08 M USD a year buy 4,000 H100e at two dollars an hour; what the lab must pay for it would use anyway.
FEW_CUSTOMERS = {"parties.lab.revenue": "70.08 M USD/year", PROMISE + "take": "0 %"}


@pytest.fixture(scope="module")
def campus(tmp_path_factory):
    file = tmp_path_factory.mktemp("campus") / "book.yaml"
    file.write_text(CAMPUS, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    file = tmp_path_factory.mktemp("queue") / "book.yaml"
    file.write_text(QUEUE, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def short_of_chips(campus):
    return interlock.limits(campus, paths=8)


@pytest.fixture(scope="module")
def pair():
    return interlock.limits(interlock.open_book("pair"), paths=512)


def months_that_bind(held, limit):
    return [n for n, share in enumerate(held.by_month[limit]) if share.share == 1.0]


def added(answer):
    return {str(limit): each.difference for limit, each in answer.whole.adds.items()}


def test_chips_bind_until_those_that_are_promised_have_come(short_of_chips):
    whole = short_of_chips.whole
    # In month t there are (t + 1) thousand; what is promised from month 2 on has all come in month 9.
    assert whole.in_use == pytest.approx(sum(1e3 * (t + 1) for t in range(2, 9)) + 15 * 10e3, rel=1e-9)
    assert months_that_bind(whole, "chips") == [2, 3, 4, 5, 6, 7, 8]
    tenth = sum(1e2 * (t + 1) for t in range(2, 9))
    assert added(short_of_chips) == pytest.approx({"chips": tenth, "power": 0.0, "cash": 0.0, "demand": 0.0}, abs=1e-3)
    # Nine thousand are nine tenths: from month 8 on it would be full tilt again, but it has stopped in month 2.
    assert (whole.tilt.months.centre, whole.tilt.lasts.share) == (2.0, 0.0)
    assert {name: share.share for name, share in whole.tilt.stopped_by.items() if share.share} == {"chips": 1.0}
    late = sum(1e3 * (9 - t) for t in range(2, 9))
    assert {name: share.share for name, share in whole.tilt.missing.items()} == pytest.approx(
        {"chips": late / 220e3, "power": 0.0, "cash": 0.0, "demand": 0.0}
    )
    assert {name: share.share for name, share in whole.first.items() if share.share} == {"chips": 1.0}
    assert short_of_chips.head().startswith("The build-out runs at full tilt for 2 ± 0 months")


def test_power_binds_where_the_campus_is_half_of_what_is_promised(campus):
    answer = interlock.limits(campus.amend({**ENOUGH_CHIPS, "sites.campus.power": "5 MW"}), paths=8)
    assert months_that_bind(answer.whole, "power") == [*range(2, 24)]
    assert added(answer) == pytest.approx({"chips": 0.0, "power": 22 * 500.0, "cash": 0.0, "demand": 0.0}, abs=1e-3)
    assert answer.whole.tilt.stopped_by["power"].share == 1.0
    assert answer.whole.tilt.missing["power"].share == pytest.approx(0.5)


def test_demand_binds_where_customers_pay_for_less(campus):
    answer = interlock.limits(campus.amend(ENOUGH_CHIPS | FEW_CUSTOMERS), paths=8)
    assert months_that_bind(answer.whole, "demand") == [*range(2, 24)]
    assert added(answer) == pytest.approx({"chips": 0.0, "power": 0.0, "cash": 0.0, "demand": 22 * 400.0}, abs=1e-3)
    assert answer.whole.tilt.stopped_by["demand"].share == 1.0
    assert answer.whole.tilt.missing["demand"].share == pytest.approx(0.6)
    part = answer.whole.parts[Limit.demand]
    assert (part.share, part.error) == pytest.approx((0.1, 0.0), rel=1e-9, abs=1e-12)


def test_cash_binds_where_a_tenth_more_keeps_the_lab_for_another_month(campus):
    # Staff takes 24.6 M a month; ten thousand chips sell for 29.2 M and cost 14.6 M, from March on, whatever customers
    # would pay beyond that. So it loses ten a month after the first two: 95 M are four of them, a tenth more is five.
    losing = {"parties.lab.cash": "95 M USD", "parties.lab.staff.amount": "295.2 M USD/year"}
    answer = interlock.limits(campus.amend(ENOUGH_CHIPS | losing), paths=8)
    (month,) = months_that_bind(answer.whole, "cash")
    assert added(answer)["cash"] == pytest.approx(10e3, rel=1e-9)
    assert answer.whole.tilt.months.centre == month
    assert answer.whole.tilt.stopped_by["cash"].share == 1.0


def test_a_limit_that_does_not_bind_adds_nothing_and_none_binds_where_all_is_in_use(campus):
    answer = interlock.limits(campus.amend(ENOUGH_CHIPS), paths=8)
    assert added(answer) == pytest.approx(dict.fromkeys(Limit, 0.0), abs=1e-3)
    assert months_that_bind(answer.whole, NONE) == [*range(24)]
    assert answer.whole.tilt.lasts.share == 1.0
    assert "runs at full tilt to the end of 2027-12" in answer.head()


def test_a_wider_limit_is_one_that_is_written_wider_into_the_book(campus):
    made = provenance_of(campus, paths=4, seed=7, sampling=Sampling.plain, chunk=CHUNK)
    written = {
        Limit.chips: {"chips.new.supply": "1.25 k chips/month"},
        Limit.power: {"sites.campus.power": "25 MW"},
        Limit.demand: {"parties.lab.revenue": "1.25 B USD/year"},
        Limit.cash: {f"parties.{name}.cash": "12.5 B USD" for name in ("lab", "cloud")},
    }
    for limit, changes in written.items():
        one = buildout(wider(compile_book(campus), limit, 1.25), made)
        other = buildout(compile_book(campus.amend(changes)), made)
        for here, there in zip(one[1:], other[1:], strict=True):
            np.testing.assert_allclose(here, there, rtol=1e-12)


def test_all_that_is_missing_has_one_reason(campus):
    made = provenance_of(campus, paths=4, seed=7, sampling=Sampling.plain, chunk=CHUNK)
    found = buildout(compile_book(campus.amend(FEW_CUSTOMERS)), made)
    lab, cloud = (found.parties.index(name) for name in ("lab", "cloud"))
    # It wants four thousand of ten: until they have come, in April, chips are missing; then the lab leaves them idle.
    np.testing.assert_allclose(found.planned[:, lab] - found.lacks[:, lab].sum(axis=1), found.used[:, lab], rtol=1e-9)
    chips, power, cash, demand = np.moveaxis(found.lacks[2:, lab], 1, 0)[..., 0]
    np.testing.assert_allclose(chips, [7e3, 6e3, 5e3, 4e3, 3e3, 2e3, 1e3, *[0.0] * 15], atol=1e-3)
    np.testing.assert_allclose(demand, [0.0, 0.0, 1e3, 2e3, 3e3, 4e3, 5e3, *[6e3] * 15], atol=1e-3)
    np.testing.assert_allclose(power + cash, 0.0, atol=1e-3)
    np.testing.assert_array_equal(found.fails[:, cloud], found.lacks[:, lab])


@pytest.mark.parametrize(
    ("changes", "chips", "power"),
    [
        # Ordered in January, a thousand come a month.
        ({}, [7e3, 6e3, 5e3, 4e3, 3e3, 2e3, 1e3, *[0.0] * 15], 0.0),
        # All have come in March, and run three months later.
        ({**ENOUGH_CHIPS, PROMISE + "delay": "3 months"}, 0.0, [10e3, 10e3, 10e3, *[0.0] * 19]),
        # None is ordered: the cloud has four thousand, and nothing else.
        ({PROMISE + "additionality": "0 %", "parties.cloud.fleet": "4 k H100e"}, 6e3, 0.0),
    ],
)
def test_without_sites_what_is_late_waits_for_chips_or_for_power(queue, changes, chips, power):
    made = provenance_of(queue, paths=2, seed=7, sampling=Sampling.plain, chunk=CHUNK)
    found = buildout(compile_book(queue.amend(changes)), made)
    lacks = found.lacks[2:, found.parties.index("lab"), :, 0]
    for n, expected in ((0, chips), (1, power), (2, 0.0), (3, 0.0)):
        np.testing.assert_allclose(lacks[:, n], expected, atol=1e-3)


# The cloud has all that is promised: a frame that ramps up over four months, and what is called off within it.
FRAME = (
    QUEUE.replace("fleet: 0 H100e", "fleet: 10 k H100e")
    .replace("additionality: 100 %, delay: 0 months", "additionality: 0 %")
    .replace("term: 22 months", "term: 12 months, ramp: 4 months")
    .replace(
        "  chips:\n    announced",
        "      part: {kind: compute-commitment, payer: lab, payee: cloud, capacity: 3 k H100e,\n"
        "             price: 2 USD/H100e-hour, term: 6 months, start: 2026-05, inside: deals.compute.promise}\n"
        "  chips:\n    announced",
    )
)


@pytest.mark.parametrize("fails", [{}, {"lab": "2026-05"}, {"cloud": "2026-07"}])
def test_what_ended_by_a_failure_stays_planned_as_agreed_and_no_longer_than_its_term(fails, tmp_path):
    failing = "\n".join(f"fail: [{{party: {party}, month: {month}}}]" for party, month in fails.items())
    (tmp_path / "book.yaml").write_text(f"{FRAME}\n{failing}\n", encoding="utf-8")
    made = provenance_of(interlock.open_book(tmp_path / "book.yaml"), paths=1, seed=7, sampling=Sampling.plain)
    found = buildout(compile_book(interlock.open_book(tmp_path / "book.yaml")), made)
    planned = found.planned[:, found.parties.index("lab"), 0]
    # In each month of the ramp the mean of what it is at both ends: an eighth, three, five and seven eighths.
    climbing = [10e3 * part / 8 for part in (1, 3, 5, 7)]
    np.testing.assert_allclose(planned, [0.0, 0.0, *climbing, *[10e3] * 8, *[0.0] * 10], rtol=1e-9, atol=1e-6)
    lacks = found.lacks[:, found.parties.index("lab"), :, 0]
    of_failure = lacks[6 + 1 : 14, [*Limit].index(Limit.cash)]
    np.testing.assert_allclose(of_failure, [10e3 if fails else 0.0] * 7, rtol=1e-9, atol=1e-6)


def test_a_book_without_a_limit_is_not_run_again():
    program = compile_book(interlock.open_book("pair"))
    assert wider(program, Limit.chips, 1.1) is program
    assert wider(program, Limit.demand, 1.1) is not program


def test_what_a_campus_has_in_the_first_month_has_had_its_chips_and_stays():
    program = compile_book(interlock.open_book("shortage"))
    (here,) = [n for n, stack in enumerate(program.stacks) if stack.shape.kind.kind == "site"]
    before, after = (
        each.topology.stack_links[here]["profile"]["levels"] for each in (program, wider(program, Limit.power, 1.5))
    )
    np.testing.assert_allclose(before[0][:5], [0.1, 0.3, 0.55, 0.8, 1.0])
    np.testing.assert_allclose(after[0][:5], [0.1, 0.4, 0.775, 1.15, 1.45])


def test_demand_of_the_pair_is_what_all_its_futures_wait_for(pair):
    whole = pair.whole
    assert whole.adds[Limit.chips].difference == 0.0
    assert whole.most() is Limit.demand
    assert 0.0 < whole.parts[Limit.demand].share < 0.1 + 1e-9
    for month in range(pair.months):
        assert sum(shares[month].share for shares in whole.by_month.values()) == pytest.approx(1.0)
    assert sum(share.share for share in whole.first.values()) == pytest.approx(1.0)
    stopped = sum(share.share for share in whole.tilt.stopped_by.values())
    assert stopped + whole.tilt.lasts.share == pytest.approx(1.0)
    # One lab and one cloud: what one uses is what is used of the other.
    assert {held.in_use for held in pair.parts} == {whole.in_use}


def test_errors_fall_with_the_square_root_of_the_number_of_futures(pair):
    fewer = interlock.limits(interlock.open_book("pair"), paths=128)
    few, many = (answer.whole.adds[Limit.demand].difference_error for answer in (fewer, pair))
    assert few / many == pytest.approx(2.0, rel=0.25)


def test_the_document_and_the_table_say_the_same(pair):
    document, table = pair.to_json(), pair.table()
    months = table[(table["what"] == "binds") & (table["party"] == "all labs") & (table["limit"] == "demand")]
    by_month = document["parties"][0]["binds_by_month"]["demand"]
    assert months["value"].tolist() == [share["share"] for share in by_month]
    assert months["month"].iloc[0] == document["start"] == "2026-01"
    assert set(table["limit"]) == {"", NONE, *map(str, Limit)}


def test_a_run_is_asked_on_its_own_futures(pair):
    run = interlock.simulate(interlock.open_book("pair"), paths=512)
    assert interlock.limits(run, paths=8, seed=1).parts == pair.parts


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 1.0))
def test_full_tilt_ends_with_the_first_of_three_months_that_are_short(seed, full):
    draw = np.random.default_rng(seed)
    missing, planned = draw.uniform(0.0, 5e3, (9, 4)), np.full((9, 4), 10e3)
    for path in range(4):
        months = 9.0
        for n in reversed(range(9 - STEADY + 1)):
            if all(missing[n + k, path] > (1.0 - full) * 10e3 for k in range(STEADY)):
                months = float(n)
        assert full_months(missing, planned, full)[path] == months


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_what_binds_is_what_adds_most_and_who_tie_share_it(seed):
    draw = np.random.default_rng(seed)
    gains = dict(zip(Limit, draw.integers(-1, 4, (4, 5, 3)) / 100.0, strict=True))
    found = binding(np.ones((5, 3)), gains, 0.1)
    for month, path in np.ndindex(5, 3):
        most = max(each[month, path] for each in gains.values())
        best = [limit for limit in Limit if gains[limit][month, path] == most and most > 0.01]
        for limit in Limit:
            assert found[limit][month, path] == (1.0 / len(best) if limit in best else 0.0)
        assert found[NONE][month, path] == (0.0 if best else 1.0)


@pytest.mark.parametrize(
    ("book", "asked", "words"),
    [
        ("pair", {"full": 0.0}, "full is 0"),
        ("pair", {"full": 1.5}, "at most 1"),
        ("pair", {"more": -0.1}, "more is -0.1"),
        ("pair", {"paths": 0}, "paths is 0"),
        ("pair", {"threads": 0}, "threads is 0"),
        ("vehicle", {}, "no lab"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_line(book, asked, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.limits(interlock.open_book(book), **{"paths": 8, **asked})
    assert len(str(problem.value).splitlines()) == 1


def test_limits_are_drawn(short_of_chips):
    assert_drawn(short_of_chips, "binds", "adds")
    shown = short_of_chips.charts()["binds"].option["series"]
    assert all(sum(each["data"][0]["value"][1] for each in shown if "stack" in each) <= 100.0 + 1e-9 for _ in shown)
