"""What a figure is once it is read: its grade, what it rests on, and what it repeats."""

import sys

import pytest

from interlock.book.knowledge import bare_figures, figures_of, grades_of, known_of, owner_of, text_of
from interlock.ground.figure import Grade, Shape


def figures(book):
    return dict(figures_of(book))


def test_every_figure_has_its_address(opened, small_book):
    assert list(figures(opened(small_book))) == [
        "deals.promise.compute.price",
        "deals.promise.compute.term",
        "deals.promise.compute.total",
        "deals.promise.extra.limit",
        "deals.round.shares.total",
        "deals.round.shares.valuation",
        "drivers.demand.level",
        "drivers.demand.volatility",
        "drivers.rate.level",
        "drivers.rate.volatility",
        "drivers.spot.half_life",
        "drivers.spot.level",
        "drivers.spot.mean",
        "drivers.spot.volatility",
        "figures.budget",
        "parties.cloud.stakes.lab",
        "parties.lab.cash",
        "parties.maker.stakes.lab",
    ]


def test_parts_and_triggers_have_addresses_too(opened, small_book):
    text = small_book.replace(
        "because: reports}",
        "because: reports}\n"
        "        tranches:\n"
        "          - {part: 40 %, when: 2026-03}\n"
        "          - {part: 60 %, when: {any: [{when: parties.lab.cash, at_most: 1 B USD}, {date: 2027-01}]}}",
    )
    text = text.replace(
        "        term:", "        notice: {period: 90 days, given: {when: drivers.demand, at_most: 0.5}}\n        term:"
    )
    found = figures(opened(text))
    assert found["deals.round.shares.tranches.1.part"].text == "60 %"
    assert found["deals.round.shares.tranches.1.when.0.level"].distribution.numbers == (1e9,)
    assert found["deals.promise.compute.notice.period"].distribution.numbers[0] == pytest.approx(36 / 12 * 90 / 91.25)
    assert found["deals.promise.compute.notice.given.level"].distribution.numbers == (0.5,)


def test_the_grades_are_counted_and_a_repeated_figure_only_once(opened, small_book):
    counts = grades_of(opened(small_book))
    assert counts == {Grade.stated: 2, Grade.estimated: 0, Grade.assumed: 17, Grade.undisclosed: 0}


PHASED = "        profile: {assumed: {2026-02: 45 %, 2027-01: 100 %}, because: halls come one by one}\n"


def test_a_schedule_counts_as_one_figure_and_has_steps_in_place_of_a_range(opened, small_book):
    book = opened(small_book.replace("        price: {assumed: 2", f"{PHASED}        price: {{assumed: 2"))
    assert grades_of(book) == {Grade.stated: 2, Grade.estimated: 0, Grade.assumed: 18, Grade.undisclosed: 0}
    profile = dict(known_of(book))["deals.promise.compute.profile"]
    assert text_of(profile) == "45 % from Feb 2026, 100 % from Jan 2027"
    assert profile.because == "halls come one by one"
    assert "deals.promise.compute.profile" not in figures(book)  # nothing is drawn of it
    bare = opened(
        small_book.replace("        price: {assumed: 2", "        profile: {2026-02: 1}\n        price: {assumed: 2")
    )
    assert bare_figures(bare) == ["deals.promise.compute.profile"]


def test_correlations_stand_among_what_is_known_under_headings_of_their_own(opened, small_book):
    known = dict(known_of(opened(small_book)))
    ties = {address: text_of(each) for address, each in known.items() if address not in figures(opened(small_book))}
    assert ties == {"correlations.demand.spot": "40 %", "groups.costs.correlation": "60 %"}
    assert list(known) == sorted(known)
    assert [*dict.fromkeys(map(owner_of, known))] == [
        "correlations",
        "deals.promise",
        "deals.round",
        "drivers.demand",
        "drivers.rate",
        "drivers.spot",
        "figures",
        "groups",
        "parties.cloud",
        "parties.lab",
        "parties.maker",
    ]


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        (
            "line: {assumed: {2026-01: 2.5 USD/H100e-hour, 2028-01: 1 USD/H100e-hour}, because: x}",
            "2.5 USD/H100e-hour in Jan 2026, 1 USD/H100e-hour in Jan 2028, in straight lines",
        ),
        ("steps: {assumed: {2026-03: 40 M USD}, because: x}", "40 M USD from Mar 2026"),
        (
            (
                "steps: {assumed: {2026-01: 1, 2026-02: 2, 2026-03: 3, 2026-04: 4, 2026-05: 5, 2026-06: 6, 2026-07: 7},"
                " because: x}"
            ),
            "1 from Jan 2026, 2 from Feb 2026, 3 from Mar 2026, 4 from Apr 2026, … (2 more), 7 from Jul 2026",
        ),
    ],
)
def test_steps_are_told_in_few_words(opened, small_book, driver, said):
    book = opened(small_book.replace("drivers:\n", f"drivers:\n  path: {{kind: fixed, {driver}}}\n"))
    [path] = [each for address, each in known_of(book) if address.startswith("drivers.path.")]
    assert text_of(path) == said


def test_a_bare_quantity_is_read_as_assumed_and_listed(opened, small_book):
    book = opened(small_book.replace("{assumed: 6 to 18 B USD, because: a guess}", "6 to 18 B USD"))
    assert bare_figures(book) == ["parties.lab.cash"]
    assert figures(book)["parties.lab.cash"].grade is Grade.assumed
    [remark] = book.remarks
    assert str(remark) == (
        "book.yaml:9:29: `cash` is 6 to 18 B USD without a grade: read as assumed.\n"
        "    Say how well it is known, for example {assumed: 6 to 18 B USD, because: …}."
    )


