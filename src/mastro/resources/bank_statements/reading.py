"""Rows of a bank's export → movements, what each refused row lacks, and the balances that the bank names."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

from mastro.database.columns import fold
from mastro.money import ZERO, round2
from mastro.resources.table_imports.columns import plain
from mastro.sheets.cells import day_of_file, number

HIGHEST = Decimal(10) ** 10
"""Amounts and balances stay below."""

MAX_DESCRIPTION = 1000

_OUT = frozenset({"d", "dare", "debit", "debito", "dbit", "addebito", "uscita", "u", "out", "dr"})
_BALANCE = ("saldo", "totale", "total", "balance", "giacenza", "disponibilita")
_OPENING = ("iniz", "apertura", "precedente", "opening")


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that moved on an account; below zero where it went out."""

    row: int
    """Of the file, from 1."""
    date: dt.date
    value_date: dt.date | None
    amount: Decimal
    description: str
    balance: Decimal | None
    fingerprint: str
    """Tells it from every other movement of the account, in whatever statement it comes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is no movement, though it looks like one."""

    row: int
    reason: str
    cells: list[str]


@dataclass(slots=True)
class Reading:
    """What a file says."""

    movements: list[Movement] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    opening: Decimal | None = None
    closing: Decimal | None = None

    @property
    def total(self) -> Decimal:
        """What all movements come to."""
        return sum((movement.amount for movement in self.movements), ZERO)

    @property
    def unexplained(self) -> Decimal:
        """What is between the opening and the closing balance, and is no movement: above or below zero, rows lack."""
        if self.opening is None or self.closing is None:
            return ZERO
        return self.closing - self.opening - self.total


class WrongRow(ValueError):
    """A row that is no movement; the message says what is wrong and what would be right."""


def read(rows: Sequence[Sequence[str]], mapping: Sequence[str], heading: int) -> Reading:
    """The movements below the headings, which are in row `heading` (from 1; 0 for none).

    Empty rows, notes of the bank and lines that name a balance are left out.
    """
    found, counted = Reading(), dict[str, int]()
    for place, row in enumerate(rows, start=1):
        if place <= heading or not any(row):
            _note_balance(row, found)
            continue
        cells = _by_key(mapping, row)
        if _is_note(cells, row):
            _note_balance(row, found)
            continue
        try:
            movement = _movement(place, cells, counted)
        except WrongRow as why:
            found.refused.append(Refused(place, str(why), list(row)))
        else:
            found.movements.append(movement)
    _balances_of_rows(found)
    return found


def _by_key(mapping: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, cell in zip(mapping, row, strict=False):
        if key and cell and cell not in cells.get(key, "").split(" · "):
            cells[key] = f"{cells[key]} · {cell}" if cells.get(key) else cell
    return cells


def _is_note(cells: Mapping[str, str], row: Sequence[str]) -> bool:
    """A row that wants to be no movement: neither day nor amount, or the bank's own sum or balance."""
    amounts = [cells.get(key, "").strip("- ") for key in ("amount", "amount_in", "amount_out")]
    if not any(amounts) and not cells.get("date"):
        return True
    names_balance = any(fold(cell).startswith(_BALANCE) for cell in row if cell)
    return names_balance and (not any(amounts) or day_of_file(cells.get("date", "")) is None)


def _movement(place: int, cells: Mapping[str, str], counted: dict[str, int]) -> Movement:
    """A movement. Raises WrongRow."""
    date = _day(cells, "date")
    if date is None:
        raise WrongRow("The row has an amount, but no date.")
    amount, currency = _amount(cells), cells.get("currency", "").upper()
    if currency not in {"", "EUR"}:
        raise WrongRow(f"The row is in {currency[:10]}: only euro can be taken.")
    description = " ".join(cells.get("description", "").split())[:MAX_DESCRIPTION]
    key = f"{date.isoformat()} {amount} {plain_text(description)}"
    counted[key] = counted.get(key, 0) + 1
    return Movement(
        row=place,
        date=date,
        value_date=_day(cells, "value_date"),
        amount=amount,
        description=description,
        balance=_money(cells, "balance"),
        fingerprint=sha256(f"{key} {counted[key]}".encode()).hexdigest()[:32],
    )


def plain_text(text: str) -> str:
    """A description without what differs between two exports of the same movement."""
    return "".join(c for c in fold(text) if c.isalnum())


def _day(cells: Mapping[str, str], key: str) -> dt.date | None:
    cell = cells.get(key, "")
    found = day_of_file(cell) if cell else None
    if cell and found is None:
        raise WrongRow(f"{cell[:40]!r} is not a date such as 31/12/2026.")
    return found


def _amount(cells: Mapping[str, str]) -> Decimal:
    """What moved. Raises WrongRow for nothing, and for money that comes in and goes out at once."""
    came, went, amount = _money(cells, "amount_in"), _money(cells, "amount_out"), _money(cells, "amount")
    if came and went:
        raise WrongRow("The row has money in and money out: only one of the two can be.")
    if came or went:
        return came or -abs(went or ZERO)
    if not amount:
        raise WrongRow("The row has a date, but no amount.")
    sign = cells.get("sign", "").strip()
    return -abs(amount) if sign == "-" or plain(sign) in _OUT else amount


def _money(cells: Mapping[str, str], key: str) -> Decimal | None:
    cell = cells.get(key, "").strip()
    if not cell.strip("-"):
        return None
    found = number(cell, money=True)
    if found is None or abs(found) >= HIGHEST:
        raise WrongRow(f"{cell[:40]!r} is not an amount such as 1.234,56.")
    return round2(found)


# balances


def _note_balance(row: Iterable[str], found: Reading) -> None:
    """Take the balance that a line of the bank names beside its words: `Saldo iniziale;;1.234,56`."""
    name = ""
    for cell in row:
        if not cell:
            continue
        value = number(cell, money=True) if name and day_of_file(cell) is None else None
        if value is not None and abs(value) < HIGHEST:
            if any(word in name for word in _OPENING):
                found.opening = round2(value) if found.opening is None else found.opening
            else:
                found.closing = round2(value)
            return
        if fold(cell).startswith("saldo") or "balance" in fold(cell):
            name = fold(cell)


def _balances_of_rows(found: Reading) -> None:
    """The balances before the first and after the last movement, where each movement says its own.

    Banks write the newest first or last: whichever order the balances follow from one another.
    """
    rows = found.movements
    if not rows or any(movement.balance is None for movement in rows):
        return
    newest_first = rows[0].date > rows[-1].date or (rows[0].date == rows[-1].date and not _runs(rows))
    first, last = (rows[-1], rows[0]) if newest_first else (rows[0], rows[-1])
    if first.balance is not None and last.balance is not None:
        found.opening, found.closing = first.balance - first.amount, last.balance


def _runs(rows: Sequence[Movement]) -> bool:
    """True where each balance is the one before it and the amount."""
    return all((before.balance or ZERO) + after.amount == after.balance for before, after in pairwise(rows))
