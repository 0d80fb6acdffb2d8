"""Who pays whom: parties in columns, payments as bands, and money that returns in lanes below, which never collide.

A band is as wide as its dollars. What goes to a column on the right goes straight; all else leaves on the right, runs
back in a lane of its own, and arrives from the left. Short ways have the upper lanes, and turn nearer to the column: so
two that return from one place to one place do not cross.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from interlock.charts.chart import Chart, Step
from interlock.charts.drawing import box, drawing, hovered, path, words
from interlock.charts.loop_layout import BAR, HEIGHT, WIDTH, Band, Layout, Party, Way, laid_out
from interlock.charts.words import amount, headline, scaled, shortened, width

LARGEST = 26
"""Bands that are drawn; more are not told apart."""


CROWD = 8
"""Parties in a column; bands of further ones are left out."""


@dataclass(frozen=True)
class Kind:
    """What money is paid for, as a colour."""

    name: str
    color: str


def loop(
    parties: Sequence[Party],
    years: Sequence[tuple[str, Sequence[Band]]],
    kinds: Sequence[Kind],
    columns: Sequence[str],
    *,
    title: str,
    source: str,
    notes: Sequence[Mapping[str, str]] = (),
) -> Chart:
    """Payments between parties; the first of the `years` is what an image shows, all of them a page.

    `columns` names what stands in each column, `notes` what stands under each party, for each of the years. Raises
    ValueError where no band has a width.
    """
    bands = years[0][1]
    shown = _largest(parties, bands)
    if not shown:
        raise ValueError("nothing is paid: there is no loop to draw.")
    unit, name = scaled(max(band.usd for band in shown))
    steps = tuple(
        Step(label, {"series": [_drawn(_noted(parties, told), _largest(parties, each), kinds, columns, unit)]})
        for (label, each), told in zip(years, notes or [{}] * len(years), strict=True)
    )
    total, drawn = sum(band.usd for band in bands), sum(band.usd for band in shown)
    of_all = (
        ""
        if len(shown) == len(bands)
        else f"; the largest {len(shown)} of {len(bands)} bands, {100.0 * drawn / total:.0f} %"
    )
    told = "; ".join(f"{band.payer} pays {band.payee} {amount(band.usd / unit)} ({band.kind})" for band in shown[:12])
    return Chart(
        title=headline(title),
        units=f"{name}, {years[0][0]}: mean of all futures; what returns runs back below{of_all}",
        source=source,
        alt=f"A flow diagram, in {name}: {told}.",
        option={"series": steps[0].option["series"], "tooltip": {"trigger": "item"}},
        steps=steps if len(steps) > 1 else (),
    )


def _noted(parties: Sequence[Party], notes: Mapping[str, str]) -> list[Party]:
    return [replace(party, note=notes.get(party.name, party.note)) for party in parties]


def _largest(parties: Sequence[Party], bands: Sequence[Band]) -> list[Band]:
    """The largest bands, between no more parties in a column than can be named."""
    column = {party.name: party.column for party in parties}
    seen: dict[int, set[str]] = {}
    found: list[Band] = []
    for band in sorted((band for band in bands if band.usd > 0.0), key=lambda band: -band.usd):
        crowd = {name: seen.get(column[name], set()) | {name} for name in (band.payer, band.payee)}
        if len(found) == LARGEST or band.usd < 1e-4 * (found[0].usd if found else 0.0):
            break
        if all(len(names) <= CROWD for names in crowd.values()):
            found.append(band)
            for name in crowd:
                seen.setdefault(column[name], set()).add(name)
    return found


def _drawn(
    parties: Sequence[Party], bands: Sequence[Band], kinds: Sequence[Kind], columns: Sequence[str], unit: float
) -> dict[str, Any]:
    layout = laid_out(parties, bands)
    color = {kind.name: kind.color for kind in kinds}
    used = [kind for kind in kinds if any(band.kind == kind.name for band in bands)]
    return drawing(
        (WIDTH, HEIGHT),
        [
            *_key(used),
            *(words(name, x, 8, size=11.5, color="@muted", align=align) for name, x, align in layout.heads(columns)),
            *_bands(layout, color, unit),
            *_parties(layout, unit),
        ],
    )


def _key(kinds: Sequence[Kind]) -> list[Any]:
    """What the colours mean, at the foot."""
    found, x = [], 0.0
    for kind in kinds:
        found += [box(x, HEIGHT - 11, 18, 8, kind.color, opacity=0.65), words(kind.name, x + 24, HEIGHT - 7, size=12)]
        x += 24 + 6.4 * len(kind.name) + 22
    return found


def _bands(layout: Layout, color: dict[str, str], unit: float) -> list[Any]:
    found: list[Any] = []
    labels: list[Any] = []
    for way in layout.ways:
        shade = color.get(way.band.kind, "@rest")
        said = amount(way.band.usd / unit)
        hover = way.band.hover or (f"{way.band.payer} → {way.band.payee}: {said}",)
        if way.is_back:
            found.append(hovered(path(way.d, stroke=shade, width=way.width, opacity=0.7), hover))
        else:
            found.append(hovered(path(way.d, fill=shade, opacity=0.5), hover))
        if way.label is not None and not way.is_back:
            labels.append(words(said, *way.label, size=11.5))
        elif way.label is not None:
            labels.append(
                _named(
                    way, f"{shortened(way.band.payer, 24)} → {shortened(way.band.payee, 24)}: {said}, {way.band.kind}"
                )
            )
    return [*found, *labels]


def _named(way: Way, text: str) -> Any:
    """What a lane says: above it, or beside it where it is too short."""
    (into, out), (x, y) = way.ends, way.label or (0.0, 0.0)
    room, beside = width(text, 11.5), way.width / 2.0 + 6.0
    is_left, is_right = into - beside - room > 0.0, out + beside + room < WIDTH
    if room < out - into - 16.0 or not (is_left or is_right):
        return words(text, x, y, size=11.5, align="center", room=max(out - into - 16.0, 120.0))
    at, align = (into - beside, "right") if is_left else (out + beside, "left")
    return words(text, at, y + 6.5 + way.width / 2.0, size=11.5, align=align)


def _parties(layout: Layout, unit: float) -> list[Any]:
    found: list[Any] = []
    for place in layout.places:
        party = place.party
        paid, got = amount(place.paid / unit), amount(place.got / unit)
        lines = (party.name, f"pays {paid}, gets {got}", *([party.note] if party.note else []))
        found.append(hovered(box(place.x, place.y, BAR, max(place.height, 2.0), "@ink"), lines))
        right = place.is_last
        x, align = (place.x + BAR, "right") if right else (place.x, "left")
        has_two = bool(party.note) and layout.has_notes
        y = place.y - (20 if has_two else 8)
        found.append(words(shortened(party.name, 60), x, y, size=13, bold=True, align=align, room=layout.gutter + 4))
        if has_two:
            found.append(
                words(party.note, x, place.y - 7, size=11, color="@muted", align=align, room=layout.gutter + 4)
            )
    return found
