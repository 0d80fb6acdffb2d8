"""Where the parties and bands of a loop are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 764.0, 318.0
"""Of the drawing, in the units of a picture that is 800 wide."""

BAR = 11.0
"""How wide a party is."""

HEAD, FOOT = 22.0, 22.0
"""Room for what the columns hold, above, and what the colours mean, below."""

NAME, NOTE = 19.0, 13.0
"""Room above a party for its name, and for what is said of it."""

GAP = 5.0
"""Between lanes, and between what turns down to them."""

NAMED_LANE = 13.0
"""Room above a lane for its name."""

MOST_NAMED = 7
"""Lanes that have a name; where there are more, none has."""

MOST_NOTED = 4
"""Parties in a column that have notes."""

NAMES, LANES = 0.55, 0.25
"""Of the height, at most, for what is written above the parties of a column, and for what lies between lanes."""

THINNEST = 1.2

WIDEST = 0.5
"""Of a gutter, for what turns in it."""


@dataclass(frozen=True)
class Party:
    """Somebody, in a column."""

    name: str
    column: int
    note: str = ""


@dataclass(frozen=True)
class Band:
    """What one pays another."""

    payer: str
    payee: str
    usd: float
    kind: str
    hover: tuple[str, ...] = ()


@dataclass
class Place:
    """Where a party is; `paid` and `got` in USD."""

    party: Party
    paid: float
    got: float
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0
    is_last: bool = False
    right: float = 0.0
    """Down to where its right side is taken."""
    left: float = 0.0


@dataclass(frozen=True)
class Way:
    """The way of a band: filled where it goes straight, a line of that width where it returns."""

    band: Band
    d: str
    width: float
    is_back: bool
    label: tuple[float, float] | None
    """Where its words are: to the right of there, of one that returns in the middle between `ends`."""
    ends: tuple[float, float] = (0.0, 0.0)


@dataclass
class Layout:
    """All of it."""

    places: list[Place]
    xs: list[float]
    gutter: float
    has_notes: bool
    ways: list[Way] = field(default_factory=list)

    def heads(self, columns: Sequence[str]) -> Iterator[tuple[str, float, str]]:
        """The name of each column that has somebody in it, and where it stands."""
        used = sorted({place.party.column for place in self.places})
        for n, column in enumerate(used):
            is_last = 0 < n == len(used) - 1
            yield columns[column], self.xs[n] + (BAR if is_last else 0.0), "right" if is_last else "left"


def laid_out(parties: Sequence[Party], bands: Sequence[Band]) -> Layout:
    """Places for the parties that pay or get anything, and ways for the bands."""
    columns = _columns(parties, bands)
    at = {place.party.name: (c, place) for c, column in enumerate(columns) for place in column}
    back = [band for band in bands if at[band.payer][0] >= at[band.payee][0]]
    crowd, room = max(map(len, columns)), HEIGHT - HEAD - FOOT
    has_notes = crowd <= MOST_NOTED and any(place.party.note for _, place in at.values())
    above = min(NAME + (NOTE if has_notes else 0.0), NAMES * room / crowd)
    most = ((NAMES + LANES) * room - above * crowd) / max(len(back), 1)
    is_named = len(back) <= MOST_NAMED and most >= GAP + NAMED_LANE
    lane = GAP + NAMED_LANE if is_named else min(GAP, most)
    margin = (_turning(back, at, 0), _turning(back, at, len(columns)))
    free = room - lane * len(back) - (6.0 if back else 0.0)
    returning = sum(band.usd for band in back)
    scale = min(
        (free - above * len(column)) / (sum(max(place.paid, place.got) for place in column) + returning)
        for column in columns
    )
    for c in range(len(columns) + 1):
        turning = sum(band.usd for band in back if c in {at[band.payer][0] + 1, at[band.payee][0]})
        scale = min(scale, WIDEST * WIDTH / (len(columns) + 1) / turning) if turning else scale
    sides = [sum(band.usd * scale + GAP for band in side) + (8.0 if side else 0.0) for side in margin]
    inner = WIDTH - sides[0] - sides[1] - BAR
    gutter = inner / max(len(columns) - 1, 1) - BAR
    xs = [sides[0] + c * (gutter + BAR) for c in range(len(columns))]
    _place(columns, xs, scale, above, bottom=HEAD + free - returning * scale)
    _level(columns, bands, at, above, bottom=HEAD + free - returning * scale)
    layout = Layout([place for _, place in at.values()], xs, gutter, has_notes)
    layout.ways = [
        *_straight(bands, at, scale, _beside(back, at, scale)),
        *_back(back, at, scale, lane, HEAD + free - returning * scale + 6.0),
    ]
    return layout


def _columns(parties: Sequence[Party], bands: Sequence[Band]) -> list[list[Place]]:
    """Those who are in a band, by column, ordered so that bands cross little."""
    found = []
    for column in sorted({party.column for party in parties}):
        places = [
            Place(
                party,
                paid=sum(band.usd for band in bands if band.payer == party.name),
                got=sum(band.usd for band in bands if band.payee == party.name),
            )
            for party in parties
            if party.column == column
        ]
        places = sorted((each for each in places if each.paid + each.got), key=lambda each: -max(each.paid, each.got))
        if places:
            found.append(places)
    height = {place.party.name: n for places in found for n, place in enumerate(places)}
    for places in (*found[1:], *found[-2::-1]):
        weight = {place.party.name: _middle(place, bands, height) for place in places}
        places.sort(key=lambda place: weight[place.party.name])
        height |= {place.party.name: n for n, place in enumerate(places)}
    return found


def _middle(place: Place, bands: Sequence[Band], height: dict[str, int]) -> float:
    """At which height its partners are, by dollars."""
    name = place.party.name
    ends = [(band.payee if band.payer == name else band.payer, band.usd) for band in bands if name in _ends(band)]
    return sum(height[end] * usd for end, usd in ends) / sum(usd for _, usd in ends)


def _ends(band: Band) -> tuple[str, str]:
    return (band.payer, band.payee)


def _turning(back: Sequence[Band], at: dict[str, tuple[int, Place]], gutter: int) -> list[Band]:
    """Those that turn in a gutter at the edge: before the first column, or after the last one."""
    if gutter == 0:
        return [band for band in back if at[band.payee][0] == 0]
    return [band for band in back if at[band.payer][0] == gutter - 1]


def _place(columns: list[list[Place]], xs: list[float], scale: float, above: float, bottom: float) -> None:
    """Each column in the middle of the height that there is."""
    for c, places in enumerate(columns):
        tall = sum(max(place.paid, place.got) * scale + above for place in places)
        y = HEAD + max(bottom - HEAD - tall, 0.0) / 2.0 * 0.6
        for place in places:
            place.x, place.y, place.height = xs[c], y + above, max(place.paid, place.got) * scale
            place.right = place.left = place.y
            place.is_last = 0 < c == len(columns) - 1
            y = place.y + place.height


def _level(
    columns: list[list[Place]], bands: Sequence[Band], at: dict[str, tuple[int, Place]], above: float, bottom: float
) -> None:
    """Move each column but the tallest as near as it goes to the height of its partners."""
    tallest = max(columns, key=lambda places: places[-1].y + places[-1].height - places[0].y)
    middle = {name: place.y + place.height / 2.0 for name, (_, place) in at.items()}
    for places in columns:
        if places is tallest:
            continue
        here = {place.party.name for place in places}
        pulls = [
            (middle[end] - middle[name], band.usd)
            for band in bands
            for name, end in (_ends(band), _ends(band)[::-1])
            if name in here and end not in here
        ]
        wanted = sum(apart * usd for apart, usd in pulls) / (sum(usd for _, usd in pulls) or 1.0)
        least, most = HEAD + above - places[0].y, bottom - places[-1].y - places[-1].height
        shift = max(min(wanted, most), least)
        for place in places:
            place.y += shift
            place.left = place.right = place.y
            middle[place.party.name] += shift


def _beside(back: Sequence[Band], at: dict[str, tuple[int, Place]], scale: float) -> dict[int, float]:
    """Room that is taken to the right of each column by what turns down to the lanes."""
    taken: dict[int, float] = {}
    for band in back:
        column = at[band.payer][0]
        taken[column] = taken.get(column, 7.0) + max(band.usd * scale, THINNEST) + GAP
    return taken


def _straight(
    bands: Sequence[Band], at: dict[str, tuple[int, Place]], scale: float, taken: dict[int, float]
) -> Iterator[Way]:
    """Bands to the right, each side in the order of the other one's height; numbers stand beside what is `taken`."""
    ahead = [band for band in bands if at[band.payer][0] < at[band.payee][0]]
    leaves: dict[int, float] = {}
    for band in sorted(ahead, key=lambda each: (at[each.payee][1].y, each.kind)):
        payer = at[band.payer][1]
        leaves[id(band)], payer.right = payer.right, payer.right + band.usd * scale
    for band in sorted(ahead, key=lambda each: (at[each.payer][1].y, each.kind)):
        payer, payee = at[band.payer][1], at[band.payee][1]
        wide = max(band.usd * scale, THINNEST)
        x0, x1, y0, y1 = payer.x + BAR, payee.x, leaves[id(band)], payee.left
        payee.left += band.usd * scale
        middle = (x0 + x1) / 2.0
        d = (
            f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}V{y1 + wide:.1f}"
            f"C{middle:.1f} {y1 + wide:.1f} {middle:.1f} {y0 + wide:.1f} {x0:.1f} {y0 + wide:.1f}Z"
        )
        is_alone = sum(each.payee == band.payee for each in ahead) == 1
        below = (x1 - 30.0, y1 + wide + 8.0) if is_alone else None
        beside = x0 + 6.0 + min(taken.get(at[band.payer][0], 0.0), (x1 - x0) / 3.0)
        yield Way(band, d, wide, is_back=False, label=(beside, y0 + wide / 2.0) if wide >= 9.0 else below)


