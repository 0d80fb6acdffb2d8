"""When each deal was announced, and what is paid under it in each year."""

from __future__ import annotations

from interlock.charts.chart import Chart
from interlock.charts.timeline import Deal, timeline
from interlock.contracts.contract import Purpose
from interlock.engine.run import Run

TO_OWNERS = {Purpose.dividend, Purpose.buyback, Purpose.tax}
"""What is paid to whoever owns or taxes a party is no commitment, and would hide all that is."""


def dated(run: Run) -> tuple[Deal, ...]:
    """The deals of a run under which anything is paid: means of the futures, in USD."""
    paid, book = run.series["paid"], run.book
    mean = paid.mean()
    found = []
    for name, deal in book.deals.items():
        under = f"deals.{name}."
        rows = [n for n, row in enumerate(paid.rows) if row[0].startswith(under) and row[3] not in TO_OWNERS]
        by_year = tuple(map(float, mean[rows].sum(axis=0)))
        if sum(by_year) > 0.0:
            sources = [book.sources[each] for each in deal.sources if each in book.sources]
            told = (name, deal.status, *(f"{each.publisher}, {each.date}" for each in sources[:2]))
            found.append(Deal(deal.title, deal.announced / 12.0, deal.announced_on, by_year, tuple(filter(None, told))))
    return tuple(found)


def drawn_over_time(deals: tuple[Deal, ...], years: tuple[int, ...], source: str) -> Chart | None:
    """The timeline; None without deals."""
    if not deals:
        return None
    total = [sum(deal.due[n] for deal in deals) for n in range(len(years))]
    most = max(deals, key=lambda deal: sum(deal.due))
    height = years[total.index(max(total))]
    title = f"Payments under deals are at their height in {height}; the largest are under “{most.name}”"
    return timeline(deals, years, title=title, source=source, what="Paid under each deal, by year")
