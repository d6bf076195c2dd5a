"""Which entries of the VAT registers follow from a document (DPR 633/1972, art. 23-25; DPR 100/1998, art. 1).

* Sales: invoices, credit notes (below zero) and self-invoices. Receipts and *ricevute* have a register of their own.
* Split payment (art. 17-ter): in the register, but the tax is the customer's to pay.
* Deferred VAT (*esigibilità differita*): in the register on its day, owed with each installment that comes in.
* Reverse charge: the self-invoice is in both registers. The supplier's own invoice (natura N6, or from abroad without
  tax) is in the register of purchases without any tax, and does not count a second time among what was bought.
* Purchases: on the day of the document, unless it came after the 15th of the following month, or in another year: then
  on the day on which it came.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from mastro import totals
from mastro.italy import vat_types
from mastro.model.issued_document import IssuedDocument, Payment
from mastro.model.receipt import Receipt
from mastro.model.received_document import ReceivedDocument
from mastro.model.settings import VatType
from mastro.money import CENT, EXACT, HUNDRED, ZERO, percentage, plain, round2, split
from mastro.resources.derived.euro import in_euro
from mastro.resources.derived.vat import Register, Treatment, VatEntry

SALES_TYPES = ("invoice", "credit_note", "self_own_invoice", "self_supplier_invoice")
"""Issued documents of the register of sales."""

LAST_DAY_TO_DEDUCT_BACK = 15
"""Of the following month: an invoice that came by then counts in the month of its operation."""

ITALY = "Italia"


class Line(NamedTuple):
    """What a document comes to at one VAT type."""

    rate: str
    natura: str
    taxable: Decimal
    tax: Decimal
    deductible: Decimal = HUNDRED
    """Percent of the tax."""


# sales


def of_issued(document: IssuedDocument) -> list[VatEntry]:
    """Entries of an issued document; none for what is no document of VAT, such as a quote."""
    if document.date is None or document.type not in (*SALES_TYPES, "receipt"):
        return []
    register: Register = "receipts" if document.type == "receipt" else "sales"
    lines = _lines_of_issued(document)
    if document.type == "self_supplier_invoice":
        registers: tuple[Register, ...] = ("sales", "purchases")
        return [_plain(each, line, document.date, "reverse") for each in registers for line in lines]
    if document.type == "self_own_invoice":
        return [_plain(register, line, document.date) for line in lines]
    if totals.is_split_payment(document):
        return [_entry(register, line, document.date, None, "split", ZERO) for line in lines]
    if document.ei_data is not None and document.ei_data.vat_kind == "D":
        entries = [_entry(register, line, document.date, None, "deferred", ZERO) for line in lines]
        return entries + _by_payment(register, lines, document.payments_list or ())
    return [_plain(register, line, document.date) for line in lines]


def _lines_of_issued(document: IssuedDocument) -> list[Line]:
    sign = 1
    if document.type == "credit_note" and (document.amount_gross or ZERO) >= 0:
        sign = -1  # clients write both signs, and both say the same
    merged = _of_one_vat_type(document)
    for bucket in () if merged else totals.vat_summary(document):
        key = (plain(bucket.rate), bucket.ei_type)
        taxable, tax = merged.get(key, (ZERO, ZERO))
        merged[key] = (EXACT.add(taxable, bucket.taxable), EXACT.add(tax, bucket.vat))
    return [
        Line(rate, natura, sign * in_euro(taxable, document.currency), sign * in_euro(tax, document.currency))
        for (rate, natura), (taxable, tax) in merged.items()
    ]


def _of_one_vat_type(document: IssuedDocument) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Taxable amount and tax where all rows have one VAT type, as most documents do; empty for any other.

    They follow from the amounts that are written in the document: to work it through again would cost as much as the
    rest of storing it.
    """
    first: VatType | None = None
    for item in document.items_list or ():
        vat = item.vat
        if vat is None or item.not_taxable or (first and (vat.value, vat.ei_type) != (first.value, first.ei_type)):
            return {}
        first = first or vat
    if first is None:
        return {}
    taxable = ZERO
    for amount in (document.amount_net, document.amount_rivalsa, document.amount_cassa, document.amount_cassa2):
        taxable = EXACT.add(taxable, amount or ZERO)
    return {(plain(first.value or ZERO), first.ei_type): (taxable, document.amount_vat or ZERO)}


def _by_payment(register: Register, lines: Sequence[Line], payments: Sequence[Payment]) -> list[VatEntry]:
    """The tax that each installment made due: its share of every line, so that all of them add up to the whole."""
    weights = [payment.amount or ZERO for payment in payments]
    if not sum(weights, ZERO):
        return []
    entries = []
    for line in lines:
        taxables, taxes = split(line.taxable, weights), split(line.tax, weights)
        for payment, taxable, tax in zip(payments, taxables, taxes, strict=True):
            if payment.status == "paid" and payment.paid_date is not None:
                part = Line(line.rate, line.natura, taxable, tax)
                entries.append(_entry(register, part, None, payment.paid_date, "deferred", tax))
    return entries


# receipts


