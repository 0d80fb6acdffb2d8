"""A chart as an image, a page and a document, whatever its names are."""

import json
import re
from xml.etree import ElementTree

import pytest

from interlock.charts import renderer
from interlock.charts.chart import Chart, Step
from interlock.ground.errors import ArgumentError, NotInstalled

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    '=HYPERLINK("http://evil")',
    "<script>alert(1)</script>",
    "</script><!--",
    "x" * 5_000,
    "\u202eright-to-left \u05d0",
    "a\x00b & 'c'",
)


def bars(name="lab", **more):
    series = {"type": "bar", "data": [3.0], "name": name, "itemStyle": {"color": "@1"}}
    option = {"xAxis": {"type": "category", "data": [name]}, "yAxis": {"type": "value"}, "series": [series]}
    return Chart(title=name, units="USD", source=name, alt=name, option=option, **more)


def test_an_image_says_what_it_shows_in_words():
    root = ElementTree.fromstring(bars().svg(640, 360))
    assert (root.get("width"), root.get("height"), root.get("role")) == ("640", "360", "img")
    assert [root.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == ["lab", "lab"]


def test_light_and_dark_have_the_same_words_in_other_colours():
    light, dark = (bars().svg(dark=dark) for dark in (False, True))
    words = [[text.text for text in ElementTree.fromstring(each).iter(f"{SVG}text")] for each in (light, dark)]
    assert words[0] == words[1]
    assert "#015acb" in light
    assert "#015acb" not in dark


def test_a_picture_in_pixels_has_the_size_that_was_asked_for():
    png = bars().png(320, 180)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (320, 180)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_do_more_than_be_shown(name):
    chart = bars(name)
    root = ElementTree.fromstring(chart.svg())  # well-formed whatever it is called
    assert not list(root.iter(f"{SVG}script"))
    page = chart.html()
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    view = json.loads(re.search(r'id="interlock-view">(.*?)</script>', page).group(1))
    assert view["charts"]["0"] == json.loads(json.dumps(chart.to_json()))


def test_a_page_asks_no_other_machine_for_anything():
    page = bars().html()
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)\s*=\s*[\"']?\w", page.split('<script type="application/json"')[0])


def test_colours_are_named_where_a_colour_belongs_and_nowhere_else():
    texts = [text.text for text in ElementTree.fromstring(bars("@ink").svg()).iter(f"{SVG}text")]
    assert texts.count("@ink") == 3  # title, axis and source


def test_a_step_is_for_pages_and_an_image_shows_the_first_position():
    stepped = bars(steps=(Step("2026", {}), Step("2027", {})))
    assert stepped.svg() == bars().svg()
    assert [step["label"] for step in stepped.to_json()["steps"]] == ["2026", "2027"]


@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_a_file_is_written_whole_or_not_at_all(tmp_path, ending):
    saved = bars().save(tmp_path / f"chart.{ending}")
    assert saved.stat().st_size > 1_000
    assert [each.name for each in tmp_path.iterdir()] == [saved.name]


def test_an_unknown_ending_is_refused():
    with pytest.raises(ArgumentError, match=r"ends in \.svg, \.png, \.html"):
        bars().save("chart.jpeg")


def test_whoever_lacks_the_extra_is_told_which(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(renderer.importlib, "import_module", missing)
    with pytest.raises(NotInstalled, match=r"pip install 'interlock\[image\]'"):
        renderer.renderer.__wrapped__()
    with pytest.raises(NotInstalled, match="image"):
        renderer.as_png("<svg/>")


def test_an_engine_that_has_to_be_closed_is_closed_before_the_interpreter_stops(monkeypatch):
    asked, closed = [], []

    class Engine:
        def eval(self, text):
            return text

        def close(self):
            closed.append(self)

    monkeypatch.setattr(renderer.atexit, "register", asked.append)
    renderer.Embedded(Engine)
    assert not closed
    for each in asked:
        each()
    assert len(closed) == 1


def test_a_notebook_shows_it_with_what_it_shows_in_words():
    shown = bars('"><script>')._repr_mimebundle_()
    assert shown["text/html"].startswith('<img alt="&quot;&gt;&lt;script&gt;.')
    assert shown["text/plain"] == '"><script>\n"><script>'
