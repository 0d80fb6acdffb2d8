"""The loop of a run: what stands under a party is of the year that is drawn."""

import json

import interlock
from interlock.analysis.answer import in_dollars
from interlock.analysis.drawn import about
from interlock.analysis.network import network


def test_what_a_party_takes_from_customers_is_that_of_the_year():
    run = interlock.simulate(interlock.open_book("pair"), paths=64)
    chart = network(run).chart("Who pays whom", "Interlock", about(run.book))
    paid = run["paid"]
    sales = paid.isel(leg=(paid.payer == "customers") & (paid.payee == "lab")).sum("leg").mean("path")
    texts = {step.label: json.dumps(step.option, ensure_ascii=False) for step in chart.steps}
    assert f"+ {in_dollars(float(sales.sum()))} from customers" in texts["2026 to 2028"]
    for year in (2026, 2027, 2028):
        assert f"+ {in_dollars(float(sales.sel(year=year)))} from customers" in texts[str(year)]
