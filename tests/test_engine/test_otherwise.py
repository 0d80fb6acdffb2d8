"""The same futures with something otherwise: each variant is the book in which that is written."""

import importlib
import importlib.metadata

import numpy as np
import pytest

import interlock
from interlock.contracts import KINDS
from interlock.engine.otherwise import AS_IT_IS, otherwise
from interlock.engine.sources import made_by
from interlock.engine.without import revenue_without
from interlock.program.variant import Variant, varied
from metamorphic.books import by_row, opened, text_of

SERIES = ("revenue", "cash", "failed", "delivered", "paid")
PATHS = 64


@pytest.fixture(scope="module")
def chain():
    return interlock.simulate(interlock.open_book("chain"), paths=PATHS)


def look(run):
    return {name: run.series[name].values for name in SERIES}


def seen(run, variant):
    return otherwise(run.book, run.provenance, "series", look).seen(variant)


def rows(run, name, found):
    return dict(zip(run.series[name].rows, found[name], strict=True))


def test_what_is_not_otherwise_is_as_it_is(chain):
    for name, values in seen(chain, AS_IT_IS).items():
        np.testing.assert_array_equal(values, chain.series[name].values)


@pytest.mark.parametrize("deal", ["rounds", "compute"])
def test_a_contract_that_is_out_is_one_whose_deal_has_ended(chain, deal, tmp_path):
    text = text_of("chain")
    text["deals"][deal]["status"] = "ended"
    ended = interlock.simulate(opened(text, tmp_path / "chain.yaml"), paths=PATHS)
    [contract] = chain.book.deals[deal].contracts.values()
    found = seen(chain, Variant(contracts=(contract.address,)))
    for name in SERIES:
        theirs = by_row(ended, name)
        for row, values in rows(chain, name, found).items():
            np.testing.assert_allclose(values, theirs[row], rtol=1e-12, atol=1e-6)
    np.testing.assert_array_equal(revenue_without(chain, contract.address, PATHS), found["revenue"])
    # Who looks ahead counts on what is signed: without the contract nobody does.
    without = varied(chain.program, Variant(contracts=(contract.address,))).topology
    np.testing.assert_array_equal(without.is_signed, ended.program.topology.is_signed)


def test_a_party_that_is_out_is_one_that_the_book_does_not_have(chain, tmp_path):
    text = text_of("chain")
    del text["parties"]["cloud"], text["deals"]["compute"], text["deals"]["chips"]
    without = interlock.simulate(opened(text, tmp_path / "chain.yaml"), paths=PATHS)
    found = seen(chain, Variant(parties=("cloud",)))
    for name in ("revenue", "cash", "failed"):
        ours, theirs = rows(chain, name, found), by_row(without, name)
        for party in ("lab", "chipmaker"):
            np.testing.assert_allclose(ours[party], theirs[party], rtol=1e-12, atol=1e-6)


def test_who_is_out_is_not_saved(tmp_path):
    text = text_of("chain")
    text["parties"]["lab"] |= {"restructured": "100 %", "acquired": "50 %"}
    run = interlock.simulate(opened(text, tmp_path / "chain.yaml"), paths=PATHS)
    found = seen(run, Variant(parties=("lab",)))
    assert not rows(run, "revenue", found)["lab"].any()
    assert rows(run, "failed", found)["lab"].all()
    program = varied(run.program, Variant(parties=("lab",)))
    assert program.shape == run.program.shape


def test_a_figure_that_is_held_is_one_that_is_certain(chain, tmp_path):
    text = text_of("chain")
    text["drivers"]["demand"]["drift"] = "45 %/year"
    certain = interlock.simulate(opened(text, tmp_path / "chain.yaml"), paths=PATHS)
    for name, values in seen(chain, Variant(held={"drivers.demand.drift": 0.45})).items():
        np.testing.assert_allclose(values, certain.series[name].values, rtol=1e-9, atol=1e-3)


def test_all_streams_of_another_seed_are_that_seed(chain):
    priors, drivers = chain.program.priors, chain.program.labels.drivers
    streams = [*priors.dimensions, *(f"drivers.{name}" for name in drivers if name is not None), "tails"]
    other = interlock.simulate(chain.book, paths=PATHS, seed=8)
    redrawn = seen(chain, Variant(redrawn=dict.fromkeys(streams, 8)))
    for name, values in seen(chain, Variant(seed=8)).items():
        np.testing.assert_array_equal(values, other.series[name].values)
        np.testing.assert_array_equal(values, redrawn[name])


