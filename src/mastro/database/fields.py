"""The keys of a resource that can be searched, sorted or constrained by, each with its column and its value.

A field is named as on the wire (`entity.name`). Its column is filled from the body in the transaction that stores it.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, Literal

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, false, true

from mastro.database.columns import PRICE_SCALE, SCALE, PlainText, fold, scaled

Kind = Literal["text", "exact", "integer", "boolean", "amount", "price", "date", "time"]
Value = Callable[[Any], object]
Operand = str | int | Decimal | bool

TYPES: dict[Kind, Any] = {
    "text": PlainText,
    "exact": PlainText,
    "integer": BigInteger,
    "boolean": Boolean,
    "amount": BigInteger,
    "price": BigInteger,
    "date": PlainText,
    "time": PlainText,
}

MAX_INTEGER = 2**63 - 1

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?")


class WrongOperand(ValueError):
    """A filter compares a field with a value that it can never have."""


@dataclass(frozen=True, slots=True)
class Field:
    """One searchable key: its name on the wire, its kind, and how its value is read off the body."""

    name: str
    kind: Kind
    value: Value
    filterable: bool = True
    sortable: bool = True
    required: bool = False
    """True where every body has a value: the databases disagree about the place of NULL in an order."""
    any_of: tuple[str, ...] = ()
    """Columns that stand behind a key without a column of its own: a filter matches if it matches any of them."""

    @property
    def column_name(self) -> str:
        """Name of the column: `entity.name` → `entity_name`."""
        return self.name.replace(".", "_")

    def column(self) -> Column[Any]:
        """The column of this field."""
        return Column(self.column_name, TYPES[self.kind], nullable=not self.required)

    def store(self, body: object) -> object:
        """The value of the column for a body."""
        return to_column(self.kind, self.value(body))


def to_column(kind: Kind, value: object) -> object:
    """A value of a body as a value of a column of that kind."""
    if value is None:
        return None
    if kind == "text":
        return fold(str(value))
    if kind == "amount":
        return _within(scaled(value, SCALE))  # type: ignore[arg-type]  # an amount is a Decimal
    if kind == "price":
        return _within(scaled(value, PRICE_SCALE))  # type: ignore[arg-type]  # a price is a Decimal
    if kind == "date":
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    return value


def _within(number: int | None) -> int | None:
    """A whole number, or the largest that a column holds: only a unit price above 9·10^10 euro is ever cut."""
    return None if number is None else max(-MAX_INTEGER, min(MAX_INTEGER, number))


def compare(field: Field, column: ColumnElement[Any], operator: str, operand: Operand) -> ColumnElement[bool]:
    """`field operator operand` as SQL, with the operand turned into the column's own type.

    Raises WrongOperand where the operand is not of the field's kind.
    """
    if field.kind in {"amount", "price"}:
        return _compare_scaled(field, column, operator, operand)
    value = _operand(field, operand)
    match operator:
        case "=":
            return column == value
        case "<>" | "!=":
            # a row without a value differs from every value: SQL's NULL would hide it
            return (column != value) | column.is_(None)
        case ">":
            return column > value
        case ">=":
            return column >= value
        case "<":
            return column < value
        case _:
            return column <= value


def _operand(field: Field, operand: Operand) -> object:
    match field.kind:
        case "text":
            return fold(_text(field, operand))
        case "exact":
            return _text(field, operand)
        case "date" | "time":
            text = _text(field, operand)
            if not _ISO.fullmatch(text):
                raise WrongOperand(f"{field.name} is compared with a date such as '2026-01-31'")
            return text[:10] if field.kind == "date" else text.replace("T", " ")
        case "boolean":
            if isinstance(operand, bool) or operand in {0, 1}:
                return bool(operand)
            raise WrongOperand(f"{field.name} is compared with true or false")
        case _:
            return _integer(field, operand)


def _text(field: Field, operand: Operand) -> str:
    if isinstance(operand, bool):
        raise WrongOperand(f"{field.name} is compared with a text in single quotes")
    return str(operand)


def _integer(field: Field, operand: Operand) -> int:
    number = _number(field, operand)
    if number != number.to_integral_value() or abs(number) > MAX_INTEGER:
        raise WrongOperand(f"{field.name} is compared with a whole number")
    return int(number)


def _number(field: Field, operand: Operand) -> Decimal:
    if not isinstance(operand, bool):
        try:
            number = Decimal(operand)
        except InvalidOperation:
            pass
        else:
            if number.is_finite():
                return number
    raise WrongOperand(f"{field.name} is compared with a number")


def _compare_scaled(field: Field, column: ColumnElement[Any], operator: str, operand: Operand) -> ColumnElement[bool]:
    """Compare without rounding the operand: no amount of two decimals equals 10.005, those above it begin at 10.01."""
    number = _number(field, operand)
    if abs(number) >= 10**15:
        raise WrongOperand(f"{field.name} is compared with a number below 10^15")
    scale = SCALE if field.kind == "amount" else PRICE_SCALE
    floor, ceiling = _within(scaled(number, scale, ROUND_FLOOR)), _within(scaled(number, scale, ROUND_CEILING))
    match operator:
        case "=":
            return column == floor if floor == ceiling else false()
        case "<>" | "!=":
            return (column != floor) | column.is_(None) if floor == ceiling else true()
        case ">":
            return column > floor
        case ">=":
            return column >= ceiling
        case "<":
            return column < ceiling
        case _:
            return column <= floor


def _path(name: str) -> Value:
    """Read a dotted path off a body; None where something on the way is not set."""
    parts = name.split(".")

    def read(body: Any) -> object:
        for part in parts:
            if body is None:
                return None
            body = getattr(body, part)
        return body

    return read


def _field(kind: Kind) -> Callable[..., Field]:
    def make(
        name: str,
        *,
        of: str | Value | None = None,
        filterable: bool = True,
        sortable: bool = True,
        required: bool = False,
    ) -> Field:
        value = of if callable(of) else _path(of or name)
        return Field(name, kind, value, filterable, sortable, required)

    return make


def any_of(name: str, *columns: str) -> Field:
    """A key to filter by that looks in several columns at once."""
    return Field(name, "text", lambda _: None, sortable=False, any_of=columns)


text = _field("text")
"""Text that people search: compared without regard to case and accents."""
exact = _field("exact")
"""Text that is a code: compared as it is."""
integer = _field("integer")
boolean = _field("boolean")
amount = _field("amount")
price = _field("price")
date = _field("date")
time = _field("time")
