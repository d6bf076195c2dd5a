"""The VAT registers: sales, purchases and receipts (DPR 633/1972, art. 23, 24 and 25)."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Parameter
from mastro.database.collection import Collection
from mastro.model.base import Body
from mastro.money import plain
from mastro.resources.derived.vat import vat_entries
from mastro.resources.issued_documents.table import documents
from mastro.resources.receipts import receipts
from mastro.resources.received_documents.table import received_documents
from mastro.resources.reports.common import (
    FROM,
    PURCHASES,
    SALES,
    TO,
    OfDocument,
    Shown,
    Words,
    answer,
    choice,
    euro,
    of_document,
    period_of,
    report,
    require_all,
    shown,
    span,
)
from mastro.tables import Cell, Column, Section

REGISTERS = {"sales": SALES, "purchases": PURCHASES, "receipts": ("receipts",)}
"""Register → scope families of what is in it."""

SOURCES: dict[str, Collection[Any]] = {
    "issued_document": documents,
    "received_document": received_documents,
    "receipt": receipts,
}

KINDS = {
    "sales": ("issued_document",),
    "purchases": ("received_document", "issued_document"),
    "receipts": ("receipt", "issued_document"),
}
"""Register → what its entries are born from."""

VAT_TYPE = re.compile(r"N\d(\.\d)?|\d{1,3}(\.\d{1,2})?")

_entries = vat_entries.c


class RegisterRow(OfDocument):
    """A document in a register at one VAT type; below zero where a credit note takes back."""

    protocol: int
    """Place of the document among those of the year in this register."""
    date: dt.date
    """On which it counts in the register."""
    document_date: dt.date | None
    vat_number: str
    tax_code: str
    rate: Decimal | None
    """Percent; null where the document has amounts of several rates and does not say which."""
    natura: str
    treatment: str
    """split, deferred, reverse, to_integrate, or empty."""
    ei_status: str
    """State of an electronic invoice: one that the SdI discarded counts as not issued."""
    taxable: Decimal
    tax: Decimal
    counted: Decimal
    """Of the tax: owed on this day, or deducted."""


class VatTotal(Body):
    """The rows of one VAT type and treatment."""

    rate: Decimal | None
    natura: str
    treatment: str
    taxable: Decimal
    tax: Decimal
    counted: Decimal


class Collected(OfDocument):
    """Deferred tax of a document that became due by a payment."""

    paid_on: dt.date
    rate: Decimal | None
    natura: str
    taxable: Decimal
    tax: Decimal


class VatRegister(Body):
    """A register over a period."""

    register: str
    date_from: dt.date
    date_to: dt.date
    vat_type: str
    """The only one that is shown, as it was asked for; empty for all."""
    documents: int
    rows: list[RegisterRow]
    totals: list[VatTotal]
    taxable: Decimal
    tax: Decimal
    counted: Decimal
    undeductible: Decimal
    """Tax of purchases that is not deducted; 0 in the other registers."""
    collected: list[Collected]
    """Deferred tax that became due in the period."""


def get_vat_register(call: Call) -> Any:
    """A VAT register over a period, with its totals per VAT type."""
    register = choice(call, "register", tuple(REGISTERS))
    require_all(call, REGISTERS[register])
    first, last = period_of(call)
    wanted = _wanted(call)
    rows = [row for row in _rows(call, register, first, last) if wanted in {"", vat_type_key(row.rate, row.natura)}]
    tax, counted = _sum(row.tax for row in rows), _sum(row.counted for row in rows)
    own = _sum(row.tax for row in rows if row.treatment != "to_integrate")
    data = VatRegister(
        register=register,
        date_from=first,
        date_to=last,
        vat_type=wanted,
        documents=len({(row.kind, row.document_id) for row in rows}),
        rows=rows,
        totals=totals_of(rows),
        taxable=_sum(row.taxable for row in rows),
        tax=tax,
        counted=counted,
        undeductible=own - counted if register == "purchases" else Decimal("0.00"),
        collected=_collected(call, register, first, last),
    )
    name = f"vat_{register}_{first}_{last}"
    return answer(call, name, data, lambda words: _table(words, data))


def _wanted(call: Call) -> str:
    """The VAT type that is asked for, empty for all of them. Raises Invalid."""
    text = call.query.get("vat_type", "")
    if text and not VAT_TYPE.fullmatch(text):
        raise invalid("vat_type", "The vat type field must be a rate such as 22 or a natura such as N4.")
    return text


def vat_type_key(rate: Decimal | None, natura: str) -> str:
    """What a VAT type is asked for by: its natura, else its rate."""
    return natura or ("" if rate is None else plain(rate))


def _rows(call: Call, register: str, first: dt.date, last: dt.date) -> Iterator[RegisterRow]:
    found = []
    days = and_(_entries.date >= first.isoformat(), _entries.date <= last.isoformat())
    for kind in KINDS[register]:
        found += _select(call, register, kind, days)
    found.sort(key=lambda row: (row[1], row[0], row[2], row[3]))
    year, before, protocol = None, None, 0
    for kind, date, id, _, treatment, rate, natura, taxable, tax, counted, document in found:
        day = dt.date.fromisoformat(date)
        if day.year != year:
            year, protocol = day.year, _numbered_before(call, register, day, first)
        if (kind, id) != before:
            before, protocol = (kind, id), protocol + 1
        party = document.party
        yield RegisterRow(
            protocol=protocol,
            date=day,
            document_date=document.date,
            **of_document(kind, document),
            vat_number=party.vat_number,
            tax_code=party.tax_code,
            rate=Decimal(rate) if rate else None,
            natura=natura,
            treatment=treatment,
            ei_status=document.ei_status or "",
            taxable=euro(taxable),
            tax=euro(tax),
            counted=euro(counted),
        )


def _select(call: Call, register: str, kind: str, condition: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    """Entries of one kind with the documents that they are born from, each document read once."""
    source = SOURCES[kind].table
    statement = (
        select(
            _entries.kind,
            _entries.date,
            _entries.source_id,
            _entries.line,
            _entries.treatment,
            _entries.rate,
            _entries.natura,
            _entries.taxable,
            _entries.tax,
            _entries.counted,
            _entries.due_on,
            source.c.body,
        )
        .join(source, and_(source.c.company_id == _entries.company_id, source.c.id == _entries.source_id))
        .where(_entries.company_id == call.company_id, _entries.register == register, _entries.kind == kind, condition)
    )
    read: dict[int, Shown] = {}
    rows = []
    for *values, due_on, body in call.session.rows(statement):
        id = values[2]
        if id not in read:
            read[id] = shown.decode(body)
        if not values[1]:  # not in the register on any day: it is told by the day on which its tax became due
            values[1] = due_on
        rows.append((*values, read[id]))
    return rows


def _numbered_before(call: Call, register: str, day: dt.date, first: dt.date) -> int:
    """How many documents of a day's year stand in the register before the period."""
    begin = dt.date(day.year, 1, 1)
    if first <= begin:
        return 0
    named = (
        select(_entries.kind, _entries.source_id)
        .where(
            _entries.company_id == call.company_id,
            _entries.register == register,
            _entries.date >= begin.isoformat(),
            _entries.date < first.isoformat(),
        )
        .distinct()
        .subquery()
    )
    counted: int = call.session.scalar(select(func.count()).select_from(named))
    return counted


