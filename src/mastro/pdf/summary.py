"""The foot of the document: VAT summary, totals from the net down to what is due, and the sentences of the law."""

from decimal import Decimal, localcontext

from mastro.model.issued_document import IssuedDocument
from mastro.money import EXACT, ZERO, round2
from mastro.pdf.labels import Labels
from mastro.pdf.rows import natura_code
from mastro.pdf.sheet import TotalLine, VatLine
from mastro.pdf.text import breakable
from mastro.totals import Calculation, Contribution, Totals, VatBucket, is_split_payment

TOTALS_OPTIONAL = frozenset({"quote", "work_report", "supplier_order"})
"""Types that honour `show_totals`; the others must show what is due."""

NO_FISCAL_VALUE = frozenset({"quote", "order", "work_report", "supplier_order"})

FUNDS = {
    "TC01": "Cassa Forense",
    "TC02": "CNPADC",
    "TC03": "Cassa Geometri",
    "TC04": "Inarcassa",
    "TC05": "Cassa Notariato",
    "TC06": "CNPR",
    "TC07": "Enasarco",
    "TC08": "ENPACL",
    "TC09": "ENPAM",
    "TC10": "ENPAF",
    "TC11": "ENPAV",
    "TC12": "ENPAIA",
    "TC13": "Fondo spedizionieri",
    "TC14": "INPGI",
    "TC15": "ONAOSI",
    "TC16": "CASAGIT",
    "TC17": "EPPI",
    "TC18": "EPAP",
    "TC19": "ENPAB",
    "TC20": "ENPAPI",
    "TC21": "ENPAP",
    "TC22": "INPS",
}
"""Everyday names of the pension funds, by *TipoCassa* of the FatturaPA."""


class Writer:
    """Amounts of one document in its language and currency."""

    def __init__(self, document: IssuedDocument, labels: Labels, symbol: str) -> None:
        self.document, self.labels, self.symbol = document, labels, symbol

    def money(self, amount: Decimal) -> str:
        """An amount with the document's currency."""
        return self.labels.write_money(amount, self.symbol)

    def line(self, label: str, amount: Decimal, detail: str = "", *, strong: bool = False) -> TotalLine:
        """A line of the totals."""
        return TotalLine(label, self.money(amount), detail, strong)


def totals_mode(document: IssuedDocument) -> str:
    """`all`, `nets` or `none`: how much of the totals this document shows."""
    return document.show_totals if document.type in TOTALS_OPTIONAL else "all"


def vat_lines(calculation: Calculation, write: Writer) -> list[VatLine]:
    """The VAT summary, unless the document hides it."""
    if totals_mode(write.document) != "all":
        return []
    # Rows of mere text come without a VAT type and would make a line of zeros.
    buckets = [each for each in calculation.vat_summary if each.rate or each.ei_type or each.taxable or each.vat]
    return [vat_line(bucket, write) for bucket in buckets]


def vat_line(bucket: VatBucket, write: Writer) -> VatLine:
    """A rate or natura; where there is no VAT, with the reason that the law wants printed (art. 21 c. 6 DPR 633)."""
    if bucket.rate or not (bucket.ei_type or bucket.not_taxable):
        label = write.labels.write_percent(bucket.rate)
    else:
        label = natura_code(bucket.ei_type) or write.labels.excluded
    reason = bucket.notes or ("" if bucket.rate else bucket.ei_description or bucket.description)
    if not reason and bucket.not_taxable:
        reason = write.labels.outside_vat
    return VatLine(label, breakable(reason), write.money(bucket.taxable), write.money(bucket.vat))


def total_lines(calculation: Calculation, write: Writer) -> tuple[list[TotalLine], TotalLine | None]:
    """Lines of the totals and the amount due, which stands apart. The lines add up to it."""
    mode = totals_mode(write.document)
    totals = calculation.totals
    if mode == "none":
        return [], None
    lines = net_lines(calculation, write)
    if mode == "nets":
        net = EXACT.add(totals.taxable_amount, totals.not_taxable_amount)
        return (lines if len(lines) > 1 else []), write.line(write.labels.net, net)
    lines.append(write.line(write.labels.vat, totals.amount_vat, vat_in_euro(totals, write)))
    deductions = deduction_lines(totals, write)
    if deductions:
        with localcontext(EXACT):
            whole = totals.taxable_amount + totals.not_taxable_amount + totals.amount_vat
        lines.append(write.line(write.labels.document_total, whole, strong=True))
    return lines + deductions, write.line(due_label(totals, write), totals.amount_due)


