"""The book of November 2025 has no problems and no hindsight, and its page says of every leg where it stands."""

import re
from pathlib import Path

import pytest

import interlock
from interlock.book.book import Book
from interlock.ground.months import name_of

PAGE = Path(__file__).parents[2] / "docs" / "books" / "ai-buildout-2025-11.md"
LEGS = """
    aligned-aip-2025-10 amazon-anthropic-equity-2023-2024 amazon-project-rainier-2025-10 amd-openai-warrant-2025-10
    anthropic-fluidstack-2025-11 anthropic-google-tpu-2025-10 anthropic-microsoft-azure-2025-11 aws-cipher-2025-11
    coreweave-applieddigital-2025 crusoe-blueowl-abilene-financing-2025 fluidstack-cipher-2025-09
    fluidstack-terawulf-2025-08 google-anthropic-stake-pre2026 google-terawulf-backstop-2025-08 iren-dell-2025-11
    meta-coreweave-2025-09 meta-google-cloud-2025-08 meta-hyperion-blueowl-2025-10 meta-hyperion-lease-guarantee
    meta-nebius-2025-11 microsoft-anthropic-distribution-2025-11 microsoft-anthropic-equity-2025-11
    microsoft-iren-2025-11 microsoft-lambda-2025-11 microsoft-nebius-2025-09 microsoft-nscale-2025-10
    microsoft-openai-stake-2025-10 nvidia-anthropic-codesign-2025-11 nvidia-anthropic-equity-2025-11
    nvidia-coreweave-backstop-2025-09 nvidia-coreweave-equity nvidia-intel-2025-09 nvidia-lambda-leaseback-2025-09
    nvidia-nokia-2025-10 nvidia-openai-loi-2025-09 openai-amd-supply-2025-10 openai-aws-2025-11
    openai-broadcom-2025-10 openai-coreweave-2025 openai-microsoft-azure-2025-10 openai-microsoft-revenue-share
    openai-oracle-2025-09 oracle-amd-2025-10 oracle-nvidia-abilene-2025-05 saline-michigan-2025-12
    softbank-openai-equity-2025 stargate-jv-2025-01 stargate-uae-2025-05 vantage-oracle-debt-2025-10 xai-spv-2025-10
"""


@pytest.fixture(scope="module")
def book() -> Book:
    return interlock.open_book("ai-buildout-2025-11")


def rows() -> list[tuple[str, str]]:
    """A leg and what the page says of it, row by row."""
    return re.findall(r"^\| `([^`]+)` \| (.+?) \| .+ \|$", PAGE.read_text(), re.MULTILINE)


def test_the_page_names_every_leg_once():
    assert sorted(leg for leg, _ in rows()) == sorted(LEGS.split())


def test_what_the_page_points_at_is_in_the_book(book):
    contracts = {contract.address for contract in book.contracts()}
    stakes = {f"parties.{name}.stakes.{of}" for name, party in book.parties.items() for of in party.stakes}
    terms = {f"parties.{name}.{term}" for name, party in book.parties.items() for term in party.terms.values}
    things = {f"parties.{name}" for name in book.parties} | {f"sites.{name}" for name in book.sites}
    named = {address for _, where in rows() for address in re.findall(r"`([^`]+)`", where)}
    assert named - (contracts | stakes | terms | things) == set()
    assert all("`" in where or where == "left out" for _, where in rows())


def test_no_deal_was_announced_after_the_day_of_the_book(book):
    assert {name for name, deal in book.deals.items() if name_of(deal.announced) > "2025-11"} == set()


def test_the_letter_of_intent_is_still_one(book):
    letter = book.deals["nvidia-openai-2025-09"]
    assert letter.status == "letter-of-intent"
    assert letter.contracts["equity"].headline.distribution.numbers == (100e9,)
    assert 0 < letter.probability.distribution.numbers[0] < 1


def test_it_runs_to_the_same_month_as_the_later_book(book):
    later = interlock.open_book("ai-buildout")
    assert (name_of(book.start), book.months) == ("2025-12", 97)
    assert book.start + book.months == later.start + later.months


def test_what_is_the_same_in_both_books_has_the_same_name(book):
    later = interlock.open_book("ai-buildout")
    assert set(book.parties) - set(later.parties) == {"xai"}
    assert set(book.segments) == set(later.segments)
    assert set(book.sites) <= set(later.sites)
