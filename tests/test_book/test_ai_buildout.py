"""The book of the build-out has no problems, and its page says of every leg of every deal where it stands."""

import re
from pathlib import Path

import pytest

import interlock
from interlock.book.book import Book

PAGE = Path(__file__).parents[2] / "docs" / "books" / "ai-buildout.md"
LEGS = """
    abilene-expansion-dropped-2026-03 aligned-aip-2025-10 amazon-anthropic-equity-2023-2024
    amazon-anthropic-equity-2026-04 amazon-openai-equity-2026-02 amazon-project-rainier-2025-10
    amd-cisco-humain-jv-2025-11 amd-crusoe-backstop-2026-02 amd-meta-warrant-2026-02 amd-openai-warrant-2025-10
    anthropic-akamai-2026-05 anthropic-aws-2026-04 anthropic-broadcom-orders-2025-12 anthropic-coreweave-2026-04
    anthropic-fluidstack-2025-11 anthropic-google-broadcom-2026-04 anthropic-google-cloud-200b-2026-05
    anthropic-google-tpu-2025-10 anthropic-microsoft-azure-2025-11 anthropic-series-g-2026-02
    anthropic-series-h-2026-05 anthropic-spacex-2026-05 apollo-blackstone-anthropic-tpu-2026-06 aws-cipher-2025-11
    aws-openai-frontier-distribution-2026-02 blackstone-google-tpu-cloud-2026-05
    broadcom-anthropic-tpu-guarantee-2026-06 broadcom-google-tpu-2026-04 coreweave-applieddigital-2025
    crusoe-blueowl-abilene-financing-2025 fluidstack-cipher-2025-09 fluidstack-hut8-2025-12
    fluidstack-terawulf-2025-08 google-anthropic-equity-2026-04 google-anthropic-stake-pre2026
    google-hut8-backstop-2025-12 google-spacex-2026-06 google-terawulf-backstop-2025-08 humain-xai-nvidia-2025-11
    iren-dell-2025-11 meta-amd-supply-2026-02 meta-coreweave-2025-09 meta-coreweave-2026-04 meta-elpaso-2026-05
    meta-google-cloud-2025-08 meta-google-tpu-2026-02 meta-hyperion-blueowl-2025-10 meta-hyperion-lease-guarantee
    meta-nebius-2026-03 meta-nvidia-2026-02 microsoft-anthropic-distribution-2025-11
    microsoft-anthropic-equity-2025-11 microsoft-iren-2025-11 microsoft-lambda-2025-11 microsoft-nebius-2025-09
    microsoft-nscale-2025-10 microsoft-openai-stake-2025-10 nvidia-anthropic-codesign-2025-11
    nvidia-anthropic-equity-2025-11 nvidia-coreweave-backstop-2025-09 nvidia-coreweave-equity nvidia-corning-2026-05
    nvidia-groq-2025-12 nvidia-intel-2025-09 nvidia-iren-2026-05 nvidia-iren-cloud-2026-05
    nvidia-lambda-leaseback-2025-09 nvidia-lumentum-coherent-2026-03 nvidia-marvell-2026-03 nvidia-nebius-2026-03
    nvidia-nokia-2025-10 nvidia-openai-equity-2026-02 nvidia-openai-loi-2025-09 openai-amd-supply-2025-10
    openai-aws-2025-11 openai-aws-2026-02 openai-broadcom-2025-10 openai-cerebras-2026-01 openai-cerebras-2026-04
    openai-coreweave-2025 openai-microsoft-azure-2025-10 openai-microsoft-revenue-share openai-oracle-2025-09
    oracle-amd-2025-10 oracle-nvidia-abilene-2025-05 reflection-spacex-2026-06 saline-michigan-2025-12
    softbank-bridge-loan-2026-03 softbank-france-2026-05 softbank-openai-equity-2025 softbank-openai-equity-2026-02
    stargate-jv-2025-01 stargate-uae-2025-05 vantage-oracle-debt-2025-10 xai-series-e-2026-01 xai-spv-2025-10
    xai-valor-vci-2026-01
"""


@pytest.fixture(scope="module")
def book() -> Book:
    return interlock.open_book("ai-buildout")


def rows() -> list[tuple[str, str]]:
    """A leg and what the page says of it, row by row."""
    return re.findall(r"^\| `([^`]+)` \| (.+?) \| .+ \|$", PAGE.read_text(), re.MULTILINE)


def test_the_page_names_every_leg_once():
    assert sorted(leg for leg, _ in rows()) == sorted(LEGS.split())


def test_a_leg_is_in_the_book_or_left_out():
    for leg, where in rows():
        assert where == "left out" or re.fullmatch(r"`[^`]+`(, `[^`]+`)*", where), leg


def test_what_the_page_points_at_is_in_the_book(book):
    contracts = {contract.address for contract in book.contracts()}
    stakes = {f"parties.{name}.stakes.{of}" for name, party in book.parties.items() for of in party.stakes}
    terms = {f"parties.{name}.{term}" for name, party in book.parties.items() for term in party.terms.values}
    things = {f"parties.{name}" for name in book.parties} | {f"sites.{name}" for name in book.sites}
    known = contracts | stakes | terms | things
    named = {address for _, where in rows() for address in re.findall(r"`([^`]+)`", where)}
    assert named - known == set()


def test_nothing_in_it_is_newer_than_the_book(book):
    assert {source.date for source in book.sources.values() if source.date > "2026-10-10"} == set()


def test_headlines_are_kept_apart_from_what_binds(book):
    letter = book.deals["nvidia-openai-2025-09"]
    assert letter.status == "ended"
    assert letter.contracts["equity"].headline.distribution.numbers == (100e9,)
    aws = book.deals["openai-round-2026-02"].contracts["amazon-equity"]
    assert (aws.headline.distribution.numbers, aws.binding.distribution.numbers) == ((50e9,), (35e9,))