def test_undisclosed_is_never_zero_but_what_is_assumed_in_its_place(opened, small_book):
    text = small_book.replace(
        "{stated: 30 B USD, source: filing}", "{undisclosed: true, assume: 20 to 40 B USD, because: a guess}"
    )
    total = figures(opened(text))["deals.promise.compute.total"]
    assert (total.grade, total.text, total.distribution.shape) == (
        Grade.undisclosed,
        "20 to 40 B USD",
        Shape.lognormal,
    )


def test_a_repeated_figure_is_the_same_unknown_under_the_address_where_it_is_written(opened, small_book):
    chained = small_book.replace(
        "total: {stated: 30 B USD, source: filing}", "total: {same_as: deals.round.shares.total}"
    )
    found = figures(opened(chained))
    first, second = found["deals.promise.compute.total"], found["deals.round.shares.total"]
    budget = found["figures.budget"]
    assert first.same_as == second.same_as == "figures.budget"
    assert first.distribution == second.distribution == budget.distribution
    assert first.grade is Grade.assumed
    assert first.because == "a guess"


def test_a_repeated_lag_counts_from_where_it_is_written(opened, small_book):
    text = small_book.replace(
        "        term:", "        start: {assumed: 2 to 14 months, because: x}\n        term:"
    ).replace(
        "announced: 2026-01-10\n    status: signed\n    sources", "announced: 2025-10\n    status: signed\n    sources"
    )
    text += "    completes: {same_as: deals.promise.compute.start}\n"
    book = opened(text)
    start = figures(book)["deals.promise.compute.start"]
    assert start.offset == -3.0
    assert (book.deals["round"].completes.offset, book.deals["round"].completes.same_as) == (
        -3.0,
        "deals.promise.compute.start",
    )


def test_a_repeated_figure_must_be_allowed_where_it_is_repeated(told, small_book):
    text = small_book.replace("figures:\n", "figures:\n  more: {assumed: 140 %, because: a guess}\n")
    text = text.replace("        term:", "        take: {same_as: figures.more}\n        term:")
    assert told(text).startswith(
        "book.yaml:37:25: `take` is the same as figures.more, which is '140 %', but it cannot be above 100 %."
    )


def test_a_figure_moves_with_its_group_or_against_it(opened, small_book):
    text = small_book.replace(
        "{assumed: 5 to 8 years, because: usual}", "{assumed: 5 to 8 years, because: usual, group: -costs}"
    )
    book = opened(text)
    assert figures(book)["deals.promise.compute.term"].group == "-costs"
    assert book.groups == {"costs": 0.6}


def test_correlations_stand_in_order_of_name_whichever_way_they_are_written(opened, small_book):
    book = opened(small_book.replace("[demand, spot]", "[spot, demand]"))
    assert book.correlations == (("demand", "spot", 0.4),)
    assert book == opened(small_book)


def test_in_place_of_a_driver_a_figure_may_stand(opened, small_book):
    book = opened(
        small_book.replace("        price: spot\n", "        price: {assumed: 3 USD/H100e-hour, because: x}\n")
    )
    assert figures(book)["deals.promise.extra.price"].distribution.numbers == (3 * 730.0,)


def test_a_table_beside_the_book_is_a_schedule_in_its_unit(opened, tmp_path, small_book):
    (tmp_path / "prices.csv").write_text("month,USD/H100e-hour\n2026-01,2.4\n2026-04,2.1\n", encoding="utf-8")
    text = small_book.replace("drivers:\n", "drivers:\n  market: {kind: table, file: prices.csv}\n")
    text = text.replace("        price: spot\n", "        price: market\n")
    book = opened(text)
    table = book.drivers["market"].values["file"]
    assert table.months == (2026 * 12, 2026 * 12 + 3)
    assert table.levels == (2.4 * 730, 2.1 * 730)
    assert table.unit.base == "USD/H100e/month"
    assert not table.linear


@pytest.mark.parametrize(
    ("file", "rows", "said"),
    [
        ("../prices.csv", "", "book.yaml:13:31: the table '../prices.csv' lies outside the book's folder."),
        ("/etc/passwd", "", "book.yaml:13:31: the table '/etc/passwd' lies outside the book's folder."),
        ("link.csv", "", "book.yaml:13:31: the table 'link.csv' lies outside the book's folder."),
        ("none.csv", "", "book.yaml:13:31: the table 'none.csv': there is no such file."),
        ("prices.csv", "2026-01,2.4\n", "prices.csv:1:1: the table has no head."),
        ("prices.csv", "month,EUR\n2026-01,2.4\n", "prices.csv:2:9: `file` in 2026-01 is '2.4 EUR'"),
        ("prices.csv", "month,%\n2026-13,2.4\n", "prices.csv:2:1: '2026-13' is no month."),
        ("prices.csv", "month,%\n2026-02,2\n2026-01,2\n", "prices.csv:3:1: 2026-01 is not after the month"),
        ("prices.csv", "month,%\n2026-02,2,3\n", "prices.csv:2:1: the row has 3 cells."),
        ("prices.csv", "month,%\n", "prices.csv: the table has 0 rows."),
    ],
)
def test_a_table_that_is_none_or_lies_elsewhere_is_refused(told, tmp_path, small_book, file, rows, said):
    if file == "link.csv":
        if sys.platform == "win32":
            pytest.skip("links need rights there")
        outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
        outside.write_text("month,%\n2026-01,2\n", encoding="utf-8")
        (tmp_path / file).symlink_to(outside)
    if rows:
        (tmp_path / file).write_text(rows, encoding="utf-8")
    text = small_book.replace("drivers:\n", f"drivers:\n  market: {{kind: table, file: {file}}}\n")
    assert told(text).startswith(said)
