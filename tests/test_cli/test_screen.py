"""The one screen of a run: whole words, whole numbers and every error, on screens of any width."""

import math
import re
from dataclasses import astuple, replace
from itertools import pairwise

import pytest

import interlock
from interlock.analysis.answer import Estimate, Share
from interlock.analysis.commitments import Commitment
from interlock.analysis.footing import Footing
from interlock.analysis.losses import Loss, Lost
from interlock.cli import screen, tables
from interlock.ground.scale import SCALES, scale_of_table

YEARS = range(2025, 2034)


@pytest.fixture
def console(monkeypatch, request):
    """A console as wide as a terminal of so many columns."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    return screen.wide_console(screen.LEAST_WIDTH)


def printed(console, parts):
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return capture.get()


def commitment(deal, centre=123.4e9):
    remaining = tuple((year, Estimate(centre, 4.5e9, 678e9, 2.34e9)) for year in YEARS)
    return Commitment(
        f"deals.{deal}", "anthropic", "other-clouds", remaining, Share(0.24, 0.009), Estimate(2.9e9, 0.0, 21e9, 1e8)
    )


@pytest.mark.parametrize("console", [80, 112, 120, 200], indirect=True)
def test_names_and_numbers_are_whole_on_a_screen_of_any_width(console):
    deals = (
        "microsoft-anthropic-2025-11.equity",
        "a-deal-of-many-words-and-parties-2025-11.the-third-compute-contract",
    )
    text = printed(console, tables.commitments([commitment(deal) for deal in deals], SCALES[1], console))
    assert max(map(len, text.splitlines())) <= console.width
    assert "…" not in text
    words = set(re.findall(r"[^\s.–-]+", text))
    assert {word for deal in deals for word in re.split(r"[.-]", deal)} <= words
    # Each year that is shown has its two lines, each row its three errors.
    shown = [year for year in YEARS if re.search(rf"^ .*\b{year}\b", text.splitlines()[1])]
    assert shown[0] == YEARS[0]
    assert shown[-1] == YEARS[-1]
    assert text.count("4.5–678") == text.count(" 123 ") == 2 * len(shown)
    assert text.count("± 0.9") == text.count("2.9 ± 0.1") == text.count(" 2.3 ") == 2
    left_out = [str(year) for year in YEARS if year not in shown]
    assert ("No room here for " in text) == bool(left_out)
    assert all(year in text for year in left_out)


def test_the_screen_has_the_largest_of_many_in_their_order_and_says_how_many_it_leaves_out(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    many = [commitment(name, centre) for name, centre in (("first", 3e9), ("second", 1e9), ("third", 9e9))]
    shown = tables.largest(many, lambda each: each.remaining)
    assert [each.contract for each in shown] == ["deals.first", "deals.third"]
    assert tables.rest(shown, many) == "Left out: 1 smaller. --json has all."
    assert tables.rest(many, many) == ""


@pytest.mark.parametrize("width", range(8, 60))
def test_a_name_is_broken_behind_a_dot_or_a_hyphen_and_nowhere_else(width):
    name = "microsoft → anthropic\n  microsoft-anthropic-2025-11.equity"
    lines = tables.folded(name, width).splitlines()
    assert "".join(line.strip() for line in lines) == "".join(line.strip() for line in name.splitlines())
    for line, following in pairwise(lines):
        assert line.endswith(("-", ".")) or following == "  microsoft-anthropic-2025-11.equity"[: len(following)]
    longest_part = len("microsoft → anthropic")
    assert max(map(len, lines)) <= max(width, longest_part)


@pytest.mark.parametrize("console", [130], indirect=True)
def test_a_dumb_terminal_is_as_wide_as_it_says(console, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert screen.wide_console().is_dumb_terminal
    assert screen.wide_console().width == 130


@pytest.mark.parametrize("console", [112], indirect=True)
def test_a_lab_that_takes_in_more_than_it_spends_has_no_thousand_million_months(console):
    footing = Footing(
        party="lab",
        cash=((2026, Estimate(3e9, 1e9, 8e9, 1e8)), (2027, Estimate(5e9, 1e9, 9e9, 2e8))),
        runway=((2026, Estimate(31.0, 7.0, math.inf, 1.5)), (2027, Estimate(math.inf, 9.0, math.inf, 0.0))),
        tight=((2026, Share(0.012, 0.003)), (2027, Share(math.nan, math.nan))),
        failed=((2026, Share(0.0, 0.00006)), (2027, Share(0.31, 0.007))),
    )
    lines = [" ".join(line.split()) for line in printed(console, tables.footing(footing, console)).splitlines()]
    assert "cash, B USD 3.0 5.0 0.2" in lines
    assert "months that its cash lasts, 31 ∞ 1.5" in lines
    assert "where it stands 7.0–∞ 9.0–∞" in lines
    assert "less than 6 months, 1.2 – 0.3" in lines
    assert "has failed, % of futures 0 31 0.7" in lines
    assert "∞: it takes in more than it spends, or has cash for a century." in lines


@pytest.mark.parametrize("console", [112], indirect=True)
def test_of_one_future_no_error_is_known(console):
    one = commitment("a.b")
    unknown = tuple((year, Estimate(each.centre, each.low, each.high, math.nan)) for year, each in one.remaining)
    text = printed(console, tables.commitments([replace(one, remaining=unknown)], SCALES[1], console))
    assert re.search(r"123 +\? ", text)


@pytest.mark.parametrize(
    ("largest", "unit"),
    [(0.0, "USD"), (310.0, "USD"), (4e3, "k USD"), (-65e6, "M USD"), (0.9e9, "M USD"), (1e9, "B USD"), (3e12, "B USD")],
)
def test_a_table_is_in_the_unit_in_which_its_largest_amount_is_a_number_of_few_digits(largest, unit):
    assert scale_of_table([0.0, math.inf, largest, largest / 7]).unit == unit


@pytest.mark.parametrize("console", [112], indirect=True)
def test_losses_of_a_small_book_are_told_in_millions(console):
    lost = Estimate(3e7, 1e7, 5e7, 4e5)
    text = printed(
        console,
        tables.losses([Loss("lab", "cloud", "deals.a.b", Lost.claims, lost, lost, Share(0.1, 0.01), ())], console),
    )
    assert "lost where it fails, M USD" in text
    assert "30 ± 0.4" in text
    assert "10–50" in text


@pytest.mark.parametrize("console", [112], indirect=True)
def test_the_statements_of_a_small_party_are_told_in_millions(console):
    large = interlock.accounts(interlock.simulate(interlock.open_book("ring"), paths=64)).parties[0]
    lines = {
        line: tuple((year, Estimate(*(part / 1000 for part in astuple(each)))) for year, each in years)
        for line, years in large.lines.items()
    }
    for accounts, unit in ((large, "B"), (replace(large, lines=lines), "M")):
        [(title, _)] = tables.statements(accounts, console, is_whole=False)
        assert title == f"{large.party}: {unit} USD a year, or at its end"
        whole = [title for title, _ in tables.statements(accounts, console, is_whole=True)]
        assert f"{large.party}: income, {unit} USD a year" in whole


@pytest.mark.parametrize("console", [112], indirect=True)
def test_the_screen_shows_every_part_of_the_answer(console, capsys):
    answer = interlock.overview(interlock.simulate(interlock.open_book("ring"), paths=64))
    screen.say_overview(answer)
    text = " ".join(capsys.readouterr().out.split())
    assert f"64 futures of 36 months, as known on 2026-01-01 (seed 7): {answer.ends()}." in text
    for part in ("Who pays whom", "Locked in", "How lab stands", "Who owns", "Of each dollar"):
        assert part in text
    for sentence in (*answer.traced.tell().splitlines(), *(each.tell() for each in answer.stakes)):
        assert " ".join(sentence.split()) in text
    assert "rests on most" not in text, "nothing is uncertain in the ring"
