"""What a user types to hand a run on, and what comes of it."""

import json

import openpyxl
import pytest

import interlock
from command_line import said


def test_a_book_is_run_and_its_report_lies_in_the_folder_of_the_run(capsys, tmp_path):
    code, out, err = said(capsys, "report", "pair", "--paths", "64")
    assert code == 0
    [line] = out.splitlines()
    file = tmp_path / line
    assert file.parent.parent.name == "runs"
    assert (file.parent / "manifest.json").is_file()
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "Open it with a browser." in err
    code, out, _ = said(capsys, "report", str(file.parent), "--xlsx", "--json")
    document = json.loads(out)
    assert (code, document["file"]) == (0, str(file.parent / "report.xlsx"))
    assert document["bytes"] == (file.parent / "report.xlsx").stat().st_size
    assert openpyxl.load_workbook(document["file"])["Summary"]["A1"].value.startswith("A lab and a cloud")
    assert {path.name for path in file.parent.iterdir()} >= {"report.html", "report.xlsx", "book"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--out", "report.pdf"), 2, "--out report.pdf: name a file that ends in .html"),
        (("--xlsx", "--out", "report.html"), 2, "ends in .xlsx"),
        (("--xlsx", "--full"), 2, "--full is for a page"),
        (("--scenario", "no-such"), 1, "there is no such scenario"),
    ],
)
def test_what_cannot_be_made_is_said_before_anything_is_run_or_written(
    capsys, monkeypatch, tmp_path, arguments, code, words
):
    monkeypatch.setattr(interlock, "simulate", lambda *_, **__: pytest.fail("it was run"))
    found, out, err = said(capsys, "report", "pair", "--paths", "8", *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert not list(tmp_path.rglob("report*"))
