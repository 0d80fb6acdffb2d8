"""What parties are called in labels and in sentences."""

import re

import interlock
from interlock.book.party import Party, PartyTerms
from interlock.book.terms import Terms
from interlock.book.titles import titles_of


def named(**titles):
    terms = Terms(PartyTerms, {})
    return titles_of(Party(name.replace("_", "-"), title, (), terms) for name, title in titles.items())


def test_a_label_is_the_title_without_the_list_of_who_belongs_to_it():
    found = named(groups="The smaller clouds' group (Nscale, Lambda)", lab="Anthropic")
    assert [found.label(name) for name in ("groups", "lab", "capital-markets")] == [
        "The smaller clouds' group",
        "Anthropic",
        "capital markets",
    ]


def test_titles_that_would_be_the_same_stay_apart():
    found = named(a="Fund (one)", b="Fund (two)", c="Twin", d="Twin")
    assert [found.label(name) for name in "abcd"] == ["Fund (one)", "Fund (two)", "Twin (c)", "Twin (d)"]


def test_a_sentence_has_titles_for_names_and_leaves_addresses_alone():
    found = named(rest="The rest of the clouds", tpu_vehicle="The TPU vehicle (Apollo)", openai="OpenAI")
    said = found.sentence(
        "If openai fails, tpu-vehicle and the rest lose by deals.openai-2025.tpu-vehicle; openai's too."
    )
    assert said == "If OpenAI fails, the TPU vehicle and the rest lose by deals.openai-2025.tpu-vehicle; OpenAI's too."


def test_several_companies_under_one_title_sell_and_one_sells():
    found = named(clouds_two="AWS and Google", anthropic="Anthropic", miners="The former miners' group (Hut 8, Cipher)")
    assert found.sentence("If clouds-two fails, anthropic sells 2 B less; clouds-two sells 1 B less.") == (
        "If AWS and Google fail, Anthropic sells 2 B less; AWS and Google sell 1 B less."
    )
    assert found.sentence("miners owes it; what is paid by clouds-two is nothing; suppliers is paid") == (
        "the former miners' group owes it; what is paid by AWS and Google is nothing; suppliers are paid"
    )


def test_a_book_tells_of_several_what_several_do():
    told = interlock.open_book("nvidia-microsoft-anthropic").tell()
    assert "  AWS, Google and Fluidstack sell 15 to 40 %" in told
    assert "  Customers pay Nvidia for chips" in told
    assert "  Anthropic pays AWS, Google and Fluidstack for compute" in told


def test_every_chart_of_a_run_calls_parties_and_its_book_by_their_titles():
    run = interlock.simulate(interlock.open_book("chain"), paths=16)
    charts = interlock.overview(run).charts()
    assert all(f"“{run.book.title}” as known on {run.book.as_of}" in chart.source for chart in charts.values())
    assert "Lab pays Cloud" in charts["loop"].alt
    for name in set(charts) - {"deals"}:  # the titles of deals say what they like
        chart = charts[name]
        assert not re.search(r"(?<![\w.-])(lab|cloud|chipmaker|capital-markets)(?![\w-])", f"{chart.title} {chart.alt}")
