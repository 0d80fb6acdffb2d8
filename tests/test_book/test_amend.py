"""A changed book is a new one, read as strictly as a file."""

from pathlib import Path

import pytest

from interlock.book.amend import parse_setting
from interlock.book.book import Failure, Shock
from interlock.book.identity import book_identity
from interlock.book.knowledge import figures_of
from interlock.book.read import open_book, read_scenario, with_scenario
from interlock.book.write import write_book
from interlock.ground.errors import ArgumentError, BookError


def problems(change, *arguments):
    with pytest.raises(BookError) as error:
        change(*arguments)
    return str(error.value)


@pytest.fixture
def book(opened, small_book):
    return opened(small_book)


@pytest.fixture
def under(tmp_path, book):
    """The small book under a scenario of this text."""

    def change(text):
        (tmp_path / "bear.yaml").write_text(text, encoding="utf-8")
        return with_scenario(book, tmp_path / "bear.yaml")

    return change


def test_one_figure_is_changed_and_the_book_stays_as_it_was(book):
    changed = book.amend({"drivers.demand.volatility": "40 %"})
    assert changed.drivers["demand"].values["volatility"].distribution.numbers == (0.4,)
    assert book.drivers["demand"].values["volatility"].distribution.numbers == (0.2,)
    assert book_identity(changed) != book_identity(book)


def test_a_term_that_the_book_leaves_out_can_be_set(book):
    changed = book.amend({"deals.promise.compute.notice.period": "6 months", "deals.promise.compute.take": "80 %"})
    figures = dict(figures_of(changed))
    assert figures["deals.promise.compute.notice.period"].distribution.numbers == (6.0,)
    assert figures["deals.promise.compute.take"].distribution.numbers == (0.8,)


def test_every_figure_of_a_book_can_be_set_by_its_address(book):
    for address, figure in figures_of(book):
        figures = dict(figures_of(book.amend({address: {"assumed": figure.text, "because": "to see"}})))
        assert figures[address].because == "to see"
        assert figures[address].distribution == figure.distribution


def test_correlations_groups_and_dates_have_addresses_too(book):
    changed = book.amend({"correlations.demand.spot": "-10 %", "groups.costs.correlation": "5 %", "book.months": 36})
    assert changed.correlations == (("demand", "spot", -0.1),)
    assert (changed.groups, changed.months) == ({"costs": 0.05}, 36)


def test_a_level_in_a_list_is_set_by_its_number(book):
    tranches = [{"part": "50 %", "when": {"when": "parties.lab.cash", "at_most": "1 B USD"}}, {"part": "50 %"}]
    changed = book.amend({"deals.round.shares.tranches": tranches})
    changed = changed.amend(
        {"deals.round.shares.tranches.1.part": "40 %", "deals.round.shares.tranches.0.when.level": "2 B USD"}
    )
    figures = dict(figures_of(changed))
    assert figures["deals.round.shares.tranches.1.part"].text == "40 %"
    assert figures["deals.round.shares.tranches.0.when.level"].text == "2 B USD"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"drivers.demnd.level": "1"},
            "there is no 'drivers.demnd.level' in this book.\n    Did you mean 'drivers.demand.level'?",
        ),
        (
            {"deals.promise.compute.totl": "1"},
            "there is no 'deals.promise.compute.totl' in this book.\n    Did you mean 'deals.promise.compute.total'?",
        ),
        (
            {"deals.promise.compute.total": "1 GW"},
            "`total` is '1 GW', but this field is measured in USD.",
        ),
    ],
)
def test_a_wrong_change_is_told_at_its_address(book, change, said):
    [address] = change
    assert problems(book.amend, change).startswith(f"change of {address}: {said}")


def test_a_setting_of_the_command_line_is_an_address_and_a_quantity():
    assert parse_setting("drivers.demand.growth=20 to 40 %/year") == ("drivers.demand.growth", "20 to 40 %/year")
    with pytest.raises(ArgumentError, match="is not ADDRESS=QUANTITY"):
        parse_setting("drivers.demand.growth")


