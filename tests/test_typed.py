"""What other tests rely on: a wrong type, and arrays that do not fit each other, are refused where they are passed."""

import numpy as np
import pytest
from beartype.roar import BeartypeCallHintViolation
from jaxtyping import TypeCheckError

from interlock.contracts import Now
from interlock.ground.errors import Place, did_you_mean
from interlock.physical.spot import Sides, quotes


@pytest.mark.parametrize("call", [lambda: did_you_mean(3, ["a"]), lambda: Place(3)])
def test_a_function_takes_and_a_class_holds_what_they_say(call):
    with pytest.raises(BeartypeCallHintViolation):
        call()


def test_an_int_may_stand_for_a_float():
    assert Now(month=3).month == 3


def test_all_arrays_of_a_call_have_the_same_paths():
    two, three = np.ones((1, 2)), np.ones((1, 3))
    assert quotes(two, two, two, two, two, Sides(two, two)).spot.shape == (1, 2)
    with pytest.raises(TypeCheckError):
        quotes(two, two, two, two, three, Sides(two, two))
