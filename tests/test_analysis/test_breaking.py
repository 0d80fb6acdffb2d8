"""Stress in reverse: against a closed form, and against the stress that it finds."""

import pytest

import interlock
from interlock.analysis.effects import Effect

# Ten million of sales a month, four and a half of staff, and cash of nought to 49.5. At a factor f it lacks 4.5 - 10 f
# a month; what is unpaid after eleven of the twelve months has it fail: with a chance of 11 (4.5 - 10 f) / 49.5.
THIN = """
book: {title: Thin, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  lab:
    roles: [lab]
    cash: uniform(0, 49.5) M USD
    grace: 0 months
    revenue: 120 M USD/year
    demand: demand
    margin: 100 %
    flows: {staff: {purpose: staff, amount: 54 M USD/year}}
drivers:
  demand: {kind: fixed, steps: {2026-01: 1}}
"""


@pytest.fixture(scope="module")
def thin(tmp_path_factory):
    file = tmp_path_factory.mktemp("thin") / "book.yaml"
    file.write_text(THIN, encoding="utf-8")
    return interlock.open_book(file)


@pytest.mark.parametrize("probability", [0.2, 0.5, 0.9])
def test_the_factor_is_that_of_the_closed_form(thin, probability):
    answer = interlock.breaking_point(thin, "lab", "drivers.demand.level", probability=probability, paths=1024)
    for each in answer.tried:
        assert each.fails.share == pytest.approx(max(0.0, 1.0 - each.factor / 0.45), abs=4.0 * each.fails.error)
    assert answer.below.factor == pytest.approx(0.45 * (1.0 - probability), abs=3.0 * answer.below.error)
    assert answer.above is None
    assert answer.without.share == 0.0
    assert "is multiplied by 0." in answer.tell()


def test_no_factor_of_a_fine_grid_is_milder_and_enough(thin):
    answer = interlock.breaking_point(thin, "lab", "drivers.demand.level", probability=0.4, paths=32)
    found = round(256 * answer.below.factor)
    assert found == 256 * answer.below.factor

    def fails(step):
        shock = f"drivers.demand.level={step / 256!r}@2026-01..2027-01"
        rows = interlock.stress(thin, shocks=[shock], paths=32).of(Effect.fails)
        return sum(row.number.value for row in rows if row.of == ("lab",))

    assert fails(found) >= 0.4
    assert max(fails(step) for step in (*range(found + 1, found + 9), *range(found + 9, 256, 16))) < 0.4


def test_where_no_factor_is_enough_it_says_so(thin):
    answer = interlock.breaking_point(thin, "lab", "drivers.demand.level", begins="2026-11", paths=64)
    assert (answer.below, answer.above) == (None, None)
    assert answer.tell().startswith("No factor from 0 to 8 on drivers.demand.level from 2026-11 on")


def test_what_it_finds_is_a_stress_of_that_size():
    book = interlock.open_book("chain")
    answer = interlock.breaking_point(book, "lab", "drivers.demand.level", begins="2027-01", probability=0.3, paths=256)
    shock = f"drivers.demand.level={answer.below.factor!r}@2027-01..2029-01"
    (row,) = [row for row in interlock.stress(book, shocks=[shock], paths=256).of(Effect.fails) if row.of == ("lab",)]
    assert row.number.value == answer.below.fails.share >= 0.3
    assert row.without == answer.without.share
    milder = [each.fails.share for each in answer.tried if answer.below.factor < each.factor <= 1.0]
    assert max(milder) < 0.3
    assert answer.table()["probability"].tolist() == [
        each["probability"]["share"] for each in answer.to_json()["tried"]
    ]


def test_who_fails_so_often_anyway_needs_no_shock():
    answer = interlock.breaking_point(
        interlock.open_book("chain"), "lab", "drivers.demand.level", probability=0.01, paths=256
    )
    assert len(answer.tried) == 1
    assert "in any case" in answer.tell()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"party": "lob"}, "Did you mean 'lab'"),
        ({"driver": "drivers.demnd.level"}, "Did you mean 'drivers.demand.level'"),
        ({"begins": "2031-01"}, "the run goes from"),
        ({"probability": 0.0}, "above 0"),
        ({"probability": 50.0}, "1 at most"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_in_a_line(thin, given, words):
    asked = {"party": "lab", "driver": "drivers.demand.level"} | given
    with pytest.raises(interlock.ArgumentError, match=words) as problem:
        interlock.breaking_point(thin, **asked, paths=8)
    assert len(str(problem.value).splitlines()) == 1
