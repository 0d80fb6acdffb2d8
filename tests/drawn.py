"""Whether an answer can be drawn, and says what it should."""

from xml.etree import ElementTree

from interlock.charts.viewer import BUILT


def assert_drawn(answer, *names):
    """Its charts have these names and no others, each with words and a picture that any machine reads."""
    charts = answer.charts()
    assert list(charts) == list(names)
    for chart in charts.values():
        said = (chart.title, chart.units, chart.source, chart.alt)
        assert all(said)
        assert not any(wrong in text for text in said for wrong in ("nan", "None", "  "))
        assert " ± " not in chart.title
        assert len(chart.title) < 260
        if BUILT.is_file():
            ElementTree.fromstring(chart.svg())
    assert not names or answer.chart() is not answer.chart(names[-1])
