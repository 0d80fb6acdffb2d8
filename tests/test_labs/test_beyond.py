"""What chips do beyond H100s reaches those who use them, against tables worked out by hand.

Every chip is an H100e and costs nothing to speak of. The new ones serve 3 times the tokens, and do fp8 at 4 times their
bf16 and fp4 at 8 times; an H100 does both at 2 times.
"""

import pytest

import interlock
from interlock.book.chip import ChipTerms
from interlock.ground.units import FLOP_PER_H100E_MONTH

LAB = "margin: 50 %, training: 50 %, compute_price: 1 USD/H100e-hour, cash: 9 B USD, utilisation: 50 %"
PROMISE = (
    "kind: compute-commitment, payee: host, capacity: 8 k H100e, price: 1 USD/H100e-hour, term: 60 months, take: 50 %"
)

BOOK = f"""
book: {{title: Beyond H100s, as_of: 2026-01-01, start: 2026-01, months: 12}}

parties:
  maker: {{roles: [chipmaker]}}
  host: {{roles: [cloud], cash: 9 B USD, fleet: 20 k H100e}}
  old: {{roles: [lab], revenue: 70 M USD/year, {LAB}}}
  fp8: {{roles: [lab], revenue: 70 M USD/year, in_fp8: 50 %, {LAB}}}
  both: {{roles: [lab], revenue: 70 M USD/year, in_fp8: 25 %, in_fp4: 50 %, {LAB}}}
  seller: {{roles: [lab], {LAB}}}
  builder: {{roles: [lab], fleet: 0 H100e, own_cost: 1 USD/H100e-hour, {LAB}}}

chips:
  new: {{maker: maker, bf16: 0.989 PFLOP/s, fp8: 3.956 PFLOP/s, fp4: 7.912 PFLOP/s, serving: 3 H100e, price: 1 USD/chip,
         power: 1 kW/chip}}

sites:
  hall: {{owner: host, chips: new, pue: 1 x, availability: 100 %}}
  own: {{owner: builder, chips: new, pue: 1 x, availability: 100 %, power: 8 MW, start: 2026-04,
        electricity: 1 USD/MWh}}

segments:
  some: {{spend: 140 M USD/year, quality: 0, price: 0, elasticity: 1.5, shares: {{seller: 50 %, builder: 50 %}}}}

deals:
  all:
    announced: 2026-01-01
    status: in-force
    contracts:
      chips: {{kind: chip-supply, payer: host, payee: maker, chip: new, share_of_orders: 100 %}}
      own-chips: {{kind: chip-supply, payer: builder, payee: maker, chip: new}}
      old: {{payer: old, start: 2025-06, {PROMISE}}}
      fp8: {{payer: fp8, start: 2026-04, additionality: 75 %, site: hall, {PROMISE}}}
      both: {{payer: both, start: 2026-04, additionality: 100 %, site: hall, {PROMISE}}}
      seller: {{payer: seller, start: 2026-04, additionality: 50 %, lead: 0 months, {PROMISE}}}
      few: {{payer: seller, start: 2025-06, {PROMISE.replace("8 k", "1 k")}}}
      few-too: {{payer: builder, start: 2025-06, {PROMISE.replace("8 k", "1 k")}}}
"""

NEED = 70e6 / 730 / 12
"""H100e that a budget of the whole demand rents at a dollar an hour; half of it serves, half trains."""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("books") / "beyond.yaml"
    file.write_text(BOOK, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def run(book):
    return interlock.simulate(book, paths=1)


@pytest.fixture(scope="module")
def sales(run):
    """What a lab does in a month."""

    def of(lab: str, month: str):
        [found] = interlock.explain(run, path=0, month=month, party=lab).sales
        return found

    return of


def run_of(fleet: float, speed: float) -> float:
    """FLOP of half the fleet of a lab, on half of the peak."""
    return fleet / 2 * FLOP_PER_H100E_MONTH * 0.5 * speed * 2400 / 730


@pytest.mark.parametrize(
    ("lab", "speed"),
    [
        pytest.param("old", 1.0, id="all in bf16 on what was there before"),
        # Three quarters at the site; of the rest a fifth is on new chips: fp8 at 2 + (0.75 + 0.25 / 5) x 2 times.
        pytest.param("fp8", 1 / (0.5 + 0.5 / 3.6), id="half in fp8, most of it on new chips"),
        pytest.param("both", 1 / (0.25 + 0.25 / 4 + 0.5 / 8), id="three precisions on new chips"),
    ],
)
def test_a_run_is_as_large_as_its_precisions_are_fast(sales, lab, speed):
    found = sales(lab, "2026-06")
    assert found.used == pytest.approx(NEED)
    assert found.run == pytest.approx(run_of(NEED, speed))


def test_more_tokens_of_the_same_compute_make_them_cheaper(sales):
    # An elasticity of 1.5: at half the price customers spend the root of 2 times as much. Of 20,000 H100e that the host
    # delivers outside of its hall 4,000 are new, and nobody knows whose: all have a fifth, at 2 more.
    before, first, after = (sales("seller", month).wanted for month in ("2026-03", "2026-04", "2026-05"))
    assert before == first == pytest.approx(70e6 / 12)
    assert after == pytest.approx(70e6 / 12 * (1 + 2 / 5) ** 0.5)


def test_a_lab_runs_its_own_site_after_what_it_has_promised_to_buy(sales):
    before, after = sales("builder", "2026-03"), sales("builder", "2026-04")
    assert before.used == pytest.approx(1_000)
    # Of what it uses then, all but 1,000 is its own.
    assert after.used == pytest.approx(NEED)


def test_what_a_site_of_its_own_runs_is_paid_for_by_the_site(run):
    paid = run["paid"].isel(path=0)
    of_own, of_site = (paid.where(paid.contract == name, drop=True) for name in ("parties.builder.own", "sites.own"))
    assert float(of_own.sum()) == 0.0
    # 8 MW from April to December, at 730 hours a month.
    assert float(of_site.sum()) == pytest.approx(9 * 8 * 730)


def test_a_chip_of_which_nothing_more_is_said_is_as_many_h100s():
    assert ChipTerms(maker="maker", bf16=2 * FLOP_PER_H100E_MONTH, price=1.0, power=1.0).beyond(0.0) == (0.0, 0.0, 0.0)


def test_nothing_changes_where_chips_do_no_more_than_h100s(book):
    like_h100s = {f"chips.new.{name}": level for name, level in (("fp8", "1.978 PFLOP/s"), ("fp4", "1.978 PFLOP/s"))}
    plain = book.amend({**like_h100s, "chips.new.serving": "1 H100e"})
    found = interlock.simulate(plain, paths=1)["largest_run"].isel(path=0)
    # In fp8 and fp4 alike twice as fast.
    old, both = (float(found.sel(party=lab, year=2026)) for lab in ("old", "both"))
    assert both == pytest.approx(old / (0.25 + 0.75 / 2))
