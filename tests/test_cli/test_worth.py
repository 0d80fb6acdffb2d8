"""What a user types to see what something is worth, and what comes back."""

import json

import pytest

from command_line import said


def test_returns_say_first_what_the_whole_is_worth(capsys):
    code, out, _ = said(capsys, "returns", "pair", "--paths", "64")
    assert code == 0
    assert out.startswith("At 10 % a year, the build-out is worth")
    for title in ("All of it", "By party", "By deal", "What the build-out must sell", "If chips last longer"):
        assert title in out
    code, out, _ = said(capsys, "returns", "pair", "--of", "cloud", "--life", "chips=4", "--paths", "64", "--json")
    assert code == 0
    document = json.loads(out)
    assert document["life_years"] == {"chips": 4.0, "construction": 15.0}
    assert {row["party"] for row in document["returns"]} == {"cloud"}


def test_a_price_is_looked_for_and_shown_with_what_both_sides_gain(capsys):
    asked = ("price", "pair", "deals.promise.compute.price", "--paths", "64")
    code, out, _ = said(capsys, *asked)
    assert code == 0
    assert "cloud is as well off with promise as without at deals.promise.compute.price of" in " ".join(out.split())
    assert "gains, B USD" in out
    code, out, _ = said(capsys, *asked, "--json", "--between", "0.5 USD/H100e-hour..2 USD/H100e-hour")
    assert code == 0
    assert [each["party"] for each in json.loads(out)["prices"]] == ["cloud"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("returns", "pair", "--of", "clowd"), "Did you mean 'cloud'?"),
        (("returns", "pair", "--cost-of-capital", "ten"), "--cost-of-capital"),
        (("returns", "pair", "--cost-of-capital", "8 to 10 %/year"), "one number"),
        (("price", "pair", "deals.promise.compute.prise"), "Did you mean"),
        (("price", "pair", "deals.promise.compute.price", "--target", "5 MW"), "--target"),
        (("price", "pair", "deals.promise.compute.price", "--between", "1 USD/H100e-hour"), "LOW..HIGH"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_code_2(capsys, arguments, words):
    code, out, err = said(capsys, *arguments, "--paths", "8")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err
