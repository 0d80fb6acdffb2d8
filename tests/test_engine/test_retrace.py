"""A path run again is the path of the run: the same bits, and rules that say again what they said, on random books."""

import numpy as np
import pytest

from interlock.book.read import open_book
from interlock.cli.screen_explain import scale_of
from interlock.engine.collect import Rows
from interlock.engine.happenings import What, happenings
from interlock.engine.ledger import Ledger
from interlock.engine.provenance import provenance_of
from interlock.engine.retrace import retrace
from interlock.engine.simulate import simulate_chunks
from interlock.ground.chance import Sampling
from interlock.program.compile import compile_book
from interlock.program.shape import BILLED
from slow_twin.random_books import random_future, write_book

CHUNK, PATHS = 64, (3, 17, 70)
BOOKS = ("vehicle", "chain", *(pytest.param(number, marks=pytest.mark.weekly) for number in range(3)))


@pytest.fixture(scope="module", params=BOOKS)
def made(request, tmp_path_factory):
    """A book's chunks, and three of its paths run again; the last of them stands in the second chunk."""
    number = request.param if isinstance(request.param, int) else 0
    if isinstance(request.param, int):
        book = random_future(open_book(write_book(number, tmp_path_factory.mktemp("books"))), number)
    else:
        book = open_book(request.param)
    program = compile_book(book)
    recipe = provenance_of(book, paths=2 * CHUNK, seed=number, sampling=Sampling.plain, chunk=CHUNK)
    chunks = list(simulate_chunks(program, paths=2 * CHUNK, seed=number, chunk=CHUNK, threads=1))
    return program, chunks, [retrace(program, recipe, path) for path in PATHS]


def test_a_path_run_again_has_the_bits_of_the_run(made):
    program, chunks, paths = made
    rows = Rows(program)
    for path in paths:
        _, draws, futures = chunks[path.path // CHUNK]
        column = path.path % CHUNK
        assert (path.draws == draws[:, column]).all()
        kept = futures.monthly
        for of_run, again, real in (
            (kept.cash, [page.after.cash for page in path.pages], rows.parties),
            (kept.opening, [page.before.cash for page in path.pages], rows.parties),
            (kept.paid, [page.events.paid for page in path.pages], rows.legs),
        ):
            assert (of_run[..., column][:, real] == np.stack(again)[:, real]).all()
        last = path.pages[-1].after.standing
        assert (last.failed == futures.failed[:, column]).all()
        assert (last.arrears == futures.arrears[:, column]).all()


def test_what_a_rule_is_shown_again_makes_it_ask_again_for_what_it_asked(made):
    # The very contract, sight and memory from which causes are worded: were they not those of the run, the bill would
    # be another one.
    program, _, paths = made
    for path in paths:
        for t, page in enumerate(path.pages):
            # Who has failed is billed nothing more, under whatever goes on without it.
            gone = {program.labels.parties[row] for row in np.flatnonzero(page.before.standing.failed <= t)}
            for n, stack, row in path.rows():
                shape = stack.shape
                if not page.events.grounds.active[shape.first_row + row]:
                    continue
                places = [(leg, shape.first_legs[leg] + row) for leg in shape.paid_in(BILLED)]
                billed = [leg for leg, place in places if program.labels.legs[place].payer not in gone]
                due = page.events.billed[[place for leg, place in places if leg in billed]]
                contract, now, memory = path.asks(page, n, row)
                with np.errstate(all="ignore"):
                    asked = contract.due(now, memory)
                assert [float(asked[leg]) for leg in billed] == pytest.approx(due.tolist(), rel=1e-9, abs=1e-4)


def test_cash_adds_up_line_by_line_and_as_it_is_printed(made):
    _, _, paths = made
    for path in paths:
        ledger = Ledger(path)
        for t, page in enumerate(path.pages):
            lines, dust = ledger.lines[t], 1e-9 * max(float(page.events.largest[0]), page.before.cash.max())
            balances = list(ledger.balances(t))
            scale = scale_of(each.opening for each in balances)
            for each in balances:
                assert each.opening + each.received - each.paid == pytest.approx(each.closing, abs=dust)
                for total, end in ((each.paid, "payer"), (each.received, "payee")):
                    theirs = [line.paid for line in lines if getattr(line.leg, end) == each.party]
                    assert sum(theirs) == pytest.approx(total, abs=dust)
                opening, received, closing = (
                    scale.tenths(amount) for amount in (each.opening, each.received, each.closing)
                )
                assert abs(opening + received - closing - scale.tenths(each.paid)) <= 2


def test_every_dollar_that_is_due_or_lost_has_a_cause(made):
    _, _, paths = made
    for path in paths:
        ledger = Ledger(path)
        for t in range(len(path.pages)):
            for line in ledger.lines[t]:
                assert line.cause, line
                assert line.paid <= line.due + line.arrears + ledger.dust(t)


def test_what_happens_is_what_the_path_remembers(made):
    _, _, paths = made
    for path in paths:
        ledger = Ledger(path)
        told = [each for t in range(len(path.pages)) for each in happenings(ledger, t)]
        failures = {failure.party for failure in ledger.failures if failure.month < len(path.pages)}
        assert {each.parties[0] for each in told if each.what is What.failure} == failures
        lost = sum(page.events.written_off.sum() for page in path.pages)
        assert sum(each.usd for each in told if each.what is What.loss) == pytest.approx(lost, rel=1e-6, abs=1.0)
        assert not [each for each in told if each.what is What.law]
