"""A book in sentences, each figure with its grade and its reason."""

import re

import pytest

from interlock.book.read import open_book
from interlock.book.tell import sentence_of
from interlock.contracts import KINDS
from interlock.drivers import KINDS as DRIVERS
from interlock.ground.errors import ArgumentError
from interlock.ground.fields import fields_of


def test_a_deal_is_told_as_an_analyst_would(opened, small_book):
    text = small_book.replace(
        "        term:",
        "        take: {undisclosed: true, assume: 70 to 100 %, because: it is called a commitment}\n"
        "        start: {assumed: 2 to 14 months, because: halls come late}\n"
        "        exercise: {when: parties.lab.scarcity, at_least: {assumed: 125 %, because: it would be filled}}\n"
        "        term:",
    ).replace("lab: {roles", "lab: {title: The Lab, roles")
    assert opened(text).tell("promise") == (
        "10 Jan 2026: promise (signed).\n"
        "  The Lab pays cloud for compute, used or not: 30 B USD in all (stated, filing of 10 Jan 2026) "
        "over 5 to 8 years (assumed: usual) at 2 USD/H100e-hour (assumed: usual), "
        "at least 70 to 100 % of it (undisclosed, assumed: it is called a commitment).\n"
        "    start: 2 to 14 months after the announcement (assumed: halls come late)\n"
        "    exercise: once the scarcity of The Lab is at least 125 % (assumed: it would be filled)\n"
        "  The Lab buys compute from cloud by the hour at what the driver 'spot' says, "
        "up to 50 k H100e (assumed: a guess)."
    )


def test_a_segment_is_told_with_who_has_what_of_it(opened, small_book):
    text = small_book.replace(
        "parties:\n  lab: {roles: [lab], ",
        "segments:\n  coding:\n    title: programmers\n    spend: {assumed: 9 B USD/year, because: a guess}\n"
        "    frontier: demand\n    shares: {lab: {stated: 30 %, source: filing}}\n"
        "parties:\n  lab: {roles: [lab], title: The Lab, margin: 50 %, compute_price: 2 USD/H100e-hour, ",
    )
    assert (
        "\n\nThe customers of programmers spend 9 B USD/year (assumed: a guess) on models at the start.\n"
        "    on those of The Lab 30 % (stated, filing of 10 Jan 2026)\n"
        "    frontier: what the driver 'demand' says\n"
    ) in opened(text).tell()


def test_what_is_unsure_about_a_deal_is_told_first(opened, small_book):
    text = small_book.replace(
        "    status: signed\n    depends_on",
        "    status: rumoured\n    probability: {assumed: 60 %, because: talks go on}\n"
        "    completes: 2026-04 to 2026-09\n    depends_on",
    )
    told = opened(text).tell("round")
    assert told.startswith(
        "10 Jan 2026: round (rumoured). It completes with a probability of 60 % (assumed: talks go on). "
        "It comes into force 2026-04 to 2026-09 (assumed, no reason given). It depends on promise.\n"
        "  Maker buys shares of lab for 20 to 40 B USD (the same as figures.budget), "
        "at a valuation of 350 B USD (assumed: reports)."
    )


def test_the_whole_book_is_told_by_date_then_parties_drivers_and_what_ties_them(opened, small_book):
    later = small_book.replace("  promise:\n    announced: 2026-01-10", "  promise:\n    announced: 2026-01-12")
    told = opened(later).tell()
    order = ["A test\nAs of 15 Jan 2026; 24 months from Jan 2026.", "10 Jan 2026: round", "12 Jan 2026: promise"]
    order += [
        "lab (lab).",
        "The driver 'demand' starts at 1 (assumed: index)",
        "demand and spot are correlated by 40 %",
    ]
    order += ["The figures of the group 'costs' are correlated by 60 %"]
    places = [told.index(part) for part in order]
    assert places == sorted(places)


def test_a_deal_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(ArgumentError, match="Did you mean 'round'"):
        open_book("ring").tell("rund")


@pytest.mark.parametrize("name", ["pair", "ring", "chain", "vehicle", "shortage", "nvidia-microsoft-anthropic"])
def test_every_figure_of_a_bundled_book_is_told_without_a_gap(name):
    told = open_book(name).tell()
    assert not re.search(r"[{}\[\]]| ,|,,|::|: ,|:\.|\.\.|\(\)|None", told.replace("e.g.,", ""))


@pytest.mark.parametrize("kind", [*KINDS, *DRIVERS], ids=lambda kind: kind.kind)
def test_a_sentence_names_only_terms_of_its_kind(kind):
    known = {field.name for field in fields_of(kind)} | {"payer", "payee", "name", "phases"}
    assert set(re.findall(r"\{(\w+)\}", kind.sentence)) <= known
    assert "{" not in sentence_of(kind)


def test_what_goes_to_extremes_together_is_told(opened, small_book):
    told = opened(f"{small_book}tails: {{between: [spot, demand]}}\n").tell()
    assert told.endswith("The drivers demand and spot go to extremes together.")


def test_a_market_is_told_with_who_else_is_in_it(opened, small_book):
    market = """markets:
  rents:
    price: spot
    term_price: {assumed: 1 USD/H100e-hour, because: a guess}
    response: {assumed: 1.5, because: as for oil}
    rest_supply: {assumed: 2 M H100e, because: a guess}
"""
    cloud = "cloud: {roles: [cloud], fleet: {assumed: 9 k H100e, because: a guess}"
    text = small_book.replace("cloud: {roles: [cloud]", cloud).replace(
        "        price: spot\n", "        market: rents\n"
    )
    book = opened(text + market)
    assert (
        "The market 'rents' asks what the driver 'spot' says by the hour where demand and supply are even, and "
        "1 USD/H100e-hour (assumed: a guess) for a term; by the hour it asks more or less with demand over supply, to "
        "the power of 1.5 (assumed: as for oil).\n    rest supply: 2 M H100e (assumed: a guess)"
    ) in book.tell()
    assert "buys compute from cloud by the hour at the price of the market 'rents', up to" in book.tell("promise")


def test_a_renewal_names_its_market_once(opened, small_book):
    renewal = "        renewal: {chance: 80 %, term: 3 years, market: rents}\n        price: {assumed: 2 USD"
    market = "markets: {rents: {price: spot, term_price: 1 USD/H100e-hour, response: 1.5}}\n"
    text = small_book.replace("cloud: {roles: [cloud]", "cloud: {roles: [cloud], fleet: 9 k H100e")
    text = text.replace("        price: {assumed: 2 USD", renewal, 1)
    told = opened(text + market).tell("promise")
    chance = "chance 80 % (assumed, no reason given), term 3 years (assumed, no reason given)"
    assert re.findall("    renewal: (.*)", told) == [f"the market 'rents', {chance}"]
