"""An argument of the wrong type is one line of ours, before anything is run."""

import inspect

import numpy as np
import pytest

import interlock
from interlock.ground.errors import ArgumentError
from interlock.ground.typed import typed


@pytest.fixture(scope="module")
def pair():
    return interlock.open_book("pair")


QUESTIONS = [
    interlock.limits,
    interlock.race,
    interlock.removals,
    interlock.sensitivity,
    interlock.stress,
    interlock.stress_matrix,
    interlock.compare,
    interlock.price,
    interlock.breaking_point,
]


NEEDED = {
    interlock.price: ("deals.promise.compute.price",),
    interlock.breaking_point: ("lab", "drivers.demand.level"),
}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize(
    "wrong", [{"paths": "many"}, {"seed": 1.5}, {"threads": [2]}, {"sampling": 3}, {"paths": True}]
)
def test_how_a_book_is_run_is_refused_alike_by_every_question(pair, question, wrong):
    refused(question, (pair, *NEEDED.get(question, ())), wrong)


@pytest.mark.parametrize(
    ("question", "wrong", "words"),
    [
        (interlock.limits, {"full": "a"}, "full is 'a'; it must be a number."),
        (interlock.limits, {"more": None}, "more is None; it must be a number."),
        (interlock.race, {"without": "promise"}, "without is 'promise'; it must be a list of text."),
        (interlock.race, {"without": [3]}, "without is [3]; it must be a list of text."),
        (interlock.sensitivity, {"of": 3}, "of is 3; it must be text or None."),
        (interlock.sensitivity, {"top": 2.5}, "top is 2.5; it must be a whole number or None."),
        (interlock.sensitivity, {"move": "groups.prices"}, "it must be a list of text."),
        (interlock.stress, {"fail": "lab"}, "fail is 'lab'; it must be a dict of text by text or None."),
        (interlock.stress, {"fail": {"lab": 2027}}, "it must be a dict of text by text or None."),
        (interlock.stress, {"shocks": 0.5}, "shocks is 0.5; it must be a list of text."),
        (interlock.stress_matrix, {"top": "2"}, "top is '2'; it must be a whole number."),
        (interlock.stress_matrix, {"sampling": 2}, "sampling is 2; it must be text."),
        (interlock.compare, {"names": "pair"}, "names is 'pair'; it must be a list of text."),
        (interlock.limits, {"progress": 3}, "progress is 3; it must be a function or None."),
        (interlock.price, {"target": "2 B USD"}, "target is '2 B USD'; it must be a number."),
        (interlock.price, {"deals": "promise"}, "deals is 'promise'; it must be a list of text."),
        (interlock.price, {"for_": ["cloud"]}, "for_ is ['cloud']; it must be text or None."),
        (interlock.price, {"between": "1 USD"}, "between is '1 USD'; it must be (text, text) or None."),
        (interlock.price, {"between": (1.0, 2.0)}, "between is (1.0, 2.0); it must be (text, text) or None."),
        (interlock.price, {"life": {"chips": "4"}}, "it must be a dict of a number by text or None."),
    ],
)
def test_what_is_asked_is_refused_with_what_it_must_be(pair, question, wrong, words):
    assert refused(question, (pair, *NEEDED.get(question, ())), wrong).endswith(words)


@pytest.mark.parametrize(
    "question", [*QUESTIONS[:-1], interlock.influence, interlock.returns], ids=lambda each: each.__name__
)
def test_a_name_is_no_book(question):
    assert "is 'pair'; it must be a " in refused(question, ("pair", *NEEDED.get(question, ())), {})


def test_what_is_taken_out_is_named_in_text(pair):
    assert refused(interlock.removals, (pair, "lab", 3), {}) == "names is 3; it must be text."


def refused(question, given, wrong):
    with pytest.raises(ArgumentError) as problem:
        question(*given, **wrong)
    assert len(str(problem.value).splitlines()) == 1
    return str(problem.value)


def test_numbers_of_other_libraries_are_numbers_and_a_question_stays_itself():
    @typed
    def asked(many: int, much: float = 0.5, *names: str) -> str:
        """What was asked."""
        return f"{many} {much} {' '.join(names)}"

    assert asked(np.int64(3), np.float32(0.5), "a", "b") == "3 0.5 a b"
    assert asked(2, 1) == "2 1 "
    assert (asked.__name__, asked.__doc__) == ("asked", "What was asked.")
    assert [*inspect.signature(asked).parameters] == ["many", "much", "names"]
    with pytest.raises(TypeError, match="missing"):
        asked()
    long = "x" * 200
    with pytest.raises(ArgumentError, match="many is 'xxx") as problem:
        asked(long)
    assert len(str(problem.value)) < 120
