"""The schema that editors check with says what the reader says."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import jsonschema
import pytest
import yaml

from interlock.book.new import STARTER, new_book
from interlock.book.read import BUNDLED, bundled, open_book
from interlock.book.schema import book_schema
from interlock.contracts import KINDS
from interlock.contracts.contract import PAYEE, PAYER, Contract, Leg, Purpose
from interlock.drivers import Driver
from interlock.drivers.driver import Nothing
from interlock.ground.errors import ArgumentError, BookError
from interlock.ground.units import Share, Unit, Usd


@dataclass(frozen=True, kw_only=True)
class Royalty(Contract):
    """A sum each month for the use of a name."""

    kind: ClassVar[str] = "royalty"
    sentence: ClassVar[str] = "{payer} pays {payee} {sum} a month for its name[, shared by {part}]"

    sum: Usd
    """Each month."""

    part: Share = 0.5
    """Of the sum."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.fee),)

    def due(self, now, memory):
        """The sum."""
        return (self.sum,)


@dataclass(frozen=True, kw_only=True)
class Weather(Driver):
    """Sun or rain."""

    kind: ClassVar[str] = "weather"
    sentence: ClassVar[str] = "is sunny {sun} of the time"

    sun: Share
    """Of the time."""

    def opening(self):
        return Nothing()

    def step(self, memory, month, shock):
        return memory

    def at(self, memory, month):
        return self.sun


OWN = (*KINDS, Royalty, Weather)


class Words(yaml.SafeLoader):
    """YAML as editors read it: dates stay texts."""


Words.yaml_implicit_resolvers = {
    first: [each for each in resolvers if not each[0].endswith("timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def complaints(text, kinds=KINDS):
    validator = jsonschema.Draft202012Validator(book_schema(kinds))
    return [error.json_path for error in validator.iter_errors(yaml.load(text, Words))]


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(book_schema())


def test_every_file_of_every_bundled_book_passes():
    files = [
        file
        for name in bundled()
        for file in (BUNDLED / name).rglob("*.yaml")
        if file.parent.name not in {"scenarios", "actuals"}
    ]
    assert len(files) >= 4
    assert {file.name: complaints(file.read_text(encoding="utf-8")) for file in files} == {
        file.name: [] for file in files
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("kind: compute-commitment", "kind: compute-comitment"),
        ("        term:", "        trem:"),
        ("because: reports", "becuase: reports"),
        ("status: signed", "status: sined"),
        ("roles: [lab]", "roles: [labs]"),
        ("as_of: 2026-01-15", "as_of: soon"),
        ("  lab: {roles", "  Lab: {roles"),
        ("groups:", "grops:"),
        ("30 B USD, source: filing", "30 B USD"),
        ("        payer: maker\n", ""),
        ("{same_as: figures.budget}", "thirty billion"),
        ("    half_life: {assumed: 1 year, because: a guess}\n", ""),
        ("months: 24", "months: many"),
    ],
)
def test_what_an_editor_can_see_is_seen(small_book, before, after):
    assert complaints(small_book) == []
    assert before in small_book
    assert complaints(small_book.replace(before, after)) != []


def test_an_editor_knows_the_fields_of_a_segment(small_book):
    text = small_book.replace("drivers:\n", "segments: {all: {spend: 9 B USD/year, shares: {lab: 20 %}}}\ndrivers:\n")
    assert complaints(text) == []
    for before, after in (("spend:", "spent:"), (", shares: {lab: 20 %}", ""), ("9 B USD/year", "a lot")):
        assert complaints(text.replace(before, after)) != []


def test_a_kind_of_ones_own_is_read_told_and_in_the_schema(tmp_path, small_book):
    text = small_book.replace(
        "drivers:\n", "drivers:\n  sky: {kind: weather, sun: {assumed: 60 %, because: a guess}}\n"
    )
    text += "      name: {kind: royalty, payer: lab, payee: maker, sum: {assumed: 1 M USD, because: a guess}}\n"
    (tmp_path / "book.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match="there is no kind of contract 'royalty'"):
        open_book(tmp_path / "book.yaml")
    book = open_book(tmp_path / "book.yaml", kinds=OWN)
    assert book.deals["round"].contracts["name"].kind is Royalty
    assert "Lab pays maker 1 M USD (assumed: a guess) a month for its name." in book.tell("round")
    assert book.amend({"deals.round.name.part": "20 %"}).kinds == OWN
    assert complaints(text, OWN) == []
    assert complaints(text) != []
    schema = book_schema(OWN)
    contract = schema["properties"]["deals"]["additionalProperties"]["properties"]["contracts"]["additionalProperties"]
    assert contract["properties"]["kind"]["enum"] == sorted(kind.kind for kind in (*KINDS, Royalty))
    [royalty] = [
        rule["then"] for rule in contract["allOf"] if rule["then"]["properties"]["kind"] == {"const": "royalty"}
    ]
    assert royalty["description"] == "A sum each month for the use of a name."
    assert royalty["properties"]["part"]["description"] == "Of the sum."
    assert royalty["required"] == ["kind", "payee", "payer", "sum"]


def test_what_is_no_kind_is_refused():
    @dataclass(frozen=True, kw_only=True)
    class Second(Contract):
        kind: ClassVar[str] = "royalty"
        legs: ClassVar[tuple[Leg, ...]] = ()

        def due(self, now, memory):
            return ()

    @dataclass(frozen=True, kw_only=True)
    class InEuro(Driver):
        kind: ClassVar[str] = "euro"
        price: Annotated[float, Unit("EUR/MW", "EUR/MW", "3 EUR/MW")]

    with pytest.raises(ArgumentError, match="two kinds are called 'royalty'"):
        open_book("ring", kinds=(*OWN, Second))
    with pytest.raises(
        ArgumentError, match="the field 'price' of the kind 'euro' is measured in 'EUR', which is no unit"
    ):
        open_book("ring", kinds=(*KINDS, InEuro))


def test_a_new_book_is_the_starter_or_a_copy(tmp_path):
    new_book(tmp_path / "mine")
    assert open_book(tmp_path / "mine").remarks == ()
    assert complaints(STARTER) == []
    new_book(tmp_path / "copy", "nvidia-microsoft-anthropic")
    assert open_book(tmp_path / "copy").title == bundled()["nvidia-microsoft-anthropic"]
    assert (tmp_path / "copy" / "scenarios").is_dir()
    new_book(tmp_path / "file", tmp_path / "mine" / "book.yaml")
    assert (tmp_path / "file" / "book.yaml").read_text(encoding="utf-8") == STARTER
    with pytest.raises(ArgumentError, match="exists and is not empty"):
        new_book(tmp_path / "mine")
    with pytest.raises(BookError, match="Did you mean 'ring'"):
        new_book(tmp_path / "other", "rig")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "file", "mine"]
