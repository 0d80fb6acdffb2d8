"""What a user types to ask on whom and on what something rests, and what comes back."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import said
from interlock.analysis import matrix


def test_influence_says_first_on_whom_most_rests(capsys):
    code, out, _ = said(capsys, "influence", "chain", "--paths", "64")
    assert code == 0
    assert out.startswith("Of what others buy of compute, chips, sites and power, 100")
    assert "Concentration" not in out
    code, out, _ = said(capsys, "influence", "chain", "--paths", "64", "--json")
    assert code == 0
    assert json.loads(out)["run"]["paths"] == 64


def test_influence_says_what_is_lost_without_whom(capsys):
    code, out, _ = said(capsys, "influence", "chain", "--without", "rounds", "--paths", "64")
    assert code == 0
    assert "Without rounds: " in out
    assert "Taken out: " in out
    assert said(capsys, "influence", "chain", "--without", "deals.rounds", "--paths", "64") == (0, out, "")
    code, out, _ = said(capsys, "influence", "chain", "--removals", "--paths", "64", "--json")
    assert code == 0
    assert json.loads(out)["without"] == ["chipmaker", "cloud", "lab", "chips", "compute", "rounds"]


def test_sensitivity_says_first_what_the_output_rests_on(capsys):
    code, out, _ = said(capsys, "sensitivity", "chain", "--of", "sales of lab", "--top", "1", "--paths", "64")
    assert code == 0
    assert out.startswith("Sales of lab is ")
    assert "with others" in out
    code, out, _ = said(capsys, "sensitivity", "chain", "--top", "0", "--paths", "64", "--json")
    assert code == 0
    document = json.loads(out)
    assert (document["output"], document["moved"]) == ("failure of lab", [])


def test_a_matrix_has_a_row_for_who_fails(capsys):
    code, out, _ = said(capsys, "stress", "chain", "--matrix", "--top", "2", "--month", "2027-06", "--paths", "64")
    assert code == 0
    assert "Row fails, column loses" in out
    code, out, _ = said(capsys, "stress", "chain", "--matrix", "--paths", "64", "--json")
    assert code == 0
    assert sorted(json.loads(out)["parties"]) == ["chipmaker", "cloud", "lab"]
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("influence", "chain", "--without", "clowd"), "Did you mean 'cloud'"),
        (("sensitivity", "chain", "--of", "joy of lab"), "is no output"),
        (("sensitivity", "chain", "--of", "sales of lob"), "Did you mean 'lab'"),
        (("stress", "chain", "--matrix", "--fail", "lab@2027-06"), "leave out"),
        (("stress", "chain", "--matrix", "--month", "2035-01"), "the run goes from"),
        (("stress", "chain", "--month", "2027-01", "--fail", "lab@2027-06"), "belongs to --matrix"),
        (("stress", "chain", "--top", "2", "--fail", "lab@2027-06"), "--top belongs to --matrix"),
        (("stress", "chain", "--matrix", "--top", "0"), "top is 0"),
        (("stress", "chain", "--matrix", "--probability", "0.5"), "leave out --probability"),
        (("stress", "chain", "--matrix", "--reverse", "lab", "--since", "2027-01"), "--reverse and --since"),
        (("stress", "chain", "--fail", "lab@2027-06", "--probability", "0.4"), "--probability belongs to --reverse"),
        (("influence", "chain", "--removals", "--without", "lab"), "leave out --without"),
        (("influence", "chain", "--without", "deals.round"), "Did you mean 'rounds'"),
        (("sensitivity", "chain", "--top", "2", "--move", "drivers.demand.drift"), "leave one of them out"),
        (("sensitivity", "chain", "--move", "drivers.demand.draft"), "Did you mean 'drivers.demand.drift'"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_code_2(capsys, arguments, words):
    code, out, err = said(capsys, *arguments, "--paths", "64")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err


ENDLESS = """
import time
from interlock.analysis import matrix

looks = matrix._look

def look(run):
    # The second row is not done before somebody has had enough of it.
    if list(matrix.Path(".").rglob("*.npz")):
        time.sleep(600)
    return looks(run)

matrix._look = look
from interlock.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_whoever_interrupts_a_long_question_is_told_how_to_go_on(capsys):
    question = ("stress", "chain", "--matrix", "--top", "1", "--paths", "64")
    command = [sys.executable, "-c", ENDLESS, *question]
    asked = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ)
    try:
        while asked.poll() is None and not list(Path().rglob("*.npz")):
            time.sleep(0.05)
        asked.send_signal(signal.SIGINT)
        out, err = asked.communicate(timeout=60)
    finally:
        asked.kill()
    assert (asked.returncode, out, len(err.splitlines())) == (130, b"", 1), err
    assert b"The same command goes on from there" in err
    [part] = Path("runs/unfinished").rglob("*.npz")
    began = part.stat().st_mtime_ns
    # The same command takes what is there, and leaves nothing.
    seen = []
    monkey = pytest.MonkeyPatch()
    looks = matrix._look
    monkey.setattr(matrix, "_look", lambda run: seen.append(part.stat().st_mtime_ns) or looks(run))
    assert said(capsys, *question)[0] == 0
    monkey.undo()
    assert seen == [began]
    assert not Path("runs").exists()
