"""Column types, and how a value of a resource becomes a value of a column: the same on SQLite and on PostgreSQL.

Dates and times are ISO text, which sorts and compares as time does; text that people search is folded (no case, no
accents); amounts are whole numbers of their smallest unit, because SQLite would turn a decimal into a float.
"""

import unicodedata
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Dialect, LargeBinary, String, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine


class JsonBody(TypeDecorator[bytes]):
    """A JSON document kept as bytes: BLOB on SQLite (text is decoded at each read), `json` on PostgreSQL."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in each database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSON())
        return dialect.type_descriptor(LargeBinary())


class PlainText(TypeDecorator[str]):
    """Text in the order of its code points, whatever the server's language is."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in each database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        return dialect.type_descriptor(Text())


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text without case and accents, for comparison: "Società" → "societa"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


SCALE = 2
"""Decimals of an amount in a document."""

PRICE_SCALE = 8
"""Decimals of a unit price."""


def scaled(value: Decimal | int | None, scale: int, rounding: str = ROUND_HALF_UP) -> int | None:
    """A decimal as a whole number of its smallest unit."""
    if value is None:
        return None
    return int(Decimal(value).scaleb(scale).to_integral_value(rounding))


__all__ = [
    "PRICE_SCALE",
    "ROUND_CEILING",
    "ROUND_FLOOR",
    "SCALE",
    "BigInteger",
    "Boolean",
    "JsonBody",
    "PlainText",
    "String",
    "fold",
    "scaled",
]