def test_whoever_is_interrupted_goes_on_from_there(chain, tmp_path):
    looked = []

    def looks(run):
        looked.append(run.provenance.seed)
        if len(looked) == 2:
            raise KeyboardInterrupt
        return look(run)

    def asked():
        return otherwise(chain.book, chain.provenance, "series", looks, keep=tmp_path / "kept")

    first = asked()
    kept = first.seen()
    with pytest.raises(KeyboardInterrupt):
        first.seen(Variant(seed=8))
    again = asked()
    np.testing.assert_array_equal(again.seen()["cash"], kept["cash"])
    again.seen(Variant(seed=8))
    assert len(looked) == 3
    assert not list((tmp_path / "kept").rglob("*.[0-9]*"))
    again.shelf.clear()
    assert not (tmp_path / "kept").exists()


def test_an_answered_question_leaves_the_parts_of_others(chain, tmp_path):
    one, other = (otherwise(chain.book, chain.provenance, what, look, keep=tmp_path) for what in ("one", "other"))
    one.seen()
    [left] = tmp_path.rglob("*.npz")
    other.seen()
    other.shelf.clear()
    assert [*tmp_path.rglob("*.npz")] == [left]


@pytest.mark.parametrize("left", [b"half of it", b"", b"PK\x03\x04 and no more"])
def test_a_part_that_is_broken_or_of_another_book_is_made_anew(chain, tmp_path, left):
    runs = otherwise(chain.book, chain.provenance, "series", look, keep=tmp_path)
    runs.seen()
    [file] = tmp_path.rglob("*.npz")
    file.write_bytes(left)
    runs.known.clear()
    np.testing.assert_array_equal(runs.seen()["cash"], chain.series["cash"].values)
    other = chain.book.amend({"parties.lab.cash": "2 B USD"})
    rich = interlock.simulate(other, paths=PATHS)
    found = otherwise(other, rich.provenance, "series", look, keep=tmp_path).seen()
    np.testing.assert_array_equal(found["cash"], rich.series["cash"].values)


KIND = """
from dataclasses import dataclass
from typing import ClassVar
from interlock import Contract
from IMPORT import HALF

@dataclass(frozen=True, kw_only=True)
class Own(Contract):
    kind: ClassVar[str] = "own"
"""


@pytest.mark.parametrize(
    ("module", "imports", "helper"),
    [
        ("own_kinds", "beside_it", "beside_it.py"),
        ("own_package.kinds", "own_package.deep.halves", "own_package/deep/halves.py"),
        ("own_package.lazy", "math", "own_package/deep/halves.py"),
    ],
)
def test_a_kind_of_ones_own_counts_with_what_it_uses(tmp_path, monkeypatch, module, imports, helper):
    monkeypatch.syspath_prepend(tmp_path)
    for name in (f"{module.replace('.', '/')}.py", "own_package/deep/halves.py", helper):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("HALF = 0.5\n", encoding="utf-8")
    (tmp_path / f"{module.replace('.', '/')}.py").write_text(
        KIND.replace("IMPORT import HALF", f"{imports} import {'pi' if imports == 'math' else 'HALF'}"),
        encoding="utf-8",
    )
    importlib.invalidate_caches()
    kinds = (*KINDS, importlib.import_module(module).Own)
    before = made_by(kinds)
    assert (made_by(kinds) == before, made_by(KINDS) == before) == (True, False)
    (tmp_path / helper).write_text("HALF = 0.25 + 0.25\n", encoding="utf-8")
    assert made_by(kinds) != before
    (tmp_path / helper).write_text("HALF = 0.5\n", encoding="utf-8")
    assert made_by(kinds) == before


@pytest.mark.parametrize("library", ["jax", "jaxlib", "numpy", "scipy"])
def test_a_part_does_not_outlive_another_version_of_a_library(chain, tmp_path, monkeypatch, library):
    def place():
        return otherwise(chain.book, chain.provenance, "series", look, keep=tmp_path).shelf.place

    before, version_of = place(), importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0.0.0" if name == library else version_of(name))
    assert place() != before
