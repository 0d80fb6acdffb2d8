"""Who depends on whom: tables worked out by hand, and the same book in another order."""

import numpy as np
import pytest
import scipy.stats
import yaml

import interlock
from drawn import assert_drawn
from interlock.analysis.influence import Relation
from interlock.analysis.removals import AtStake, removable
from metamorphic.books import opened, text_of

# The lab rents from two clouds, three to one, and later all of it from the small one. Both buy chips of one maker, the
# small one half of them; the other half of its bills is rent to a landlord. The parent holds half of the large one,
# which holds a fifth of the small one.
WEB = """
book: {title: A lab on two clouds, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  lab: {roles: [lab], cash: 1 B USD}
  large: {roles: [cloud], cash: 100 M USD}
  small: {roles: [cloud], cash: 100 M USD}
  maker: {roles: [chipmaker]}
  landlord: {roles: [landlord]}
  parent: {roles: [investor], cash: 100 M USD, stakes: {large: 50 %, small: 10 %}}
  other: {roles: [lab], cash: 1 B USD}
deals:
  compute:
    announced: 2026-01-01
    status: in-force
    contracts:
      first: {kind: compute-commitment, payer: lab, payee: large, total: 30 M USD, term: 12 months,
        price: 2 USD/H100e-hour, true_up: 1 month}
      second: {kind: compute-commitment, payer: lab, payee: small, total: 20 M USD, term: 24 months,
        price: 2 USD/H100e-hour, true_up: 1 month}
      third: {kind: compute-commitment, payer: other, payee: small, total: 10 M USD, term: 24 months,
        price: 2 USD/H100e-hour, true_up: 1 month}
  money:
    announced: 2026-01-01
    status: in-force
    contracts:
      equity: {kind: equity-commitment, payer: parent, payee: lab, total: 30 M USD, valuation: 270 M USD}
      loan: {kind: loan, payer: large, payee: lab, total: 10 M USD, rate: 0 %/year, term: 12 months}
"""

FLOWS = {
    "large": {"chips": ("maker", "chips", 6)},
    "small": {"chips": ("maker", "chips", 3), "hall": ("landlord", "rent", 3)},
}


def text():
    book = yaml.load(WEB, Loader=yaml.BaseLoader)
    book["parties"]["large"]["stakes"] = {"small": "20 %"}
    for party, flows in FLOWS.items():
        book["parties"][party]["flows"] = {
            name: {"to": to, "purpose": purpose, "amount": f"{amount} M USD/year"}
            for name, (to, purpose, amount) in flows.items()
        }
    return book


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    return opened(text(), tmp_path_factory.mktemp("web") / "book.yaml")


@pytest.fixture(scope="module")
def answer(web):
    return interlock.influence(interlock.simulate(web, paths=16))


def depends(answer, relation):
    return {(each.party, each.on): each for each in answer.of(relation)}


def test_compute_funds_and_sales_are_shared_out_as_they_were_paid(answer):
    compute, funds, sales = (depends(answer, each) for each in (Relation.compute, Relation.funds, Relation.sales))
    assert compute["lab", "large"].direct.share == pytest.approx(0.6, rel=1e-9)
    assert compute["lab", "small"].direct.share == pytest.approx(0.4, rel=1e-9)
    assert compute["other", "small"].direct.share == 1.0
    assert funds["lab", "parent"].direct.share == pytest.approx(0.75, rel=1e-9)
    assert funds["lab", "large"].direct.share == pytest.approx(0.25, rel=1e-9)
    assert ("large", "lab") not in funds  # that the lab repays it funds nobody
    assert sales["small", "lab"].direct.share == pytest.approx(2 / 3, rel=1e-9)
    assert sales["maker", "small"].direct.share == pytest.approx(1 / 3, rel=1e-9)
    # The maker lives by its customers' customers: all of what the large cloud sells, two thirds of the small one's.
    assert sales["maker", "lab"].direct.share == 0.0
    assert sales["maker", "lab"].through.share == pytest.approx(2 / 3 + 1 / 3 * 2 / 3, rel=1e-9)


