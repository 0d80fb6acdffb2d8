"""What a book says of generations of chips: read, told, changed, and refused where it makes no sense."""

import jsonschema
import pytest
import yaml

from interlock.book.chip import ChipTerms
from interlock.book.knowledge import figures_of
from interlock.book.quantity import read_quantity
from interlock.book.read import open_book
from interlock.book.schema import book_schema
from interlock.ground.errors import BookError
from interlock.ground.units import FlopPerSecond

BOOK = """
book: {title: Chips, as_of: 2026-01-15, start: 2026-01, months: 24}
parties:
  maker: {title: The maker, roles: [chipmaker]}
  cloud: {roles: [cloud]}
chips:
  next:
    maker: maker
    bf16: 2 to 3 PFLOP/s
    price: 40 k USD/chip
    power: 2.1 kW/chip
    ships: 2026-06
    supply: 150 k chips/month
    profile: {2026-06: 10 %, 2027-01: 100 %}
deals:
  supply:
    announced: 2026-01-10
    status: signed
    contracts:
      racks: {kind: chip-supply, payer: cloud, payee: maker, chip: next, units: 3 k H100e/month, term: 1 year}
"""


@pytest.fixture
def opened(tmp_path):
    def open_text(text: str = BOOK):
        (tmp_path / "book.yaml").write_text(text, encoding="utf-8")
        return open_book(tmp_path / "book.yaml")

    return open_text


def test_a_generation_is_read_in_base_units(opened):
    said = opened().chips["next"].values
    numbers = {name: said[name].distribution.numbers[0] for name in ("price", "power", "ships", "supply")}
    assert numbers == pytest.approx({"price": 40e3, "power": 0.0021, "ships": 5.0, "supply": 150e3})
    assert said["maker"] == "maker"


@pytest.mark.parametrize(("text", "h100e"), [("989 TFLOP/s", 1.0), ("1.978 PFLOP/s", 2.0), ("989000 B FLOP/s", 1.0)])
def test_what_a_chip_does_is_counted_in_h100e(text, h100e):
    [unit] = FlopPerSecond.__metadata__
    flop_per_month = read_quantity(text, unit).distribution.numbers[0]
    chip = ChipTerms(maker="maker", bf16=flop_per_month, price=30.0, power=0.6)
    assert chip.price_at(0.0) == pytest.approx(30.0 / h100e)
    assert chip.power_at(0.0) == pytest.approx(0.6 / h100e)


def test_a_generation_and_who_buys_it_are_told(opened):
    told = opened().tell()
    assert "The chips 'next' are made by The maker.\n    bf16: 2 to 3 PFLOP/s" in told
    assert "Cloud buys chips (next) from The maker: 3 k H100e/month firm" in told
    assert "    power: 2.1 kW/chip (assumed, no reason given)" in told


def test_a_figure_of_a_generation_has_its_address(opened):
    book = opened()
    assert "chips.next.supply" in dict(figures_of(book))
    more = book.amend({"chips.next.supply": "300 k chips/month"})
    assert more.chips["next"].values["supply"].distribution.numbers == (300e3,)


def test_editors_know_generations():
    validator = jsonschema.Draft202012Validator(book_schema())
    dated = yaml.load(BOOK, yaml.BaseLoader)
    dated["book"]["months"] = 24
    assert [error.message for error in validator.iter_errors(dated)] == []
    del dated["chips"]["next"]["bf16"]
    assert [error.message for error in validator.iter_errors(dated)] == ["'bf16' is a required property"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("chip: next", "chip: nxt", "chip is 'nxt', which no file declares.\n    Did you mean 'next'?"),
        ("chip: next", "price: 1 USD/H100e, priority: open", "has a `priority`, but names no `chip`"),
        ("chip: next, ", "", "give its `price`, or the `chip` whose price it has"),
        ("    price: 40 k USD/chip\n", "", "chips 'next' has no `price`"),
        ("power: 2.1 kW/chip", "power: 0 kW/chip", "chips 'next' have a `power` of 0 kW/chip"),
        (
            "150 k chips/month",
            "150 k H100e/month",
            "this field is measured in chips/month",
        ),
    ],
)
def test_a_mistake_is_told(opened, before, after, said):
    assert before in BOOK
    with pytest.raises(BookError) as error:
        opened(BOOK.replace(before, after))
    assert said in str(error.value)