def of_receipt(receipt: Receipt) -> list[VatEntry]:
    """Entries of what was taken at the counter."""
    if receipt.date is None:
        return []
    merged: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for row in receipt.items_list or ():
        rate, natura = (plain(row.vat.value or ZERO), row.vat.ei_type) if row.vat else ("0", "")
        taxable, tax = merged.get((rate, natura), (ZERO, ZERO))
        merged[rate, natura] = (
            EXACT.add(taxable, row.amount_net or ZERO),
            EXACT.add(tax, row.amount_vat or ZERO),
        )
    lines = [Line(rate, natura, round2(taxable), round2(tax)) for (rate, natura), (taxable, tax) in merged.items()]
    net, vat = receipt.amount_net or ZERO, receipt.amount_vat or ZERO
    lines = lines or [Line(implied_rate(net, vat), "", net, vat)]
    return [_plain("receipts", line, receipt.date) for line in lines]


# purchases


def of_received(document: ReceivedDocument) -> list[VatEntry]:
    """Entries of a received document; none for one without VAT, number and electronic invoice, such as a salary.

    A received self-invoice is the company's own, which is in the registers from where it was issued.
    """
    if document.type not in {"expense", "passive_credit_note"} or document.date is None:
        return []
    if not (document.amount_vat or document.invoice_number or document.e_invoice):
        return []
    day = deduction_day(document.date, document.ei_reception_date)
    entity = document.entity
    abroad = entity is not None and entity.country not in {"", ITALY}
    entries = []
    for line in _lines_of_received(document):
        if line.natura.startswith("N6") or (abroad and not line.tax):
            entries.append(_entry("purchases", line, day, None, "to_integrate", ZERO))
        else:
            entries.append(_entry("purchases", line, day, day, "", percentage(line.tax, line.deductible)))
    return entries


def deduction_day(date: dt.date, came: dt.date | None) -> dt.date:
    """Day of a purchase in its register (DPR 100/1998, art. 1, c. 1)."""
    if came is None or came <= date:
        return date
    following = date + dt.timedelta(days=calendar.monthrange(date.year, date.month)[1] - date.day + 1)
    in_time = came <= following.replace(day=LAST_DAY_TO_DEDUCT_BACK)
    return date if in_time and came.year == date.year else came


def _lines_of_received(document: ReceivedDocument) -> list[Line]:
    """The document's net and VAT by rate; where its rows add up to other cents, its own amounts count."""
    sign = 1
    if document.type == "passive_credit_note" and (document.amount_gross or ZERO) >= 0:
        sign = -1
    net, vat = document.amount_net or ZERO, document.amount_vat or ZERO
    whole = HUNDRED if document.vat_deductibility is None else document.vat_deductibility
    bases: dict[tuple[str, str, Decimal], Decimal] = {}
    for row in document.items_list or ():
        rate, natura = (plain(row.vat.value or ZERO), row.vat.ei_type) if row.vat else ("0", "")
        part = whole if row.deductibility_vat_percentage is None else row.deductibility_vat_percentage
        key = (rate, natura, part)
        worth = round2(EXACT.multiply(Decimal(1) if row.qty is None else row.qty, row.net_price or ZERO))
        bases[key] = EXACT.add(bases.get(key, ZERO), worth)
    lines = [
        Line(rate, natura, base, percentage(base, Decimal(rate)), part) for (rate, natura, part), base in bases.items()
    ]
    lines = _fitting(lines, net, vat) if lines else [Line(implied_rate(net, vat), "", net, vat, whole)]
    currency = document.currency
    return [
        line._replace(taxable=sign * in_euro(line.taxable, currency), tax=sign * in_euro(line.tax, currency))
        for line in lines
    ]


def _fitting(lines: list[Line], net: Decimal, vat: Decimal) -> list[Line]:
    """Lines that sum to the document's amounts: what is missing goes to the largest, tax to the largest taxed one."""
    missing_net = EXACT.subtract(net, _sum(line.taxable for line in lines))
    missing_vat = EXACT.subtract(vat, _sum(line.tax for line in lines))
    if not missing_net and not missing_vat:
        return lines
    largest = max(range(len(lines)), key=lambda i: abs(lines[i].taxable))
    taxed = max(range(len(lines)), key=lambda i: (bool(lines[i].tax), abs(lines[i].taxable)))
    fitted = list(lines)
    fitted[largest] = fitted[largest]._replace(taxable=EXACT.add(fitted[largest].taxable, missing_net))
    fitted[taxed] = fitted[taxed]._replace(tax=EXACT.add(fitted[taxed].tax, missing_vat))
    return fitted


def implied_rate(net: Decimal, vat: Decimal) -> str:
    """The rate that two amounts without rows mean: `0` without tax, empty where several rates must be mixed in them."""
    if not vat:
        return "0"
    for rate in vat_types.ORDINARY_RATES:
        if abs(percentage(net, rate) - vat) <= CENT:
            return plain(rate)
    return ""


# both


def _plain(register: Register, line: Line, day: dt.date, treatment: Treatment = "") -> VatEntry:
    """An entry whose tax counts in whole on the day of the register."""
    return _entry(register, line, day, day, treatment, line.tax)


def _entry(
    register: Register,
    line: Line,
    day: dt.date | None,
    due_on: dt.date | None,
    treatment: Treatment,
    counted: Decimal,
) -> VatEntry:
    return VatEntry(
        register=register,
        date=day,
        due_on=due_on,
        treatment=treatment,
        rate=line.rate,
        natura=line.natura,
        taxable=line.taxable,
        tax=line.tax,
        counted=counted,
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
