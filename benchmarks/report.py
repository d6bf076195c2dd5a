"""What a measurement came to: ratios beside their bars, as a table and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table: what was measured, in rounds, against its floor in the same rounds."""

    name: str
    unit: str
    floor: tuple[float, ...]
    measured: tuple[float, ...]
    bar: float | None = None
    """The highest ratio that is good enough; None where there is no bar."""

    @property
    def ratio(self) -> float:
        """Median over the rounds; each round is its own comparison, so what else the machine does falls on both."""
        return median(self._ratios())

    @property
    def spread(self) -> tuple[float, float]:
        """Lowest and highest ratio of a round."""
        ratios = self._ratios()
        return min(ratios), max(ratios)

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return ""
        return "kept" if self.ratio <= self.bar else "MISSED"

    def _ratios(self) -> list[float]:
        return [one / other for one, other in zip(self.measured, self.floor, strict=True) if other > 0]

    def as_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "unit": self.unit,
            "floor": round(median(self.floor), 3),
            "measured": round(median(self.measured), 3),
            "ratio": round(self.ratio, 3),
            "lowest": round(self.spread[0], 3),
            "highest": round(self.spread[1], 3),
            "bar": self.bar,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Table:
    """Results that belong together; `floor` and `measured` head their two columns of figures."""

    floor: str
    measured: str
    results: Sequence[Result]

    def __str__(self) -> str:
        """Write it as a table of Markdown."""
        head = ("what", self.floor, self.measured, "ratio", "rounds", "bar", "")
        rows = [head, *(_row(result) for result in self.results)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = [_line(row, widths) for row in rows]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        return "\n".join(lines)


def _row(result: Result) -> tuple[str, ...]:
    low, high = result.spread
    return (
        result.name,
        f"{median(result.floor):,.1f} {result.unit}",
        f"{median(result.measured):,.1f} {result.unit}",
        f"{result.ratio:.2f}",
        f"{low:.2f} - {high:.2f}",
        "" if result.bar is None else f"≤ {result.bar:.1f}",
        result.verdict,
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
