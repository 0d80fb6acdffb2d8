import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.ground.address import is_name, join, nearest, parse

WORDS = st.text(alphabet="abcxyz019-_", min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=2, max_size=6))
def test_an_address_is_its_words_joined(words):
    assert parse(join(*words)) == tuple(words)


@pytest.mark.parametrize("text", ["", "deals", "deals.", ".total", "deals..total", "Deals.total", "deals.a b"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        parse(text)


def test_names_are_small_letters_digits_and_hyphens():
    assert is_name("azure-2025-11")
    assert not any(is_name(text) for text in ("", "Azure", "a_b", "a.b", "a b", "é"))


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("deals.azure.compute.totl", "deals.azure.compute.total"),
        ("deals.azur.compute.term", "deals.azure.compute.term"),
        ("deal.azzure.comput.therm", "deals.azure.compute.term"),
        ("drivers.demand.grwth", "drivers.demand.growth"),
        ("deals.azure.compute", "deals.azure.compute"),
        ("xyz.abc", None),
        ("deals.azure.compute.total.more", None),
    ],
)
def test_the_nearest_address_is_found_word_by_word(address, meant):
    known = ["deals.azure.compute.total", "deals.azure.compute.term", "deals.azure.compute", "deals.aws.compute.total"]
    assert nearest(address, [*known, "drivers.demand.growth"]) == meant


def test_the_nearest_of_very_many_is_found_in_time():
    known = [f"parties.{letter}{number}.cash" for letter in "abcd" for number in range(5_000)]
    assert nearest("parties.b17.csh", known) == "parties.b17.cash"
