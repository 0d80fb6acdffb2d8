"""The use of another's models, against bills worked out by hand."""

import pytest

from interlock.contracts import ModelUsage, Notice, Now, rehearse


def bills(contract: ModelUsage, length: int) -> list[float]:
    return [due for (due,) in rehearse(contract, [Now(month=float(t)) for t in range(length)])]


def test_it_is_paid_from_its_start_for_its_term_and_for_parts_of_months():
    assert bills(ModelUsage(amount=100.0, start=1.25, term=2.0), 5) == pytest.approx([0, 75, 100, 25, 0])


def test_it_grows_from_the_start_of_the_run_and_moves_with_its_index():
    contract = ModelUsage(amount=100.0, growth=0.21, index=0.5, start=6.0, term=12.0)
    owed = bills(contract, 13)
    assert owed[6] == pytest.approx(55.0)
    assert owed[12] == pytest.approx(60.5)


def test_the_minimum_is_owed_where_less_is_used():
    assert bills(ModelUsage(amount=100.0, growth=-0.75, minimum=50.0, term=30.0), 25)[::12] == [100.0, 50.0, 50.0]
    assert bills(ModelUsage(amount=100.0, growth=-0.75, term=30.0), 25)[::12] == pytest.approx([100.0, 25.0, 6.25])


def test_a_notice_ends_it_and_the_minimum_that_remains():
    contract = ModelUsage(amount=10.0, minimum=50.0, start=2.0, term=24.0, notice=Notice(given=1.0, period=3.5))
    assert bills(contract, 6) == [0, 0, 50, 50, 25, 0]
    assert [contract.remaining(Now(month=float(month)), ()) for month in (-1, 1, 2, 3, 4)] == [125, 125, 75, 25, 0]


def test_what_remains_is_the_minimum_of_the_months_to_come_and_nothing_else():
    contract = ModelUsage(amount=100.0, minimum=50.0, term=24.0)
    assert contract.remaining(Now(month=3.0), ()) == 20 * 50.0
    assert ModelUsage(amount=100.0, term=24.0).remaining(Now(month=3.0), ()) == 0.0


def test_use_says_its_index_and_the_minimum_that_is_owed_in_its_place():
    def said(**terms: float) -> str:
        contract = ModelUsage(amount=100.0, term=24.0, **terms)
        memory = contract.opening()
        return contract.explain(Now(), memory, contract.due(Now(), memory))[0]

    assert said() == "models: 100 USD a month used"
    assert said(index=0.5, minimum=80.0) == "models: 50 USD a month used, at an index of 0.5; the minimum is 80 USD"
    assert said(start=9.0) == ""