SITE = """
sites:
  campus:
    owner: cloud
    chips: next
    power: 1 GW
    profile: {2026-06: 30 %, 2027-01: 100 %}
    delay: uniform(0, 9) months
    electricity: 60 to 80 USD/MWh
"""
RENT = (
    "rent: {{kind: compute-commitment, payer: {}, payee: {}, capacity: 1 H100e, term: 1 year,"
    " price: 1 USD/H100e-hour, site: {}}}\n"
)
WITH_SITE = BOOK.replace("cloud: {roles: [cloud]}", "cloud: {roles: [cloud], fleet: 0 H100e}") + SITE


def test_a_site_is_what_it_costs_its_owner(opened):
    book = opened(WITH_SITE)
    site = book.sites["campus"]
    assert (site.address, site.payer, site.payee) == ("sites.campus", "cloud", "suppliers")
    assert site in book.contracts()
    assert "sites.campus.delay" in dict(figures_of(book))
    later = book.amend({"sites.campus.delay": "12 months"})
    assert later.sites["campus"].terms.values["delay"].distribution.numbers == (12.0,)


def test_a_site_is_told(opened):
    told = opened(WITH_SITE).tell()
    assert (
        "At 'campus' cloud builds 1 GW (assumed, no reason given) from 2026-06 to 2027-01, each part late by "
        "uniform(0, 9) months (assumed, no reason given), for chips of the generation next.\n"
    ) in told
    assert "    profile: 30 % from Jun 2026, 100 % from Jan 2027 (assumed, no reason given)\n" in told


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("profile: {2026-06: 100 %}", " by 2026-06, each part late by"),
        ("start: 2026-08", " by 2026-08 (assumed, no reason given), each part late by"),
        ("pue: 1.2 x", ", each part late by"),
    ],
)
def test_a_site_that_comes_in_one_part_is_told_with_its_one_date(opened, profile, said):
    told = opened(WITH_SITE.replace("profile: {2026-06: 30 %, 2027-01: 100 %}", profile)).tell()
    assert f"At 'campus' cloud builds 1 GW (assumed, no reason given){said} uniform(0, 9) months" in told


def test_a_site_without_a_power_is_told_to_be_built_for_its_tenants(opened):
    racks = f"{RENT.format('maker', 'cloud', 'campus')}      racks: {{kind"
    bare = "    power: 1 GW\n    profile: {2026-06: 30 %, 2027-01: 100 %}\n    delay: uniform(0, 9) months\n"
    told = opened(WITH_SITE.replace(bare, "").replace("racks: {kind", racks)).tell()
    assert "At 'campus' cloud builds what the commitments that name it need, for chips of the generation next." in told


def test_editors_know_sites():
    validator = jsonschema.Draft202012Validator(book_schema())
    dated = yaml.load(WITH_SITE, yaml.BaseLoader)
    dated["book"]["months"] = 24
    assert [error.message for error in validator.iter_errors(dated)] == []
    del dated["sites"]["campus"]["owner"]
    assert [error.message for error in validator.iter_errors(dated)] == ["'owner' is a required property"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (", fleet: 0 H100e", "", "'cloud' owns the site 'campus', but has no `fleet`"),
        ("owner: cloud", "owner: suppliers", "the site 'campus' belongs to suppliers, which has no budget"),
        ("owner: cloud", "owner: clowd", "owner is 'clowd', which no file declares.\n    Did you mean 'cloud'?"),
        ("chips: next", "chips: nxt", "chips is 'nxt', which no file declares.\n    Did you mean 'next'?"),
        ("chip: next,", "price: 1 USD/H100e,", "'cloud' orders 0 % of the chips 'next' for its site 'campus'"),
        ("chip: next,", "chip: next, share_of_sites: 40 %,", "'cloud' orders 40 % of the chips 'next'"),
        ("power: 1 GW", "power: 1 GW\n    pue: 0.9 x", "the site 'campus' has a `pue` of 0.9 x"),
        (
            "power: 1 GW",
            "power: 1 GW\n    start: 2026-06",
            (
                "book.yaml:27:12: the site 'campus' has a `start` beside its `profile`, which says when each part "
                "comes.\n    Remove one of them."
            ),
        ),
        ("power: 1 GW", "powr: 1 GW", "site 'campus' has no field 'powr'.\n    Did you mean 'power'?"),
        (
            "racks: {kind",
            f"{RENT.format('cloud', 'maker', 'campus')}      racks: {{kind",
            "runs at 'campus', a site of cloud",
        ),
        ("racks: {kind", f"{RENT.format('maker', 'cloud', 'campsu')}      racks: {{kind", "Did you mean 'campus'?"),
    ],
)
def test_a_mistake_about_a_site_is_told(opened, before, after, said):
    assert before in WITH_SITE
    with pytest.raises(BookError) as error:
        opened(WITH_SITE.replace(before, after))
    assert said in str(error.value)
