"""Who pays whom when some cannot pay: the parts of Interlock stand alone.

Three firms owe each other. Their cash is uncertain: how often does each default, and how much of what the firms pay is
only there because money goes round?
"""

import numpy as np

import interlock

owed = [[0.0, 0.1, 0.7], [2.0, 0.0, 10.5], [0.0, 8.4, 0.0]]

one = interlock.clear(owed, cash=[1.0, 1.0, 1.0])
print("paid:", one.paid, "in default:", one.in_default)
assert np.allclose(one.paid, [0.8, 9.5, 8.4])

cash = np.random.default_rng(7).lognormal(0.0, 1.0, (10_000, 3))
many = interlock.clear(owed, cash)
print("default in % of draws:", (100 * many.in_default.mean(axis=0)).round(1))

# A ring of debts without cash clears in the greatest solution, and pays nothing in the least.
ring = interlock.clear([[0, 5, 0], [0, 0, 5], [5, 0, 0]], cash=[0, 0, 0])
print("only because of the loop:", ring.paid - ring.least)
assert (ring.paid == 5.0).all()
assert (ring.least == 0.0).all()
