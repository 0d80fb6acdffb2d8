"""What books, runs and answers look like in a notebook: small, escaped, and still there once it is converted."""

import re

import pytest

import hostile
import interlock

HEAVY = 60_000
"""Characters that one display may take."""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    file = tmp_path_factory.mktemp("hostile") / "book.yaml"
    file.write_text(hostile.BOOK, encoding="utf-8")
    return interlock.open_book(file)


@pytest.fixture(scope="module")
def run(book):
    return interlock.simulate(book, paths=16)


@pytest.fixture(scope="module")
def shown(book, run):
    answers = (interlock.overview(run), interlock.returns(run), interlock.losses(run))
    return {
        "book": book._repr_html_(),
        "run": run._repr_html_(),
        **{type(each).__name__: each._repr_mimebundle_()["text/html"] for each in answers},
    }


def test_a_book_shows_its_deals_and_a_run_how_its_futures_ended(shown):
    assert "4 parties, 3 deals, 2 sources." in shown["book"]
    assert "100 %: ran to the horizon, everybody paying what was due" in shown["run"]
    assert "<td" in shown["run"]


def test_an_answer_shows_its_sentences_its_drawing_and_its_table(run):
    answer = interlock.returns(run)
    bundle = answer._repr_mimebundle_()
    assert bundle["text/plain"] == answer.tell()
    for part in (answer.head().split(",")[0], "data:image/svg+xml;base64,", f"Table: {len(answer.table())} rows"):
        assert part in bundle["text/html"]


def test_displays_are_small_and_hold_no_script_or_style_sheet(shown):
    for name, html in shown.items():
        assert len(html) < HEAVY, name
        assert not re.search(r"<(?:script|style|link|iframe)\b", html), name
        assert not re.search(r"""\b(?:src|href)=["'](?!data:)""", html), name


def test_texts_of_a_book_are_no_markup_there(shown):
    for name, html in shown.items():
        assert "<img src=x" not in html, name
        assert "alert(1)</script>" not in html, name
    assert "&lt;/script&gt;" in shown["book"]


def test_an_answer_is_shown_without_its_drawing_where_none_can_be_made(run, monkeypatch):
    def without(*_, **__):
        raise interlock.ArgumentError("no engine")

    monkeypatch.setattr("interlock.charts.chart.Chart.svg", without)
    assert "<img" not in interlock.returns(run)._repr_mimebundle_()["text/html"]
