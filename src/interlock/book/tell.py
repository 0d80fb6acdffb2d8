"""The book in sentences, in order of date: what the engine understands.

A kind's sentence names its terms in braces; what stands in brackets is left out where the book gives none of the
terms in it. Terms that the sentence does not name follow it, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from interlock.book.deal import Deal, WrittenContract
from interlock.book.market import MarketTerms
from interlock.book.party import Party
from interlock.book.quantity import show
from interlock.book.segment import Segment
from interlock.book.source import Source
from interlock.book.terms import AllOf, AnyOf, Condition, OnDate, Term, Terms, WrittenSchedule
from interlock.book.titles import in_number
from interlock.contracts.contract import Purpose
from interlock.ground.fields import fields_of
from interlock.ground.figure import Figure, Grade
from interlock.ground.months import is_month, name_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INDENT = "    "

STEPS = 24
"""Of a schedule; a file may have thousands."""


@dataclass(frozen=True)
class Teller:
    """Puts the parts of a book into words."""

    titles: Mapping[str, str]
    """Of parties and edges, by name."""
    sources: Mapping[str, Source]

    def deal(self, deal: Deal) -> str:
        """An announcement and its contracts, one sentence each."""
        status = deal.status.replace("-", " ")
        head = f"{day_in_words(deal.announced_on)}: {deal.title} ({status})."
        if deal.probability is not None:
            head += f" It completes with a probability of {self.figure(deal.probability)}."
        if deal.completes is not None:
            head += f" It comes into force {self.figure(deal.completes)}."
        if deal.size is not None:
            head += f" Its size is then {self.figure(deal.size)} of what was announced."
        if deal.depends_on:
            head += f" It depends on {' and '.join(deal.depends_on)}."
        return "\n".join([head, *(self.contract(contract) for contract in deal.contracts.values())])

    def contract(self, contract: WrittenContract) -> str:
        """A contract's sentence, and the terms that it does not name."""
        names = {"payer": self._party(contract.payer), "payee": self._party(contract.payee), "name": contract.name}
        if isinstance(profile := contract.terms.values.get("profile"), WrittenSchedule):
            names["phases"] = _phases(profile)
        if contract.kind.builds and "power" not in contract.terms.values:
            names["power"] = "what the commitments that name it need"
        waits = [("pays_after", contract.pays_after)]
        rest = [("headline", contract.headline), ("binding", contract.binding)]
        if contract.binding is not None and "total" not in contract.terms.values:
            of = "" if contract.headline is None else f" of the announced {contract.headline.text}"
            names["total"] = f"{self.figure(contract.binding)}{of}"
            rest = []
        given: dict[str, Term] = {name: figure for name, figure in (*rest, *waits) if figure is not None}
        sentence = self._sentence(contract.kind.sentence, contract.terms, names)
        sentence = in_number(sentence, (names["payer"], names["payee"]))
        deal = contract.address.rpartition(".")[0] + "."
        others = [each.removeprefix("deals.") for each in contract.earmarked_for if not each.startswith(deal)]
        told = [f"{_INDENT}what is paid is earmarked for {', '.join(others)}"] if others else []
        return "\n".join([f"  {sentence}.", *self._left_over(contract.kind.sentence, contract.terms, given), *told])

    def party(self, party: Party) -> str:
        """What a party has at the start, and its plain flows."""
        roles = f" ({', '.join(party.roles)})" if party.roles else ""
        lines = [f"{party.title}{roles}.", *self._left_over("", party.terms, {})]
        for company, stake in party.stakes.items():
            lines.append(f"{_INDENT}holds {self.figure(stake)} of {self._party(company)}")
        return "\n".join([*lines, *(self.contract(flow) for flow in party.flows.values())])

    def segment(self, segment: Segment) -> str:
        """What customers of a segment spend, on whose models, and what moves their choice."""
        spend = self._term(segment.terms.values["spend"], "spend", segment.terms.of)
        shares = (
            f"{_INDENT}on those of {self._party(lab)} {self.figure(part)}" for lab, part in segment.shares.items()
        )
        told = f"The customers of {segment.title} spend {spend} on models at the start."
        return "\n".join([told, *shares, *self._left_over("{spend}", segment.terms, {})])

    def chips(self, name: str, terms: Terms) -> str:
        """What a generation of chips is."""
        maker = terms.values.get("maker")
        head = f"The chips '{name}' are made by {self._party(str(maker))}."
        return "\n".join([head, *self._left_over("{maker}", terms, {})])

    def driver(self, name: str, terms: Terms) -> str:
        """How a driver moves."""
        pattern: str = getattr(terms.of, "sentence", "")
        sentence = self._sentence(pattern, terms, {})
        return "\n".join([f"The driver '{name}' {sentence}.", *self._left_over(pattern, terms, {})])

    def market(self, name: str, terms: Terms) -> str:
        """What a market asks, and who else is in it."""
        sentence = self._sentence(MarketTerms.sentence, terms, {})
        return "\n".join([f"The market '{name}' {sentence}.", *self._left_over(MarketTerms.sentence, terms, {})])

    def figure(self, figure: Figure) -> str:
        """A figure with its grade and what it rests on."""
        return f"{_plainly(figure)} ({self.grade(figure)})"

    def grade(self, figure: Figure | WrittenSchedule) -> str:
        """How well something is known, from where and why."""
        if isinstance(figure, Figure) and figure.same_as:
            return f"the same as {figure.same_as}"
        if figure.is_bare:
            return "assumed, no reason given"
        grade = "undisclosed, assumed" if figure.grade is Grade.undisclosed else str(figure.grade)
        cited = " and ".join(f"{name} of {day_in_words(self.sources[name].date)}" for name in figure.sources)
        said = f"{grade} from {cited}" if cited and grade != "stated" else f"{grade}, {cited}".removesuffix(", ")
        return said + (f": {figure.because}" if figure.because else "")

    def trigger(self, trigger: Condition | OnDate | AllOf | AnyOf) -> str:
        """A condition in words."""
        match trigger:
            case OnDate():
                return f"from {day_in_words(name_of(trigger.month))}"
            case Condition():
                bound = "at least" if trigger.is_at_least else "at most"
                return f"once {self._watched(trigger.when)} is {bound} {self.figure(trigger.level)}"
            case AllOf():
                return " and ".join(self.trigger(part) for part in trigger.parts)
            case AnyOf():
                return " or ".join(self.trigger(part) for part in trigger.parts)

    def _watched(self, address: str) -> str:
        """What a condition watches."""
        section, name, *rest = address.split(".")
        if section == "drivers":
            return f"the driver '{name}'"
        if section == "markets":
            return f"the {in_words(rest[0])} of the market '{name}'"
        if section == "parties":
            return f"the {in_words(rest[0])} of {self._party(name)}"
        if section == "sites":
            return f"what is {rest[0]} at the site '{name}'"
        return f"what is {rest[1]} under {name}.{rest[0]}"

    def _party(self, name: str) -> str:
        return self.titles.get(name, name)

    def _term(self, term: Term, name: str, of: type) -> str:
        """One term in words."""
        match term:
            case Figure():
                return self.figure(term)
            case WrittenSchedule():
                return f"{steps_in_words(term, STEPS)} ({self.grade(term)})"
            case Terms():
                return ", ".join(self._terms(term))
            case tuple():
                return "; ".join(", ".join(self._terms(part)) for part in term)
            case Condition() | OnDate() | AllOf() | AnyOf():
                return self.trigger(term)
            case str():
                return self._name(term, name, of)

    def _name(self, term: str, name: str, of: type) -> str:
        refers = next((field.refers for field in fields_of(of) if field.name == name), None)
        if refers is not None and refers.to == "driver":
            return f"what the driver '{term}' says"
        if refers is not None and refers.to in {"market", "term-price"}:
            return f"the market '{term}'"
        if refers is not None and refers.to == "party":
            return self._party(term)
        return term

    def _terms(self, terms: Terms) -> Iterator[str]:
        for name, term in terms.values.items():
            said = self._term(term, name, terms.of)
            yield said if isinstance(term, Condition | OnDate | AllOf | AnyOf) else _named(name, said, " ")

    def _sentence(self, pattern: str, terms: Terms, names: Mapping[str, str]) -> str:
        """A kind's sentence with its terms filled in."""

        def clause(match: re.Match[str]) -> str:
            """A clause whose one figure bears its grade at the end."""
            given = [name for name in _names_in(match[1]) if name in terms.values or name in names]
            term = terms.values.get(given[0]) if len(given) == 1 else None
            if isinstance(term, Figure):
                return f"{match[1].replace(f'{{{given[0]}}}', _plainly(term))} ({self.grade(term)})"
            return match[1] if given else ""

        def word(match: re.Match[str]) -> str:
            name = match[1]
            if name in names:
                return names[name]
            term = terms.values.get(name)
            return self._default(terms.of, name) if term is None else self._term(term, name, terms.of)

        sentence = re.sub(r"\{(\w+)\}", word, re.sub(r"\[([^\]]*)\]", clause, pattern))
        return _tidy(sentence[:1].upper() + sentence[1:] if names else sentence)

    def _default(self, of: type, name: str) -> str:
        """What a term is where the book leaves it out."""
        field = next((field for field in fields_of(of) if field.name == name), None)
        default = None if field is None else field.default
        if field is not None and field.choice is not None and default is not None:
            return field.choice.words[int(default)]
        return default.value.replace("-", " ") if isinstance(default, Purpose) else f"the usual {in_words(name)}"

    def _left_over(self, pattern: str, terms: Terms, also: Mapping[str, Term]) -> Iterator[str]:
        """The terms that a sentence does not name."""
        named = _names_in(pattern)
        for name, term in {**also, **terms.values}.items():
            if name not in named:
                yield f"{_INDENT}{_named(name, self._term(term, name, terms.of), ': ')}"