def totals_of(rows: Iterable[RegisterRow]) -> list[VatTotal]:
    """The rows summed per VAT type: rates from the highest, then naturas."""
    sums: dict[tuple[Decimal | None, str, str], VatTotal] = {}
    for row in rows:
        key = (row.rate, row.natura, row.treatment)
        total = sums.get(key)
        if total is None:
            zero = Decimal("0.00")
            total = sums[key] = VatTotal(
                rate=row.rate, natura=row.natura, treatment=row.treatment, taxable=zero, tax=zero, counted=zero
            )
        total.taxable += row.taxable
        total.tax += row.tax
        total.counted += row.counted
    return [sums[key] for key in sorted(sums, key=lambda key: (-(key[0] or 0), key[1], key[2]))]


def _collected(call: Call, register: str, first: dt.date, last: dt.date) -> list[Collected]:
    paid = and_(_entries.due_on >= first.isoformat(), _entries.due_on <= last.isoformat(), _entries.date == "")
    rows = _select(call, register, "issued_document", paid) if register != "purchases" else []
    rows.sort(key=lambda row: (row[1], row[2], row[3]))
    return [
        Collected(
            **of_document(kind, document),
            paid_on=dt.date.fromisoformat(paid_on),
            rate=Decimal(rate) if rate else None,
            natura=natura,
            taxable=euro(taxable),
            tax=euro(tax),
        )
        for kind, paid_on, _, _, _, rate, natura, taxable, tax, _, document in rows
    ]


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))


# as a file

