"""What a user types to ask how far the build-out goes, and what comes back."""

import json

import pytest

from command_line import said


def test_limits_says_first_how_long_full_tilt_lasts(capsys):
    code, out, _ = said(capsys, "limits", "pair", "--paths", "64")
    assert code == 0
    assert out.startswith("The build-out runs at full tilt ")
    for title in ("What binds for all labs together", "what stops it", "What 10 % more of each limit adds"):
        assert title in out
    code, out, _ = said(capsys, "limits", "pair", "--paths", "64", "--full", "0.8", "--more", "0.2", "--json")
    assert code == 0
    assert (json.loads(out)["full"], json.loads(out)["more"]) == (0.8, 0.2)


def test_race_says_first_who_is_ahead_and_then_what_a_deal_adds(capsys):
    asked = ("race", "pair", "--set", "parties.lab.run=3 months", "--set", "parties.lab.training=20 %")
    asked = (*asked, "--without", "promise", "--paths", "16")
    code, out, _ = said(capsys, *asked)
    assert code == 0
    assert out.startswith("lab is the only lab whose models this book follows: it races nobody")
    assert "What promise adds to odds" in out
    code, out, _ = said(capsys, *asked, "--json")
    assert code == 0
    assert [each["deal"] for each in json.loads(out)["without"]] == ["promise"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("limits", "vehicle"), "no lab"),
        (("limits", "pair", "--full", "2"), "full is 2"),
        (("limits", "pair", "--more", "lots"), "more"),
        (("race", "pair"), "follows no lab's models"),
        (("race", "shortage", "--without", "leader"), "no deal 'leader'"),
        (("race", "shortage", "--paths", "0"), "paths is 0"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_code_2(capsys, arguments, words):
    code, out, err = said(capsys, *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err
