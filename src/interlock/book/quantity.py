"""From "20 to 40 B USD" to a distribution in base units.

    30 B USD · 1 GW · 2.35 USD/H100e-hour · 7.5 c/kWh · 6 years · 45 % · 5 x/year · 2026-06
    20 to 40 B USD            nine futures in ten; unit and k, M, B, T may follow the last number only
    normal(20, 3) B USD       mean, standard deviation
    uniform(20, 40) B USD     triangular(20, 25, 40) B USD
    beta(2, 5)                alpha and beta, between 0 and 100 %
    choice(10: 30 %, 20: 70 %) B USD

Growth of `5 x/year` is +400 % a year. A month as `2026-06`, or a lag as `2 to 14 months`, counts from the start of
the book or from the announcement, as its field says. Where a field is drawn as yes or no, an uncertain probability
counts by its mean. Only zero needs no unit, being the same in all of them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from interlock.book.measure import Measure, UnknownUnit, base_of, measure_of
from interlock.book.ranges import REACH, between, limits, mean
from interlock.ground.figure import Distribution, Shape
from interlock.ground.months import is_month, month_of, name_of
from interlock.ground.units import Unit

LONGEST = 300
"""Characters in one quantity."""

MAGNITUDES = {
    "k": 10**3,
    "M": 10**6,
    "B": 10**9,
    "T": 10**12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}

ANY = Unit("*", "any unit", "30 B USD", at_least=None)
"""Of a figure that stands for itself: the unit is whatever it is written in."""

MOMENT = Unit("month", "month", "2026-06", at_least=None, is_moment=True)

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_ONE = re.compile(rf"({_NUMBER})\s*(?:({'|'.join(sorted(MAGNITUDES, key=len, reverse=True))})(?![A-Za-z0-9/]))?\s*(.*)")
_CALL = re.compile(r"([a-z]+)\s*\((.*)\)\s*(.*)")
_KIND_OF_POWER = re.compile(r"\s*\((?:facility|IT)\)$")
_ARGUMENTS = {"normal": 2, "uniform": 2, "triangular": 3, "beta": 2}


class QuantityError(ValueError):
    """A text that is not a quantity of its field: what is wrong (to follow a name), and the remedy."""

    def __init__(self, wrong: str, remedy: str = "") -> None:
        ValueError.__init__(self, wrong)
        self.wrong = wrong
        self.remedy = remedy


@dataclass(frozen=True)
class Calendar:
    """What months and lags count from: calendar months, counted since the year 0."""

    start: int
    """Of the book."""
    origin: int
    """Of a lag: the announcement, or the start of the book."""


@dataclass(frozen=True)
class Quantity:
    """What a text means."""

    distribution: Distribution
    """In the base unit; a lag is counted from its origin."""
    unit: Unit
    offset: float = 0.0
    """Of a lag: from the start of the book to its origin, in months."""


@lru_cache(maxsize=16_384)
def read_quantity(text: str, unit: Unit, calendar: Calendar = Calendar(0, 0)) -> Quantity:
    """What a text means in a field of that unit.

    Raises QuantityError.
    """
    if len(text) > LONGEST:
        raise QuantityError(f"is longer than {LONGEST} characters", _write(unit))
    try:
        quantity = _Quantity(text, unit, calendar).read()
    except OverflowError:
        raise QuantityError(f"is '{text}', which is too large a number", _write(unit)) from None
    check_limits(text, quantity.distribution, quantity.unit)
    if not quantity.unit.is_chance:
        return quantity
    # Drawn as yes or no once per path; an uncertain probability is as good as its mean.
    return Quantity(Distribution(Shape.chance, (mean(quantity.distribution),)), quantity.unit)


class _Quantity:
    """One text on its way to a distribution."""

    def __init__(self, text: str, unit: Unit, calendar: Calendar) -> None:
        self.text, self.calendar = text, calendar
        self.unit = _unit_as_written(text) if unit.base == "*" else unit
        self.are_dates: set[bool] = set()
        """Of a moment: whether its ends are months of the calendar, or lags."""

    def read(self) -> Quantity:
        """The distribution in the base unit of the field, and what it counts from."""
        distribution = self._distribution()
        if not self.unit.is_moment:
            return Quantity(distribution, self.unit)
        offset = 0.0 if True in self.are_dates else float(self.calendar.origin - self.calendar.start)
        return Quantity(distribution, self.unit, offset)

    def _distribution(self) -> Distribution:
        call = _CALL.fullmatch(self.text)
        if call is not None:
            return self._called(call[1], call[2], call[3])
        ends = re.split(r"\s+to\s+", self.text)
        if len(ends) == 1:
            return Distribution(Shape.certain, (self._one(self.text),))
        if len(ends) > 2:
            raise QuantityError(f"is '{self.text}': a range has two ends", _write(self.unit))
        return self._range(*ends)

    def _range(self, low_text: str, high_text: str) -> Distribution:
        high = self._one(high_text)
        low = self._one(_completed(low_text, high_text))
        if low == high:
            raise QuantityError(f"is '{self.text}', a range without width", f'Write "{high_text}".')
        if low > high:
            upright = _swapped(low_text, high_text)
            raise QuantityError(f"is '{self.text}': the range is upside down", f'Write "{upright}".')
        if True in self.are_dates:
            return Distribution(Shape.normal, ((low + high) / 2, (high - low) / (2 * REACH)))
        return between(low, high, is_share=self._is_share())

    def _is_share(self) -> bool:
        """A share in %: of a field that cannot exceed 100 %, or of any plain number when it is written in %."""
        is_percent = self.text.endswith("%")
        return measure_of(self.unit.base).is_plain and (self.unit.at_most == 1.0 or is_percent)

    def _called(self, shape: str, inside: str, tail: str) -> Distribution:
        if shape == "choice":
            return self._choice(inside, tail)
        count = _ARGUMENTS.get(shape)
        if count is None:
            raise QuantityError(
                f"is '{self.text}', but there is no distribution '{shape}'",
                "There are normal(…), uniform(…), triangular(…), beta(…) and choice(…).",
            )
        texts = [part.strip() for part in inside.split(",")]
        if len(texts) != count:
            raise QuantityError(f"is '{self.text}', but {shape}(…) has {count} numbers", _example_of(shape))
        if shape == "beta":
            return self._beta(texts, tail)
        tail = tail or next((rest for text in reversed(texts) if (rest := _tail_of(text))), "")
        if shape == "normal":
            middle, spread = self._one(_with_tail(texts[0], tail)), self._width(_with_tail(texts[1], tail))
            if spread <= 0.0:
                raise QuantityError(f"is '{self.text}', but a standard deviation is above 0", _example_of(shape))
            return Distribution(Shape.normal, (middle, spread))
        numbers = tuple(self._one(_with_tail(text, tail)) for text in texts)
        if list(numbers) != sorted(numbers) or numbers[0] == numbers[-1]:
            raise QuantityError(f"is '{self.text}': the range is upside down", _example_of(shape))
        return Distribution(Shape(shape), numbers)

    def _beta(self, texts: list[str], tail: str) -> Distribution:
        if tail or not measure_of(self.unit.base).is_plain or not all(re.fullmatch(_NUMBER, text) for text in texts):
            raise QuantityError(
                f"is '{self.text}', but beta(…) is a share between 0 and 100 %, made of two plain numbers",
                _example_of("beta"),
            )
        alpha, beta = map(float, texts)
        if alpha <= 0.0 or beta <= 0.0:
            raise QuantityError(f"is '{self.text}', but both numbers of beta(…) are above 0", _example_of("beta"))
        return Distribution(Shape.beta, (alpha, beta))

    def _choice(self, inside: str, tail: str) -> Distribution:
        pairs = [[side.strip() for side in part.split(":")] for part in inside.split(",")]
        if any(len(pair) != 2 for pair in pairs):
            raise QuantityError(f"is '{self.text}', but each value needs a probability", _example_of("choice"))
        tail = tail or next((rest for value, _ in reversed(pairs) if (rest := _tail_of(value))), "")
        values = [self._one(_with_tail(value, tail)) for value, _ in pairs]
        if len(set(values)) != len(values):
            raise QuantityError(f"is '{self.text}', which has a value twice", _example_of("choice"))
        weights = []
        for _, weight in pairs:
            match = re.fullmatch(rf"({_NUMBER})\s*(%?)", weight)
            if match is None or float(match[1]) < 0.0:
                raise QuantityError(f"is '{self.text}', but '{weight}' is no probability", _example_of("choice"))
            weights.append(float(Fraction(match[1]) / (100 if match[2] else 1)))
        if abs(sum(weights) - 1.0) > 1e-9:
            raise QuantityError(
                f"is '{self.text}': its probabilities sum to {sum(weights) * 100:g} %", "Make them sum to 100 %."
            )
        return Distribution(Shape.choice, (*values, *weights))

    def _one(self, text: str) -> float:
        """One number or month, in base units."""
        text = text.strip()
        is_date = self.unit.is_moment and is_month(text)
        self.are_dates.add(is_date)
        if len(self.are_dates) > 1:
            raise QuantityError(f"is '{self.text}', partly a month and partly a lag", _write(self.unit))
        return float(month_of(text) - self.calendar.start) if is_date else self._number(text)

    def _width(self, text: str) -> float:
        """A difference of two numbers: nothing is counted from a date."""
        return self._number(text.strip())

    def _number(self, text: str) -> float:
        match = _ONE.fullmatch(text)
        if match is None:
            raise QuantityError(f"is '{self.text}', which is no quantity", _write(self.unit))
        number = Fraction(match[1]) * MAGNITUDES.get(match[2], 1)
        kind_of_power = _KIND_OF_POWER.search(match[3])
        is_of_field = kind_of_power is not None and self.unit.shown.endswith(kind_of_power[0].strip())
        written = (_KIND_OF_POWER.sub("", match[3]) if is_of_field else match[3]).replace(" ", "")
        field = measure_of(self.unit.base)
        if number == 0 and not written:
            return 0.0
        try:
            measure = measure_of(written)
        except UnknownUnit as unknown:
            near = f"Did you mean '{unknown.near}'? " if unknown.near else ""
            raise QuantityError(_not_measured_in(self.text, self.unit), near + _write(self.unit)) from None
        if measure.powers != field.powers:
            raise QuantityError(_not_measured_in(self.text, self.unit), _write(self.unit))
        if written == "x/year":
            if self.unit.at_least is None or self.unit.at_least >= 0.0:
                raise QuantityError(f"is '{self.text}', but this is no growth", _write(self.unit))
            return float(number - 1)
        return float(number * measure.size / field.size)


def looks_like_quantity(text: str) -> bool:
    """Whether a text is meant as a quantity, and not as a name."""
    return re.match(r"[+-]?\.?\d|[a-z]+\s*\(", text) is not None


def unit_of_measure(measure: Measure, written: str) -> Unit:
    """The unit of a figure that may be of any."""
    base = base_of(measure)
    at_least = -1.0 if base == "1/year" else None
    return Unit(base, written, f"1 {written}".strip(), at_least=at_least)


def _unit_as_written(text: str) -> Unit:
    """The unit that a text is written in, where the field may have any."""
    if re.search(r"\d{4}-\d{2}", text):
        return MOMENT
    call = _CALL.fullmatch(text)
    if call is None:
        written = _tail_of(re.split(r"\s+to\s+", text)[-1], is_magnitude_kept=False)
    elif call[3]:
        written = _tail_of(f"1 {call[3]}", is_magnitude_kept=False)
    else:
        values = [part.split(":")[0].strip() for part in call[2].split(",")]
        written = next((rest for value in reversed(values) if (rest := _tail_of(value, is_magnitude_kept=False))), "")
    try:
        return unit_of_measure(measure_of(written), written)
    except UnknownUnit as unknown:
        remedy = f"Did you mean '{unknown.near}'?" if unknown.near else _write(ANY)
        raise QuantityError(f"is '{text}', but there is no unit '{unknown.word}'", remedy) from None


def _tail_of(text: str, *, is_magnitude_kept: bool = True) -> str:
    """What follows the number of a quantity: magnitude and unit."""
    match = _ONE.fullmatch(text.strip())
    if match is None:
        return ""
    return f"{(match[2] or '') if is_magnitude_kept else ''} {match[3]}".strip()


def _with_tail(text: str, tail: str) -> str:
    """A quantity of which only the number is given, with the magnitude and unit that stand further on."""
    return f"{text} {tail}" if re.fullmatch(_NUMBER, text) else _completed(text, f"1 {tail}")


def _completed(low: str, high: str) -> str:
    """The low end of a range with what it leaves to the high end: its unit, and if it has neither, its magnitude."""
    low_match, high_match = _ONE.fullmatch(low.strip()), _ONE.fullmatch(high.strip())
    if low_match is None or high_match is None or low_match[3]:
        return low
    magnitude = low_match[2] or high_match[2] or ""
    return f"{low_match[1]} {magnitude} {high_match[3]}".strip()


def _swapped(low: str, high: str) -> str:
    """The range the right way up, with its unit at the end."""
    if re.fullmatch(_NUMBER, low):
        tail = _tail_of(high)
        return f"{high.removesuffix(tail).strip()} to {low} {tail}".strip()
    return f"{high} to {low}"


def check_limits(text: str, distribution: Distribution, unit: Unit) -> None:
    """Refuse what is, or can be, beyond what the field allows."""
    low, high = limits(distribution)
    if not all(map(math.isfinite, distribution.numbers)):
        raise QuantityError(f"is '{text}', which is too large a number", _write(unit))
    if unit.at_least is not None and low < unit.at_least:
        if distribution.shape is Shape.normal:
            raise QuantityError(
                f"is '{text}', a normal distribution that falls below {show(unit.at_least, unit)}",
                "Write a range with both ends positive (a lognormal), or uniform(…) or triangular(…).",
            )
        raise QuantityError(f"is '{text}', but it cannot be below {show(unit.at_least, unit)}", _write(unit))
    if unit.at_most is not None and high > unit.at_most:
        raise QuantityError(f"is '{text}', but it cannot be above {show(unit.at_most, unit)}", _write(unit))


def show(value: float, unit: Unit, start: int = 0, digits: int = 6) -> str:
    """A number in base units as people write it: `30 B USD`; a moment as a month."""
    if unit.is_moment:
        return name_of(start + math.floor(value)) if math.isfinite(value) else "never"
    shown = "" if unit.base == "*" else _KIND_OF_POWER.sub("", unit.shown)
    number = value * float(measure_of(unit.base).size / measure_of(shown).size) if unit.base != "*" else value
    magnitude = next(
        (sign for sign in "TBMk" if abs(number) >= MAGNITUDES[sign] and shown not in {"%", "months", "FLOP"}), ""
    )
    return " ".join(f"{number / MAGNITUDES.get(magnitude, 1.0):.{digits}g} {magnitude} {shown}".split())


def _not_measured_in(text: str, unit: Unit) -> str:
    if unit.is_moment:
        return f"is '{text}', but this field is a month, or a lag in months"
    if measure_of(unit.base).is_plain:
        shown = {"%": "measured in %", "x": "a multiple"}.get(unit.shown, "a plain number")
        return f"is '{text}', but this field is {'a share in %' if unit.at_most == 1.0 else shown}"
    return f"is '{text}', but this field is measured in {unit.shown}"


def _write(unit: Unit) -> str:
    """How to write a quantity of that unit."""
    accepted = {
        "USD": "USD, M USD, B USD",
        "month": "months, years",
        "MW": "kW, MW, GW",
        "H100e": "H100e, k H100e, M H100e",
        "": "plain numbers and %",
        "*": "any unit",
    }.get(unit.base, f"{unit.shown} and its like")
    if unit.is_moment:
        return 'Write for example "2026-06", "2026-04 to 2027-01" or "2 to 14 months".'
    return f'Write for example "{unit.example}". Accepted: {accepted}.'


def _example_of(shape: str) -> str:
    return {
        "normal": 'Write for example "normal(20, 3) B USD": mean, standard deviation.',
        "uniform": 'Write for example "uniform(20, 40) B USD": low, high.',
        "triangular": 'Write for example "triangular(20, 25, 40) B USD": low, most likely, high.',
        "beta": 'Write for example "beta(2, 5)": alpha, beta.',
        "choice": 'Write for example "choice(10: 30 %, 20: 70 %) B USD".',
    }[shape]
