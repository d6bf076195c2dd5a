"""How and when to pay: method, bank, and the installments with their state."""

from mastro.model.company import Company
from mastro.model.issued_document import EInvoiceData, IssuedDocument
from mastro.model.issued_document import Payment as Due
from mastro.model.settings import PaymentMethod
from mastro.pdf.labels import Labels
from mastro.pdf.sheet import Installment, Pair, Payment
from mastro.pdf.summary import Writer
from mastro.pdf.text import NARROW, breakable, one_line

WITHOUT_PAYMENTS = frozenset({"quote", "delivery_note", "supplier_order"})
"""Types that have no installments."""

PAID_TO_COMPANY = frozenset({"invoice", "proforma", "receipt", "order"})
"""Types on which the company's own bank account stands in where the document names none."""

TRANSFER = "MP05"
"""Bank transfer in the FatturaPA's table of payment methods."""


def payment(document: IssuedDocument, company: Company, write: Writer) -> Payment | None:
    """The block on payment; None where the document hides or has nothing of it."""
    labels = write.labels
    method, details = "", list[Pair]()
    if document.show_payment_method is not False:
        method = one_line(document.payment_method.name) if document.payment_method else ""
        details = method_details(document, company, labels)
    dues: list[Due] = []
    if document.show_payments is not False and document.type not in WITHOUT_PAYMENTS:
        dues = document.payments_list or []
    if not (method or details or dues):
        return None
    installments = [installment(due, write) for due in dues]
    return Payment(labels.payment, method, details, labels.installments, installments)


def installment(due: Due, write: Writer) -> Installment:
    """One payment as printed; without a date it is due on sight."""
    labels = write.labels
    state = labels.payment_states[due.status]
    if due.status == "paid" and due.paid_date:
        state = f"{state} {labels.write_date(due.paid_date)}"
    date = labels.write_date(due.due_date) if due.due_date else labels.on_sight
    return Installment(date, write.money(due.amount) if due.amount is not None else "", state, due.status != "not_paid")


def method_details(document: IssuedDocument, company: Company, labels: Labels) -> list[Pair]:
    """Beneficiary, bank and IBAN, then the method's own lines."""
    method = document.payment_method or PaymentMethod()
    if method.type == "riba":
        pairs = customer_account(document, labels)
    else:
        beneficiary, bank, iban = account(document, company, method)
        pairs = [Pair(labels.beneficiary, beneficiary), Pair(labels.bank, bank), Pair(labels.iban, in_fours(iban))]
    for detail in method.details or ():
        pairs.append(Pair(one_line(detail.title, NARROW), detail.description))
    return [Pair(pair.label, breakable(pair.value)) for pair in pairs if pair.value.strip()]


def customer_account(document: IssuedDocument, labels: Labels) -> list[Pair]:
    """A *ricevuta bancaria* is presented at the customer's bank."""
    entity = document.entity
    if entity is None:
        return []
    return [Pair(labels.customer_bank, entity.bank_name), Pair(labels.iban, in_fours(entity.bank_iban))]


def account(document: IssuedDocument, company: Company, method: PaymentMethod) -> tuple[str, str, str]:
    """Beneficiary, bank and IBAN to pay to: of the method, else of the electronic invoice, else of the account that
    the next payment is expected on, else the company's own, unless the method is another than a transfer.
    """
    electronic = document.ei_data or EInvoiceData()
    if method.bank_iban or method.bank_name or method.bank_beneficiary:
        return method.bank_beneficiary, method.bank_name, method.bank_iban
    if electronic.bank_iban or electronic.bank_name:
        return electronic.bank_beneficiary, electronic.bank_name, electronic.bank_iban
    accounts = [due.payment_account for due in document.payments_list or () if due.status == "not_paid"]
    for expected in (*accounts, method.default_payment_account):
        if expected is not None and expected.iban:
            return "", expected.name, expected.iban
    code = method.ei_payment_method or electronic.payment_method
    if document.type in PAID_TO_COMPANY and (code == TRANSFER or not (code or method.name)):
        return "", company.bank_name if company.bank_iban else "", company.bank_iban
    return "", "", ""


def in_fours(iban: str) -> str:
    """`IT60 X054 2811 1010 0000 0123 456`."""
    bare = "".join(iban.split())
    return " ".join(bare[place : place + 4] for place in range(0, len(bare), 4))
