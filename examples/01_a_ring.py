"""A ring: of each dollar that the chipmaker puts into the lab, 21 cents come home as its own revenue.

The lab spends .7 of it on compute, the cloud passes .6 of that on for servers, the server-maker half of that for chips.
"""

import interlock

book = interlock.open_book("ring")
run = interlock.simulate(book, paths=8)
answer = interlock.trace(run)

print(answer.tell())

[colour] = answer.pooled.colours
assert abs(colour.returned.centre - 0.7 * 0.6 * 0.5) < 1e-12