TITLES = {
    "sales": ("Registro IVA vendite", "VAT register of sales"),
    "purchases": ("Registro IVA acquisti", "VAT register of purchases"),
    "receipts": ("Registro IVA corrispettivi", "VAT register of receipts"),
}

TREATMENTS = {
    "split": ("Scissione dei pagamenti", "Split payment"),
    "deferred": ("Esigibilità differita", "Deferred"),
    "reverse": ("Inversione contabile", "Reverse charge"),
    "to_integrate": ("Da integrare con autofattura", "To be integrated by a self-invoice"),
}


def vat_type(rate: Decimal | None, natura: str) -> str:
    """A VAT type as a register writes it: `22 %`, or `N4`."""
    return natura or (f"{rate} %" if rate is not None else "")


def _table(words: Words, data: VatRegister) -> tuple[str, list[str], list[Section]]:
    purchases = data.register == "purchases"
    counted = words("Detraibile", "Deductible") if purchases else words("Esigibile", "Owed")
    amounts = (
        Column(words("Imponibile", "Taxable"), "money"),
        Column(words("Imposta", "Tax"), "money"),
        Column(counted, "money"),
    )
    kind, note = Column(words("Aliquota o natura", "Rate or nature")), Column(words("Note", "Notes"))
    party = words("Fornitore", "Supplier") if purchases else words("Cliente", "Customer")
    head = (
        Column(words("Prot.", "No."), "integer"),
        Column(words("Data", "Date"), "date"),
        Column(words("Data doc.", "Document date"), "date"),
        Column(words("Numero", "Number")),
        Column(party),
        Column(words("P.IVA o C.F.", "VAT no. or tax code")),
    )
    rows = [_cells(words, row) for row in data.rows]
    whole = words("Totale", "Total")
    sums: list[Cell] = [data.taxable, data.tax, data.counted]
    totals: list[list[Cell]] = [
        [vat_type(t.rate, t.natura), t.taxable, t.tax, t.counted, _treated(words, t.treatment)] for t in data.totals
    ]
    sections = [
        Section(
            columns=[*head, kind, *amounts, note],
            rows=rows,
            totals=[None, None, None, "", whole, "", "", *sums, ""],
        ),
        Section(
            heading=words("Totali per aliquota", "Totals per VAT type"),
            columns=[kind, *amounts, note],
            rows=totals,
            totals=[whole, *sums, ""],
        ),
    ]
    if data.collected:
        sections.append(_collected_section(words, data, party))
    facts = [span(words, data.date_from, data.date_to)]
    if data.vat_type:
        facts.append(words(f"Solo {data.vat_type}", f"Only {data.vat_type}"))
    return words(*TITLES[data.register]), facts, sections


def _cells(words: Words, row: RegisterRow) -> list[Cell]:
    amounts = (row.taxable, row.tax, row.counted)
    codes = row.vat_number or row.tax_code
    head = (row.protocol, row.date, row.document_date, row.number, row.party, codes)
    return [*head, vat_type(row.rate, row.natura), *amounts, _note(words, row)]


def _collected_section(words: Words, data: VatRegister, party: str) -> Section:
    return Section(
        heading=words("IVA differita divenuta esigibile", "Deferred VAT that became due"),
        columns=[
            Column(words("Incassato il", "Collected on"), "date"),
            Column(words("Numero", "Number")),
            Column(party),
            Column(words("Aliquota", "Rate")),
            Column(words("Imponibile", "Taxable"), "money"),
            Column(words("Imposta", "Tax"), "money"),
        ],
        rows=[[c.paid_on, c.number, c.party, vat_type(c.rate, c.natura), c.taxable, c.tax] for c in data.collected],
        totals=[None, "", "", "", _sum(c.taxable for c in data.collected), _sum(c.tax for c in data.collected)],
    )


def _treated(words: Words, treatment: str) -> str:
    return words(*TREATMENTS[treatment]) if treatment else ""


def _note(words: Words, row: RegisterRow) -> str:
    discarded = words("Scartata dallo SdI", "Discarded by the SdI") if row.ei_status == "discarded" else ""
    return ", ".join(filter(None, (_treated(words, row.treatment), discarded)))


_REGISTER = Parameter("register", {"type": "string", "enum": list(REGISTERS)}, "Which one", required=True)

OPERATIONS = (
    report(
        "getVatRegister",
        "vat_registers",
        get_vat_register,
        "Get Vat Register",
        VatRegister,
        _REGISTER,
        FROM,
        TO,
        Parameter("vat_type", {"type": "string"}, "Only rows of this rate, such as 22, or natura, such as N4"),
    ),
)
