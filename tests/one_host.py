"""Small worlds of one cloud, `host`, and labs that deal with it from the first month on."""

from collections.abc import Iterable


def world(title: str, months: int, labs: Iterable[str], contracts: Iterable[str], more: str = "") -> str:
    """A book of 2026, written out: a line or more for each lab and each contract, and further sections."""
    return "\n".join(
        [
            f"book: {{title: {title}, as_of: 2026-01-01, start: 2026-01, months: {months}}}",
            "parties:",
            "  host: {roles: [cloud]}",
            *labs,
            "deals:",
            "  all:",
            "    announced: 2026-01-01",
            "    status: in-force",
            "    contracts:",
            *contracts,
            more,
        ]
    )
