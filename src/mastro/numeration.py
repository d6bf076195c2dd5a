"""Numbering: which series a document belongs to, its next number, and why a number is refused. Pure.

The rules and their sources are told in `docs/algorithms/numbering.md`. The store asks for a number under the lock of
its series, so what is decided here on the neighbours it found stays true until the transaction ends.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from mastro.model.issued_document import DocumentType

SeriesKind = Literal[
    "invoice",
    "quote",
    "proforma",
    "receipt",
    "delivery_note",
    "credit_note",
    "order",
    "work_report",
    "supplier_order",
    "self_invoice",
]

MAX_NUMBER = 2**31 - 1
MAX_PRINTED = 20
"""Characters of *Numero* in the electronic invoice (FatturaPA 1.2.3, String20Type), which holds number + numeration."""

DATED_KINDS: frozenset[SeriesKind] = frozenset({"invoice", "credit_note", "self_invoice"})
"""Numbers follow the dates only where the law wants a progressive number (art. 21 c. 2 b DPR 633/1972)."""

_KIND_OF: dict[DocumentType, SeriesKind] = {
    "invoice": "invoice",
    "quote": "quote",
    "proforma": "proforma",
    "receipt": "receipt",
    "delivery_note": "delivery_note",
    "credit_note": "credit_note",
    "order": "order",
    "work_report": "work_report",
    "supplier_order": "supplier_order",
    "self_own_invoice": "self_invoice",
    "self_supplier_invoice": "self_invoice",
}

_A_DOCUMENT: dict[SeriesKind, str] = {
    "invoice": "una fattura",
    "quote": "un preventivo",
    "proforma": "una proforma",
    "receipt": "una ricevuta",
    "delivery_note": "un DDT",
    "credit_note": "una nota di credito",
    "order": "un ordine",
    "work_report": "un rapporto di intervento",
    "supplier_order": "un ordine fornitore",
    "self_invoice": "un'autofattura",
}

_NUMERATION = re.compile(r"[A-Za-z0-9 ./_-]*")


@dataclass(frozen=True, slots=True)
class Series:
    """What numbers are unique in, and progressive: a kind of document, a year, a *sezionale*.

    `numeration` is also what the document keeps, and its printed number ends with.
    """

    kind: SeriesKind
    year: int
    numeration: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Number and date of another document of the series."""

    number: int
    date: dt.date


ConflictCode = Literal["NUMBER_TAKEN", "DATE_BEFORE_LAST", "NUMBER_BELOW_EARLIER"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a number is refused: a code that stays and the Italian words of the answer (409)."""

    code: ConflictCode
    message: str


def series_of(type: DocumentType, date: dt.date, numeration: str = "") -> Series:
    """Find the series of a document. Delivery notes have no numeration: what is given for one is dropped."""
    kind = _KIND_OF[type]
    return Series(kind, date.year, "" if kind == "delivery_note" else numeration)


def delivery_note_series(date: dt.date) -> Series:
    """Find the series of `dn_number`, the delivery note attached to an invoice: it shares that of delivery notes."""
    return Series("delivery_note", date.year)


def next_number(highest: int | None) -> int:
    """Give the number after the highest one in use in a series, None where the series is empty."""
    return (highest or 0) + 1


def printed_number(number: int, numeration: str = "") -> str:
    """Write a number as it is printed and as the electronic invoice declares it: 12 of "/A" is `12/A`."""
    return f"{number}{numeration}"


def check_numeration(text: str) -> str | None:
    """Say what is wrong with a numeration, in the vendor's words; None where nothing is.

    The default series is empty. Any other holds something that is not a digit, or number 1 of "2" would be printed as
    number 12 is, and only characters that *Numero* can carry and that people can type.
    """
    fits = len(text) <= MAX_PRINTED and _NUMERATION.fullmatch(text) is not None
    if fits and (not text or (text == text.rstrip() and not text.isdecimal())):
        return None
    return "data.numeration format is invalid"


def check_number(number: int, numeration: str = "") -> str | None:
    """Say what is wrong with a number, None where nothing is. With its numeration it must fit in *Numero*."""
    if number < 1:
        return "The data.number must be at least 1."
    if number > MAX_NUMBER:
        return f"The data.number may not be greater than {MAX_NUMBER}."
    if len(printed_number(number, numeration)) > MAX_PRINTED:
        return f"The data.number and data.numeration together may not be longer than {MAX_PRINTED} characters."
    return None


def sequence_conflict(
    series: Series,
    number: int,
    date: dt.date,
    *,
    taken: Numbered | None = None,
    latest_below: Numbered | None = None,
    earliest_above: Numbered | None = None,
) -> Conflict | None:
    """Say why a document cannot have this number and date in its series, None where it can.

    The neighbours are other documents of the series (never the document itself): `taken` has the same number,
    `latest_below` the latest date among the smaller numbers, `earliest_above` the earliest among the larger ones.
    """
    if taken:
        words = f"Esiste già {_A_DOCUMENT[series.kind]} con lo stesso numero"
        return Conflict("NUMBER_TAKEN", f"{words} ({_cite(taken, series)}).")
    if series.kind not in DATED_KINDS:
        return None
    if latest_below and latest_below.number < number and latest_below.date > date:
        words = f"Esiste già {_A_DOCUMENT[series.kind]} con data successiva e numero inferiore"
        return Conflict("DATE_BEFORE_LAST", f"{words} ({_cite(latest_below, series)}).")
    if earliest_above and earliest_above.number > number and earliest_above.date < date:
        words = f"Esiste già {_A_DOCUMENT[series.kind]} con data antecedente ma numero superiore"
        return Conflict("NUMBER_BELOW_EARLIER", f"{words} ({_cite(earliest_above, series)}).")
    return None


def _cite(other: Numbered, series: Series) -> str:
    return f"n. {printed_number(other.number, series.numeration)} del {other.date:%d/%m/%Y}"
