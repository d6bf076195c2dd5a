"""The flat-rate regime: what was collected in a year, how near its limits it is, and what to set aside for tax."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import and_, select

from mastro.api.call import Call
from mastro.api.errors import Conflict
from mastro.forfettario import Reckoning, reckon, revenue_of
from mastro.italy import forfettario
from mastro.model.base import Body
from mastro.model.company import ForfettarioYear
from mastro.model.issued_document import IssuedDocument
from mastro.money import ZERO
from mastro.resources.company import load_company
from mastro.resources.derived.dues import installments
from mastro.resources.issued_documents.table import documents
from mastro.resources.receipts import TYPES as COUNTER
from mastro.resources.receipts import receipts
from mastro.resources.reports.common import (
    SALES,
    YEAR,
    OfDocument,
    Words,
    answer,
    euro,
    of_document,
    report,
    require_all,
    shown,
    year_of,
)
from mastro.resources.reports.statement import TYPES
from mastro.resources.settings.forfettario import terms_of
from mastro.resources.taxes import F24, taxes
from mastro.tables import Cell, Column, Section

FAMILIES = (*SALES, "receipts", "taxes")

_dues = installments.c
_issued = msgspec.json.Decoder(IssuedDocument)
_form = msgspec.json.Decoder(F24)


class Collected(OfDocument):
    """Money that came in; below zero what a credit note gave back."""

    date: dt.date
    """On which it came."""
    amount: Decimal
    revenue: Decimal
    """The part that counts: not that of a pension fund, nor what was advanced for the customer."""


class PaidForm(Body):
    """An F24 that was paid in the year."""

    date: dt.date
    document_id: int
    description: str
    amount: Decimal


class ForfettarioReport(Reckoning):
    """A year in the flat-rate regime."""

    year: int
    group: str
    """Of activities, empty until the company's settings say it."""
    rows: list[Collected]
    contributions_paid: list[PaidForm]
    """F24 whose description names own contributions to INPS."""
    other_contributions: Decimal
    """As the company's settings say for the year."""
    advances_paid: list[PaidForm]


def get_forfettario_report(call: Call) -> Any:
    """A year in the flat-rate regime: revenue by the day of payment, limits, tax. Refused to companies of another."""
    require_all(call, FAMILIES)
    year = year_of(call)
    company, settings = load_company(call.session, call.company_id)
    if company.regime != forfettario.REGIME:
        raise Conflict("The company is not in the flat-rate regime (RF19).", code="NOT_FORFETTARIO")
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = sorted(
        [*_payments(call, first, last), *_counter(call, first, last)],
        key=lambda row: (row.date, row.kind, row.document_id),
    )
    forms = _forms(call, first, last)
    own = [form for form in forms if forfettario.names_own_contributions(form.description)]
    advances = [form for form in forms if forfettario.names_advance(form.description)]
    other = settings.forfettario.years.get(str(year), ForfettarioYear()).other_contributions
    reckoned = reckon(
        year,
        call.now.date(),
        terms_of(settings),
        revenue=sum((row.revenue for row in rows), ZERO),
        contributions=_sum(own) + other,
        advances=_sum(advances),
    )
    data = ForfettarioReport(
        **{name: getattr(reckoned, name) for name in Reckoning.__struct_fields__},
        year=year,
        group=settings.forfettario.group,
        rows=rows,
        contributions_paid=own,
        other_contributions=other,
        advances_paid=advances,
    )
    return answer(call, f"forfettario_{year}", data, lambda words: _table(words, data))


def _payments(call: Call, first: dt.date, last: dt.date) -> Iterable[Collected]:
    """The installments that customers paid on these days."""
    source = documents.table
    statement = (
        select(_dues.paid_on, _dues.amount, source.c.body)
        .join(source, and_(source.c.company_id == _dues.company_id, source.c.id == _dues.source_id))
        .where(
            _dues.company_id == call.company_id,
            _dues.direction == "in",
            _dues.status == "paid",
            _dues.kind == "issued_document",
            _dues.paid_on >= first.isoformat(),
            _dues.paid_on <= last.isoformat(),
        )
    )
    for paid_on, cents, body in call.session.rows(statement):
        document = shown.decode(body)
        amount = euro(cents)
        yield Collected(
            date=dt.date.fromisoformat(paid_on),
            **of_document("issued_document", document),
            amount=amount,
            revenue=revenue_of(_issued.decode(body), amount),
        )


def _counter(call: Call, first: dt.date, last: dt.date) -> Iterable[Collected]:
    """What was taken at the counter."""
    table = receipts.table
    statement = select(table.c.amount_gross, table.c.body).where(
        table.c.company_id == call.company_id, table.c.date >= first.isoformat(), table.c.date <= last.isoformat()
    )
    for cents, body in call.session.rows(statement):
        receipt = shown.decode(body)
        yield Collected(
            date=receipt.date or first,
            **of_document("receipt", receipt),
            amount=euro(cents),
            revenue=euro(cents),
        )