def test_a_scenario_sets_removes_adds_shocks_and_fails(under):
    changed = under(
        """\
title: Bear
set: {deals.more.shares.valuation: {assumed: 100 B USD, because: bad times}}
remove: [deals.promise.extra, deals.round]
add:
  deals:
    more:
      announced: 2026-03
      status: signed
      contracts:
        shares:
          kind: equity-commitment
          payer: maker
          payee: lab
          total: {same_as: figures.budget}
          valuation: {assumed: 200 B USD, because: good times}
shocks:
  - {address: drivers.spot.level, factor: 0.5, from: 2026-06, until: 2027-01}
  - {address: drivers.demand.level, to: 2, from: 2026-06, until: 2026-08}
fail: [{party: lab, month: 2027-03}]
"""
    )
    assert list(changed.deals) == ["more", "promise"]
    assert list(changed.deals["promise"].contracts) == ["compute"]
    assert changed.deals["more"].contracts["shares"].terms.values["valuation"].text == "100 B USD"
    june = 2026 * 12 + 5
    assert changed.shocks == (Shock("demand", None, 2.0, june, june + 2), Shock("spot", 0.5, None, june, june + 7))
    assert changed.failures == (Failure("lab", 2027 * 12 + 2),)
    assert "lab fails in 2027-03." in changed.tell()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "bear.yaml:1:1: a scenario is a mapping of changes, this is none."),
        ("sett: {a.b: c}\n", "bear.yaml:1:1: a scenario has no field 'sett'.\n    Did you mean 'set'?"),
        ("set: [a]\n", "bear.yaml:1:6: `set` is a mapping, this is none."),
        ("remove: deals.round\n", "bear.yaml:1:9: `remove` is a list, this is none."),
        (
            "remove: [deals.rond]\n",
            "bear.yaml:1:10: there is no 'deals.rond' in this book.\n    Did you mean 'deals.round'?",
        ),
        ("remove: [parties.lab]\n", "bear.yaml:1:10: there is no 'parties.lab' in this book."),
        ("add: {deals: {round: {}}}\n", "bear.yaml:1:15: 'round' stands twice in `deals`, first at book.yaml:44:3."),
        ("set: {figures.budget: 3 GW}\n", "book.yaml:53:26: `total` is the same as figures.budget, which is 3 GW, but"),
        ("set: {deals.promise.compute.payee: clod}\n", "bear.yaml:1:36: payee is 'clod', which no file declares."),
        ("remove: [deals.promise]\n", "book.yaml:47:17: depends_on is 'promise', which is no deal."),
        ("set: {a: &x b}\nadd: *x\n", "bear.yaml:2:6: '*x' is an alias, which books do not use."),
    ],
)
def test_what_is_wrong_with_a_scenario_is_told_at_its_place(under, text, said):
    assert problems(under, text).startswith(said)


def test_a_scenario_may_be_a_mapping(book):
    assert with_scenario(book, {"fail": [{"party": "lab", "month": "2027-03"}]}).failures == (Failure("lab", 24326),)
    said = problems(with_scenario, book, {"fail": [{"party": "labb", "month": "2027-03"}]})
    assert said.startswith("scenario: party is 'labb', which no file declares")


def test_the_scenarios_of_a_book_are_known_by_name():
    book = open_book("nvidia-microsoft-anthropic")
    for file in sorted(Path(book.folder, "scenarios").glob("*.yaml")):
        assert book_identity(with_scenario(book, file.stem)) != book_identity(book)
    assert "there is no such scenario.\n    Did you mean 'growth-halved'?" in problems(
        read_scenario, book, "growth-halvd"
    )


def test_a_book_that_is_written_reads_back_to_an_equal_one(under, opened, tmp_path, small_book):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "prices.csv").write_text("month,USD/H100e-hour\n2026-01,2.4\n", encoding="utf-8")
    opened(small_book.replace("drivers:\n", "drivers:\n  market: {kind: table, file: tables/prices.csv}\n"))
    book = open_book(tmp_path / "book.yaml")
    book = book.amend({"figures.budget": "21 to 40 B USD", "book.title": 'A "test": of « words » & # signs'})
    (tmp_path / "bear.yaml").write_text(
        "shocks: [{address: drivers.spot.level, factor: 0.5, from: 2026-06, until: 2027-01}]\n"
        "fail: [{party: lab, month: 2027-03}]\n",
        encoding="utf-8",
    )
    book = with_scenario(book, tmp_path / "bear.yaml")
    write_book(book, tmp_path / "run" / "copy")
    again = open_book(tmp_path / "run" / "copy")
    assert again == book
    assert again.name == book.name == "book"
    assert book_identity(again) == book_identity(book)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["copy"]
    with pytest.raises(ArgumentError, match="exists and is not empty"):
        write_book(book, tmp_path / "run" / "copy")


@pytest.mark.parametrize("name", ["pair", "ring", "chain", "vehicle", "shortage", "nvidia-microsoft-anthropic"])
def test_a_bundled_book_that_is_written_reads_back_to_an_equal_one(name, tmp_path):
    book = open_book(name)
    write_book(book, tmp_path / "copy")
    assert open_book(tmp_path / "copy") == book


def test_identity_is_about_what_a_book_says(opened, small_book):
    identity = book_identity(opened(small_book))
    respelt = small_book.replace("30 B USD", "30000 M USD").replace("5 to 8 years", "60  to  96 months")
    assert book_identity(opened("# a remark\n" + respelt)) == identity
    assert book_identity(opened(small_book.replace("30 B USD", "31 B USD"))) != identity
    assert book_identity(opened(small_book.replace("because: reports", "because: rumours"))) != identity