def net_lines(calculation: Calculation, write: Writer) -> list[TotalLine]:
    """Net of the rows, what is charged on top of it, and the base of the VAT where it is another."""
    totals, labels = calculation.totals, write.labels
    lines = [write.line(labels.net, totals.amount_net)]
    lines += [write.line(contribution_label(each, write), each.amount) for each in calculation.contributions]
    if calculation.contributions or totals.not_taxable_amount:
        lines.append(write.line(labels.taxable_total, totals.taxable_amount))
    if totals.not_taxable_amount:
        lines.append(write.line(labels.not_taxable_total, totals.not_taxable_amount))
    return lines


def contribution_label(each: Contribution, write: Writer) -> str:
    """`Rivalsa INPS 4%`, `Contributo Inarcassa 4%`."""
    labels, document = write.labels, write.document
    percent = labels.write_percent(each.percent)
    if each.kind == "rivalsa":
        return labels.rivalsa.format(percent=percent)
    code = document.ei_cassa_type if each.kind == "cassa" else document.ei_cassa2_type
    return labels.cassa.format(name=FUNDS.get(code, labels.pension_fund), percent=percent)


def vat_in_euro(totals: Totals, write: Writer) -> str:
    """VAT in euro, which an invoice in another currency must state too (art. 230 directive 2006/112/EC)."""
    rate = exchange_rate(write.document)
    if rate is None or not totals.amount_vat:
        return ""
    euro = round2(EXACT.divide(totals.amount_vat, rate))
    return f"{write.labels.vat_in_euro}: {write.labels.write_money(euro, '€')}"


def exchange_rate(document: IssuedDocument) -> Decimal | None:
    """How many of the document's currency one euro buys; None in euro, and where the text is no such number."""
    currency = document.currency
    if currency is None or currency.id in {"", "EUR"}:
        return None
    try:
        rate = Decimal(currency.exchange_rate)
    except ArithmeticError:
        return None
    return rate if rate.is_finite() and rate > 0 else None


def deduction_lines(totals: Totals, write: Writer) -> list[TotalLine]:
    """What lies between the total of the document and what is due: withholdings, stamp, split VAT, agreed discount."""
    labels, document = write.labels, write.document
    lines: list[TotalLine] = []
    if totals.amount_withholding_tax:
        label = labels.withholding.format(percent=labels.write_percent(document.withholding_tax or ZERO))
        lines.append(write.line(label, -totals.amount_withholding_tax, on_base(totals, write)))
    if totals.amount_other_withholding_tax:
        kinds = labels.withholding_kinds
        name = kinds.get(document.ei_other_withholding_tax_type, kinds[""])
        label = f"{name} {labels.write_percent(document.other_withholding_tax or ZERO)}"
        base = labels.on_base.format(amount=write.money(totals.taxable_amount_other_withholding_tax))
        lines.append(write.line(label, -totals.amount_other_withholding_tax, base))
    if is_split_payment(document) and totals.amount_vat:
        lines.append(write.line(labels.split_vat, -totals.amount_vat))
    if totals.stamp_duty and not document.e_invoice:
        lines.append(write.line(labels.stamp_duty, totals.stamp_duty))
    if totals.amount_due_discount:
        lines.append(write.line(labels.agreed_discount, -totals.amount_due_discount))
    return lines


def on_base(totals: Totals, write: Writer) -> str:
    """`su 1.000,00 €`."""
    return write.labels.on_base.format(amount=write.money(totals.taxable_amount_withholding_tax))


def due_label(totals: Totals, write: Writer) -> str:
    """What the amount due is called: to pay, to pay net of withholdings, to credit, or just a total."""
    labels = write.labels
    if write.document.type == "credit_note":
        return labels.due_credit
    if write.document.type in NO_FISCAL_VALUE:
        return labels.due_total
    return labels.due_net if totals.amount_withholding_tax or totals.amount_other_withholding_tax else labels.due


def remarks(totals: Totals, write: Writer) -> list[str]:
    """Sentences that law or custom asks for."""
    labels, document = write.labels, write.document
    sentences: list[str] = []
    if is_split_payment(document):
        sentences.append(labels.split_remark)
    if document.e_invoice and document.ei_data is not None and document.ei_data.vat_kind == "D":
        sentences.append(labels.deferred_remark)
    if totals.stamp_duty:
        stamp = labels.stamp_remark_electronic if document.e_invoice else labels.stamp_remark_paper
        sentences.append(stamp.format(amount=labels.write_money(totals.stamp_duty, "€")))
    if document.type == "proforma":
        sentences.append(labels.proforma_remark)
    elif document.type in NO_FISCAL_VALUE:
        sentences.append(labels.no_fiscal_value)
    elif document.e_invoice:
        sentences.append(labels.courtesy_copy)
    return sentences
