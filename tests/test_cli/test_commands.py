"""What a user types, and what comes back: answers, exit codes, and one line for each mistake."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

import interlock
from command_line import said
from interlock.cli.commands import app

COMMAND = [sys.executable, "-c", "from interlock.cli import main; main()"]


def test_books_lists_what_is_bundled(capsys):
    code, out, _ = said(capsys, "books")
    assert code == 0
    assert {line.split()[0] for line in out.splitlines()} >= {"nvidia-microsoft-anthropic", "pair", "ring", "chain"}


def test_check_counts_figures_by_grade(capsys):
    code, out, _ = said(capsys, "check", "nvidia-microsoft-anthropic")
    assert code == 0
    assert "can run" in out
    assert "undisclosed" in out


def test_tell_reads_as_sentences(capsys):
    code, out, _ = said(capsys, "tell", "--deal", "azure-2025-11")
    assert code == 0
    assert "30 B USD" in out


def test_a_new_book_can_be_checked_and_run(capsys):
    assert said(capsys, "new", "mine")[0] == 0
    assert said(capsys, "check", "mine")[0] == 0
    code, out, _ = said(capsys, "run", "mine", "--paths", "16")
    assert code == 0
    assert "16 futures" in out


def test_a_folder_that_is_taken_is_not_written_into(capsys):
    pathlib.Path("mine").mkdir()
    pathlib.Path("mine/thesis.txt").write_text("years of work")
    code, _, err = said(capsys, "new", "mine")
    assert (code, pathlib.Path("mine/thesis.txt").read_text()) == (2, "years of work")
    assert len(err.splitlines()) == 1


def test_schema_is_a_json_document(capsys):
    code, out, _ = said(capsys, "schema")
    assert code == 0
    assert json.loads(out)["$schema"].startswith("https://json-schema.org")


def test_kinds_names_every_kind_and_its_terms(capsys):
    code, out, _ = said(capsys, "kinds", "--json")
    assert code == 0
    kinds = {each["kind"]: each for each in json.loads(out)}
    assert "take" in {term["name"] for term in kinds["compute-commitment"]["terms"]}
    assert "regime" in kinds


def test_run_prints_one_json_document_and_nothing_else_there(capsys):
    code, out, err = said(capsys, "run", "ring", "--paths", "16", "--json")
    assert code == 0
    document = json.loads(out)
    assert document["run"] == {"paths": 16, "seed": 7, "sampling": "plain"}
    assert set(document["timing"]) == {"seconds", "simulation_seconds"}
    assert "Saved in" in err


def test_two_runs_differ_in_nothing_but_their_timing(capsys):
    documents = [json.loads(said(capsys, "run", "ring", "--paths", "16", "--json")[1]) for _ in range(2)]
    for each in documents:
        del each["timing"]
    assert documents[0] == documents[1]


def test_a_run_folder_makes_itself_again_bit_for_bit(capsys):
    _, out, _ = said(capsys, "run", "chain", "--paths", "32", "--json")
    folder = json.loads(out)["folder"]
    code, _, err = said(capsys, "run", folder)
    assert code == 0
    assert "the same numbers, bit for bit" in err


def test_trace_takes_a_run_folder_or_a_book(capsys):
    said(capsys, "run", "ring", "--paths", "16", "--out", "here")
    code, of_folder, _ = said(capsys, "trace", "here")
    assert code == 0
    assert "21 ± 0 cents came back" in " ".join(of_folder.split())
    assert said(capsys, "trace", "ring", "--paths", "16")[1] == of_folder


def test_explain_takes_a_run_folder_or_a_book(capsys):
    said(capsys, "run", "ring", "--paths", "16", "--out", "here")
    code, of_folder, _ = said(capsys, "explain", "here", "--path", "3")
    assert code == 0
    assert "chipmaker → lab, deals.round.shares: 1 B USD of 1 B USD called" in of_folder
    assert said(capsys, "explain", "ring", "--path", "3")[1] == of_folder
    code, _, err = said(capsys, "explain", "here", "--path", "16")
    assert (code, err) == (2, "path is 16; this run has paths 0 to 15.\n")


def test_a_month_of_a_path_has_its_lines_and_cash_that_adds_up(capsys):
    code, out, _ = said(capsys, "explain", "ring", "--path", "0", "--month", "2026-01", "--party", "lab")
    assert code == 0
    # 1,000 of the round, less 29.2 for compute and 12.5 for staff.
    [cash] = [line.split() for line in out.splitlines() if line.startswith(" lab ") and "→" not in line]
    assert cash == ["lab", "0.0", "1,000.0", "41.7", "958.3", "0.0", "0.0"]
    assert "use: 19.98 k H100e of 19.98 k H100e" in out


def test_an_explanation_is_one_json_document(capsys):
    code, out, _ = said(capsys, "explain", "ring", "--path", "0", "--contract", "deals.round.shares", "--json")
    assert code == 0
    document = json.loads(out)
    assert [(line["month"], line["paid_usd"]) for line in document["lines"]] == [("2026-01", 1e9)]
    assert set(document["timing"]) == {"seconds"}


def test_a_book_is_held_against_what_came(capsys):
    said(capsys, "new", "mine", "--from", "ring")
    pathlib.Path("mine/actuals").mkdir()
    pathlib.Path("mine/actuals/came.yaml").write_text(CAME)
    code, out, err = said(capsys, "backtest", "mine", "--paths", "16")
    assert code == 0, err
    # 700 M of compute in two years.
    [line] = [line.split() for line in out.splitlines() if line.strip().startswith("2026-Q1")]
    assert line == ["2026-Q1", "90", "M", "USD", "87.5", "M", "87.5", "to", "87.5", "M", "100", "%", "–", "–"]
    assert "Of 1 report 0 lie in the middle half of 16 futures" in out
    said(capsys, "run", "mine", "--paths", "16", "--out", "here")
    document = json.loads(said(capsys, "backtest", "here", "--actuals", "mine/actuals/came.yaml", "--json")[1])
    assert document["reports"][0]["crps"] == pytest.approx(2.5e6)
    assert set(document["timing"]) == {"seconds"}


def test_a_setting_changes_the_answer_and_a_scenario_too(capsys):
    base = json.loads(said(capsys, "run", "chain", "--paths", "64", "--json")[1])
    poorer = json.loads(said(capsys, "run", "chain", "--paths", "64", "--json", "--set", "parties.lab.cash=1 USD")[1])
    assert base["folder"] != poorer["folder"]
    assert base["flows_usd"] != poorer["flows_usd"]


def test_what_is_kept_month_by_month_opens_with_another_library(capsys):
    import xarray

    code, _, err = said(capsys, "run", "ring", "--paths", "16", "--keep", "cash", "--keep", "paid", "--out", "here")
    assert code == 0, err
    kept = xarray.open_zarr("here/paths.zarr", consolidated=False)
    assert kept["cash_by_month"].sizes == {"path": 16, "month": 36, "party": 4}
    assert kept["cash_by_month"].attrs["units"] == "USD"
    assert float(kept["paid_by_month"].sel(month="2026-01").isel(path=0).sum()) > 0.0


MISTAKES = [
    (("run", "ring", "--threads", "-1"), 2, "at least 1"),
    (("trace", "ring", "--paths", "16", "--followed", "0"), 2, "at least 1"),
    (("run", "ring", "--keep", "csh"), 2, "Did you mean 'cash'?"),
    (("run", "rnig"), 1, "Did you mean 'ring'?"),
    (("run", "ring", "--path", "3"), 2, "--paths"),
    (("run", "ring", "--paths", "0"), 2, "from 1 to"),
    (("run", "ring", "--paths", "many"), 2, "many"),
    (("run", "ring", "--sampling", "sobl"), 2, "Did you mean 'sobol'?"),
    (("run", "ring", "--sampling", "sobol", "--paths", "100"), 2, "powers of two"),
    (("run", "ring", "--set", "nonsense"), 2, "ADDRESS=QUANTITY"),
    (("run", "ring", "--set", "deals.round.shares.totl=3 B USD"), 1, "deals.round.shares.total"),
    (("run", "ring", "--set", "deals.round.shares.total=3 MW"), 1, "USD"),
    (("run", "ring", "--with", "nowhere"), 1, "scenario"),
    (("run", "ring", "--kinds", "nosuch:Kind"), 2, "cannot be imported"),
    (("run", "ring", "--kinds", "json:loads"), 2, "not a class"),
    (("trace", "ring", "--paths", "16", "--of", "lba"), 2, "finances nothing"),
    (("backtest", "ring"), 1, "no file of actuals"),
    (("backtest", "ring", "--actuals", "nowhere"), 1, "no such file of actuals"),
    (("explain", "ring"), 2, "--path"),
    (("explain", "ring", "--path", "-1"), 2, "paths 0 to"),
    (("explain", "ring", "--path", "0", "--month", "2030-01"), 2, "2026-01 to 2028-12"),
    (("explain", "ring", "--path", "0", "--month", "soon"), 2, "2027-01..2027-12"),
    (("explain", "ring", "--path", "0", "--party", "lba"), 2, "Did you mean 'lab'?"),
    (("explain", "ring", "--path", "0", "--contract", "deals.rund.shares"), 2, "deals.round.shares"),
    (("explain", "rnig", "--path", "0"), 1, "Did you mean 'ring'?"),
    (("kinds", "spot"), 2, "spot-compute"),
    (("tell", "ring", "--deal", "rund"), 2, "round"),
    (("frobnicate",), 2, "frobnicate"),
]


@pytest.mark.parametrize(("arguments", "code", "hint"), MISTAKES, ids=[" ".join(each[0]) for each in MISTAKES])
def test_a_mistake_gets_its_exit_code_and_a_hint_but_no_traceback(capsys, arguments, code, hint):
    found, out, err = said(capsys, *arguments)
    assert found == code
    assert hint in err
    assert "Traceback" not in err
    assert out == ""
    assert list(pathlib.Path.cwd().iterdir()) == []


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_book_with_nothing_to_run_says_so(capsys, command):
    pathlib.Path("b.yaml").write_text("book: {title: x, as_of: 2026-01-01, start: 2026-01, months: 2}")
    code, _, err = said(capsys, command, "b.yaml")
    assert code == 1
    assert "no parties" in err


def test_one_future_has_no_sampling_error_and_the_document_is_json_all_the_same(capsys):
    code, out, _ = said(capsys, "run", "ring", "--paths", "1", "--json")
    assert code == 0
    json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_a_folder_of_a_newer_format_is_refused_in_one_line(capsys):
    said(capsys, "run", "ring", "--paths", "16", "--out", "here")
    manifest = pathlib.Path("here/manifest.json")
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 2}))
    code, _, err = said(capsys, "trace", "here")
    assert code == 1
    assert "format 2" in err
    assert len(err.splitlines()) == 1


def test_a_manifest_that_makes_no_run_is_refused_in_one_line(capsys):
    said(capsys, "run", "ring", "--paths", "16", "--out", "here")
    manifest = pathlib.Path("here/manifest.json")
    before = json.loads(manifest.read_text())
    for made in (None, {"paths": "many"}, {"paths": -4}, {"seed": 1.5}, {"chunk": 0}, {"sampling": "sobl"}):
        manifest.write_text(json.dumps({**before, "made": made and {**before["made"], **made}}))
        for question in (("trace", "here"), ("limits", "here"), ("explain", "here", "--path", "0")):
            code, out, err = said(capsys, *question)
            assert (code, out, len(err.splitlines())) == (1, "", 1)
            assert "incomplete" in err


def test_a_run_whose_book_was_changed_says_so(capsys):
    said(capsys, "run", "ring", "--paths", "16", "--out", "here")
    book = pathlib.Path("here/book/book.yaml")
    book.write_text(book.read_text().replace("1 B USD", "2 B USD"))
    code, _, err = said(capsys, "run", "here")
    assert code == 1
    assert "was changed" in err


ASKED_OF_A_RUN = (
    ("run",),
    ("trace",),
    ("losses",),
    ("backtest",),
    ("limits",),
    ("race",),
    ("influence",),
    ("influence", "--removals"),
    ("sensitivity",),
    ("stress", "--fail", "lab@2027-01"),
    ("stress", "--matrix"),
    ("returns",),
    ("price", "deals.round.shares.total"),
    ("compare", "ring"),
    ("report",),
    ("explain", "--path", "0"),
)


def test_a_finished_run_is_asked_on_its_own_futures_and_as_it_is(capsys):
    said(capsys, "run", "ring", "--paths", "16", "--out", "here")
    flags = (("--seed", "7"), ("--paths", "32"), ("--sampling", "sobol"), ("--set", "a=1 USD"))
    for n, (question, *more) in enumerate(ASKED_OF_A_RUN):
        flag, value = flags[n % len(flags)]
        code, out, err = said(capsys, question, "here", *more, flag, value)
        assert (code, out, len(err.splitlines())) == (2, "", 1), (question, flag, err)
        assert err.startswith(f"{flag} ")
        assert "here/book" in err.replace("\\", "/")
    for flag, value in (("--keep", "cash"), ("--out", "there")):
        code, _, err = said(capsys, "run", "here", flag, value)
        assert (code, err.split()[0]) == (2, flag)
    # Of a run, so many of its first futures are shown.
    code, out, _ = said(capsys, "accounts", "here", "--paths", "8", "--json")
    assert (code, json.loads(out)["paths"]) == (0, 8)


def test_a_kind_of_ones_own_runs_from_the_command_line(capsys, monkeypatch):
    pathlib.Path("lease_kind.py").write_text(LEASE)
    pathlib.Path("book.yaml").write_text(LEASE_BOOK)
    monkeypatch.syspath_prepend(".")
    code, out, err = said(capsys, "run", "book.yaml", "--kinds", "lease_kind:Lease", "--paths", "8", "--json")
    assert code == 0, err
    (flow,) = (each for each in json.loads(out)["flows_usd"] if each["payer"] == "tenant")
    assert flow["years"]["2026"]["centre"] == pytest.approx(12 * 2e6)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_control_c_stops_a_run_and_leaves_nothing_half_written(tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "run", "ring", "--paths", "4000000"], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    time.sleep(6.0)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Interrupted" in err
    assert b"Traceback" not in err
    assert not (tmp_path / "runs").exists()


def test_output_into_a_closed_pipe_is_no_error(tmp_path):
    if shutil.which("head") is None:
        pytest.skip("no `head` here")
    command = f'"{sys.executable}" -c "from interlock.cli import main; main()" schema | head -n 1'
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("{")
    assert "Traceback" not in done.stderr


CAME = """
title: What came
sources: {paper: {title: A paper, date: 2026-07-01, url: "https://example.com"}}
observed:
  sales of cloud:
    reported: {2026-Q1: {stated: 90 M USD, source: paper}}