def _back(
    back: Sequence[Band], at: dict[str, tuple[int, Place]], scale: float, lane: float, top: float
) -> Iterator[Way]:
    """Bands that return, the shorter ways in the upper lanes."""
    order = sorted(back, key=lambda band: (at[band.payer][0] - at[band.payee][0], -band.usd))
    leaving: dict[int, float] = {}
    arriving: dict[int, float] = {}
    ports = {id(band): [0.0, 0.0] for band in order}
    for band in reversed(order):  # the lowest lane is nearest to the bands that go straight
        for side, name in ((0, band.payer), (1, band.payee)):
            place = at[name][1]
            at_now = place.right if side == 0 else place.left
            ports[id(band)][side] = at_now + band.usd * scale / 2.0
            if side == 0:
                place.right += band.usd * scale
            else:
                place.left += band.usd * scale
    y = top
    for band in order:
        (c0, payer), (c1, payee) = at[band.payer], at[band.payee]
        wide = max(band.usd * scale, THINNEST)
        out = payer.x + BAR + 7.0 + leaving.get(c0, 0.0) + wide / 2.0
        into = payee.x - 7.0 - arriving.get(c1, 0.0) - wide / 2.0
        leaving[c0] = leaving.get(c0, 0.0) + wide + GAP
        arriving[c1] = arriving.get(c1, 0.0) + wide + GAP
        y += lane + wide / 2.0
        (y0, y1), r = ports[id(band)], min(7.0, 3.0 + wide / 2.0)
        d = (
            f"M{payer.x + BAR:.1f} {y0:.1f}H{out - r:.1f}Q{out:.1f} {y0:.1f} {out:.1f} {y0 + r:.1f}V{y - r:.1f}"
            f"Q{out:.1f} {y:.1f} {out - r:.1f} {y:.1f}H{into + r:.1f}Q{into:.1f} {y:.1f} {into:.1f} {y - r:.1f}"
            f"V{y1 + r:.1f}Q{into:.1f} {y1:.1f} {into + r:.1f} {y1:.1f}H{payee.x:.1f}"
        )
        label = ((out + into) / 2.0, y - wide / 2.0 - 6.5) if lane > GAP else None
        y += wide / 2.0
        yield Way(band, d, wide, is_back=True, label=label, ends=(into, out))
