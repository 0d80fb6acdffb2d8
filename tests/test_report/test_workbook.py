"""The workbook of a run, read back by another library: numbers that add up, and texts that stay texts."""

import io
import re
import sys
import zipfile
from datetime import datetime

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import range_boundaries

import hostile
import interlock
from interlock.book.knowledge import grades_of
from interlock.ground.errors import NotInstalled
from interlock.report.assumptions import assumptions
from interlock.report.cells import LONGEST_TEXT
from interlock.report.findings import Findings
from interlock.report.workbook import NAMED, workbook_of

SUM = re.compile(r"=SUM\(([A-Z]+\d+:[A-Z]+\d+)\)")


def opened(content, **how):
    return openpyxl.load_workbook(io.BytesIO(content), **how)


@pytest.fixture(scope="module")
def run():
    return interlock.simulate(interlock.open_book("pair"), paths=64)


@pytest.fixture(scope="module")
def content(run):
    return workbook_of(Findings(run))


@pytest.fixture(scope="module")
def harmful(tmp_path_factory):
    file = tmp_path_factory.mktemp("hostile") / "book.yaml"
    file.write_text(hostile.BOOK, encoding="utf-8")
    return workbook_of(Findings(interlock.simulate(interlock.open_book(file), paths=16)))


def links_of(sheet):
    return [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def rows_of(book, name):
    """Below the headings, as mappings."""
    rows = list(book[name].iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if len([cell for cell in row if cell is not None]) > 2)
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :] if any(row)]


def test_every_sheet_that_the_summary_names_is_there(content):
    book = opened(content)
    assert book.sheetnames == ["Summary", *NAMED]
    links = {link.location.split("!")[0].strip("'") for link in links_of(book["Summary"])}
    assert links == set(NAMED)


def test_flows_are_the_means_of_the_run(run, content):
    flows = run.series["flows"]
    mean = flows.mean() / 1e9
    found = {(row["payer"], row["payee"]): row for row in rows_of(opened(content, data_only=True), "Flows")}
    for n, ends in enumerate(flows.rows):
        if mean[n].sum() > 1e-3:
            assert [found[ends][str(year)] for year in run.years] == pytest.approx(mean[n], rel=1e-12)
    ranges = rows_of(opened(content), "Flow ranges")
    one = next(row for row in ranges if (row["payer"], row["payee"], row["year"]) == ("lab", "cloud", 2027))
    usd = run["flows"].sel(year=2027).isel(pair=flows.of(("lab", "cloud"))).values / 1e9
    assert [one["5 %"], one["median"], one["95 %"]] == pytest.approx(np.quantile(usd, [0.05, 0.5, 0.95]))


def test_every_formula_is_a_sum_and_comes_to_what_stands_in_its_cell(content):
    written, reckoned = opened(content), opened(content, data_only=True)
    formulas = 0
    for sheet in written:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            [area] = SUM.fullmatch(cell.value).groups()
            left, top, right, bottom = range_boundaries(area)
            values = [
                reckoned[sheet.title].cell(row, column).value or 0.0
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            ]
            assert reckoned[sheet.title][cell.coordinate].value == pytest.approx(sum(values), rel=1e-9, abs=1e-9)
            formulas += 1
    assert formulas >= 20


def test_sums_over_all_years_are_those_of_every_contract(run, content):
    contracts = rows_of(opened(content, data_only=True), "Contracts")
    total = contracts.pop()
    assert total["deal"] == "all"
    assert sum(row["all years"] for row in contracts) == pytest.approx(total["all years"])
    paid = run["paid"].sum(("leg", "year")).mean().item() / 1e9
    assert total["all years"] == pytest.approx(paid, rel=1e-9)


def test_an_assumption_has_its_range_as_numbers_and_its_reason(content):
    found = {row["address"]: row for row in rows_of(opened(content), "Assumptions")}
    take = found["deals.promise.compute.take"]
    assert (take["as written"], take["unit"], take["grade"]) == ("80 to 95 %", "%", "assumed")
    assert [take["5 %"], take["95 %"]] == pytest.approx([80.0, 95.0], rel=1e-6)
    start = found["deals.promise.compute.start"]
    assert [start["5 %"], start["95 %"]] == ["2026-02", "2026-07"]
    assert found["deals.promise.compute.total"]["median"] == 6e9


def test_what_changes_by_date_and_what_ties_drivers_stand_among_the_assumptions():
    book = interlock.open_book("nvidia-microsoft-anthropic")
    found = {each.address: each for each in assumptions(book)}
    phases = found["chips.blackwell.profile"]
    assert phases.text == "30 % from Dec 2025, 50 % from Jul 2026, 75 % from Jul 2027, 100 % from Jul 2028"
    assert (phases.low, phases.middle, phases.high, phases.unit) == (None, None, None, "")
    assert (phases.grade, phases.because[:14]) == ("assumed", "short at first")
    assert {each for each in found if each.startswith("correlations.")} == {
        f"correlations.{one}.{other}" for one, other, _ in book.correlations
    }
    assert sum(not each.same_as for each in found.values()) == sum(grades_of(book).values())


def test_the_same_run_makes_the_same_file(run, content):
    assert workbook_of(Findings(run)) == content
    assert opened(content).properties.created == datetime(2026, 1, 1)  # noqa: DTZ001 - as the file has it


def test_texts_of_a_book_stay_texts(harmful):
    written = opened(harmful)
    cells = [cell for sheet in written for row in sheet.iter_rows() for cell in row]
    assert {cell.value[:5] for cell in cells if cell.data_type == "f"} == {"=SUM("}
    texts = [cell for cell in cells if isinstance(cell.value, str) and cell.data_type == "s"]
    for wished in (*hostile.WISHED, hostile.TAB.strip()):
        here = [cell for cell in texts if cell.value == wished]
        assert here, wished
        assert all(cell.quotePrefix for cell in here) == wished.startswith(tuple("=+-@")), wished
    assert max(len(cell.value) for cell in texts) == LONGEST_TEXT
    links = [link.target for sheet in written for link in links_of(sheet) if link.target]
    assert links
    assert all(link.startswith("https://example.org/") for link in links)


def test_without_the_extra_it_is_said_what_is_missing(run, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(NotInstalled, match="needs the extra `xlsx`"):
        interlock.save_workbook(run, tmp_path / "report.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_nothing_in_the_file_is_more_than_sheets_texts_and_charts(harmful):
    with zipfile.ZipFile(io.BytesIO(harmful)) as parts:
        names = set(parts.namelist())
        assert all(re.match(r"(xl|docProps|_rels|\[Content_Types\])", name) for name in names)
        assert not [name for name in names if re.search(r"(macro|vba|external|connections)", name, re.IGNORECASE)]
        assert any(name.startswith("xl/charts/") for name in names)


def test_a_workbook_is_put_in_place_whole_and_replaces_one_that_is_there(run, tmp_path):
    file = tmp_path / "new" / "report.xlsx"
    assert interlock.save_workbook(run, file) == file
    before = file.read_bytes()
    interlock.save_workbook(run, file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["report.xlsx"]
    with pytest.raises(interlock.ArgumentError, match="is a folder"):
        interlock.save_workbook(run, tmp_path)