def test_supplies_rest_on_the_suppliers_of_suppliers(answer):
    supplies = depends(answer, Relation.supplies)
    assert supplies["lab", "maker"].direct.share == 0.0
    assert supplies["lab", "maker"].through.share == pytest.approx(0.6 + 0.4 * 0.5, rel=1e-9)
    assert supplies["other", "landlord"].through.share == pytest.approx(0.5, rel=1e-9)
    # Of all that others pay: 50 + 10 by the labs, 12 + 12 by the clouds.
    reach = dict(answer.reach)
    maker = (50 * (0.6 + 0.4 * 0.5) + 10 * 0.5 + 12 * 1.0 + 12 * 0.5) / 84
    assert reach["maker"].share == pytest.approx(maker, rel=1e-9)
    assert "rests on maker" in answer.head()


def test_holdings_of_holdings_are_held(answer):
    owners = depends(answer, Relation.owners)
    assert owners["small", "parent"].direct.share == pytest.approx(0.1, rel=1e-9)
    assert owners["small", "parent"].through.share == pytest.approx(0.1 + 0.5 * 0.2, rel=1e-9)
    assert owners["lab", "parent"].direct.share == pytest.approx(0.1, rel=1e-9)


def test_a_cloud_weans_itself_off_a_lab_as_shares_and_backlog_say(answer):
    small = next(each for each in answer.weaning if (each.cloud, each.customer) == ("small", "lab"))
    assert [share.share for _, share in small.sales] == pytest.approx([2 / 3, 2 / 3], rel=1e-9)
    assert small.backlog[0][1].share == pytest.approx(2 / 3, rel=1e-9)
    large = next(each for each in answer.weaning if each.cloud == "large")
    assert [year for year, _ in large.sales] == [2026]


def test_concentration_is_the_sum_of_squared_shares(answer):
    found = {(each.party, each.of): dict(each.years) for each in answer.concentration}
    suppliers = found["lab", "suppliers"]
    assert suppliers[2026].centre == pytest.approx(0.75**2 + 0.25**2, rel=1e-9)
    assert suppliers[2027].centre == pytest.approx(1.0, rel=1e-9)
    assert found["small", "customers"][2026].centre == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2, rel=1e-9)


def test_the_order_in_which_a_book_is_written_does_not_matter(answer, tmp_path):
    book = text()
    book["parties"] = dict(reversed(book["parties"].items()))
    book["deals"] = dict(reversed(book["deals"].items()))
    turned = interlock.influence(interlock.simulate(opened(book, tmp_path / "book.yaml"), paths=16))
    assert turned == answer


def test_what_is_kept_on_the_way_makes_no_dependence_less():
    """In the ring 21 cents of a dollar come home; but all that the chipmaker sells rests on the lab."""
    ring = interlock.influence(interlock.simulate(interlock.open_book("ring"), paths=8))
    sales = depends(ring, Relation.sales)
    assert sales["chipmaker", "lab"].through.share == pytest.approx(1.0, rel=1e-9)


def test_errors_shrink_as_they_should():
    chain = interlock.open_book("chain")
    few, many = (interlock.influence(interlock.simulate(chain, paths=paths)) for paths in (512, 4096))
    error = [depends(each, Relation.owners)["lab", "capital-markets"].direct.error for each in (few, many)]
    assert 0.15 < error[1] / error[0] < 0.75
    share = [depends(each, Relation.owners)["lab", "capital-markets"].direct.share for each in (few, many)]
    assert abs(share[0] - share[1]) < 4 * np.hypot(*error)


def test_the_document_and_the_table_say_the_same(answer):
    document, table = answer.to_json(), answer.table()
    assert len(document["dependences"]) == len(table) == len(answer.dependences)
    assert set(document["reach_of_supplies"]) == dict(answer.reach).keys()


