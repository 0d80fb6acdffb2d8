"""The deal of 18 November 2025: what is locked in, what comes back, and what changes if the lab grows half as fast."""

import interlock

book = interlock.open_book("nvidia-microsoft-anthropic")
print(book.tell("azure-2025-11"))

slower = interlock.with_scenario(book, "growth-halved")
for name, each in (("as the book has it", book), ("half the growth", slower)):
    run = interlock.simulate(each, paths=256, seed=7)
    paid = run["flows"].set_index(pair=["payer", "payee"]).sel(payer="anthropic", payee="microsoft")
    print(f"\n{name}: Anthropic pays Microsoft, B USD by 2033 (5 %, 50 %, 95 % of futures):")
    print((paid.sum("year") / 1e9).quantile([0.05, 0.5, 0.95], "path").round(1).values)
    print(interlock.trace(run, of="nvidia", paths=256).tell())
