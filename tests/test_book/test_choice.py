"""A term that is one of a few words: the book writes the word, the rule sees its place among them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import jsonschema
import pytest
import yaml

import interlock
from interlock.book.schema import book_schema
from interlock.cli.kinds import described
from interlock.contracts import KINDS, Contract, Leg, Purpose
from interlock.ground.arrays import where
from interlock.ground.errors import BookError
from interlock.ground.fields import Choice
from interlock.ground.units import Number, Usd

MONTHLY, AT_ONCE = range(2)


@dataclass(frozen=True, kw_only=True)
class Subscription(Contract):
    """A sum each month, or that of the whole year in its first month."""

    kind: ClassVar[str] = "subscription"
    sentence: ClassVar[str] = "{payer} pays {payee} {sum} a month, {paid}"

    sum: Usd
    """For each month."""

    paid: Annotated[Number, Choice(("monthly", "at-once"))] = MONTHLY
    """How it is paid."""

    legs: ClassVar[tuple[Leg, ...]] = (Leg("payer", "payee", Purpose.goods),)

    def problem(self) -> str | None:
        """Small sums are not worth a bill each month."""
        return "pay so little at once" if self.paid == MONTHLY and self.sum < 1.0 else None

    def due(self, now, memory):
        """The month's sum, or the year's."""
        at_once = where(now.month == 0.0, 12.0 * self.sum, 0.0)
        return (where(self.paid == AT_ONCE, at_once, self.sum),)


BOOK = """
book: {title: A subscription, as_of: 2026-01-01, start: 2026-01, months: 12}
parties:
  reader: {roles: [lab], cash: 100 USD}
  paper: {roles: [cloud]}
deals:
  news:
    announced: 2026-01-01
    status: in-force
    contracts:
      daily: {kind: subscription, payer: reader, payee: paper, sum: 5 USD}
"""


@pytest.fixture
def opened(tmp_path):
    def read(change: str = ""):
        file = tmp_path / "book.yaml"
        file.write_text(BOOK.replace("sum: 5 USD", f"sum: 5 USD{change}"), encoding="utf-8")
        return interlock.open_book(file, kinds=(*KINDS, Subscription))

    return read


def paid_by_month(book):
    return interlock.simulate(book, paths=2, keep=["paid"])["paid_by_month"].values[0].sum(axis=1).tolist()


def test_a_rule_sees_the_place_of_the_word(opened):
    assert paid_by_month(opened()) == [5.0] * 12
    assert paid_by_month(opened(", paid: at-once")) == [60.0, *[0.0] * 11]


def test_a_scenario_may_change_the_word(opened):
    book = interlock.with_scenario(opened(), {"set": {"deals.news.daily.paid": "at-once"}})
    assert paid_by_month(book)[0] == 60.0


def test_a_word_that_is_none_of_them_is_told_with_the_nearest(opened):
    with pytest.raises(BookError) as error:
        opened(", paid: at-onse")
    expected = "paid is 'at-onse', which is none of the choices.\n    Did you mean 'at-once'?"
    assert str(error.value).endswith(expected)
    with pytest.raises(BookError, match="Known choices: at-once, monthly"):
        opened(", paid: 7 USD")


def test_a_kind_may_look_at_the_word_when_it_says_what_is_wrong(opened):
    with pytest.raises(BookError, match="pay so little at once"):
        interlock.with_scenario(opened(), {"set": {"deals.news.daily.sum": "0.5 USD"}})
    small = {"deals.news.daily.sum": "0.5 USD", "deals.news.daily.paid": "at-once"}
    assert interlock.with_scenario(opened(), {"set": small})


def test_the_word_is_told_also_where_the_book_leaves_it_out(opened):
    assert opened().tell("news").splitlines()[1].endswith("5 USD (assumed, no reason given) a month, monthly.")
    assert opened(", paid: at-once").tell("news").splitlines()[1].endswith("a month, at-once.")


def test_the_schema_and_the_list_of_kinds_name_the_words():
    validator = jsonschema.Draft202012Validator(book_schema((*KINDS, Subscription)))
    wrong = yaml.safe_load(BOOK.replace("sum: 5 USD", "sum: 5 USD, paid: later").replace("01-01", "01"))
    assert [error.json_path for error in validator.iter_errors(wrong)] == ["$.deals.news.contracts.daily.paid"]
    [said] = described([Subscription], ["subscription"], str)
    assert said["terms"][1] == {"name": "paid", "holds": "monthly or at-once", "example": "monthly", "needed": False}
