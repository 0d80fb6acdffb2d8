"""How XLA is asked to compile: small books quickly, and nothing that it does not know or that the user has set."""

import gc

import jax
import pytest

from interlock import open_book, simulate
from interlock.engine import chunk, compiling
from interlock.engine.compiling import QUICK, SMALL, options_for, without_collecting
from interlock.engine.last_used import LastUsed


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch):
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    compiling._quick.cache_clear()
    yield
    compiling._quick.cache_clear()


def test_a_small_book_is_compiled_quickly_and_a_large_one_thoroughly():
    assert options_for(SMALL) == QUICK
    assert options_for(SMALL + 1) == {}


def test_what_the_user_says_goes(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=2")
    assert options_for(1) == {"xla_cpu_use_fusion_emitters": False}


def test_an_option_that_this_xla_does_not_have_is_left_out(monkeypatch):
    monkeypatch.setitem(QUICK, "xla_cpu_of_another_time", True)
    assert options_for(1) == {name: value for name, value in QUICK.items() if name != "xla_cpu_of_another_time"}


def test_nothing_is_asked_of_another_machine(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert options_for(1) == {}


def test_python_looks_for_no_cycles_while_months_are_traced(monkeypatch):
    def traced(*_, **__):
        raise ValueError(f"collects: {gc.isenabled()}")

    monkeypatch.setattr(chunk, "months_of", traced)
    monkeypatch.setattr(chunk, "COMPILED", LastUsed(chunk.compiled_for, chunk.let_go, 1))
    with pytest.raises(ValueError, match="collects: False"):
        simulate(open_book("pair"), paths=1)
    assert gc.isenabled()


def test_python_collects_again_once_months_are_traced():
    assert gc.isenabled()
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="of a rule"), without_collecting():
        raise ValueError("of a rule")
    assert gc.isenabled()