def test_what_is_lost_without_somebody_is_what_a_book_without_it_lacks(tmp_path):
    """All removals of a teaching book, against books in which each deal never completes."""
    text_of_chain = text_of("chain")
    chain = interlock.open_book("chain")
    names = removable(chain)
    assert names == ("chipmaker", "cloud", "lab", "chips", "compute", "rounds")
    lost = interlock.removals(chain, *names, paths=64)
    base = interlock.simulate(chain, paths=64).series["revenue"]
    for deal in ("chips", "compute", "rounds"):
        ended = {**text_of_chain, "deals": {**text_of_chain["deals"]}}
        ended["deals"][deal] = {**ended["deals"][deal], "status": "letter-of-intent", "probability": "0 %"}
        sales = interlock.simulate(opened(ended, tmp_path / f"{deal}.yaml"), paths=64).series["revenue"]
        apart = dict(zip(sales.rows, (sales.mean() - base.mean()).sum(axis=1), strict=True))
        found = {each.party: each.number for each in lost.of(deal) if each.measure is AtStake.sales}
        for party, difference in apart.items():
            ours = found[party].difference if party in found else 0.0
            assert ours == pytest.approx(difference, rel=1e-9, abs=1.0)
    without = {each.party: each for each in lost.of("cloud") if each.measure is AtStake.compute}
    assert without["lab"].number.value == 0.0
    assert lost.without("lab").startswith("Without lab: cloud sells")
    assert len(lost.table()) == len(lost.to_json()["differences"])


@pytest.fixture(scope="module")
def many():
    return interlock.simulate(interlock.open_book("chain"), paths=512)


def by_hand(run, values):
    """SciPy's rank correlation of each figure with some values."""
    return {
        name: scipy.stats.spearmanr(row, values).statistic for name, row in zip(run.figures, run.draws, strict=True)
    }


def assert_rests_on(reliance, correlations):
    """The strongest of them first, and each as it is."""
    named = [name for name, _ in reliance.figures]
    assert named == sorted(correlations, key=lambda name: -abs(correlations[name]))[: len(named)]
    for name, correlation in reliance.figures:
        assert correlation == pytest.approx(correlations[name], abs=1e-9)


def test_what_the_first_loss_rests_on_is_the_rank_correlation_of_that_loss(many, tmp_path):
    lost = interlock.removals(many, "compute")
    text = text_of("chain")
    text["deals"]["compute"] |= {"status": "letter-of-intent", "probability": "0 %"}
    without = interlock.simulate(opened(text, tmp_path / "without.yaml"), paths=512)
    # The lab loses most of its sales.
    sales = [run.series["revenue"] for run in (many, without)]
    with_it, without_it = (each.first[each.of("lab")].sum(axis=0) for each in sales)
    assert lost.reliance["compute"].what == "the loss of lab"
    assert len(lost.reliance["compute"].figures) == 2
    assert_rests_on(lost.reliance["compute"], by_hand(many, with_it - without_it))


def test_what_a_dependence_rests_on_is_the_rank_correlation_of_what_is_bought(many):
    answer = interlock.influence(many)
    paid = many.series["paid"]
    usd = {(row[0], row[4]): each.sum(axis=0) for row, each in zip(paid.rows, paid.first, strict=True)}
    chips = usd["deals.chips.supply", "delivery"]
    compute = usd["deals.compute.promise", "use"] + usd["deals.compute.promise", "top-up"]
    assert answer.reach[0][0] == "chipmaker"
    assert answer.reliance.what == "what they buy of chipmaker directly"
    assert len(answer.reliance.figures) == 2
    assert_rests_on(answer.reliance, by_hand(many, chips / (chips + compute)))


@pytest.mark.parametrize(("names", "words"), [((), "name a party or a deal"), (("clowd",), "Did you mean 'cloud'")])
def test_what_cannot_be_taken_out_is_one_line(names, words):
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.removals(interlock.open_book("chain"), *names, paths=8)
    assert len(str(problem.value).splitlines()) == 1


def test_dependences_are_drawn(answer):
    assert_drawn(answer, *answer.charts())
    assert {"supplies", "sales"} <= set(answer.charts())
