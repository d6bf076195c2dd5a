"""Bars in groups: where each stands on its scale, in percent of the height. `components/chart.html` draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
"""What a scale goes by, times a power of ten."""

LINES = 4
"""Lines above zero, about."""

GAP = 12
"""Percent of a group's width that is left free on either side."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in percent of its group's width and of the chart's height, from its upper left corner."""

    series: int
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one month."""

    label: str
    name: str
    """In full."""
    href: str
    values: tuple[Decimal, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Groups of bars over one scale."""

    series: tuple[str, ...]
    """What the bars of a group stand for."""
    groups: tuple[Group, ...]
    lines: tuple[tuple[Decimal, Decimal], ...]
    """Of the scale: value and place in percent from above."""


def chart(series: Sequence[str], groups: Sequence[tuple[str, str, str, Sequence[Decimal]]]) -> Chart:
    """Lay out groups of (label, name in full, address, a value for each series)."""
    values = [value for *_, row in groups for value in row]
    step = _step(max(values, default=Decimal(0)), min(values, default=Decimal(0)))
    high, low = (
        _ceiling(max(values, default=Decimal(0)), step) or step,
        -_ceiling(-min(values, default=Decimal(0)), step),
    )
    whole = high - low

    def place(value: Decimal) -> Decimal:
        return _percent((high - value) / whole)

    width = _percent(Decimal(100 - 2 * GAP) / 100 / max(1, len(series)))
    made = []
    for label, name, href, row in groups:
        bars = [
            Bar(index, GAP + index * width, place(max(value, Decimal(0))), width, _percent(abs(value) / whole))
            for index, value in enumerate(row)
        ]
        made.append(Group(label, name, href, tuple(row), tuple(bars)))
    count = int(whole / step)
    lines = [(high - index * step, place(high - index * step)) for index in range(count + 1)]
    return Chart(tuple(series), tuple(made), tuple(lines))


def _step(high: Decimal, low: Decimal) -> Decimal:
    """The distance of the lines: a round number that makes about LINES of them."""
    rough = (max(high, Decimal(0)) - min(low, Decimal(0))) / LINES
    if rough <= 0:
        return Decimal(250)
    power = Decimal(1).scaleb(rough.adjusted())
    return next(step * power for step in STEPS if step * power >= rough)


def _ceiling(value: Decimal, step: Decimal) -> Decimal:
    """The first line at or above a value; 0 for one below zero."""
    return (value / step).to_integral_value(ROUND_CEILING) * step if value > 0 else Decimal(0)


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.01"))
