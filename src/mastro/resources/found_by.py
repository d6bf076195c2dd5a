"""What the things of a company are found by: the words of each kind of body, and how numbers and amounts are written.

`12/a/2026` is a number with its series and year, `=1234.50` an amount: a search for either looks for these.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mastro.database.columns import fold
from mastro.database.search import words_in

_PREFIXED = re.compile(r"[a-z]{2}[0-9]{8,}")
_PLAIN = re.compile(r"[^\w]|_")


def codes(*texts: str | None) -> Iterator[str]:
    """VAT numbers, tax codes and telephone numbers: whole, with no blanks, and a VAT number without its country too."""
    for text in texts:
        if text:
            code = _PLAIN.sub("", fold(text))
            if len(code) > 1:
                yield code
            if _PREFIXED.fullmatch(code):
                yield code[2:]


def amounts(*values: Decimal | None) -> Iterator[str]:
    """Amounts, without their sign: `=1234.50`."""
    for value in values:
        if value:
            yield f"={abs(value):.2f}"


def number(value: int | None, series: str, year: int | None) -> Iterator[str]:
    """The number of a document, in its year and, where it has a series, with it: `12/2026`, `12/a/2026`."""
    if value is None or year is None:
        return
    yield f"{value}/{year}"
    named = _PLAIN.sub("", fold(series))
    if named:
        yield f"{value}/{named}/{year}"


def entry(body: Any) -> Iterator[str]:
    """A client or supplier."""
    yield from codes(body.vat_number, body.tax_code, body.phone, body.bank_iban)
    yield from words_in(body.name, body.code, body.first_name, body.last_name, body.contact_person)
    yield from words_in(body.email, body.certified_email, body.address_city)


def product(body: Any) -> Iterator[str]:
    """A product."""
    yield from codes(body.code)
    yield from words_in(body.name, body.code, body.category, body.description)
    yield from amounts(body.net_price, body.gross_price)


def _party(body: Any) -> Iterator[str]:
    if body.entity:
        yield from codes(body.entity.vat_number, body.entity.tax_code)
        yield from words_in(body.entity.name)


def issued_document(body: Any) -> Iterator[str]:
    """An issued document."""
    yield from number(body.number, body.numeration, body.year)
    yield from amounts(body.amount_gross, body.amount_net)
    yield from _party(body)
    yield from words_in(body.visible_subject, body.subject)


def received_document(body: Any) -> Iterator[str]:
    """A received document; its number as the supplier writes it."""
    if body.invoice_number:
        yield fold("".join(body.invoice_number.split()))
    yield from amounts(body.amount_gross, body.amount_net)
    yield from _party(body)
    yield from words_in(body.invoice_number, body.description, body.category)


def receipt(body: Any) -> Iterator[str]:
    """A receipt."""
    yield from number(body.number, body.numeration, body.date.year if body.date else None)
    yield from amounts(body.amount_gross, body.amount_net)
    yield from words_in(body.description, body.rc_center)


def tax(body: Any) -> Iterator[str]:
    """A form F24."""
    yield from amounts(body.amount)
    yield from words_in(body.description)


def archived(body: Any) -> Iterator[str]:
    """A document of the archive."""
    yield from words_in(body.description, body.category)
