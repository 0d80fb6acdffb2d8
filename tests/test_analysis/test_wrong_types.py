"""What is of no type that could be meant is one line of ours, where nobody checks types for us."""

import subprocess
import sys

# Calls here are not checked as those of other tests are: a user's are not either.
SCRIPT = """
import sys
import interlock

book = interlock.open_book("pair")
run = interlock.simulate(book, paths=8)
PRICE = "deals.promise.compute.price"
CALLS = {
    "returns": [
        ((run,), {"of": 7}, "'7' is no party, deal or site"),
        ((run,), {"of": ["cloud"]}, "is no party, deal or site"),
        ((run,), {"cost_of_capital": "10 %"}, "is '10 %'; it must be a number from 0 to 1 a year (0.1 for 10 %)"),
        ((run,), {"cost_of_capital": None}, "is None; it must be a number"),
        ((run,), {"cost_of_capital": True}, "is True; it must be a number"),
        ((run,), {"life": {"chips": "4"}}, "the life of chips is '4'; it must be from a month to 100 years"),
        ((run,), {"life": {5: 4.0}}, "life names 5"),
        ((run,), {"life": 4.0}, "life is 4.0; it must say"),
        ((run,), {"life": ["chips"]}, "it must say for how many years"),
        ((book,), {}, "returns are those of a run"),
        (("pair",), {}, "returns are those of a run"),
    ],
    "price": [
        ((book, PRICE), {"target": "2 B USD"}, "target is '2 B USD'; it must be an amount in USD: 2e9"),
        ((book, PRICE), {"target": None}, "target is None"),
        ((book, PRICE), {"deals": "promise"}, "deals is 'promise'; it must be a list of names: ['promise']"),
        ((book, PRICE), {"deals": 7}, "deals is 7"),
        ((book, PRICE), {"deals": [["promise"]]}, "there is no deal ['promise']"),
        ((book, PRICE), {"deals": [7]}, "there is no deal 7"),
        ((book, PRICE), {"for_": ["cloud"]}, "party is ['cloud']"),
        ((book, PRICE), {"for_": 7}, "party is 7"),
        ((book, PRICE), {"between": "1 USD/H100e-hour"}, "it must be two quantities"),
        ((book, PRICE), {"between": (1.0, 2.0)}, "it must be two quantities"),
        ((book, PRICE), {"between": 7}, "it must be two quantities"),
        ((book, PRICE), {"cost_of_capital": "10 %"}, "must be a number from 0 to 1"),
        ((book, PRICE), {"life": {"chips": "4"}}, "the life of chips is '4'"),
        ((book, PRICE), {"paths": "many"}, "paths is 'many'; it must be from 1"),
        ((book, PRICE), {"seed": "7"}, "seed is '7'; it must be a whole number"),
        ((book, PRICE), {"threads": "two"}, "threads is 'two'; it must be at least 1"),
        ((book, 7), {}, "address is 7"),
        (("pair", PRICE), {}, "a price is that of a book or a run"),
    ],
}
for name, calls in CALLS.items():
    for arguments, given, words in calls:
        try:
            getattr(interlock, name)(*arguments, **given)
        except interlock.ArgumentError as error:
            if words in str(error) and len(str(error).splitlines()) == 1:
                continue
            sys.exit(f"{name}{given}: {error}")
        sys.exit(f"{name}{given}: no error")
"""


def test_wrong_types_get_one_line_of_ours():
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
