"""Rows of the one table that `make bench` prints: what, measured, bar, verdict."""

from dataclasses import dataclass
from typing import Literal

WIDTHS = (4, 58, 14, 12, 6)


@dataclass(frozen=True, slots=True)
class Row:
    """One line. Without a bar it only reports.

    Args: number: the bar's, or "". unit: "", "x", "%", "ms". better: which side of the bar passes.
    """

    number: str
    what: str
    measured: float
    unit: str = ""
    bar: float | None = None
    better: Literal["lower", "higher"] = "lower"
    digits: int = 2

    @property
    def passed(self) -> bool:
        """Say whether the bar is met; a report always is."""
        if self.bar is None:
            return True
        return self.measured <= self.bar if self.better == "lower" else self.measured >= self.bar

    def cells(self) -> tuple[str, str, str, str, str]:
        """Return the printed cells."""
        unit = f" {self.unit}" if self.unit else ""
        bar = ""
        if self.bar is not None:
            bar = f"{'<=' if self.better == 'lower' else '>='} {self.bar:g}{unit}"
        verdict = "" if self.bar is None else ("pass" if self.passed else "MISS")
        return self.number, self.what, f"{self.measured:,.{self.digits}f}{unit}", bar, verdict


def render(rows: list[Row]) -> str:
    """Return the table, those with a bar first."""
    ordered = sorted(rows, key=lambda row: row.bar is None)
    lines = [_line(("", "what", "measured", "bar", "")), "-" * (sum(WIDTHS) + len(WIDTHS))]
    return "\n".join(lines + [_line(row.cells()) for row in ordered])


def _line(cells: tuple[str, str, str, str, str]) -> str:
    number, what, measured, bar, verdict = cells
    a, b, c, d, e = WIDTHS
    return f"{number:{a}} {what:{b}} {measured:>{c}} {bar:>{d}} {verdict:>{e}}"