def _forms(call: Call, first: dt.date, last: dt.date) -> list[PaidForm]:
    """The F24 that were paid on these days, by day."""
    table = taxes.table
    statement = select(table.c.body).where(
        table.c.company_id == call.company_id,
        table.c.status == "paid",
        table.c.due_date >= first.isoformat(),
        table.c.due_date <= last.isoformat(),
    )
    forms = [_form.decode(body) for (body,) in call.session.rows(statement)]
    paid = [
        PaidForm(
            date=form.due_date or first,
            document_id=form.id or 0,
            description=form.description,
            amount=form.amount or ZERO,
        )
        for form in forms
    ]
    return sorted(paid, key=lambda form: (form.date, form.document_id))


def _sum(forms: Iterable[PaidForm]) -> Decimal:
    return sum((form.amount for form in forms), ZERO)


# as a file

NOUNS = TYPES | dict.fromkeys(COUNTER, ("Corrispettivo", "Takings"))
"""Words for the types of documents that money comes in by."""

FIGURES = (
    ("revenue", "Ricavi e compensi incassati", "Revenue collected"),
    ("limit", "Soglia per restare nel regime", "Limit to stay in the regime"),
    ("leave_limit", "Soglia di uscita immediata", "Limit of leaving at once"),
    ("forecast", "Previsione a fine anno, al passo attuale", "Forecast for the year at this pace"),
    ("income", "Reddito forfettario", "Flat-rate income"),
    ("contributions", "Contributi previdenziali versati", "Contributions paid"),
    ("taxable", "Imponibile", "Taxable income"),
    ("tax", "Imposta sostitutiva", "Substitute tax"),
    ("advances", "Acconti versati", "Advances paid"),
    ("tax_left", "Imposta ancora da versare", "Tax still to be paid"),
    ("contributions_left", "Contributi ancora da versare (stima)", "Contributions still to be paid (estimate)"),
    ("set_aside", "Da accantonare", "To set aside"),
)
"""The figures in the order in which they follow from each other; those that need a group are null without one."""

STANDINGS = {
    "within": ("Nei limiti del regime", "Within the limits of the regime"),
    "over": (
        "Oltre la soglia: dal prossimo anno si passa al regime ordinario",
        "Over the limit: the regime ends next year",
    ),
    "out": (
        "Oltre la soglia di uscita: il regime è finito con questo incasso",
        "Beyond the limit: the regime has ended",
    ),
}


def _table(words: Words, data: ForfettarioReport) -> tuple[str, list[str], list[Section]]:
    figures: list[list[Cell]] = [[words(italian, english), getattr(data, name)] for name, italian, english in FIGURES]
    reckoned = Section(
        columns=[Column(words("Voce", "Item")), Column("€", "money")],
        rows=figures[:-1],
        totals=figures[-1],
    )
    columns = [
        Column(words("Incassato il", "Collected on"), "date"),
        Column(words("Documento", "Document")),
        Column(words("Cliente", "Customer")),
        Column(words("Incassato", "Collected"), "money"),
        Column(words("Di cui ricavo", "Of it revenue"), "money"),
    ]
    rows: list[list[Cell]] = [
        [row.date, f"{words(*NOUNS[row.type])} {row.number}".strip(), row.party, row.amount, row.revenue]
        for row in data.rows
    ]
    whole = sum((row.amount for row in data.rows), ZERO)
    collected = Section(
        heading=words("Incassi", "Collected"),
        columns=columns,
        rows=rows,
        totals=[None, "", words("Totale", "Total"), whole, data.revenue],
    )
    paid = [
        _paid(words, words("Contributi versati", "Contributions paid"), data.contributions_paid),
        _paid(words, words("Acconti dell'imposta", "Advances of the tax"), data.advances_paid),
    ]
    facts = [str(data.year), words(*STANDINGS[data.standing])]
    if data.group:
        group = forfettario.groups()[data.group]
        facts.append(words(f"Coefficiente {group.coefficient} %", f"Coefficient {group.coefficient} %"))
    sections = [reckoned, collected, *(section for section in paid if section.rows)]
    return words("Regime forfettario", "Flat-rate regime"), facts, sections


def _paid(words: Words, heading: str, forms: list[PaidForm]) -> Section:
    return Section(
        heading=heading,
        columns=[
            Column(words("Versato il", "Paid on"), "date"),
            Column(words("Descrizione", "Description")),
            Column(words("Importo", "Amount"), "money"),
        ],
        rows=[[form.date, form.description, form.amount] for form in forms],
        totals=[None, words("Totale", "Total"), _sum(forms)],
    )


OPERATIONS = (
    report(
        "getForfettarioReport",
        "forfettario",
        get_forfettario_report,
        "Get Forfettario Report",
        ForfettarioReport,
        YEAR,
    ),
)
