"""One small chart of each sort, with numbers that can be checked by hand."""

from interlock.charts.fan import Fan, fan
from interlock.charts.intervals import Interval, intervals
from interlock.charts.lines import Curve, lines
from interlock.charts.loop import Kind, loop
from interlock.charts.loop_layout import Band, Party
from interlock.charts.matrix import matrix
from interlock.charts.ranking import Bar, ranking
from interlock.charts.shares import shares
from interlock.charts.stack import stack
from interlock.charts.timeline import Deal, timeline
from interlock.charts.tornado import Swing, tornado
from interlock.charts.waterfall import Part, waterfall

SOURCE = "Source: a test."
NAN = float("nan")
YEARS = ("2026", "2027", "2028")

PARTIES = (Party("lab", 1, "+ 9 B from customers"), Party("cloud", 2), Party("other cloud", 2), Party("chipmaker", 4))
BANDS = (
    Band("lab", "cloud", 6e9, "compute", ("lab → cloud: compute", "6 B USD")),
    Band("lab", "other cloud", 3e9, "compute"),
    Band("cloud", "chipmaker", 4e9, "chips"),
    Band("chipmaker", "lab", 2e9, "shares"),
    Band("cloud", "lab", 1e9, "shares"),
)
KINDS = (Kind("compute", "@1"), Kind("chips", "@3"), Kind("shares", "@2"))
COLUMNS = ("investors", "labs", "clouds", "landlords", "chipmakers")
WORDS = {"title": "Two of nine dollars come back to the lab", "source": SOURCE}


def examples():
    """By name."""
    return over_time() | side_by_side()


def over_time():
    fanned = Fan(
        "lab",
        YEARS,
        (-1e9, -2e9, -3e9),
        (0.0, 0.0, 1e9),
        (1e9, 2e9, 4e9),
        (2e9, 4e9, 8e9),
        (3e9, 8e9, 16e9),
        ((1e9,) * 3,),
    )
    return {
        "loop": loop(PARTIES, [("2026 to 2027", BANDS), ("2026", BANDS[:3])], KINDS, COLUMNS, **WORDS),
        "fan": fan([fanned], unit="USD", what="Cash", seen=[("2026", 2e9)], **WORDS),
        "fans": fan([fanned, fanned], unit="USD", what="Cash", **WORDS),
        "shares": shares(
            YEARS,
            {"power": (0.5, 0.6, 0.2), "chips": (0.3, 0.3, 0.7), "none": (0.2, 0.1, 0.1)},
            what="Limits",
            rest="none",
            **WORDS,
        ),
        "lines": lines(
            YEARS,
            [Curve("needed", (1.0, 2.0, 5.0)), Curve("sold", (1.0, 3.0, 4.0), (0.5, 2.0, 3.0), (2.0, 4.0, 6.0))],
            unit="B USD",
            what="Sales",
            **WORDS,
        ),
        "stack": stack(
            YEARS,
            {"north": (1.0, 2.0, 3.0), "south": (0.0, 1.0, 1.0)},
            ("needed", (2.0, 3.0, 5.0)),
            unit="M H100e",
            what="Power",
            **WORDS,
        ),
        "timeline": timeline(
            [
                Deal("first", 2025.9, "2025-11-18", (1e9, 2e9, 0.0)),
                Deal("second", 2026.5, "2026-07-01", (0.0, 3e9, 4e9)),
            ],
            (2026, 2027, 2028),
            what="Paid",
            **WORDS,
        ),
    }


def side_by_side():
    return {
        "waterfall": waterfall(
            [
                Part("put in", 10.0, is_total=True),
                Part("spent", -14.0),
                Part("earned", 1.0, is_marked=True),
                Part("left", -3.0, is_total=True),
            ],
            unit="cents",
            what="A dollar",
            **WORDS,
        ),
        "matrix": matrix(
            ["a", "b"],
            ["a", "b", "c"],
            [[NAN, 1.0, 4.0], [0.2, NAN, 9.0]],
            corner=("fails", "loses"),
            unit="B USD",
            what="Lost",
            marked=[[True] * 3, [False] * 3],
            **WORDS,
        ),
        "ranking": ranking(
            [Bar("first", 3.0, 2.0, 4.0), Bar("second", -1.0, -2.5, 0.5, is_clear=False)],
            unit="B USD",
            what="Sales",
            ranges="two standard errors",
            **WORDS,
        ),
        "tornado": tornado(
            [Swing("demand", 2.0, 9.0), Swing("price", 6.0, 4.0, is_clear=False)],
            5.0,
            unit="B USD",
            what="Cash",
            ends_are="ends of the range",
            **WORDS,
        ),
        "intervals": intervals(
            [
                Interval("sales, 2026", 4.0, (3.0, 5.0), (2.0, 8.0), 9.0, "9 B USD"),
                Interval("sales, 2027", 4.0, (3.0, 5.0), (2.0, 8.0), 4.0, "4 B USD"),
            ],
            what="Reports",
            **WORDS,
        ),
    }
