"""What was reported later is read like a book: every problem at its place, and nothing that the book could know."""

from pathlib import Path

import pytest

from interlock.book.actuals import period_of, read_actuals
from interlock.book.observable import Observable, quantity_of
from interlock.book.read import bundled, open_book
from interlock.ground.errors import BookError

ACTUALS = """\
title: What came
sources:
  paper: {title: A paper, date: 2026-06-01, url: "https://example.com/p"}
observed:
  cash of lab:
    known:
      2026-01: {stated: 9 B USD, source: filing}
    reported:
      2026-05: {stated: 8 B USD, source: paper}
  paid under deals.promise.compute:
    known:
      2025: {estimated: 12 B USD, source: relay, because: as relayed}
    reported:
      2026-Q2: {stated: 6 B USD, source: paper}
      2026-03: {stated: 24 B USD/year, source: paper}
"""


@pytest.fixture
def read(tmp_path, opened, small_book):
    """Reads actuals of the small book."""

    def of(text):
        file = tmp_path / "came.yaml"
        file.write_text(text, encoding="utf-8")
        return read_actuals(opened(small_book), file)

    return of


def told(read, before, after):
    assert ACTUALS.count(before) == 1
    with pytest.raises(BookError) as error:
        read(ACTUALS.replace(before, after))
    return str(error.value)


def test_values_come_in_base_units_and_in_order_of_time(read):
    cash, paid = read(ACTUALS).observed
    assert [(each.period.text, each.value) for each in cash.reported] == [("2026-05", 8e9)]
    # Whatever it was reported as, what is paid counts by the month.
    assert [each.value for each in (*paid.known, *paid.reported)] == [1e9, 2e9, 2e9]
    assert [(each.period.text, each.scale) for each in paid.reported] == [("2026-03", 1.0), ("2026-Q2", 3.0)]


def test_the_middle_counts_of_what_is_uncertain(read):
    (cash, _) = read(ACTUALS.replace("stated: 8 B USD", "stated: 4 to 9 B USD")).observed
    assert cash.reported[0].value == pytest.approx(6e9)


def test_without_change_the_last_value_goes_on_and_the_trend_grows_as_the_year_before_it(read):
    more = ACTUALS.replace("2025: {", "2024: {estimated: 6 B USD, source: relay, because: as relayed}\n      2025: {")
    _, paid = read(more).observed
    assert paid.no_change() == pytest.approx(1e9)
    # It doubled in twelve months; from the middle of 2025 to that of March 2026 it is eight and a half.
    assert paid.trend(period_of("2026-03")) == pytest.approx(1e9 * 2.0 ** (8.5 / 12.0))


def test_there_is_no_trend_of_one_value(read):
    cash, _ = read(ACTUALS).observed
    assert cash.trend(period_of("2026-05")) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [("2026-03", 1), ("2026-Q4", 3), ("2026", 12), ("2026-11..2027-01", 3)],
)
def test_a_period_is_a_month_a_quarter_a_year_or_some_months(text, months):
    assert period_of(text).months == months


@pytest.mark.parametrize("text", ["2026-Q5", "2026-13", "26-01", "2026-03-01", "2026-05..2026-03", "soon"])
def test_anything_else_is_none(text):
    assert period_of(text) is None


@pytest.mark.parametrize(
    ("before", "after", "place", "hint"),
    [
        ("cash of lab", "cash of lba", "came.yaml:5:3", "Did you mean 'lab'?"),
        ("cash of lab", "wealth of lab", "came.yaml:5:3", "cash of PARTY"),
        ("cash of lab", "fleet of lab", "came.yaml:5:3", "there is no 'lab'"),
        ("cash of lab", "sales of customers", "came.yaml:5:3", "there is no 'customers'"),
        ("deals.promise.compute", "deals.promise.computer", "came.yaml:10:3", "deals.promise.compute"),
        ("2026-05: {", "2026-5: {", "came.yaml:9:7", "no period"),
        ("2026-05: {", "2028-05: {", "came.yaml:9:7", "2026-01 to 2027-12"),
        ("8 B USD", "8 GW", "came.yaml:9:7", "measured in USD"),
        ("6 B USD", "6 %", "came.yaml:14:7", "USD or USD/year"),
        ("6 B USD, source: paper", "6 B USD, source: peper", "came.yaml:14:42", "Did you mean 'paper'?"),
        ("8 B USD, source: paper", "8 B USD, source: filing", "came.yaml:9:7", "under `known`"),
        ("9 B USD, source: filing", "9 B USD, source: paper", "came.yaml:7:42", "the book is as of 2026-01-15"),
        ("    known:\n      2026-01", "    knwon:\n      2026-01", "came.yaml:6:5", "Did you mean 'known'?"),
        ("title: What came\n", "", "came.yaml:1:1", "no `title`"),
        (
            "observed:",
            "  filing: {title: Another, date: 2026-07}\nobserved:",
            "came.yaml:4:3",
            "first at book.yaml:3:3",
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(read, before, after, place, hint):
    said = told(read, before, after)
    assert f"{place}: " in said
    assert hint in said


def test_every_phrase_is_understood_as_what_it_says():
    for each in Observable:
        phrase = each.value
        names = ("one", "other")[: sum(word.isupper() for word in phrase.split())]
        for word in [word for word in phrase.split() if word.isupper()]:
            phrase = phrase.replace(word, names[0] if names[0] not in phrase.split() else names[1])
        assert (quantity_of(phrase).of, str(quantity_of(phrase))) == (each, phrase)


def test_what_is_reported_of_bundled_books_is_in_order_and_no_part_of_them():
    found = 0
    for name in bundled():
        book = open_book(name)
        for file in sorted(Path(book.folder, "actuals").glob("*.yaml")):
            actuals = read_actuals(book, file.stem)
            assert set(book.sources) < set(actuals.sources)
            found += sum(len(each.reported) for each in actuals.observed)
    assert found >= 19
