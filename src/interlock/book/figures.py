"""Figures: a quantity, its grade, and what the grade asks for.

    total: 30 B USD
    total: {stated: 30 B USD, source: announcement}
    total: {undisclosed: true, assume: 20 to 40 B USD, because: …}
    total: {same_as: figures.budget}

A bare quantity is read as assumed and listed by `check`. `same_as` repeats another figure: the two are one unknown.
"""

from __future__ import annotations

from dataclasses import replace

from interlock.book.grades import check_grade, read_group, read_sources
from interlock.book.quantity import ANY, Calendar, QuantityError, check_limits, read_quantity
from interlock.book.reading import Reading
from interlock.book.remedy import meant, problem_at
from interlock.book.spots import Spot
from interlock.book.written import Written
from interlock.ground.address import nearest
from interlock.ground.errors import Place
from interlock.ground.figure import Figure, Grade
from interlock.ground.units import Unit

GRADES = tuple(grade.value for grade in Grade)

FIELDS = (*GRADES, "same_as", "source", "because", "assume", "group")
"""What may stand in a figure."""


def read_figure(
    written: Written, name: str, unit: Unit, address: str, reading: Reading, calendar: Calendar | None = None
) -> Figure | None:
    """The figure that stands in a field, or None (and a problem) where it cannot be read."""
    reading.places[address] = written.place
    calendar = calendar or reading.calendar
    if isinstance(written.content, tuple):
        reading.problem(written.place, f"`{name}` is a figure, this is a list", f"Write for example `{unit.example}`.")
        return None
    if written.text is not None:
        figure = _bare(written, name, unit, reading, calendar)
    elif "same_as" in written.parts:
        figure = _repeated(written, name, unit, address, reading)
    else:
        figure = _graded(written, name, unit, reading, calendar)
    return figure


def _bare(written: Written, name: str, unit: Unit, reading: Reading, calendar: Calendar) -> Figure | None:
    figure = _quantity(written, name, unit, Grade.assumed, reading, calendar)
    if figure is None:
        return None
    remedy = f"Say how well it is known, for example {{assumed: {figure.text}, because: …}}."
    reading.remarks.append(
        problem_at(written.place, f"`{name}` is {figure.text} without a grade: read as assumed", remedy)
    )
    return replace(figure, is_bare=True)


def _graded(written: Written, name: str, unit: Unit, reading: Reading, calendar: Calendar) -> Figure | None:
    unknown = [key for key in written.parts if key not in FIELDS]
    for key in unknown:
        remedy = meant(key, FIELDS, "fields")
        if written.parts[key].is_empty and " " in key:
            remedy = 'Between { and }, a comma ends a text: put the whole of it in "quotes".'
        reading.problem(written.place_of(key), f"a figure has no field '{key}'", remedy)
    grade = _grade(written, name, reading, is_misspelt=bool(unknown))
    quantity = None if grade is None else _graded_quantity(written, name, grade, unit, reading)
    if grade is None or quantity is None:
        return None
    figure = _quantity(quantity, name, unit, grade, reading, calendar)
    sources = read_sources(written.parts.get("source"), "source", reading)
    because = reading.word(written.parts.get("because"), "because")
    if not unknown:
        # A misspelt `source` or `because` is one mistake, not two.
        check_grade(grade, sources, because, name, written.place_of(grade.value), written, reading)
    group = read_group(written, reading)
    return None if figure is None else replace(figure, sources=tuple(sorted(sources)), because=because, group=group)


def _grade(written: Written, name: str, reading: Reading, *, is_misspelt: bool) -> Grade | None:
    """The one grade that a figure must have."""
    grades = [key for key in written.parts if key in GRADES]
    if len(grades) > 1:
        wrong = f"`{name}` has {len(grades)} grades: {', '.join(grades)}"
        reading.problem(written.place_of(grades[1]), wrong, "Keep one of them.")
    elif not grades and not is_misspelt:
        remedy = "Write one of stated, estimated, assumed, undisclosed or same_as."
        reading.problem(written.place, f"`{name}` does not say how well it is known", remedy)
    return Grade(grades[0]) if len(grades) == 1 else None