"""

LEASE = '''
"""Rent for a hall, fixed for the term."""

from dataclasses import dataclass
from typing import Any, ClassVar

import interlock
from interlock.contracts.contract import PAYEE, PAYER, Leg, Now, Purpose
from interlock.ground.arrays import where
from interlock.ground.units import Months, Usd, UsdPerMonth


@dataclass(frozen=True, kw_only=True)
class Lease(interlock.Contract):
    """Rent for a hall, fixed for the term."""

    kind: ClassVar[str] = "lease"
    sentence: ClassVar[str] = "{payer} pays {payee} a rent of {rent} for {term}"
    legs: ClassVar[tuple[Leg, ...]] = (Leg(PAYER, PAYEE, Purpose.rent),)

    rent: UsdPerMonth
    """A month."""

    term: Months = 12.0
    """How long."""

    def due(self, now: Now, memory: Any) -> tuple[Usd]:
        """The rent while it runs."""
        return (where(now.month < self.term, self.rent, 0.0),)
'''

LEASE_BOOK = """
book: {title: A lease, as_of: 2026-01-01, start: 2026-01, months: 24}
parties:
  tenant: {title: A tenant, roles: [lab], cash: {assumed: 1 B USD, because: a test}}
  owner: {title: An owner, roles: [landlord]}
