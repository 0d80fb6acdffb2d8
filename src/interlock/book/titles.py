"""What parties are called where people read: in labels, and in sentences that were written with their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from interlock.book.party import EDGES, Party

IN_BRACKETS = re.compile(r" \([^()]*\)$")
"""What a title ends with where it lists who belongs to the party."""

ONE = {"capital-markets": "the capital market"}
"""Edges of which a sentence speaks as of one."""

SEVERAL = frozenset({"customers", "suppliers", "capital markets"})
"""Edges of which it speaks as of several."""

PREPOSITIONS = "against as at between by for from in into of on per than through to under with within without"
"""What follows one of them is not what a sentence is about."""

VERBS = "build buy come cost design earn fail hand hold lend lose make owe pay raise rent run sell spend use"
"""What parties do."""

OF_SEVERAL = {"is": "are", "was": "were", "has": "have", "does": "do"} | {f"{verb}s": verb for verb in VERBS.split()}
"""What one does, and what several do."""

WORDS = """
all any back bill bills build business buyer capital cash cents chips claims cloud clouds compute
contract contracts cover creditors customers deal deals debt demand dollar dollars ends equity fail fails
first fund funds future futures government gpu group half holders hop hour hours investors lab labs
lap left less limit limits loan loans lost market model models money month months more most need
nobody none one other others owner owners parties party pooled power price put rest revenue run runs
sales seller share shares site sites spending spot start suppliers supplies term time total training
value where worth year years
"""
"""What sentences say themselves."""


@dataclass(frozen=True)
class Titles:
    """Titles of parties, without what stands in brackets at their end where that leaves them apart."""

    of: Mapping[str, str] = field(default_factory=dict)
    """By name."""

    def label(self, text: str) -> str:
        """What a party is called; a text that is no name with what parties are called in it."""
        return self.of.get(text) or self.sentence(text)

    def within(self, name: str) -> str:
        """What a party is called in the middle of a sentence."""
        title = ONE.get(name) or self.of.get(name, name)
        return f"the {title[4:]}" if title.startswith("The ") else title

    def sentence(self, text: str) -> str:
        """A sentence with what parties are called in place of their names; addresses stay as they are."""
        return in_number(self._names.sub(lambda match: self.within(match[0]), text), self.of.values())

    @cached_property
    def _names(self) -> re.Pattern[str]:
        # A name that could be any word of a sentence, such as `rest`, is left alone unless its title says the same.
        words = set(WORDS.split())
        names = [name for name, title in self.of.items() if name not in words or title.lower().startswith(name)]
        names.sort(key=len, reverse=True)
        # A name within an address, or within another name, is none.
        return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?![\w-]|\.\w)")


def in_number(sentence: str, titles: Iterable[str]) -> str:
    """A sentence whose verbs say what several companies under one title do: Amazon and Google sell."""
    several = "|".join(re.escape(title) for title in titles if " and " in title or title.lower() in SEVERAL)
    if not several:
        return sentence
    does = re.compile(rf"(\w+ )?\b({several}) ({'|'.join(OF_SEVERAL)})\b", re.IGNORECASE)

    def agreed(found: re.Match[str]) -> str:
        before, title, verb = found[1] or "", found[2], found[3].lower()
        return found[0] if before.strip().lower() in PREPOSITIONS.split() else f"{before}{title} {OF_SEVERAL[verb]}"

    return does.sub(agreed, sentence)


def titles_of(parties: Iterable[Party]) -> Titles:
    """The titles of a book's parties; an edge of the world is called by its name, in words."""
    inner = [party for party in parties if party.name not in EDGES]
    short = {party.name: IN_BRACKETS.sub("", party.title) for party in inner}
    times, full = Counter(short.values()), Counter(party.title for party in inner)

    def called(party: Party) -> str:
        if times[short[party.name]] == 1:
            return short[party.name]
        return party.title if full[party.title] == 1 else f"{party.title} ({party.name})"

    return Titles({party.name: called(party) for party in inner} | {name: name.replace("-", " ") for name in EDGES})