def _graded_quantity(written: Written, name: str, grade: Grade, unit: Unit, reading: Reading) -> Written | None:
    """The quantity that stands beside the grade, or that is assumed in its place."""
    assumed = written.parts.get("assume")
    if grade is not Grade.undisclosed:
        if assumed is not None:
            wrong = f"`{name}` is {grade}, so there is nothing to `assume`"
            reading.problem(written.place_of("assume"), wrong, "`assume` goes with `undisclosed: true`.")
        return written.parts[grade.value]
    if assumed is None:
        example = f"{{undisclosed: true, assume: {unit.example}, because: …}}"
        wrong = f"`{name}` is undisclosed, and nothing is assumed"
        reading.problem(written.place, wrong, f"Undisclosed is not zero. Write for example {example}.")
    return assumed


def _quantity(
    written: Written, name: str, unit: Unit, grade: Grade, reading: Reading, calendar: Calendar
) -> Figure | None:
    if written.text is None:
        reading.problem(written.place, f"`{name}` is not a quantity", f"Write for example `{unit.example}`.")
        return None
    if not written.text:
        reading.problem(written.place, f"`{name}` is empty", f"Write for example `{unit.example}`, or leave it out.")
        return None
    try:
        quantity = read_quantity(written.text, unit, calendar)
    except QuantityError as error:
        reading.problem(written.place, f"`{name}` {error.wrong}", error.remedy)
        return None
    return Figure(quantity.distribution, quantity.unit, written.text, grade, offset=quantity.offset)


def _repeated(written: Written, name: str, unit: Unit, address: str, reading: Reading) -> Figure | None:
    """The figure that another one repeats. Circles are told about elsewhere, once."""
    for key in written.parts:
        if key not in {"same_as", "because"}:
            wrong = f"`{name}` repeats another figure, so it has no '{key}' of its own"
            reading.problem(written.place_of(key), wrong, "Leave it out, or leave out `same_as`.")
    place, target = written.parts["same_as"].place, written.parts["same_as"].text or ""
    spot = reading.spots.get(target)
    if spot is None or spot.unit is None:
        near = nearest(target, (other for other, each in reading.spots.items() if each.unit and each.written))
        remedy = f"Did you mean '{near}'?" if near else "Name a figure: figures.NAME, deals.DEAL.CONTRACT.TERM …"
        reading.problem(place, f"same_as is '{target}', which is no figure of the book", remedy)
    elif spot.written is None:
        wrong = f"same_as is '{target}', which the book leaves out"
        reading.problem(place, wrong, "Give a quantity there, and repeat that.")
    elif target != address and target not in reading.followed:
        figure = _followed(target, spot, spot.written, name, reading)
        if figure is not None:
            return _fitted(figure, target, name, unit, place, reading)
    return None


def _followed(target: str, spot: Spot, written: Written, name: str, reading: Reading) -> Figure | None:
    """The figure at an address; whatever is wrong with it is told at its own place."""
    aside = replace(reading, problems=[], remarks=[], places={}, followed=[*reading.followed, target])
    return read_figure(written, name, spot.unit or ANY, target, aside, spot.calendar(reading.start))


def _fitted(figure: Figure, target: str, name: str, unit: Unit, place: Place, reading: Reading) -> Figure | None:
    """The repeated figure, in a field of that unit."""
    same = replace(figure, same_as=figure.same_as or target, is_bare=False)
    if unit.base == ANY.base:
        return same
    is_moment = (figure.unit.is_moment, figure.unit.is_chance)
    if figure.unit.base != unit.base or is_moment != (unit.is_moment, unit.is_chance):
        measured = f"this field is measured in {unit.shown}" if unit.shown else "this field is a plain number"
        reading.problem(
            place,
            f"`{name}` is the same as {target}, which is {figure.text}, but {measured}",
            "Repeat one of that unit.",
        )
        return None
    try:
        check_limits(figure.text, figure.distribution, unit)
    except QuantityError as error:
        reading.problem(place, f"`{name}` is the same as {target}, which {error.wrong}", error.remedy)
        return None
    return replace(same, unit=unit)
