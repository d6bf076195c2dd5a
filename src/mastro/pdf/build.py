"""A document and its company turned into the sheet that is printed."""

import datetime as dt
from functools import cache

from babel.core import Locale
from babel.numbers import get_currency_symbol

from mastro.model.company import Company
from mastro.model.issued_document import EInvoiceData, IssuedDocument
from mastro.pdf import parties, rows, summary
from mastro.pdf.fonts import families
from mastro.pdf.labels import Labels
from mastro.pdf.logo import Logo
from mastro.pdf.markup import read_html
from mastro.pdf.payment import payment
from mastro.pdf.sheet import Kind, LogoBox, Pair, Sheet, Style, Transport, Words
from mastro.pdf.summary import Writer
from mastro.pdf.text import breakable, one_line
from mastro.totals import Calculation, compute

MARGIN_X, MARGIN_Y = 15, 16
"""Millimetres where the document does not say, as the vendor has them."""
SMALLEST_MARGIN, LARGEST_MARGIN = 5, 40

ACCEPTED_BY_SIGNATURE = frozenset({"quote", "work_report"})


class Identity:
    """Title, number and date that the printed paper goes by."""

    def __init__(self, document: IssuedDocument, kind: Kind, labels: Labels) -> None:
        attached = kind == "delivery_note" and document.type != "delivery_note"
        self.title = title(document, kind, labels)
        number = document.dn_number if attached else document.number
        series = "" if attached or number is None else document.numeration
        self.number = labels.number.format(number=one_line(f"{number}{series}")) if number is not None else ""
        self.day = (document.dn_date or document.date) if attached else document.date
        self.dated = labels.dated.format(date=labels.write_date(self.day)) if self.day else ""
        self.heading = " ".join(filter(None, (self.title, self.number, self.dated)))


def title(document: IssuedDocument, kind: Kind, labels: Labels) -> str:
    """What the paper is."""
    if kind == "accompanying_invoice":
        return labels.accompanying_invoice
    return labels.titles["delivery_note" if kind == "delivery_note" else document.type or "invoice"]


def build_sheet(
    document: IssuedDocument, company: Company, kind: Kind, labels: Labels, *, logo: Logo | None, sample: bool
) -> Sheet:
    """Everything that is printed, in the order of the pages."""
    carries_goods = kind != "document" or document.type == "delivery_note"
    goods_only = kind == "delivery_note" or document.type == "delivery_note"
    identity = Identity(document, kind, labels)
    write = Writer(document, labels, currency_symbol(document))
    calculation = compute(document)
    columns, lines = rows.table(document, kind, labels)
    totals, due = ([], None) if goods_only else summary.total_lines(calculation, write)
    return Sheet(
        language=labels.code,
        style=style(document),
        words=words(labels),
        title=identity.title,
        number=identity.number,
        dated=identity.dated,
        heading=identity.heading,
        sender=parties.sender(company, labels),
        recipient=parties.recipient(document, company, labels, goods_only=goods_only),
        delivery=parties.delivery(document, labels) if carries_goods else None,
        facts=facts(document, labels, attached=kind == "delivery_note"),
        subject="" if document.type == "delivery_note" else breakable(document.visible_subject),
        columns=columns,
        rows=lines,
        vat=[] if goods_only else summary.vat_lines(calculation, write),
        totals=totals,
        due=due,
        payment=None if goods_only else payment(document, company, write),
        remarks=remarks(calculation, write, goods_only=goods_only),
        notes=[] if goods_only else read_html(document.notes),
        transport=transport(document, labels) if carries_goods else None,
        acceptance=labels.acceptance_signature if document.type in ACCEPTED_BY_SIGNATURE and not goods_only else "",
        footer=parties.footer(company, labels),
        watermark=labels.sample if sample else "",
        logo=LogoBox(f"logo.{logo.extension}", logo.width, logo.height) if logo else None,
    )


def style(document: IssuedDocument) -> Style:
    """Margins of the document, within what a printer can do and a table needs."""
    x, y = document.h_margins, document.v_margins
    return Style(families(), within(MARGIN_X if x is None else x), within(MARGIN_Y if y is None else y))


