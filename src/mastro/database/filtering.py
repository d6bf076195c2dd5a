"""The tree of a `q` filter as a condition of SQL, with each operand in its column's own type."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from mastro.database.collection import Collection
from mastro.database.columns import fold
from mastro.database.fields import Field, WrongOperand, compare
from mastro.filters import And, Comparison, Expression, IsNull, Or, Pattern


class UnknownField(ValueError):
    """The filter names a field that this list cannot be filtered by."""


def condition(collection: Collection[Any], expression: Expression) -> ColumnElement[bool]:
    """The condition on a collection's table.

    Raises UnknownField for a field that is not filterable, WrongOperand for a value that it can never have.
    """
    match expression:
        case And():
            return and_(*(condition(collection, part) for part in expression.operands))
        case Or():
            return or_(*(condition(collection, part) for part in expression.operands))
        case _:
            field = _field(collection, expression.field)
            negative = isinstance(expression, (IsNull, Pattern)) and expression.negated
            negative = negative or (isinstance(expression, Comparison) and expression.op == "<>")
            tests = [_test(field, collection.column(name), expression) for name in field.any_of or (field.name,)]
            return and_(*tests) if negative else or_(*tests)


def _test(field: Field, column: ColumnElement[Any], expression: Comparison | IsNull | Pattern) -> ColumnElement[bool]:
    match expression:
        case Comparison():
            return compare(field, column, expression.op, expression.value)
        case IsNull():
            return _is_null(field, column, expression)
        case _:
            return _pattern(field, column, expression)


def _field(collection: Collection[Any], name: str) -> Field:
    field = collection.fields.get(name)
    if field is None or not field.filterable:
        names = ", ".join(sorted(f.name for f in collection.fields.values() if f.filterable))
        raise UnknownField(f"{name} is not a filterable field; choose among {names}")
    return field


def _is_null(field: Field, column: ColumnElement[Any], expression: IsNull) -> ColumnElement[bool]:
    # text that is not set is "" on the wire, and an empty text is what people mean by "null"
    empty = or_(column.is_(None), column == "") if field.kind in {"text", "exact"} else column.is_(None)
    return ~empty if expression.negated else empty


def _pattern(field: Field, column: ColumnElement[Any], expression: Pattern) -> ColumnElement[bool]:
    if field.kind not in {"text", "exact", "date", "time"}:
        raise WrongOperand(f"{field.name} is not a text: compare it with =, <, > …")
    text = fold(expression.text) if field.kind == "text" else expression.text
    if "\x00" in text:
        return false()
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = {
        "like": text.replace("\\", "\\\\"),
        "contains": f"%{escaped}%",
        "starts with": f"{escaped}%",
        "ends with": f"%{escaped}",
    }[expression.kind]
    matched = column.like(like, escape="\\")
    return or_(column.is_(None), ~matched) if expression.negated else matched