deals:
  hall:
    announced: 2026-01-01
    status: signed
    contracts:
      rent: {kind: lease, payer: tenant, payee: owner, rent: {assumed: 24 M USD/year, because: a test}}
"""


QUESTIONS = ("trace", "losses", "backtest", "compare", "stress", "limits", "race", "returns", "price", "influence")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_takes_what_all_take_and_says_what_for(question):
    every = app[question].assemble_argument_collection()
    flags = {name: each for each in every for name in each.names if name.startswith("--")}
    shared = {"--paths", "--seed", "--sampling", "--threads", "--with", "--set", "--kinds", "--json"}
    assert shared <= set(flags)
    assert [name for name, flag in flags.items() if not flag.parameter.help] == []
    assert {name for name in flags if "." in name} == set()  # none that a user would write with the name of a class


@pytest.mark.weekly
def test_flags_that_questions_share_arrive_where_they_belong(capsys):
    flags = ("--seed", "3", "--with", "plenty", "--set", "parties.leader.cash=5 B USD", "--sampling", "sobol")
    code, out, _ = said(capsys, "race", "shortage", *flags, "--paths", "16", "--threads", "1", "--json")
    assert code == 0
    book = interlock.with_scenario(interlock.open_book("shortage"), "plenty").amend({"parties.leader.cash": "5 B USD"})
    asked = interlock.race(book, seed=3, sampling="sobol", paths=16)
    document = json.loads(out)
    assert document["run"] == asked.to_json()["run"]
    assert document["labs"] == asked.to_json()["labs"]