def within(margin: int) -> int:
    """A margin that leaves room to print."""
    return min(max(margin, SMALLEST_MARGIN), LARGEST_MARGIN)


def words(labels: Labels) -> Words:
    """Labels of the frame."""
    return Words(
        subject=labels.subject,
        vat_summary=labels.vat_summary,
        taxable=labels.taxable,
        tax=labels.tax,
        notes=labels.notes,
        page=labels.page,
    )


def currency_symbol(document: IssuedDocument) -> str:
    """Symbol of the document's currency, or its code."""
    currency = document.currency
    if currency is None:
        return "€"
    return one_line(currency.symbol or symbol_of(currency.id or "EUR"))


@cache
def english() -> Locale:
    """Babel's language with the symbols that every country reads alike: $ US, CA$, £, ¥."""
    return Locale("en")


def symbol_of(code: str) -> str:
    """Symbol of a currency code; the code itself for one that has none."""
    return str(get_currency_symbol(code, english()))


def remarks(calculation: Calculation, write: Writer, *, goods_only: bool) -> list[str]:
    """Sentences under the document."""
    return [write.labels.delivery_note_remark] if goods_only else summary.remarks(calculation.totals, write)


def facts(document: IssuedDocument, labels: Labels, *, attached: bool) -> list[Pair]:
    """References that a customer's office looks for."""
    data = document.ei_data or EInvoiceData()
    kinds = {
        "ordine": labels.order_reference,
        "contratto": labels.contract_reference,
        "convenzione": labels.agreement_reference,
    }
    pairs = [
        Pair(kinds[data.original_document_type or "ordine"], reference(data.od_number, data.od_date, labels)),
        Pair("CIG", one_line(data.cig)),
        Pair("CUP", one_line(data.cup)),
        Pair(labels.linked_invoice, reference(data.invoice_number, data.invoice_date, labels)),
        Pair(labels.intent_declaration, intent_declaration(document, labels)),
        Pair(labels.exchange_rate, exchange(document, labels)),
    ]
    if attached and document.type != "delivery_note":
        pairs = [Pair("", related(document, labels))]
    return [pair for pair in pairs if pair.value]


def reference(number: str, day: dt.date | None, labels: Labels) -> str:
    """`12/2026 del 03/02/2026`."""
    if not number.strip():
        return ""
    return " ".join(filter(None, (one_line(number), labels.dated.format(date=labels.write_date(day)) if day else "")))


def related(document: IssuedDocument, labels: Labels) -> str:
    """The invoice that an attached delivery note belongs to."""
    whole = Identity(document, "document", labels)
    return labels.related_document.format(title=whole.title, number=whole.number, date=whole.dated).strip()


def intent_declaration(document: IssuedDocument, labels: Labels) -> str:
    """Protocol of a habitual exporter's declaration, which his invoices must quote."""
    entity = document.entity
    if entity is None or not entity.has_intent_declaration:
        return ""
    day = entity.intent_declaration_protocol_date
    return reference(entity.intent_declaration_protocol_number, day, labels)


def exchange(document: IssuedDocument, labels: Labels) -> str:
    """`1 € = 1,08430 USD`."""
    rate = summary.exchange_rate(document)
    if rate is None or document.currency is None:
        return ""
    return f"1 EUR = {labels.write_number(rate, 2, 5)} {one_line(document.currency.id)}"


def transport(document: IssuedDocument, labels: Labels) -> Transport:
    """What travels, why and by whom, and the boxes to sign."""
    pairs = [
        Pair(labels.causal, one_line(document.dn_ai_causal)),
        Pair(labels.packages, one_line(document.dn_ai_packages_number)),
        Pair(labels.weight, one_line(document.dn_ai_weight)),
        Pair(labels.transporter, breakable(document.dn_ai_transporter)),
    ]
    signatures = [labels.transport_start, labels.driver_signature, labels.receiver_signature]
    return Transport(
        labels.transport, [pair for pair in pairs if pair.value], breakable(document.dn_ai_notes), signatures
    )
