"""What a user types to hold two worlds against each other, and what comes back."""

import json

import pytest

from command_line import said


def test_compare_holds_a_book_against_itself_as_it_is_set(capsys):
    setting = "deals.rounds.probability=60 %"
    code, out, _ = said(capsys, "compare", "chain", "--set", setting, "--paths", "64")
    assert code == 0
    assert f"{setting} against chain, on 64 futures of 2026 to 2028" in " ".join(out.split())
    code, out, _ = said(capsys, "compare", "chain", "--set", setting, "--paths", "64", "--json")
    assert code == 0
    assert json.loads(out)["worlds"] == ["chain", setting]


def test_compare_holds_a_run_against_a_book(capsys):
    assert said(capsys, "run", "chain", "--paths", "64", "--seed", "3", "--out", "kept")[0] == 0
    code, out, _ = said(capsys, "compare", "kept", "chain", "--json")
    assert code == 0
    document = json.loads(out)
    assert (document["run"]["paths"], document["run"]["seed"]) == (64, 3)
    assert {world["difference"] for row in document["outcomes"] for world in row["worlds"]} == {0.0}
    code, _, err = said(capsys, "compare", "kept", "--set", "deals.rounds.probability=60 %")
    assert (code, len(err.splitlines())) == (2, 1)


@pytest.mark.parametrize("others", [(), ("shortage",)])
def test_what_cannot_be_compared_is_one_line(capsys, others):
    code, out, err = said(capsys, "compare", "chain", *others, "--paths", "8")
    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_stress_says_first_who_falls_next(capsys):
    code, out, _ = said(capsys, "stress", "chain", "--fail", "lab@2027-06", "--paths", "64")
    assert code == 0
    assert out.startswith("If lab fails in 2027-06: nobody else fails")
    assert "`relet`" in out
    shock = "drivers.demand.level=0.5@2027-01..2028-01"
    code, out, _ = said(capsys, "stress", "chain", "--shock", shock, "--paths", "64", "--json")
    assert code == 0
    assert json.loads(out)["stress"] == ["drivers.demand.level is multiplied by 0.5 from 2027-01 until 2028-01"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no stress is given"),
        (("--fail", "lab"), "lab@2028-01"),
        (("--fail", "lob@2027-06"), "Did you mean 'lab'?"),
        (("--fail", "lab@2026-06", "--fail", "lab@2027-06"), "fails once"),
        (("--fail", "lab@2099-01"), "from 2026-01 to 2028-12"),
        (("--shock", "drivers.demand.level=half@2027-01..2028-01"), "factor"),
        (("--reverse", "lab"), "--driver ADDRESS"),
        (("--reverse", "lab", "--driver", "drivers.demand.level", "--fail", "lab@2027-06"), "leave out"),
        (("--since", "2027-01", "--fail", "lab@2027-06"), "belongs to --reverse"),
        (("--reverse", "lab", "--driver", "drivers.demnd.level"), "Did you mean"),
    ],
)
def test_what_is_no_stress_is_one_line_and_exit_code_2(capsys, arguments, words):
    code, out, err = said(capsys, "stress", "chain", *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err


def test_stress_in_reverse_says_what_it_takes(capsys):
    asked = ("stress", "chain", "--reverse", "lab", "--driver", "drivers.demand.level", "--probability", "0.4")
    code, out, _ = said(capsys, *asked, "--since", "2026-06", "--paths", "64")
    assert code == 0
    assert "once drivers.demand.level is multiplied by" in " ".join(out.split())
    assert "has failed, % of futures" in out
    code, out, _ = said(capsys, *asked, "--paths", "64", "--json")
    assert code == 0
    assert json.loads(out)["below"]["factor"] < 1.0