def _names_in(pattern: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", pattern))


def sentence_of(kind: type) -> str:
    """The sentence of a kind in general: its terms by their names, what may be left out in brackets."""
    pattern: str = getattr(kind, "sentence", "")
    spaced = re.sub(r"\[([,;]?) ", r"\1 [", pattern)
    return _tidy(re.sub(r"\{(\w+)\}", lambda match: in_words(match[1]), spaced))


def _tidy(sentence: str) -> str:
    """A sentence whose list may have lost its first clause, or all of them."""
    return re.sub(r":$", "", re.sub(r":[,;]? ", ": ", sentence))


def _named(name: str, said: str, between: str) -> str:
    """A term after its name, unless what is said begins with that: the market 'rents'."""
    words = in_words(name)
    return said if said.startswith(f"the {words} ") else f"{words}{between}{said}"


def _phases(profile: WrittenSchedule) -> str:
    """When the first part is there, and when all is."""
    first, last = name_of(profile.months[0]), name_of(profile.months[-1])
    return f"by {first}" if first == last else f"from {first} to {last}"


def steps_in_words(schedule: WrittenSchedule, most: int) -> str:
    """Each level with its month; of more than `most`, the first ones and the last."""
    at = "in" if schedule.linear else "from"
    steps = [
        f"{show(level, schedule.unit)} {at} {day_in_words(name_of(month))}"
        for month, level in zip(schedule.months, schedule.levels, strict=True)
    ]
    if len(steps) > most:
        steps = [*steps[: most - 2], f"… ({len(steps) - most + 1} more)", steps[-1]]
    straight = ", in straight lines" if schedule.linear and len(steps) > 1 else ""
    return f"{', '.join(steps)}{straight}"


def _plainly(figure: Figure) -> str:
    """A figure without its grade; a lag with what it counts from."""
    is_lag = figure.unit.is_moment and not re.search(r"\d{4}-\d{2}", figure.text)
    return f"{figure.text} after the announcement" if is_lag else figure.text


def in_words(name: str) -> str:
    """The name of a field as words."""
    return name.replace("_", " ")


def day_in_words(text: str) -> str:
    """A day or month as people say it: 18 Nov 2025."""
    if not is_month(text):
        return text
    year, month, *day = text.split("-")
    return " ".join([*(str(int(each)) for each in day), _MONTHS[int(month) - 1], year])
