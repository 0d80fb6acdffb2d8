"""Each sort of chart: as it is stored, and what must hold whatever is drawn."""

import json
import os
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.charts.loop import loop
from interlock.charts.loop_layout import HEIGHT, WIDTH, Band, Party, laid_out
from interlock.charts.matrix import matrix
from interlock.charts.palette import PALETTES
from interlock.charts.scale import LINE, axis, months_of_years, spread
from interlock.charts.waterfall import Part, waterfall
from interlock.charts.words import broken, width
from test_charts.examples import BANDS, COLUMNS, KINDS, PARTIES, WORDS, examples

STORED = Path(__file__).resolve().parents[1] / "snapshots"
EXAMPLES = examples()
SVG = "{http://www.w3.org/2000/svg}"


def stored(name, text):
    """What is stored under a name; INTERLOCK_SNAPSHOTS=write stores what is drawn now."""
    path = STORED / name
    if os.environ.get("INTERLOCK_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_chart_is_written_as_it_is_stored_and_so_read_by_the_viewers_tests(name):
    text = json.dumps(EXAMPLES[name].to_json(), ensure_ascii=False, indent=1) + "\n"
    assert text == stored(f"chart-{name}.json", text)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_chart_is_drawn_as_it_is_stored(name):
    svg = EXAMPLES[name].svg()
    assert svg == stored(f"chart-{name}.svg", svg)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_chart_says_what_it_shows_and_every_word_is_on_the_picture(name):
    chart = EXAMPLES[name]
    assert all((chart.title, chart.units, chart.source, len(chart.alt) > 40))
    for text in ElementTree.fromstring(chart.svg()).iter(f"{SVG}text"):
        assert float(text.get("style", "font-size:12px").split("font-size:")[1].split("px")[0]) >= 11.0, text.text


def contrast(one, other):
    """WCAG 2: (lighter + 0.05) / (darker + 0.05), of relative luminance."""

    def luminance(color):
        parts = [int(color[n : n + 2], 16) / 255.0 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", PALETTES)
def test_words_can_be_read_and_shapes_can_be_seen_on_their_paper(palette):
    colors = PALETTES[palette]
    assert all(contrast(colors[name], colors["paper"]) >= 4.5 for name in ("ink", "muted"))
    assert all(contrast(colors[str(n)], colors["paper"]) >= 3.0 for n in range(1, 9))
    assert all(contrast(colors[f"heat{n}"], colors[f"heat-ink{n}"]) >= 4.5 for n in range(5))


def seen_by_the_colour_blind(color, kind):
    """Viénot, Brettel & Mollon, 'Digital video colourmaps for checking … displays by dichromats', 1999."""
    red, green, blue = ((int(color[n : n + 2], 16) / 255.0) ** 2.2 for n in (1, 3, 5))
    if kind == "protan":
        mixed = 0.11238 * red + 0.88762 * green, 0.11238 * red + 0.88762 * green, 0.00401 * red - 0.00401 * green + blue
    else:
        mixed = (
            0.29275 * red + 0.70725 * green,
            0.29275 * red + 0.70725 * green,
            -0.02234 * red + 0.02234 * green + blue,
        )
    return [max(part, 0.0) ** (1.0 / 2.2) for part in mixed]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("kind", ["protan", "deutan"])
def test_colours_that_stand_side_by_side_are_told_apart_by_the_colour_blind(palette, kind):
    seen = [seen_by_the_colour_blind(PALETTES[palette][str(n)], kind) for n in range(1, 6)]
    for one, other in combinations(seen, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.25


networks = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(1e6, 1e11)).filter(lambda ends: ends[0] != ends[1]),
    min_size=1, max_size=14, unique_by=lambda ends: ends[:2],
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(ends=networks, columns=st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_lanes_never_collide_and_nothing_leaves_the_picture(ends, columns):
    parties = [Party(f"party {n}", column) for n, column in enumerate(columns)]
    layout = laid_out(parties, [Band(f"party {a}", f"party {b}", usd, "compute") for a, b, usd in ends])
    lanes = sorted(
        (float(way.d.split("V")[1].split("Q")[1].split()[1]), way.width) for way in layout.ways if way.is_back
    )
    for (upper, wide), (lower, broad) in pairwise(lanes):
        assert upper + wide / 2.0 < lower - broad / 2.0
    assert all(lane + wide / 2.0 <= HEIGHT for lane, wide in lanes)
    for place in layout.places:
        assert 0.0 <= place.x <= WIDTH
        assert 0.0 <= place.y <= place.y + place.height <= HEIGHT
        assert all(lane - wide / 2.0 >= place.y + place.height for lane, wide in lanes)


def test_what_a_party_pays_and_gets_is_as_wide_as_its_bands():
    layout = laid_out(PARTIES, BANDS)
    scale = {way.band: way.width / way.band.usd for way in layout.ways}
    assert len({round(each * 1e9, 9) for each in scale.values()}) == 1
    lab = next(place for place in layout.places if place.party.name == "lab")
    assert lab.height == pytest.approx(max(9e9, 3e9) * scale[BANDS[0]])


def test_a_loop_without_money_has_no_picture():
    with pytest.raises(ValueError, match="nothing is paid"):
        loop(PARTIES, [("2026", [])], KINDS, COLUMNS, **WORDS)


def test_a_waterfall_ends_where_its_parts_lead_also_below_zero():
    parts = [Part("a", 10.0), Part("b", -14.0), Part("c", 1.0), Part("end", -3.0, is_total=True)]
    chart = waterfall(parts, unit="USD", what="Money", **WORDS)
    spans = [each["value"][1:] for each in chart.option["series"][1]["data"]]
    assert spans == [[0.0, 10.0], [10.0, -4.0], [-4.0, -3.0], [0.0, -3.0]]


def test_the_smallest_of_many_parts_are_one():
    parts = [Part(str(n), float(n)) for n in range(1, 21)]
    names = waterfall(parts, unit="USD", what="Money", **WORDS).option["xAxis"]["data"]
    assert names == [*map(str, range(11, 21)), "10 smaller ones"]


@settings(max_examples=40, deadline=None)
@given(length=st.floats(1e-3, 1e12), begins=st.floats(-100.0, 100.0))
def test_an_axis_holds_what_it_is_to_hold_in_round_steps(length, begins):
    low = begins * length
    ends = axis(low, low + length)
    assert ends["min"] <= low + 1e-6 * length
    assert ends["max"] >= low + length - 1e-6 * length
    assert 1 <= round((ends["max"] - ends["min"]) / ends["interval"]) <= 16


@given(values=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8))
def test_labels_do_not_cover_one_another(values):
    ends = {"min": 0.0, "max": 1.0, "interval": 0.25}
    at = sorted((1.0 - value) * 290.0 + down for value, down in zip(values, spread(values, ends), strict=True))
    assert all(lower - upper >= LINE - 0.2 for upper, lower in pairwise(at))


def test_a_long_axis_of_months_names_each_year_where_it_begins():
    months = [f"{2025 + n // 12}-{n % 12 + 1:02}" for n in range(11, 40)]  # December 2025 to April 2028
    axis = months_of_years(months)
    assert [axis["data"][n] for n in axis["axisLabel"]["customValues"]] == ["2026", "2027", "2028"]
    assert axis["data"][0] == "2025-12"
    assert months_of_years(months[:6])["data"] == months[:6]


def test_a_name_is_broken_into_lines_of_much_the_same_length_with_nothing_lost():
    name = "Banks keep a line of credit ready for the lab"
    lines = broken(name, 260.0, 2)
    assert " ".join(lines) == name
    assert len(lines) == 2
    assert max(map(width, lines)) < 1.3 * min(map(width, lines))
    assert broken("Nvidia", 260.0, 2) == ["Nvidia"]
    assert broken("x" * 90, 260.0, 2) == ["x" * 90]  # whoever draws it shortens it


def test_a_cell_that_is_next_to_nothing_says_nothing():
    chart = matrix(["a"], ["b", "c"], [[-8e-5, 4.2]], corner=("fails", "loses"), unit="B USD", what="Lost", **WORDS)
    said = [part.text for part in ElementTree.fromstring(chart.svg()).iter(f"{SVG}text")]
    assert {"0", "4.2"} <= set(said)
    assert not [text for text in said if "8e" in text]
